// What the catalog shows, as its address says it. Whoever follows the address
// sees the same; parameters that mean nothing here are kept.

import { facets } from "./filterquery.ts";
import type { Facet } from "./filterquery.ts";

/** columns are what the table can be sorted by, in the order of its columns. */
export const columns = ["name", "owner", "system", "type", "lifecycle"] as const;

/** SortColumn is one of them. */
export type SortColumn = (typeof columns)[number];

/** State is all that decides which rows are shown, and in which order. */
export interface State {
  /** Values that were chosen, in the order in which that happened. */
  picked: Record<Facet, string[]>;
  text: string;
  by: SortColumn;
  down: boolean;
}

const most = 100; // values of a facet that are read from an address

/** unfiltered is the state that shows everything. */
export const unfiltered = (): State => ({
  picked: { kind: [], owner: [], lifecycle: [], type: [], system: [], tag: [], ns: [] },
  text: "",
  by: "name",
  down: false,
});

/** narrowed tells whether a state shows less than everything. */
export const narrowed = (s: State): boolean => s.text.trim() !== "" || facets.some((f) => s.picked[f].length > 0);

/** readState is the state that an address stands for. */
export function readState(search: string): State {
  const u = new URLSearchParams(search);
  const s = unfiltered();
  for (const f of facets) s.picked[f] = [...new Set(u.getAll(f).filter((v) => v !== ""))].slice(0, most);
  s.text = u.get("q") ?? "";
  const sort = u.get("sort") ?? "";
  s.down = sort.startsWith("-");
  s.by = columns.find((c) => c === sort.replace("-", "")) ?? "name";
  return s;
}

/** address is where a state is found. */
export function address(s: State): string {
  const u = new URLSearchParams(location.search);
  for (const key of [...facets, "q", "sort"]) u.delete(key);
  for (const f of facets) for (const v of s.picked[f]) u.append(f, v);
  if (s.text.trim()) u.set("q", s.text.trim());
  if (s.by !== "name" || s.down) u.set("sort", (s.down ? "-" : "") + s.by);
  const query = u.toString();
  return location.pathname + (query && `?${query}`) + location.hash;
}

/** picking is a state with a value of a facet chosen, or no longer. */
export function picking(s: State, facet: Facet, value: string): State {
  const before = s.picked[facet];
  const after = before.includes(value) ? before.filter((v) => v !== value) : [...before, value];
  return { ...s, picked: { ...s.picked, [facet]: after } };
}
