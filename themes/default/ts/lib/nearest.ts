// Names that are close to one that is not there: for addresses that lead
// nowhere, and searches that find nothing.

import { ownerRow, refOf, rowRef, shown, value } from "./catalogdata.ts";
import type { Catalog } from "./catalogdata.ts";
import { el } from "./dom.ts";
import { distance } from "./distance.ts";
import { entityLink } from "./personal.ts";
import { kindWord } from "./refs.ts";

const longest = 64; // letters of a name that are compared

/** nearest are the rows whose names are closest to a name, best first, at most so many. */
export function nearest(c: Catalog, name: string, most: number): number[] {
  const wanted = name.toLowerCase().slice(0, longest);
  if (wanted.length < 2) return [];
  const out: [row: number, cost: number][] = [];
  for (let row = 0; row < c.n; row++) {
    const cost = Math.min(...(c.lower[row] ?? "").split("\n").map((x) => unlike(wanted, x)));
    if (cost < Infinity) out.push([row, cost]);
  }
  return out.sort((a, b) => a[1] - b[1] || a[0] - b[0]).slice(0, most).map(([row]) => row);
}

/**
 * unlike is how far a name is from the one wanted: nothing for the same, less
 * than 10 for a slip of the keys, up to 40 where one holds the other or words
 * of it, and infinitely far else.
 */
export function unlike(wanted: string, name: string): number {
  if (name === wanted) return 0;
  const slips = Math.min(3, Math.ceil(wanted.length / 4));
  const d = distance(wanted, name, slips);
  if (d <= slips) return d;
  const gap = Math.min(9, Math.abs(name.length - wanted.length) / 4);
  if (name.startsWith(wanted)) return 10 + gap;
  if (name.includes(wanted) || (name.length > 3 && wanted.includes(name))) return 20 + gap;
  const share = shared(wanted, name);
  return share >= 0.5 ? 40 - 10 * share : Infinity;
}

const words = (name: string): string[] => name.split(/[-_./\s]+/).filter((w) => w.length > 2);

// shared is the part of the wanted words that a name has, but for a slip.
function shared(wanted: string, name: string): number {
  const looked = words(wanted);
  const there = words(name);
  const found = looked.filter((w) => there.some((x) => x === w || (w.length > 3 && distance(w, x, 1) <= 1)));
  return looked.length ? found.length / looked.length : 0;
}

/** nearestRow is the line of a row: what it is, of which kind, and whose. */
export function nearestRow(c: Catalog, row: number): HTMLLIElement {
  const owner = value(c, "owner", row);
  const at = ownerRow(c, owner);
  const whose = at >= 0 ? shown(c, at) : owner;
  const sub = [kindWord(refOf(c, row).kind), whose].filter((x) => x).join(" · ");
  return el("li", "", el("span", "", entityLink(rowRef(c, row), shown(c, row))), el("span", "sub", sub));
}
