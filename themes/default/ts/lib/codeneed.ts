// What the terms of a file must be for a query to match in it; as in
// internal/codesearch/need.go, after Russ Cox's "Regular Expression Matching with a
// Trigram Index".

import { fold, foldPoint } from "./codefold.ts";
import type { CodeFilter, CodeQuery } from "./codequery.ts";
import { literals } from "./codequery.ts";
import { parseRegexp } from "./coderegexp.ts";
import type { Piece, Range } from "./coderegexp.ts";
import { inContent, inPath, inRepository, languageTerm, termsOf } from "./codeterms.ts";
import type { Term } from "./codeterms.ts";

/** Need is all of terms and all of subs, or one of subs; null is nothing. */
export interface Need {
  or: boolean;
  /** No file matches. */
  never: boolean;
  terms: Term[];
  subs: Need[];
}

const never: Need = { or: false, never: true, terms: [], subs: [] };

function and(...ns: (Need | null)[]): Need | null {
  const terms = new Map<number, Term>();
  const subs: Need[] = [];
  for (const n of ns) {
    if (n?.never) return n;
    if (n?.or) subs.push(n);
    else if (n) {
      for (const t of n.terms) terms.set(t.key, t);
      subs.push(...n.subs);
    }
  }
  if (!terms.size && subs.length <= 1) return subs[0] ?? null;
  return { or: false, never: false, terms: [...terms.values()], subs };
}

function or(...ns: (Need | null)[]): Need | null {
  const subs: Need[] = [];
  for (const n of ns) {
    if (!n) return null;
    if (n.or) subs.push(...n.subs);
    else if (!n.never) subs.push(n);
  }
  if (subs.length <= 1) return subs[0] ?? never;
  return { or: true, never: false, terms: [], subs };
}

const textNeed = (kind: number, s: string): Need | null => and({ or: false, never: false, terms: termsOf(kind, s), subs: [] });

const oneOf = (set: string[]): Need | null => or(...set.map((s) => textNeed(inContent, s)));

const maxSet = 16; // texts
const maxClass = 100; // characters of a class that are looked at
const maxText = 256; // characters of a text
const maxCopies = 8; // of what is repeated, that are looked at
const edge = 3; // characters of a text at which a term across it may begin

// Known is what is known of the texts that an expression matches, all folded: all of
// them, if exact is there; else how each begins and ends, and what a line with one
// must have.
interface Known {
  exact?: string[];
  prefix: string[];
  suffix: string[];
  need: Need | null;
}

const unknown: Known = { prefix: [""], suffix: [""], need: null };

const exactly = (...exact: string[]): Known => ({ exact, prefix: [], suffix: [], need: null });

const tidy = (set: string[]): string[] => [...new Set(set)];

const cross = (a: string[], b: string[]): string[] => tidy(a.flatMap((x) => b.map((y) => x + y)));

function open(x: Known): Known {
  return x.exact ? short({ prefix: x.exact, suffix: x.exact, need: oneOf(x.exact) }) : x;
}

function bounded(x: Known): Known {
  if (!x.exact) return short(x);
  return x.exact.length > maxSet || x.exact.some((s) => s.length > maxText) ? open(x) : x;
}

// short cuts beginnings and ends to what a term across them could need.
function short(x: Known): Known {
  const need = and(x.need, oneOf(x.prefix), oneOf(x.suffix));
  const cut = (set: string[], f: (s: string[], n: number) => string[]): string[] => {
    for (let n = edge; ; n--) {
      const out = tidy(set.map((s) => f([...s], n).join("")));
      if (out.length <= maxSet) return out;
    }
  };
  return { need, prefix: cut(x.prefix, (s, n) => s.slice(0, n)), suffix: cut(x.suffix, (s, n) => s.slice(Math.max(0, s.length - n))) };
}

function concat(a: Known, b: Known): Known {
  if (a.exact && b.exact) return bounded(exactly(...cross(a.exact, b.exact)));
  const x: Known = { prefix: a.prefix, suffix: b.suffix, need: and(a.need, b.need) };
  if (a.exact) x.prefix = cross(a.exact, b.prefix);
  else if (b.exact) x.suffix = cross(a.suffix, b.exact);
  else x.need = and(x.need, oneOf(cross(a.suffix, b.prefix)));
  return short(x);
}

function alternate(a: Known, b: Known): Known {
  if (a.exact && b.exact) return bounded(exactly(...tidy([...a.exact, ...b.exact])));
  const [x, y] = [open(a), open(b)];
  return short({ prefix: tidy([...x.prefix, ...y.prefix]), suffix: tidy([...x.suffix, ...y.suffix]), need: or(x.need, y.need) });
}

function analyse(x: Piece): Known {
  switch (x.op) {
    case "text":
      return exactly(String.fromCodePoint(foldPoint(x.point)));
    case "set":
      return set(x.ranges);
    case "any":
      return unknown;
    case "place":
      return exactly("");
    case "cat":
      return x.subs.map(analyse).reduce(concat, exactly(""));
    case "alt":
      return x.subs.map(analyse).reduce(alternate);
    case "repeat":
      return repeat(analyse(x.sub), x.min, x.max);
  }
}

function repeat(x: Known, min: number, max: number): Known {
  if (max === 0) return exactly("");
  if (min === 0) return max === 1 ? alternate(x, exactly("")) : unknown;
  let out = x;
  for (let i = 1; i < Math.min(min, maxCopies); i++) out = concat(out, x);
  return max === min && min <= maxCopies ? out : open(out);
}

// set is a class of few characters, each of which may be what is there.
function set(ranges: Range[]): Known {
  if (!ranges.length) return { prefix: [""], suffix: [""], need: never };
  if (ranges.reduce((n, [a, b]) => n + b - a + 1, 0) > maxClass) return unknown;
  const out = new Set<string>();
  for (const [a, b] of ranges) for (let c = a; c <= b; c++) out.add(String.fromCodePoint(foldPoint(c)));
  return out.size > maxSet ? unknown : exactly(...out);
}

function patternNeed(q: CodeQuery): Need | null {
  if (!q.pattern) return null;
  if (!q.regexp) return textNeed(inContent, fold(q.pattern));
  const x = analyse(parseRegexp(q.pattern, q.fold));
  return x.exact ? oneOf(x.exact) : x.need;
}

const nameNeed = (kind: number, value: string): Need | null => and(...literals(value).map((s) => textNeed(kind, s)));

/** needs is what a query needs of a file; languages are those of the index, by their names. */
export function needs(q: CodeQuery, languages: Map<string, number>): Need | null {
  const asked = (key: CodeFilter["key"]): string[] => q.filters.filter((f) => f.key === key && !f.not).map((f) => f.value);
  const lang = (value: string): Need => {
    const id = languages.get(value.toLowerCase());
    return id === undefined ? never : { or: false, never: false, terms: [languageTerm(id)], subs: [] };
  };
  const all = [patternNeed(q), ...asked("file").map((v) => nameNeed(inPath, v))];
  const repos = asked("repo").map((v) => nameNeed(inRepository, v));
  const langs = asked("lang").map(lang);
  if (repos.length) all.push(or(...repos));
  if (langs.length) all.push(or(...langs));
  return and(...all);
}
