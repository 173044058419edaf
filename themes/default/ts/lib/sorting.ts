// The order of the catalog's rows: by the name that is shown, or by a column and
// within a value by name. Rows are counted into place, not compared.

import { label } from "./catalogdata.ts";
import type { Catalog } from "./catalogdata.ts";
import type { SortColumn, State } from "./filterstate.ts";

/** Sorter puts rows in the order of a state; those without a value come last either way. */
export type Sorter = (rows: Uint32Array, s: State) => Uint32Array;

/** sorter is the sorter of a catalog. */
export function sorter(c: Catalog): Sorter {
  const names = alphabet(c);
  const ranks = new Map<SortColumn, Uint32Array>();
  return (rows, s) => {
    const wanted = new Uint8Array(c.n);
    for (const row of rows) wanted[row] = 1;
    const byName = names.filter((row) => wanted[row] === 1);
    if (s.by === "name") return s.down ? byName.reverse() : byName;
    let rank = ranks.get(s.by);
    if (!rank) ranks.set(s.by, (rank = ranked(c.dict[s.by])));
    return counted(byName, c.cols[s.by], rank, s.down);
  };
}

// alphabet is all rows by the name that is shown. The file is sorted by the name
// of each entity already, so that only titles need a place to be found.
function alphabet(c: Catalog): Uint32Array {
  const keys = c.names.map((_, row) => label(c, row).toLowerCase());
  const before = (a: number, b: number): boolean => keys[a]! < keys[b]! || (keys[a] === keys[b] && a < b);
  const titled: number[] = [];
  for (let row = 0; row < c.n; row++) if (c.titles[row]) titled.push(row);
  titled.sort((a, b) => (before(a, b) ? -1 : 1));
  const out = new Uint32Array(c.n);
  let n = 0;
  let t = 0;
  for (let row = 0; row < c.n; row++) {
    if (c.titles[row]) continue;
    while (t < titled.length && before(titled[t]!, row)) out[n++] = titled[t++]!;
    out[n++] = row;
  }
  while (t < titled.length) out[n++] = titled[t++]!;
  return out;
}

// ranked gives each value of a dictionary its place in the alphabet, from 1; 0
// is no value.
function ranked(dict: string[]): Uint32Array {
  const { compare } = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true });
  const order = dict.map((_, i) => i).slice(1);
  order.sort((a, b) => compare(dict[a]!, dict[b]!));
  const out = new Uint32Array(dict.length);
  order.forEach((value, place) => (out[value] = place + 1));
  return out;
}

// counted sorts rows by the rank of their value, and leaves the order of those
// that have the same.
function counted(rows: Uint32Array, column: number[], rank: Uint32Array, down: boolean): Uint32Array {
  const last = rank.length;
  const place = (row: number): number => {
    const r = rank[column[row]!]!;
    return r === 0 ? last : down ? last - r : r;
  };
  const next = new Uint32Array(last + 2);
  for (const row of rows) next[place(row) + 1]!++;
  for (let i = 1; i < next.length; i++) next[i]! += next[i - 1]!;
  const out = new Uint32Array(rows.length);
  for (const row of rows) out[next[place(row)]!++] = row;
  return out;
}
