// The index of code in a worker, as in searchworker.ts. An expression that takes the
// browser too long is given up with the worker: there is no other way to stop it.

import { QueryError } from "./codeerror.ts";
import { openCode } from "./codeindex.ts";
import type { CodeIndex, CodeOptions, CodeResult, LeftOut } from "./codeindex.types.ts";
import { SearchError } from "./searchfiles.ts";
import type { Reason } from "./searchindex.types.ts";
import { trusted } from "./trusted.ts";

interface Ask {
  id: number;
  open?: [base: string, root: string];
  find?: [query: string, options: CodeOptions];
  left?: [query: string, limit: number];
  /** Asks whether the worker is there. */
  ping?: true;
  abort?: number;
}

interface Answer {
  id: number;
  value?: unknown;
  error?: { reason?: Reason; hint?: string; text: string };
}

interface Scope {
  onmessage: ((e: MessageEvent<Ask>) => void) | null;
  postMessage(a: Answer): void;
}

if (typeof document === "undefined" && typeof postMessage === "function") serve(globalThis as unknown as Scope);

function serve(scope: Scope): void {
  let index: Promise<CodeIndex> | undefined;
  const running = new Map<number, AbortController>();
  const answer = async (m: Ask): Promise<unknown> => {
    if (m.open) return (await (index = openCode(...m.open))).about;
    if (m.ping) return true;
    if (!index) throw new Error("not open");
    if (m.left) return (await index).leftOut(...m.left);
    const stop = new AbortController();
    running.set(m.id, stop);
    const [query, options] = m.find!;
    return (await index).find(query, { ...options, signal: stop.signal });
  };
  scope.onmessage = ({ data: m }) => {
    if (m.abort !== undefined) return running.get(m.abort)?.abort();
    answer(m)
      .then(
        (value) => scope.postMessage({ id: m.id, value }),
        (e: unknown) => {
          const { reason, hint, message } = e as { reason?: Reason; hint?: string; message?: string };
          scope.postMessage({ id: m.id, error: { reason, hint, text: message ?? String(e) } });
        },
      )
      .finally(() => running.delete(m.id));
  };
}

const patience = 1000; // ms between questions to the worker whether it is there
const most = 5; // of these may stay without an answer

// Remote is the page's end.
class Remote implements CodeIndex {
  about!: CodeIndex["about"];
  gone = false;
  private readonly worker: Worker;
  private last = 0;
  private open = new Map<number, { resolve: (v: never) => void; reject: (e: unknown) => void }>();

  constructor(worker: Worker) {
    this.worker = worker;
    worker.onmessage = ({ data: a }: MessageEvent<Answer>) => {
      const asked = this.open.get(a.id);
      this.open.delete(a.id);
      if (!a.error) asked?.resolve(a.value as never);
      else asked?.reject(failure(a.error));
    };
    worker.onerror = (e) => {
      e.preventDefault();
      this.end(new Error("the worker does not run"));
    };
  }

  /** end gives up all that is asked. */
  end(why: Error): void {
    this.gone = true;
    this.worker.terminate();
    for (const { reject } of this.open.values()) reject(why);
    this.open.clear();
  }

  ask<T>(m: Omit<Ask, "id">, signal?: AbortSignal): Promise<T> {
    const id = ++this.last;
    return new Promise<T>((resolve, reject) => {
      this.open.set(id, { resolve, reject });
      signal?.addEventListener("abort", () => {
        this.worker.postMessage({ id, abort: id } satisfies Ask);
        this.open.delete(id);
        reject(signal.reason);
      });
      this.worker.postMessage({ id, ...m } satisfies Ask);
    });
  }

  async find(query: string, { signal, ...options }: CodeOptions): Promise<CodeResult> {
    signal?.throwIfAborted();
    const stop = this.watch();
    try {
      return await this.ask<CodeResult>({ find: [query, options] }, signal);
    } finally {
      stop();
    }
  }

  // watch asks the worker again and again for what it answers at once, unless an
  // expression keeps it; what waits for files of the index does not.
  private watch(): () => void {
    let silent = 0;
    const timer = setInterval(() => {
      if (silent++ >= most) this.end(new QueryError("the expression takes the browser too long", "make it simpler, or use callboard search --code"));
      else this.ask({ ping: true }).then(() => (silent = 0), () => {});
    }, patience);
    return () => clearInterval(timer);
  }

  leftOut(query: string, limit: number): Promise<LeftOut[]> {
    return this.ask({ left: [query, limit] });
  }
}

function failure({ reason, hint, text }: NonNullable<Answer["error"]>): Error {
  if (reason) return new SearchError(reason, text);
  return hint === undefined ? new Error(text) : new QueryError(text, hint);
}

/** openCodeRemote opens the index in a worker, or in the page if there can be none; base is the address of data/. */
export async function openCodeRemote(base: string, root: string): Promise<CodeIndex & { gone?: boolean }> {
  const at = new URL(base, document.baseURI).href;
  let worker: Worker | undefined;
  try {
    worker = new Worker(trusted(import.meta.url), { type: "module", name: "code" });
    const index = new Remote(worker);
    index.about = await index.ask<CodeIndex["about"]>({ open: [at, root] });
    return index;
  } catch (e) {
    worker?.terminate();
    if (e instanceof SearchError) throw e;
    return openCode(at, root);
  }
}
