// Which rows of the catalog a state shows. One pass over the columns answers
// that, and what one would get by adding a value to a facet, and what each
// condition takes away.

import { find, ownerIndex, ownerRow } from "./catalogdata.ts";
import type { Catalog } from "./catalogdata.ts";
import { facets, parseFilter, without } from "./filterquery.ts";
import type { Facet, Token } from "./filterquery.ts";
import type { State } from "./filterstate.ts";
import { kindWord, kindWords, parseRef, shortName } from "./refs.ts";
import { me, myTeams, stars } from "./store.ts";

/** Condition is one thing that a row must be. */
export interface Condition {
  /** In words: "lifecycle: deprecated". */
  label: string;
  /** The facet it widens with each value, none for other conditions. */
  facet?: Facet;
  hits: (row: number) => boolean;
  /** The state without it. */
  lifted: () => State;
}

/** Outcome is what a state shows. */
export interface Outcome {
  /** How many rows there are in all. */
  all: number;
  /** In the order of the catalog. */
  rows: Uint32Array;
  /** For each value of a facet, how many rows have it and are all else that is asked for. */
  counts: Record<Facet, Uint32Array>;
  conditions: Condition[];
  /** For each condition, how many rows only it keeps away. */
  gains: Uint32Array;
}

/** filter finds the rows of a state. */
export function filter(c: Catalog, s: State): Outcome {
  const list = conditions(c, s);
  const tests = list.map((x) => x.hits);
  const gains = new Uint32Array(list.length);
  const rows = new Uint32Array(c.n);
  const counts = {} as Outcome["counts"];
  for (const f of facets) counts[f] = new Uint32Array(c.dict[f].length);
  let n = 0;
  for (let row = 0; row < c.n; row++) {
    const missed = onlyMiss(tests, row);
    if (missed === many) continue;
    if (missed === none) {
      rows[n++] = row;
      for (const f of facets) add(c, f, row, counts[f]);
    } else {
      gains[missed]!++;
      const f = list[missed]!.facet;
      if (f) add(c, f, row, counts[f]);
    }
  }
  return { all: c.n, rows: rows.subarray(0, n), counts, conditions: list, gains };
}

const none = -1;
const many = -2;

// onlyMiss is the one test that a row fails, or none, or many.
function onlyMiss(tests: Condition["hits"][], row: number): number {
  let missed = none;
  for (let k = 0; k < tests.length; k++) {
    if (tests[k]!(row)) continue;
    if (missed !== none) return many;
    missed = k;
  }
  return missed;
}

function add(c: Catalog, f: Facet, row: number, counts: Uint32Array): void {
  if (f !== "tag") counts[c.cols[f][row]!]!++;
  else for (let i = c.tags.start[row]!; i < c.tags.start[row + 1]!; i++) counts[c.tags.ids[i]!]!++;
}

function conditions(c: Catalog, s: State): Condition[] {
  const tokens = parseFilter(s.text);
  const out: Condition[] = [];
  for (const facet of facets) {
    const typed = tokens.filter((t) => t.key === facet && !t.not);
    const picked = s.picked[facet];
    if (!typed.length && !picked.length) continue;
    const wanted = [...picked.flatMap((v) => exactly(c, facet, v)), ...typed.flatMap((t) => meant(c, facet, t.value))];
    out.push({
      facet,
      label: `${facet}: ${[...picked, ...typed.map((t) => t.value || "none")].join(", ")}`,
      hits: having(c, facet, wanted),
      lifted: () => ({ ...s, picked: { ...s.picked, [facet]: [] }, text: without(s.text, (t) => t.key === facet && !t.not) }),
    });
  }
  for (const t of tokens) {
    const hits = t.key === "word" ? named(c, t.value) : t.key === "is" ? being(c, t.value) : t.not ? having(c, t.key, meant(c, t.key, t.value)) : null;
    if (!hits) continue;
    out.push({
      label: t.text,
      hits: t.not ? (row) => !hits(row) : hits,
      lifted: () => ({ ...s, text: without(s.text, (other) => same(other, t)) }),
    });
  }
  return out;
}

/** Unmet is a value of a facet that no row has. */
export interface Unmet {
  facet: Facet;
  value: string;
  /** The state with another value in its place. */
  instead: (value: string) => State;
}

/** unmet are the values of a state that are chosen or typed, and that no row has. */
export function unmet(c: Catalog, s: State): Unmet[] {
  const typed = parseFilter(s.text).flatMap((t): Unmet[] =>
    t.key === "word" || t.key === "is" || t.not || !t.value || t.value === "me" || meant(c, t.key, t.value).length
      ? []
      : [{ facet: t.key, value: t.value, instead: (value) => ({ ...s, text: `${without(s.text, (other) => same(other, t))} ${t.key}:${/\s/.test(value) ? `"${value}"` : value}`.trim() }) }],
  );
  const picked = facets.flatMap((facet) =>
    s.picked[facet].flatMap((old): Unmet[] =>
      exactly(c, facet, old).length ? [] : [{ facet, value: old, instead: (value) => ({ ...s, picked: { ...s.picked, [facet]: s.picked[facet].map((v) => (v === old ? value : v)) } }) }],
    ),
  );
  return [...typed, ...picked];
}

const same = (a: Token, b: Token): boolean => a.key === b.key && a.value === b.value && a.not === b.not;

const named = (c: Catalog, word: string) => (row: number) => c.lower[row]!.includes(word);

// having is the test for some values of a facet.
function having(c: Catalog, facet: Facet, wanted: number[]): Condition["hits"] {
  const mask = new Uint8Array(c.dict[facet].length);
  for (const i of wanted) mask[i] = 1;
  if (facet !== "tag") {
    const column = c.cols[facet];
    return (row) => mask[column[row]!] === 1;
  }
  const { start, ids } = c.tags;
  return (row) => {
    const end = start[row + 1]!;
    if (start[row] === end) return mask[0] === 1;
    for (let i = start[row]!; i < end; i++) if (mask[ids[i]!]) return true;
    return false;
  };
}

// being is the test for what is kept in the browser, or told by other rows.
function being(c: Catalog, what: string): Condition["hits"] {
  if (what === "starred") {
    const rows = new Set(stars().map((ref) => find(c, ref, "component")));
    return (row) => rows.has(row);
  }
  if (what === "orphan") {
    // Teams and people are what owns; nobody must own them.
    const owned = c.dict.owner.map((o) => ownerRow(c, o) >= 0);
    const owning = c.dict.kind.map((k) => /^(group|user|location)$/.test(k));
    return (row) => !owned[c.cols.owner[row]!] && !owning[c.cols.kind[row]!];
  }
  return () => false;
}

/** exactly is the place of a value in its dictionary, as a list: with one entry or empty. */
export function exactly(c: Catalog, facet: Facet, wanted: string): number[] {
  const value = wanted.toLowerCase();
  const is = (v: string): boolean => v !== "" && v.toLowerCase() === value;
  let at = c.dict[facet].findIndex(is);
  if (at < 0 && (facet === "owner" || facet === "system")) at = c.dict[facet].indexOf(shortName(parseRef(value)));
  return at < 0 ? [] : [at];
}

// meant is what a typed value stands for: the value itself, else all that hold
// what was typed so far.
function meant(c: Catalog, facet: Facet, typed: string): number[] {
  if (!typed) return [0];
  if (facet === "owner" && typed === "me") {
    const own = [...myTeams(), me().user].filter(Boolean).map((ref) => ownerIndex(c, ref));
    return own.filter((i) => i >= 0);
  }
  const exact = exactly(c, facet, typed);
  if (exact.length) return exact;
  return c.dict[facet].flatMap((v, i) => {
    const words = facet === "kind" && v ? [kindWord(v), kindWords(v)] : [v];
    return v && words.some((w) => w.toLowerCase().includes(typed)) ? [i] : [];
  });
}
