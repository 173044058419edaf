// What a reader of the search index gives to the pages that show it (the
// palette, the search page). The reader itself is searchindex.ts:
//
//   import { openIndex } from "./lib/searchindex.ts";
//   const index = await openIndex("/data/", "s/meta.0123456789ab.json");
//   const result = await index.search('payments kind:api "refund window" -legacy', { limit: 20, signal });
//
// Nothing here makes markup: texts are plain text and the ranges say what to
// put in <mark>. Ranges are UTF-16 offsets [start, end) in rising order.

/** Mark is a matched range of a text: [start, end), in UTF-16 units. */
export type Mark = [number, number];

/** Excerpt is a short text around what matched, with "…" where it was cut. */
export interface Excerpt {
  text: string;
  marks: Mark[];
}

/** HitSection is a part of a page that matches; id is the fragment ("" = top of the page). */
export interface HitSection {
  id: string;
  title: string;
  titleMarks: Mark[];
  excerpt: Excerpt;
}

/** Hit is one document: an entity (kind "component", "api", …) or a page (kind "docs"). */
export interface Hit {
  /** Address below the portal's base, such as "catalog/default/component/x/". */
  url: string;
  kind: string;
  /** The entity the document is, or belongs to: "component:default/x". */
  ref: string;
  name: string;
  title: string;
  titleMarks: Mark[];
  crumb: string;
  owner: string;
  type: string;
  lifecycle: string;
  tags: string[];
  score: number;
  /** The best place of the document; the description where nothing better is known. */
  excerpt: Excerpt;
  /** At most four matching parts under a heading, best first. */
  sections: HitSection[];
}

/** Result is one page of hits, best first. */
export interface Result {
  hits: Hit[];
  /** Number of matching documents; a lower bound where partial is true. */
  total: number;
  /** The last word was too short to follow to all its completions, or a phrase was not looked for everywhere. */
  partial: boolean;
  /** No document has all the words: these have some of them. */
  loose: boolean;
  /** Matching documents by kind, for facets. */
  kinds: Record<string, number>;
  /** The numbers of the matching documents, for Index.values; a worker keeps them. */
  docs?: Uint32Array | undefined;
  /** What the worker calls them, for Index.values. */
  held?: number;
  /** The folded words that were looked for. */
  terms: string[];
  /** Words of the query that no document has. */
  missing: string[];
  /** Words that no document has, and what was looked for instead. */
  corrected: { word: string; as: string[] }[];
  tookMs: number;
}

/** Facet is a filter whose values can be counted. */
export type Facet = "owner" | "lifecycle" | "type" | "tag";

/** SearchOptions: limit is 20 and offset 0 where not given. */
export interface SearchOptions {
  limit?: number;
  offset?: number;
  /** References of the asker's own teams: what they own comes before what is as good and another's. */
  owners?: readonly string[];
  /** Called with the first hits, and all else of the result, before the others are loaded. */
  first?: (some: Result) => void;
  signal?: AbortSignal;
}

/** Index answers queries; it may be asked again before it has answered. */
export interface Index {
  /** Number of documents. */
  docs: number;
  /**
   * Rejects with a SearchError when a file cannot be read, and with the
   * signal's reason when it was aborted. Filters: kind: owner: tag: type:
   * lifecycle: in:<ref>; repeated keys widen, different keys narrow; "phrase";
   * -word, -"phrase" and -kind:x exclude.
   */
  search(query: string, options?: SearchOptions): Promise<Result>;
  /**
   * Counts the documents of a result by the values of a filter, as the filter takes
   * them, the most frequent first. A reference counts in its shortest form.
   */
  values(key: Facet, of: Pick<Result, "docs" | "held">): Promise<[value: string, n: number][]>;
}

/**
 * Why a file of the index could not be had: "session" (a proxy answered with a
 * redirection, a login page, 401 or 403), "missing" (404 and the like, no
 * network), "format" (not what this reader understands).
 */
export type Reason = "session" | "missing" | "format";
