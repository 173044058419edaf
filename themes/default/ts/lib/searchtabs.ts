// The tabs of the search page: the portal, and code. They are links, each with the
// text that has been typed.

import { all } from "./dom.ts";

/** forCode tells whether the page's address asks for code. */
export const forCode = (): boolean => new URLSearchParams(location.search).get("for") === "code";

/** showTabs marks the tab that is open, and takes the text along to the others. */
export function showTabs(text: string): void {
  const now = forCode() ? "code" : "";
  for (const a of all<HTMLAnchorElement>("[data-search-for]")) {
    const what = a.dataset.searchFor ?? "";
    const url = new URL(a.pathname, location.href);
    if (what) url.searchParams.set("for", what);
    if (text.trim()) url.searchParams.set("q", text.trim());
    a.href = url.href;
    if (what === now) a.setAttribute("aria-current", "page");
    else a.removeAttribute("aria-current");
  }
}
