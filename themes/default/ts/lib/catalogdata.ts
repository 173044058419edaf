// The catalog file: every entity in columns, sorted by name. It is fetched when
// the first thing needs it, and kept.

import { kept, load, loadJSON, site } from "./portal.ts";
import { kindIcon, kindTint, parseRef, refKey, refText, refURL, shortName } from "./refs.ts";
import type { Ref } from "./refs.ts";

/** Column is a column of small integers into the dictionary of its name. */
export type Column = "kind" | "ns" | "type" | "lifecycle" | "owner" | "system";

/** Catalog is the file as it is worked with. An entity is its row, 0 ≤ i < n. */
export interface Catalog {
  n: number;
  names: string[];
  /** The title where it is not the name, else "". */
  titles: string[];
  /** Name and title in lower case, for substrings. */
  lower: string[];
  dict: Record<Column | "tag", string[]>;
  cols: Record<Column, number[]>;
  tags: Tags;
}

/** Tags are the tags of all rows, one row after another: those of row i are ids[start[i]] to ids[start[i + 1] - 1]. */
export interface Tags {
  start: Uint32Array;
  ids: Uint32Array;
}

interface File {
  v: number;
  n: number;
  dict: Record<Column | "tag", string[]>;
  cols: Record<Column, number[]>;
  tags: string;
  names: string;
  titles: string;
}

/**
 * catalog is the catalog, fetched once a page. That of a large organisation has
 * megabytes: it is made ready in two slices, between which keys are answered.
 */
export const catalog = kept(async (): Promise<Catalog> => {
  const f = await loadJSON<File>((await site()).catalog);
  const names = f.names.split("\n");
  const titles = f.titles.split("\n");
  // All in lower case as one text is much quicker than one by one.
  const low = f.titles.toLowerCase().split("\n");
  const lower = f.names.toLowerCase().split("\n").map((name, i) => (low[i] ? `${name}\n${low[i]}` : name));
  await new Promise((go) => setTimeout(go)); // what slices.ts has is a file more to load
  return { n: f.n, names, titles, lower, dict: f.dict, cols: f.cols, tags: tagsOf(f.tags, f.n) };
});

function tagsOf(lines: string, n: number): Tags {
  const start = new Uint32Array(n + 1);
  const ids: number[] = [];
  lines.split("\n").forEach((line, i) => {
    if (line) for (const id of line.split(" ")) ids.push(Number(id));
    start[i + 1] = ids.length;
  });
  return { start, ids: Uint32Array.from(ids) };
}

/** descriptions are one line for each entity, in the order of the catalog. */
export const descriptions = kept(async () => (await load((await site()).desc)).split("\n"));

/** value is the word of a column for a row, "" for none. */
export const value = (c: Catalog, column: Column, i: number): string => c.dict[column][c.cols[column][i] ?? 0] ?? "";

/** refOf is the reference of a row. */
export const refOf = (c: Catalog, i: number): Ref => ({
  kind: value(c, "kind", i).toLowerCase(),
  ns: value(c, "ns", i).toLowerCase(),
  name: (c.names[i] ?? "").toLowerCase(),
});

/** rowRef is the reference of a row in full. */
export const rowRef = (c: Catalog, row: number): string => refText(refOf(c, row));

/** shown is the name of a row as pages write it. */
export const shown = (c: Catalog, row: number): string => c.titles[row] || shortName({ ...refOf(c, row), name: c.names[row] ?? "" });

/** label is what a row is called, without its namespace. */
export const label = (c: Catalog, i: number): string => c.titles[i] || c.names[i] || "";

/** urlOf is the address of a row's page. */
export const urlOf = (c: Catalog, i: number): string => refURL(refOf(c, i));

/** lookOf is what a row that stands for an entity needs to know of its reference. */
export const lookOf = (r: Ref): { icon: string; tint: string; href: string; ref: string } => ({
  icon: kindIcon(r.kind),
  tint: kindTint(r.kind),
  href: refURL(r),
  ref: refText(r),
});

/** find is the row of a reference, -1 for none; kind is for references without one. */
export function find(c: Catalog, ref: string, kind: string): number {
  const want = parseRef(ref, kind);
  // Rows stand by name, so that there is no need of a table of all references.
  let row = 0;
  for (let end = c.n; row < end; ) {
    const middle = (row + end) >> 1;
    if (refOf(c, middle).name < want.name) row = middle + 1;
    else end = middle;
  }
  for (; row < c.n; row++) {
    const r = refOf(c, row);
    if (r.name !== want.name) break;
    if (r.kind === want.kind && r.ns === want.ns) return row;
  }
  return -1;
}

/** ownerRow is the row of an owner as the dictionary writes it: a team, else a person. */
export function ownerRow(c: Catalog, owner: string): number {
  if (!owner) return -1;
  const team = find(c, owner, "group");
  return team >= 0 ? team : find(c, owner, "user");
}

/** ownerIndex is a team's place in the dictionary of owners, -1 for none. */
export function ownerIndex(c: Catalog, team: string): number {
  const key = refKey(team, "group");
  return team ? c.dict.owner.findIndex((o) => o !== "" && refKey(o, "group") === key) : -1;
}

/** ownedBy counts what a team owns by kind, most first. */
export function ownedBy(c: Catalog, team: string): Map<string, number> {
  const at = ownerIndex(c, team);
  const counts = new Map<string, number>();
  c.cols.owner.forEach((o, i) => {
    const kind = value(c, "kind", i);
    if (o === at) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  });
  return new Map([...counts].sort((a, b) => b[1] - a[1]));
}

/** teamName is a team as owners are written. */
export const teamName = (ref: string): string => parseRef(ref, "group").name;
