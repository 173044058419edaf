// What is shown of a hit: what internal/search/excerpt.go does.

import type { Sought } from "./searchmatch.ts";
import type { Query } from "./searchquery.ts";
import type { Excerpt, Hit, HitSection, Mark } from "./searchindex.types.ts";
import { root as rootOf, stem } from "./stem.ts";
import { cut, scan } from "./searchwords.ts";

/** Shown is a document as a fragment has it. */
export interface Shown {
  u: string;
  k?: string;
  r?: string;
  n?: string;
  t?: string;
  c?: string;
  o?: string;
  y?: string;
  l?: string;
  g?: string[];
  d?: string;
  s?: [id: string, title: string, text: string][];
  x?: number;
}

const excerptLen = 160;
const lead = 40;

/** Match is a place in a text. */
export interface Match {
  start: number;
  end: number;
  word: number;
  term: number;
}

/** Matcher is where the words of a query stand in a text. */
export type Matcher = (text: string) => Match[];

/** matcher finds the words of a query, what they were corrected to and what says the same otherwise, in texts of a language. */
export function matcher(q: Query, sought: Sought[], lang: string): Matcher {
  const terms: { term: string; root: string; prefix: boolean; word: number }[] = [];
  const add = (term: string, prefix: boolean, word: number): unknown => terms.push({ term, root: stem(lang, term), prefix, word });
  const alike = new Map<string, number>();
  let next = 0; // of the smallest words
  const smallest = (term: string, prefix: boolean, word: number): void => {
    const s = sought[next++]!;
    if (s.optional) return;
    add(term, prefix, word);
    if (s.corrected) for (const c of s.terms) add(c.term, false, word);
    if (s.alike.length && lang === "en") {
      add("", false, word);
      for (const r of s.alike) alike.set(r, terms.length - 1);
    }
  };
  q.words.forEach((w, word) => {
    if (w.parts.length) add(w.term, w.prefix, word);
    const all = w.parts.length ? w.parts : [w.term];
    all.forEach((p, i) => smallest(p, w.prefix && i === all.length - 1, word));
  });
  const token = (t: string): number => {
    t = cut(t);
    const root = stem(lang, t);
    const at = terms.findIndex((x) => x.term === t || x.root === root || (x.prefix && t.startsWith(x.term)));
    return at < 0 ? (alike.get(rootOf(t)) ?? at) : at;
  };
  return (text) => {
    const out: Match[] = [];
    for (const w of scan(text)) {
      const found = [w.term, ...w.parts, ...w.humps].map(token).find((i) => i >= 0);
      if (found !== undefined) out.push({ start: w.start, end: w.end, word: terms[found]!.word, term: found });
      if (out.length >= 400) break;
    }
    return out;
  };
}

const distinct = (found: Match[]): number => new Set(found.map((m) => m.word)).size;

/** hit is a document as it is shown for a query. */
export function hit(d: Shown, score: number, match: Matcher): Hit {
  const title = d.t ?? "";
  const places = (d.s ?? [])
    .map(([id, title, text]) => {
      const found = match(text);
      const inTitle = match(title);
      const both = [...found, ...inTitle];
      const different = new Set(both.map((m) => m.term)).size;
      // Of operations that fit as well, the shorter path is meant.
      const api = d.k === "api";
      return { id, title, text, found, inTitle, score: 2 * distinct(api ? both : found) + 3 * distinct(inTitle), different, length: api ? [...title].length : 0 };
    })
    .filter((p) => p.score > 0)
    .sort((a, b) => b.score - a.score || b.different - a.different || a.length - b.length);
  let best = { text: d.d ?? "", found: match(d.d ?? "") };
  if (places[0] && places[0].score >= distinct(best.found)) best = places[0];
  if (!best.text) best = { text: d.s?.[0]?.[2] ?? "", found: best.found };
  const sections: HitSection[] = places.slice(0, 4).map((p) => ({
    id: p.id, title: p.title, titleMarks: marks(p.inTitle), excerpt: excerpt(p.text, p.found),
  }));
  return {
    url: d.u, kind: d.k ?? "", ref: d.r ?? "", name: d.n ?? "", title, titleMarks: marks(match(title)), crumb: d.c ?? "",
    owner: d.o ?? "", type: d.y ?? "", lifecycle: d.l ?? "", tags: d.g ?? [], score,
    excerpt: excerpt(best.text, best.found), sections,
  };
}

// marks are the matches, those that touch taken together.
function marks(found: Match[], shift = 0): Mark[] {
  const out: Mark[] = [];
  for (const m of found) {
    const last = out.at(-1);
    if (last && last[1] >= m.start + shift) last[1] = m.end + shift;
    else out.push([m.start + shift, m.end + shift]);
  }
  return out;
}

// excerpt is the stretch of a text with the most different matches.
function excerpt(text: string, found: Match[]): Excerpt {
  const [start, end] = stretch(text, found.length ? densest(found) : 0);
  const before = start > 0 ? "… " : "";
  return {
    text: before + text.slice(start, end).replace(/[\n\r\t]/g, " ") + (end < text.length ? " …" : ""),
    marks: marks(found.filter((m) => m.start >= start && m.end <= end), before.length - start),
  };
}

function densest(found: Match[]): number {
  let best = 0;
  let at = found[0]!.start;
  for (let i = 0, j = 0; i < found.length; i++) {
    while (j < found.length && found[j]!.end <= found[i]!.start + excerptLen - lead) j++;
    const n = distinct(found.slice(i, Math.max(j, i + 1)));
    if (n > best) {
      best = n;
      at = found[i]!.start;
    }
  }
  return at;
}

function stretch(text: string, at: number): [number, number] {
  if (text.length <= excerptLen) return [0, text.length];
  let start = Math.max(Math.min(at - lead, text.length - excerptLen), 0);
  if (start > 0) {
    const i = text.slice(start, at).search(/[ \n]/);
    start = i < 0 ? at : start + i + 1;
  }
  let end = start + excerptLen;
  if (end >= text.length) return [start, text.length];
  const i = Math.max(text.lastIndexOf(" ", end - 1), text.lastIndexOf("\n", end - 1)) - start;
  if (i > excerptLen / 2) end = start + i;
  // Not within a pair of surrogates.
  else if ((text.charCodeAt(end) & 0xfc00) === 0xdc00) end--;
  return [start, end];
}
