// What is said when nothing is left of the catalog: which condition to drop, and
// what that would show.

import { button, count, el, link } from "./dom.ts";
import type { Child } from "./dom.ts";
import type { Outcome } from "./filter.ts";
import { has, parseFilter } from "./filterquery.ts";
import type { State } from "./filterstate.ts";
import { base } from "./refs.ts";
import { myTeam } from "./store.ts";

const most = 4;

/** nothing says why there is no row, and offers states in which there are; clear is the one with all. */
export function nothing(s: State, o: Outcome, go: (s: State) => void, clear: () => void): HTMLElement {
  if (!o.all) return el("p", "empty", el("strong", "", "There are no entities here."));
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
  return el("div", "empty", el("p", "", el("strong", "", "No entity matches.")), ...ways.map((w) => el("p", "", w)));
}
