// The search index in a worker, so that reading postings does not hold up typing.
// This module is both ends: the page imports it and starts a worker of the same
// file. Where a worker cannot be had (a policy, a file: address), the index is
// read in the page.

import { openIndex, SearchError } from "./searchindex.ts";
import type { Facet, Index, Reason, Result, SearchOptions } from "./searchindex.types.ts";
import { trusted } from "./trusted.ts";

interface Ask {
  id: number;
  open?: [base: string, meta: string];
  search?: [query: string, options: SearchOptions];
  values?: [key: Facet, docs: Uint32Array];
  /** The question that is called off. */
  abort?: number;
}

interface Answer {
  id: number;
  value?: unknown;
  error?: { reason?: Reason; text: string };
}

// What of a worker's global is used here; the library of pages does not have it.
interface Scope {
  onmessage: ((e: MessageEvent<Ask>) => void) | null;
  postMessage(a: Answer): void;
}

if (typeof document === "undefined" && typeof postMessage === "function") serve(globalThis as unknown as Scope);

// serve answers in the worker.
function serve(scope: Scope): void {
  let index: Promise<Index> | undefined;
  const running = new Map<number, AbortController>();
  const answer = async (m: Ask): Promise<unknown> => {
    if (m.open) return (await (index = openIndex(...m.open))).docs;
    if (!index) throw new Error("not open");
    if (m.values) return (await index).values(...m.values);
    const stop = new AbortController();
    running.set(m.id, stop);
    const [query, options] = m.search!;
    return (await index).search(query, { ...options, signal: stop.signal });
  };
  scope.onmessage = ({ data: m }) => {
    if (m.abort !== undefined) return running.get(m.abort)?.abort();
    answer(m)
      .then(
        (value) => scope.postMessage({ id: m.id, value }),
        (e: unknown) => scope.postMessage({ id: m.id, error: { reason: (e as { reason?: Reason }).reason, text: String(e) } }),
      )
      .finally(() => running.delete(m.id));
  };
}

// Remote is the page's end.
class Remote implements Index {
  docs = 0;
  private worker: Worker;
  private last = 0;
  private open = new Map<number, { resolve: (v: never) => void; reject: (e: unknown) => void }>();

  constructor(worker: Worker) {
    this.worker = worker;
    worker.onmessage = ({ data: a }: MessageEvent<Answer>) => {
      const asked = this.open.get(a.id);
      this.open.delete(a.id);
      if (!a.error) asked?.resolve(a.value as never);
      else asked?.reject(a.error.reason ? new SearchError(a.error.reason, a.error.text) : new Error(a.error.text));
    };
    worker.onerror = (e) => {
      e.preventDefault();
      for (const { reject } of this.open.values()) reject(new Broken());
      this.open.clear();
    };
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

  async search(query: string, { signal, ...options }: SearchOptions = {}): Promise<Result> {
    signal?.throwIfAborted();
    return this.ask<Result>({ search: [query, options] }, signal);
  }

  values(key: Facet, docs: Uint32Array): Promise<[value: string, n: number][]> {
    return this.ask({ values: [key, docs] });
  }
}

// Broken: the worker's script did not run.
class Broken extends Error {}

/** openRemote opens the index in a worker, or in the page if there can be none; base is the address of data/. */
export async function openRemote(base: string, meta: string): Promise<Index> {
  const at = new URL(base, document.baseURI).href;
  let worker: Worker | undefined;
  try {
    worker = new Worker(trusted(import.meta.url), { type: "module", name: "search" });
    const index = new Remote(worker);
    index.docs = await index.ask<number>({ open: [at, meta] });
    return index;
  } catch (e) {
    worker?.terminate();
    if (e instanceof SearchError) throw e;
    return openIndex(at, meta);
  }
}
