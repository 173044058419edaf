// What stands above the catalog's rows: kinds with their numbers, and the heads
// of the columns, by which they are sorted.

import type { Catalog } from "./catalogdata.ts";
import { all, button, count, one } from "./dom.ts";
import type { Outcome } from "./filter.ts";
import { address, columns } from "./filterstate.ts";
import type { SortColumn, State } from "./filterstate.ts";

/** ofKind is a state with one kind, or with all of them for "". */
export const ofKind = (s: State, kind: string): State => ({ ...s, picked: { ...s.picked, kind: kind ? [kind] : [] } });

/** paintKinds shows which kinds a state shows, and how many of each there are. */
export function paintKinds(nav: HTMLElement, c: Catalog, s: State, o: Outcome): void {
  const kinds = s.picked.kind.map((k) => k.toLowerCase());
  for (const a of all<HTMLAnchorElement>("a[data-kind]", nav)) {
    const kind = a.dataset.kind ?? "";
    const n = kind ? (o.counts.kind[c.dict.kind.indexOf(kind)] ?? 0) : o.counts.kind.reduce((sum, x) => sum + x, 0);
    const number = one(".count", a);
    if (number) number.textContent = count(n);
    // For tabs that are opened apart.
    a.href = address(ofKind(s, kind));
    if (kind ? kinds.includes(kind) : !kinds.length) a.setAttribute("aria-current", "page");
    else a.removeAttribute("aria-current");
  }
}

/** kindLinks calls pick for the kind whose link is clicked. Numbers keep the room they have. */
export function kindLinks(nav: HTMLElement, pick: (kind: string) => void): void {
  const numbers = all(".count", nav);
  const widths = numbers.map((n) => n.getBoundingClientRect().width);
  numbers.forEach((n, i) => (n.style.minInlineSize = `${widths[i]}px`));
  nav.addEventListener("click", (e) => {
    const a = e.target instanceof Element ? e.target.closest<HTMLElement>("a[data-kind]") : null;
    if (!a || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey || e.button !== 0) return;
    e.preventDefault();
    pick(a.dataset.kind ?? "");
  });
}

const heads = (table: HTMLTableElement): HTMLTableCellElement[] => [...(table.tHead?.rows[0]?.cells ?? [])];

/** sortButtons makes buttons of the columns' names. */
export function sortButtons(table: HTMLTableElement, sort: (by: SortColumn) => void): void {
  heads(table).forEach((th, i) => {
    const by = columns[i];
    if (by) th.replaceChildren(button("", th.textContent ?? "", () => sort(by)));
  });
}

/** paintOrder shows by which column a state sorts. */
export function paintOrder(table: HTMLTableElement, s: State): void {
  heads(table).forEach((th, i) => {
    if (columns[i] === s.by) th.setAttribute("aria-sort", s.down ? "descending" : "ascending");
    else th.removeAttribute("aria-sort");
  });
}
