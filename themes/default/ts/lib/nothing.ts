// What is said when nothing is left of the catalog: which condition to drop, and
// what that would show.

import { alikeValues } from "./alikevalues.ts";
import type { Catalog } from "./catalogdata.ts";
import { button, count, el, link } from "./dom.ts";
import type { Child } from "./dom.ts";
import { unmet } from "./filter.ts";
import type { Outcome, Unmet } from "./filter.ts";
import { has, parseFilter } from "./filterquery.ts";
import type { State } from "./filterstate.ts";
import { base } from "./refs.ts";
import { myTeam } from "./store.ts";

const most = 4;

/** nothing says why there is no row, and offers states in which there are; clear is the one with all. */
export function nothing(c: Catalog, s: State, o: Outcome, go: (s: State) => void, clear: () => void): HTMLElement {
  if (!o.all) return el("p", "empty", el("strong", "", "There are no entities here."));
  const gone = unmet(c, s).map((u) => el("p", "", `Nothing has ${u.facet}:${u.value}.`, ...offers(c, u, go)));
  const ways: Child[] = o.conditions
    .map((x, i) => ({ ...x, n: o.gains[i] ?? 0 }))
    .filter((x) => x.n > 0)
    .sort((a, b) => b.n - a.n)
    .slice(0, most)
    .map((x) => button("more", `Remove ${x.label} (${count(x.n)} more)`, () => go(x.lifted())));
  if (!ways.length) ways.push(button("more", "Clear filters", clear));
  if (has(s.text, "owner:me") && !myTeam()) ways.push(link(`${base()}teams/`, "", "Choose your team on its page"));
  const words = parseFilter(s.text).flatMap((t) => (t.key === "word" && !t.not ? [t.value] : []));
  if (words.length) {
    const text = words.join(" ");
    ways.push(link(`${base()}search/?q=${encodeURIComponent(text)}`, "", `Search documentation for “${text}”`));
  }
  return el("div", "empty", el("p", "", el("strong", "", "No entity matches.")), ...gone, ...ways.map((w) => el("p", "", w)));
}

// offers are values that are like one that no row has.
function offers(c: Catalog, u: Unmet, go: (s: State) => void): Child[] {
  const near = alikeValues(u.facet, u.value.toLowerCase(), c.dict[u.facet].filter((v) => v !== ""));
  const ways = near.map((value) => button("more", `${u.facet}:${value}`, () => go(u.instead(value))));
  return ways.length ? [" Did you mean ", ...ways.flatMap((b, i) => (i ? [" or ", b] : [b])), "?"] : [];
}
