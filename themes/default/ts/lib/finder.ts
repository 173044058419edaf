// Finding entities by a few letters, over the whole catalog, at each key.

import { ownerIndex, refOf, value } from "./catalogdata.ts";
import type { Catalog } from "./catalogdata.ts";
import { match, whole } from "./match.ts";
import type { Match } from "./match.ts";
import { refText } from "./refs.ts";
import { myTeam, recents, stars } from "./store.ts";

/** Found is an entity that matches. */
export interface Found {
  row: number;
  score: number;
  /** The ranges of its label that matched; none if its name did and a title is shown. */
  ranges: [number, number][];
}

const kindWeight: Record<string, number> = { component: 6, system: 5, api: 4, group: 4, domain: 3, template: 2, resource: 1 };
const month = 30 * 86_400_000;

// Above every name: what was typed is the reference itself.
const exactRef = 1000;

// favours are what a reader's stars, visits and team add to entities.
function favours(c: Catalog): (row: number) => number {
  const starred = new Set(stars());
  const since = Date.now() - month;
  const visited = new Set(recents().flatMap(([ref, at]) => (at > since ? [ref] : [])));
  const team = ownerIndex(c, myTeam());
  return (row) => {
    const ref = starred.size || visited.size ? refText(refOf(c, row)) : "";
    const mine = team >= 0 && c.cols.owner[row] === team;
    return (starred.has(ref) ? 30 : 0) + (visited.has(ref) ? 20 : 0) + (mine ? 15 : 0);
  };
}

// best matches the name and, where there is one, the title, which is what is shown.
function best(c: Catalog, query: string, row: number): Match | null {
  const name = c.names[row] ?? "";
  const title = c.titles[row];
  const lower = c.lower[row] ?? "";
  if (!title) return match(query, name, lower);
  const byTitle = match(query, title);
  const byName = match(query, name, lower.slice(0, name.length));
  if (byTitle && (!byName || byTitle.score >= byName.score)) return byTitle;
  return byName && { score: byName.score, ranges: [] };
}

/** findEntities is what a query finds, best first, at most limit; kind "" is all kinds. */
export function findEntities(c: Catalog, query: string, kind: string, limit: number): Found[] {
  const favour = favours(c);
  const only = kind ? c.dict.kind.indexOf(kind) : -1;
  if (kind && only < 0) return [];
  const out: Found[] = [];
  for (let row = 0; row < c.n; row++) {
    if (only >= 0 && c.cols.kind[row] !== only) continue;
    const m = query ? best(c, query, row) : { score: 0, ranges: [] };
    if (!m) continue;
    const weight = kindWeight[value(c, "kind", row)] ?? 0;
    const old = value(c, "lifecycle", row) === "deprecated" ? 20 : 0;
    out.push({ row, score: m.score + weight + favour(row) - old, ranges: m.ranges });
  }
  if (query.includes("/")) promote(c, query, out);
  const length = (f: Found): number => c.names[f.row]?.length ?? 0;
  return out.sort((a, b) => b.score - a.score || length(a) - length(b) || a.row - b.row).slice(0, limit);
}

// promote puts the entity on top whose reference was typed in full.
function promote(c: Catalog, query: string, found: Found[]): void {
  for (let row = 0; row < c.n; row++) {
    const r = refOf(c, row);
    const ref = refText(r);
    if (ref !== query && `${r.ns}/${r.name}` !== query) continue;
    const there = found.find((f) => f.row === row);
    if (there) there.score = exactRef;
    else found.push({ row, score: exactRef, ranges: [] });
  }
}

/** resolve is the one entity that a name means: the whole name or the clear beginning of one. */
export function resolve(c: Catalog, name: string): number {
  const [first, second] = findEntities(c, name, "", 2);
  if (!first || first.score < 480) return -1;
  const clear = first.score >= whole || !second || first.score > second.score;
  return clear ? first.row : -1;
}
