// The order of the catalog's rows. The file comes sorted by name; by a column
// they are counted into place, which keeps names in order within a value.

import type { Catalog } from "./catalogdata.ts";
import type { SortColumn, State } from "./filterstate.ts";

const ranks = new Map<SortColumn, Uint32Array>();

// ranked gives each value of a dictionary its place in the alphabet, from 1.
function ranked(c: Catalog, by: Exclude<SortColumn, "name">): Uint32Array {
  let rank = ranks.get(by);
  if (!rank) {
    rank = new Uint32Array(c.dict[by].length);
    const { compare } = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true });
    const order = c.dict[by].map((_, i) => i).slice(1);
    order.sort((a, b) => compare(c.dict[by][a]!, c.dict[by][b]!));
    order.forEach((value, place) => (rank![value] = place + 1));
    ranks.set(by, rank);
  }
  return rank;
}

/** sorted is rows in the order of a state; those without a value come last either way. */
export function sorted(c: Catalog, rows: Uint32Array, s: State): Uint32Array {
  if (s.by === "name") return s.down ? rows.slice().reverse() : rows;
  const rank = ranked(c, s.by);
  const column = c.cols[s.by];
  const last = rank.length;
  const place = (row: number): number => {
    const r = rank[column[row]!]!;
    return r === 0 ? last : s.down ? last - r : r;
  };
  const next = new Uint32Array(last + 2);
  for (const row of rows) next[place(row) + 1]!++;
  for (let i = 1; i < next.length; i++) next[i]! += next[i - 1]!;
  const out = new Uint32Array(rows.length);
  for (const row of rows) out[next[place(row)]!++] = row;
  return out;
}
