// The portal's data files. They lie below data/ and come with the page's own
// credentials; a proxy before the portal may answer for them instead.

import { base } from "./refs.ts";
import { notice } from "./notice.ts";
import { link } from "./dom.ts";

/** Reason is why a file could not be had; the same words as those of the search index. */
export type Reason = "session" | "missing" | "format";

/** DataError says which file could not be had, and why. */
export class DataError extends Error {
  reason: Reason;
  constructor(reason: Reason, url: string) {
    super(`data file: ${reason}: ${url}`);
    this.reason = reason;
  }
}

/** Site is data/site.json: what changes with each build, so that pages need not. */
export interface Site {
  v: number;
  base: string;
  title: string;
  /** When the portal was built, RFC 3339. */
  built: string;
  /** After how many seconds a portal is old. */
  staleAfter: number;
  /** Every how many seconds it is built; left out if that is not known. */
  interval?: number;
  /** Names of files below data/. */
  catalog: string;
  desc: string;
  search: string;
  /** The root of the index of code, if there is one. */
  code?: string;
  /** Where to ask who is reading, and the file to look them up in; left out if pages do not ask. */
  whoami?: string;
  people?: string;
}

/** dataURL is the address below which data files lie. */
export const dataURL = (): string => `${base()}data/`;

/**
 * loadFrom fetches a file as text. Signing in shows as a redirection, as 401 or
 * 403, or as a page in place of the file.
 */
export async function loadFrom(url: string, cache: RequestCache = "default"): Promise<string> {
  const r = await fetch(url, { redirect: "manual", cache }).catch(() => null);
  if (!r) throw new DataError("missing", url);
  const page = r.ok && (r.headers.get("content-type") ?? "").startsWith("text/html");
  if (r.type === "opaqueredirect" || r.status === 401 || r.status === 403 || page) throw new DataError("session", url);
  if (!r.ok) throw new DataError("missing", url);
  return r.text();
}

/** load fetches a data file as text. */
export const load = (name: string, cache?: RequestCache): Promise<string> => loadFrom(dataURL() + name, cache);

/** loadJSON fetches a data file of version 1. */
export async function loadJSON<T extends { v: number }>(name: string, cache?: RequestCache): Promise<T> {
  const text = await load(name, cache);
  try {
    const value = JSON.parse(text) as T;
    if (value.v === 1) return value;
  } catch {
    // Not JSON at all: the same answer.
  }
  throw new DataError("format", dataURL() + name);
}

/** kept makes a value once and keeps it; what failed is made again. */
export function kept<T>(make: () => Promise<T>): () => Promise<T> {
  let p: Promise<T> | undefined;
  return () => {
    p ??= make().catch((e: unknown) => {
      p = undefined;
      throw e;
    });
    return p;
  };
}

/** site is what data/site.json says, asked once a page and past the cache. */
export const site = kept(() => loadJSON<Site>("site.json", "no-cache"));

/**
 * excuse tells the reader what a failure means for the page: a session that
 * ended is one line under the bar. It returns the sentence for the place where
 * the data would stand.
 */
export function excuse(e: unknown): string {
  const reason = (e as { reason?: Reason } | null)?.reason;
  if (reason === "session") {
    notice("session", "Your session has ended.", link(location.href, "", "Reload to sign in again"));
    return "Your session has ended. Reload the page to sign in again.";
  }
  if (reason === "missing") return "The data of this page could not be loaded. Check the connection, then reload the page.";
  if (reason === "format") return "The data of this page is of another version of the portal. Reload the page.";
  console.error("callboard:", e);
  return "Something failed here. Reload the page, or use the lists in the navigation.";
}
