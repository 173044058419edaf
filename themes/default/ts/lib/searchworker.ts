// The search index in a worker, so that reading postings does not hold up typing.
// This module is both ends: the page imports it and starts a worker of the same
// file. Where a worker cannot be had (a policy, a file: address), the index is
// read in the page.

import { answering, Asker, openIn } from "./remote.ts";
import { openIndex } from "./searchindex.ts";
import type { Facet, Index, Result, SearchOptions } from "./searchindex.types.ts";

interface Ask {
  open?: [base: string, meta: string];
  search?: [query: string, options: Omit<SearchOptions, "first" | "signal">, inParts: boolean];
  values?: [key: Facet, held: number];
}

let index: Promise<Index> | undefined;

// The documents of the last results stay here: of a large portal they are half a
// megabyte, which the page would have to take in between two keys. Who asks about
// results that many others have followed throws away what it is told.
const held: Uint32Array[] = [];
const mostHeld = 16;
let last = 0;

answering(async (m: Ask, signal, tell) => {
  if (m.open) return (await (index = openIndex(...m.open))).docs;
  if (!index) throw new Error("not open");
  if (m.values) return (await index).values(m.values[0], { docs: held[m.values[1] % mostHeld] });
  const [query, options, inParts] = m.search!;
  const first = ({ docs: _, ...some }: Result): void => tell(some);
  const { docs, ...result } = await (await index).search(query, { ...options, signal, ...(inParts ? { first } : {}) });
  held[++last % mostHeld] = docs!;
  return { ...result, held: last };
});

// Remote is the page's end.
class Remote implements Index {
  docs = 0;
  private readonly asker: Asker<Ask>;

  constructor(worker: Worker) {
    this.asker = new Asker(worker);
  }

  async open(base: string, meta: string): Promise<Index> {
    this.docs = await this.asker.ask<number>({ open: [base, meta] });
    return this;
  }

  search(query: string, { signal, first, ...options }: SearchOptions = {}): Promise<Result> {
    return this.asker.ask({ search: [query, options, !!first] }, signal, first);
  }

  values(key: Facet, of: Pick<Result, "held">): Promise<[value: string, n: number][]> {
    return this.asker.ask({ values: [key, of.held ?? 0] });
  }
}

/** openRemote opens the index in a worker, or in the page if there can be none; base is the address of data/. */
export function openRemote(base: string, meta: string): Promise<Index> {
  const at = new URL(base, document.baseURI).href;
  return openIn(import.meta.url, "search", (w) => new Remote(w).open(at, meta), () => openIndex(at, meta));
}
