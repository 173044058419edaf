// What is said when a search finds nothing: what was searched, what could be
// left out, and names that are close.

import { catalog } from "./catalogdata.ts";
import { el, enhance, link } from "./dom.ts";
import type { Child } from "./dom.ts";
import { nearest, nearestRow } from "./nearest.ts";
import { alone } from "./refs.ts";
import type { Result } from "./searchindex.types.ts";
import { address, filters, without } from "./searchstate.ts";
import type { Asked } from "./searchstate.ts";
import { instead, said, unmatched } from "./searchunmatched.ts";
import type { Unmatched } from "./searchunmatched.ts";

const most = 5;

/** nothing says so, and offers what may lead further. */
export function nothing(asked: Asked, found: Result, documents: string): HTMLElement {
  const words = without(asked.text, () => true);
  const where = asked.within ? `the documentation of ${asked.within}` : documents;
  const out: Child[] = [el("p", "empty", el("strong", "", "Nothing found."), ` Searched ${where} for ${words ? `“${words}”` : "these filters"}.`)];
  if (found.missing.length && found.terms.length > 1) out.push(el("p", "hint", `Nowhere to be found: ${found.missing.join(", ")}.`));
  const ways = wider(asked);
  if (ways.length) out.push(el("ul", "rows", ...ways.map((a) => el("li", "", a))));
  const place = el("section", "nothing", ...out);
  void enhance("filters", () => met(place, asked));
  void enhance("nearest names", () => names(place, words));
  return place;
}

// wider are links to the same search with one condition less.
function wider(asked: Asked): HTMLAnchorElement[] {
  const first = { ...asked, page: 1 };
  const out = filters(asked.text).map((f) => link(address({ ...first, text: without(asked.text, (x) => x.text === f.text) }), "", `Without ${f.text}`));
  if (asked.within) out.unshift(link(address({ ...first, within: "" }), "", "Search everywhere"));
  return out;
}

// met says which filters are at fault, and offers others, before what is wider.
async function met(place: HTMLElement, asked: Asked): Promise<void> {
  const lines = (await unmatched(asked.text)).map((u) => el("p", "hint", said(u), ...offers(asked, u)));
  place.firstElementChild?.after(...lines);
}

function offers(asked: Asked, { filter, near }: Unmatched): Child[] {
  const links = near.map((value) => link(address({ ...asked, text: instead(asked.text, filter, value), page: 1 }), "", `${filter.key}:${value}`));
  return links.length ? [" Did you mean ", ...links.flatMap((a, i) => (i ? [" or ", a] : [a])), "?"] : [];
}

async function names(place: HTMLElement, words: string): Promise<void> {
  if (!words || alone()) return;
  const c = await catalog();
  const rows = nearest(c, words.replace(/["]/g, "").trim().replace(/\s+/g, "-"), most);
  if (rows.length) place.append(el("h2", "", "Names that are close"), el("ul", "rows", ...rows.map((row) => nearestRow(c, row))));
}
