// The search index in a worker, so that reading postings does not hold up typing.
// This module is both ends: the page imports it and starts a worker of the same
// file. Where a worker cannot be had (a policy, a file: address), the index is
// read in the page.

import { answering, Asker, openIn } from "./remote.ts";
import { openIndex } from "./searchindex.ts";
import type { Facet, Index, Result, SearchOptions } from "./searchindex.types.ts";

interface Ask {
  open?: [base: string, meta: string];
  search?: [query: string, options: SearchOptions];
  values?: [key: Facet, docs: Uint32Array];
}

let index: Promise<Index> | undefined;

answering(async (m: Ask, signal) => {
  if (m.open) return (await (index = openIndex(...m.open))).docs;
  if (!index) throw new Error("not open");
  if (m.values) return (await index).values(...m.values);
  const [query, options] = m.search!;
  return (await index).search(query, { ...options, signal });
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

  search(query: string, { signal, ...options }: SearchOptions = {}): Promise<Result> {
    return this.asker.ask({ search: [query, options] }, signal);
  }

  values(key: Facet, docs: Uint32Array): Promise<[value: string, n: number][]> {
    return this.asker.ask({ values: [key, docs] });
  }
}

/** openRemote opens the index in a worker, or in the page if there can be none; base is the address of data/. */
export function openRemote(base: string, meta: string): Promise<Index> {
  const at = new URL(base, document.baseURI).href;
  return openIn(import.meta.url, "search", (w) => new Remote(w).open(at, meta), () => openIndex(at, meta));
}
