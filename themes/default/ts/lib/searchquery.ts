// Queries: what internal/search/query.go does.

import { cut, fold, scan } from "./searchwords.ts";

/** QueryWord is a word that is looked for; prefix: it is still being typed. */
export interface QueryWord {
  term: string;
  parts: string[];
  prefix: boolean;
}

/** Query is what the syntax of a query means. */
export interface Query {
  words: QueryWord[];
  phrases: { words: string[]; not: boolean }[];
  filters: { key: string; value: string; not: boolean }[];
  not: QueryWord[];
  /** Key of the whole name or title that the plain words make; of the path, if one of them is one. */
  whole: string;
}

/** filterKeys are the keys that are filters; other text with a colon is text. */
export const filterKeys = ["kind", "owner", "tag", "type", "lifecycle", "in"];
const space = "[ \\t\\n\\r\\u00a0\\u3000]";
const item = new RegExp(
  `${space}*(?:(-)(?=[^-]))?(?:"([^"]*)"?|(?:(${filterKeys.join("|")}):(?:"([^"]*)"?|([^ \\t\\n\\r\\u00a0\\u3000]*)))|([^ \\t\\n\\r\\u00a0\\u3000]+))`,
  "iuy",
);

/** parseQuery reads a query; every text is one. */
export function parseQuery(s: string): Query {
  s = Array.from(s.replace(/[“”„]/g, '"')).slice(0, 512).join("").toWellFormed();
  const q: Query = { words: [], phrases: [], filters: [], not: [], whole: "" };
  const typed: string[] = [];
  item.lastIndex = 0;
  for (let m; (m = item.exec(s)); ) {
    const not = Boolean(m[1]);
    const more = words(m[2] ?? m[6] ?? "");
    if (m[2] !== undefined) phrase(q, m[2], more, not);
    else if (m[3] !== undefined) {
      const value = fold((m[4] ?? m[5] ?? "").trim());
      if (value && q.filters.length < 16) q.filters.push({ key: m[3].toLowerCase(), value, not });
    } else if (not) q.not = [...q.not, ...more].slice(0, 16);
    else {
      typed.push(m[6]!);
      const before = q.words.length;
      q.words = [...q.words, ...more].slice(0, 16);
      if (item.lastIndex === s.length && q.words.length > before && !s.endsWith("?")) q.words.at(-1)!.prefix = true;
    }
  }
  if (!q.phrases.length) q.whole = cut(wholeKey(typed.find(isPath) ?? typed.join(" ")));
  return q;
}

function phrase(q: Query, s: string, more: QueryWord[], not: boolean): void {
  const all = smallest(s);
  if (!all.length || q.phrases.length >= 16) return;
  q.phrases.push({ words: all, not });
  if (!not) q.words = [...q.words, ...more].slice(0, 16);
}

const words = (s: string): QueryWord[] =>
  scan(s).map((w) => ({
    term: cut(w.term),
    parts: (w.parts.length ? w.parts : w.humps).filter(Boolean).map(cut),
    prefix: false,
  }));

/** isPath tells whether a text is the path of an operation; its key keeps the slash. */
export const isPath = (s: string): boolean => /^\/./s.test(s);

const wholeKey = (s: string): string => (isPath(s) ? "/" : "") + scan(s).map((w) => (w.parts.length ? w.parts.join("-") : w.term)).join("-");

/** smallest is a text as the words that phrases are compared by. */
export const smallest = (s: string): string[] => scan(s).flatMap((w) => (w.parts.length ? w.parts.filter(Boolean) : w.term));
