// The full-text index of the portal, opened when the first thing needs it, and
// searches of which only the newest counts.

import type { Hit, Index, Result, SearchOptions } from "./searchindex.types.ts";
import { dataURL, kept, site } from "./portal.ts";
import { base, searchPage } from "./refs.ts";
import { teamFirst } from "./store.ts";

/** fulltext is the index, opened once a page; its reader comes with it. */
export const fulltext = kept(async (): Promise<Index> => {
  const [{ openRemote }, { search }] = await Promise.all([import("./searchworker.ts"), site()]);
  return openRemote(dataURL(), search);
});

/** Newest runs searches one after another: a newer one calls off those before. */
export class Newest {
  private running = new AbortController();

  /** stop calls off what is under way. */
  stop(): void {
    this.running.abort();
  }

  /** search is what a query finds, null if a newer one was begun or stop was called meanwhile. */
  async search(query: string, options: SearchOptions): Promise<Result | null> {
    this.stop();
    const { signal } = (this.running = new AbortController());
    try {
      const owners = teamFirst();
      const first = options.first && ((some: Result): unknown => signal.aborted || options.first!(some));
      const result = await (await fulltext()).search(query, { ...options, ...(owners.length ? { owners } : {}), ...(first ? { first } : {}), signal });
      return signal.aborted ? null : result;
    } catch (e) {
      if (signal.aborted) return null;
      throw e;
    }
  }
}

/** hitURL is the address of a hit, or of one of its sections; what is found in a text is marked in it. */
export function hitURL(hit: Hit, terms: readonly string[], section = ""): string {
  const inText = hit.kind === "docs" || hit.sections.length > 0 || hit.excerpt.marks.length > 0;
  const words = inText && terms.length ? `?h=${encodeURIComponent(terms.join(" "))}` : "";
  return base() + hit.url + words + (section ? `#${encodeURIComponent(section)}` : "");
}

/** searchURL is the address of the search page for a query. */
export const searchURL = (query: string): string => `${searchPage()}?q=${encodeURIComponent(query)}`;
