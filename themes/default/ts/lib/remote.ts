// Asking a worker: questions have numbers, and answers the same. Both ends are
// here, and what opens an index at the other one.

import { QueryError } from "./codeerror.ts";
import { SearchError } from "./searchfiles.ts";
import type { Reason } from "./searchindex.types.ts";
import { trusted } from "./trusted.ts";

interface Asked<Q> {
  id: number;
  ask?: Q;
  /** The question that is called off. */
  abort?: number;
}

interface Answer {
  id: number;
  value?: unknown;
  /** A part of the value, which comes later. */
  part?: unknown;
  error?: Failure;
}

interface Failure {
  reason?: Reason | undefined;
  hint?: string | undefined;
  text: string;
}

// What of a worker's global is used here; the library of pages does not have it.
interface Scope<Q> {
  onmessage: ((e: MessageEvent<Asked<Q>>) => void) | null;
  postMessage(a: Answer): void;
}

/** answering answers what is asked, if this is a worker; what answers may tell a part of it before. */
export function answering<Q>(answer: (q: Q, signal: AbortSignal, tell: (part: unknown) => void) => Promise<unknown>): void {
  if (typeof document !== "undefined" || typeof postMessage !== "function") return;
  const scope = globalThis as unknown as Scope<Q>;
  const running = new Map<number, AbortController>();
  scope.onmessage = ({ data: m }) => {
    if (m.abort !== undefined) return running.get(m.abort)?.abort();
    const stop = new AbortController();
    running.set(m.id, stop);
    answer(m.ask!, stop.signal, (part) => scope.postMessage({ id: m.id, part }))
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

function failed({ reason, hint, text }: Failure): Error {
  if (reason) return new SearchError(reason, text);
  return hint === undefined ? new Error(text) : new QueryError(text, hint);
}

/** Asker is the page's end. */
export class Asker<Q> {
  /** Why the worker is not there any more. */
  gone?: Error;
  private readonly worker: Worker;
  private last = 0;
  private open = new Map<number, { resolve: (v: never) => void; reject: (e: unknown) => void; told: ((part: never) => void) | undefined }>();

  constructor(worker: Worker) {
    this.worker = worker;
    worker.onmessage = ({ data: a }: MessageEvent<Answer>) => {
      const asked = this.open.get(a.id);
      if (a.part) return asked?.told?.(a.part as never);
      this.open.delete(a.id);
      if (a.error) asked?.reject(failed(a.error));
      else asked?.resolve(a.value as never);
    };
    worker.onerror = (e) => {
      e.preventDefault();
      this.end(new Error("the worker does not run"));
    };
  }

  /** ask sends a question; one that is called off is rejected with the signal's reason. told gets a part of the answer that comes before. */
  ask<T>(q: Q, signal?: AbortSignal, told?: (part: T) => void): Promise<T> {
    if (this.gone || signal?.aborted) return Promise.reject((this.gone ?? signal?.reason) as Error);
    const id = ++this.last;
    return new Promise<T>((resolve, reject) => {
      this.open.set(id, { resolve, reject, told });
      signal?.addEventListener("abort", () => {
        if (!this.open.delete(id)) return;
        this.worker.postMessage({ id, abort: id } satisfies Asked<Q>);
        reject(signal.reason);
      });
      this.worker.postMessage({ id, ask: q } satisfies Asked<Q>);
    });
  }

  /** end stops the worker; all that is asked, then or later, is rejected. */
  end(why: Error): void {
    this.gone = why;
    this.worker.terminate();
    for (const { reject } of this.open.values()) reject(why);
    this.open.clear();
  }
}

/** openIn opens an index in a worker of the script, or if there can be none, here. */
export async function openIn<T>(script: string, name: string, inWorker: (w: Worker) => Promise<T>, here: () => Promise<T>): Promise<T> {
  let worker: Worker | undefined;
  try {
    worker = new Worker(trusted(script), { type: "module", name });
    return await inWorker(worker);
  } catch (e) {
    worker?.terminate();
    if (e instanceof SearchError) throw e;
    return here();
  }
}
