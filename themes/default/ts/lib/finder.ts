// Finding entities by a few letters, over the whole catalog, at each key.

import { find, ownerIndex, refOf, value } from "./catalogdata.ts";
import type { Catalog } from "./catalogdata.ts";
import { match, whole } from "./match.ts";
import type { Match } from "./match.ts";
import { refText } from "./refs.ts";
import { recents, stars, teamFirst } from "./store.ts";

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
  const rows = (refs: string[]): Set<number> => new Set(refs.map((ref) => find(c, ref, "component")));
  const since = Date.now() - month;
  const starred = rows(stars());
  const visited = rows(recents().flatMap(([ref, at]) => (at > since ? [ref] : [])));
  const team = ownerIndex(c, teamFirst()[0] ?? "");
  return (row) => {
    const mine = team >= 0 && c.cols.owner[row] === team;
    return (starred.has(row) ? 30 : 0) + (visited.has(row) ? 20 : 0) + (mine ? 15 : 0);
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

// Best keeps the best of many, without putting all of them in order.
class Best {
  private found: Found[] = [];
  private least = -Infinity;
  private readonly most: number;
  private readonly length: (f: Found) => number;

  constructor(c: Catalog, most: number) {
    this.most = most;
    this.length = (f) => c.names[f.row]?.length ?? 0;
  }

  add(f: Found): void {
    if (f.score < this.least) return;
    this.found.push(f);
    if (this.found.length > 4 * this.most + 64) this.all();
  }

  /** all are those that were kept, best first; of equal ones the shorter. */
  all(): Found[] {
    this.found.sort((a, b) => b.score - a.score || this.length(a) - this.length(b) || a.row - b.row);
    this.found = this.found.slice(0, this.most);
    if (this.found.length === this.most) this.least = this.found.at(-1)?.score ?? this.least;
    return this.found;
  }
}

// each calls take with all entities that a query finds; kind "" is all kinds.
function each(c: Catalog, query: string, kind: string, take: (f: Found) => void): void {
  const favour = favours(c);
  const only = kind ? c.dict.kind.indexOf(kind) : -1;
  if (kind && only < 0) return;
  const exact = query.includes("/");
  for (let row = 0; row < c.n; row++) {
    if (only >= 0 && c.cols.kind[row] !== only) continue;
    const m = exact && isRef(c, query, row) ? { score: exactRef, ranges: [] } : query ? best(c, query, row) : { score: 0, ranges: [] };
    if (!m) continue;
    const weight = kindWeight[value(c, "kind", row)] ?? 0;
    const old = value(c, "lifecycle", row) === "deprecated" ? 20 : 0;
    take({ row, score: m.score + weight + favour(row) - old, ranges: m.ranges });
  }
}

// isRef tells whether a reference was typed in full, but for the kind perhaps.
function isRef(c: Catalog, query: string, row: number): boolean {
  const r = refOf(c, row);
  return refText(r) === query || `${r.ns}/${r.name}` === query;
}

/** findEntities is what a query finds, best first, at most limit; kind "" is all kinds. */
export function findEntities(c: Catalog, query: string, kind: string, limit: number): Found[] {
  const top = new Best(c, limit);
  each(c, query, kind, (f) => top.add(f));
  return top.all();
}

/** findByKind is what a query finds of each kind, at most limit of each; the kind with the best comes first. */
export function findByKind(c: Catalog, query: string, kind: string, limit: number): [kind: string, found: Found[]][] {
  const tops = new Map<string, Best>();
  each(c, query, kind, (f) => {
    const of = value(c, "kind", f.row);
    let top = tops.get(of);
    if (!top) tops.set(of, (top = new Best(c, limit)));
    top.add(f);
  });
  const out = [...tops].map(([of, top]): [string, Found[]] => [of, top.all()]);
  return out.sort((a, b) => (b[1][0]?.score ?? 0) - (a[1][0]?.score ?? 0));
}

/** resolve is the one entity that a name means: the whole name or the clear beginning of one. */
export function resolve(c: Catalog, name: string): number {
  const [first, second] = findEntities(c, name, "", 2);
  if (!first || first.score < 480) return -1;
  const clear = first.score >= whole || !second || first.score > second.score;
  return clear ? first.row : -1;
}
