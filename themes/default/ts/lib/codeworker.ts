// The index of code in a worker, as in searchworker.ts. An expression that takes the
// browser too long is given up with the worker: there is no other way to stop it.

import { QueryError } from "./codeerror.ts";
import { openCode } from "./codeindex.ts";
import type { CodeIndex, CodeOptions, CodeResult, LeftOut } from "./codeindex.types.ts";
import { answering, Asker, openIn } from "./remote.ts";

interface Ask {
  open?: [base: string, root: string];
  find?: [query: string, options: CodeOptions];
  left?: [query: string, limit: number];
  /** Asks whether the worker is there. */
  ping?: true;
}

let index: Promise<CodeIndex> | undefined;

answering(async (m: Ask, signal) => {
  if (m.open) return (await (index = openCode(...m.open))).about;
  if (m.ping) return true;
  if (!index) throw new Error("not open");
  if (m.left) return (await index).leftOut(...m.left);
  const [query, options] = m.find!;
  return (await index).find(query, { ...options, signal });
});

const patience = 1000; // ms between questions to the worker whether it is there
const most = 5; // of these may stay without an answer

// Remote is the page's end.
class Remote implements CodeIndex {
  about!: CodeIndex["about"];
  private readonly asker: Asker<Ask>;

  constructor(worker: Worker) {
    this.asker = new Asker(worker);
  }

  /** The worker was given up: there must be another. */
  get gone(): boolean {
    return this.asker.gone !== undefined;
  }

  async open(base: string, root: string): Promise<CodeIndex & { gone?: boolean }> {
    this.about = await this.asker.ask<CodeIndex["about"]>({ open: [base, root] });
    return this;
  }

  async find(query: string, { signal, ...options }: CodeOptions): Promise<CodeResult> {
    signal?.throwIfAborted();
    const stop = this.watch();
    try {
      return await this.asker.ask<CodeResult>({ find: [query, options] }, signal);
    } finally {
      stop();
    }
  }

  // watch asks the worker again and again for what it answers at once, unless an
  // expression keeps it; what waits for files of the index does not.
  private watch(): () => void {
    let silent = 0;
    const timer = setInterval(() => {
      if (silent++ >= most) this.asker.end(new QueryError("the expression takes the browser too long", "make it simpler, or use callboard search --code"));
      else this.asker.ask({ ping: true }).then(() => (silent = 0), () => {});
    }, patience);
    return () => clearInterval(timer);
  }

  leftOut(query: string, limit: number): Promise<LeftOut[]> {
    return this.asker.ask({ left: [query, limit] });
  }
}

/** openCodeRemote opens the index in a worker, or in the page if there can be none; base is the address of data/. */
export function openCodeRemote(base: string, root: string): Promise<CodeIndex & { gone?: boolean }> {
  const at = new URL(base, document.baseURI).href;
  return openIn(import.meta.url, "code", (w) => new Remote(w).open(at, root), () => openCode(at, root));
}
