// The browser's reader of the search index. What it gives is described in
// searchindex.types.ts; how the files are laid out, in internal/search/doc.go,
// whose Reader does the same in Go: the words, the forms of postings, the
// numbers of the ranking must not differ (tests compare both).
//
// It loads what a query needs and keeps it: the table of documents once, then a
// shard or two for each word and a fragment for nearly each hit that is shown.

import type { Excerpt, Facet, Hit, HitSection, Index, Mark, Reason, Result, SearchOptions } from "./searchindex.types.ts";
export type * from "./searchindex.types.ts";

/** SearchError says which file of the index could not be had, and why. */
export class SearchError extends Error {
  reason: Reason;
  url: string;
  constructor(reason: Reason, url: string) {
    super(`search index: ${reason}: ${url}`);
    this.reason = reason;
    this.url = url;
  }
}

/** openIndex loads the meta file and the table; base is the address of data/. */
export async function openIndex(base: string, meta: string): Promise<Index> {
  const files = new Files(base);
  const m = JSON.parse(text(await files.load(meta), meta)) as Meta;
  if (m.v !== 1 || !(m.docs >= 0)) throw new SearchError("format", meta);
  return new Reader(files, m, await files.load(m.table));
}

// Files.

interface Meta {
  v: number;
  docs: number;
  avg: number;
  title: number;
  kinds: string[];
  priors: number[];
  table: string;
  starts: string;
  shards: string;
}

const utf8 = new TextDecoder();
const text = (b: Uint8Array, url: string): string => {
  const s = utf8.decode(b);
  if (s[0] !== "{" && s[0] !== "[") throw new SearchError("format", url);
  return s;
};

class Files {
  base: string;
  constructor(base: string) {
    this.base = base;
  }

  // A proxy that wants a login redirects or answers with a page.
  async load(name: string): Promise<Uint8Array> {
    const url = this.base + name;
    let r: Response;
    try {
      r = await fetch(url, { redirect: "manual" });
    } catch {
      throw new SearchError("missing", url);
    }
    const html = (r.headers.get("content-type") ?? "").startsWith("text/html");
    if (r.type === "opaqueredirect" || r.status === 401 || r.status === 403 || (r.ok && html)) {
      throw new SearchError("session", url);
    }
    if (!r.ok) throw new SearchError("missing", url);
    return new Uint8Array(await r.arrayBuffer());
  }
}

// once keeps what make gives for a key; what failed is tried again.
function once<T>(kept: Map<number, Promise<T>>, key: number, make: () => Promise<T>): Promise<T> {
  let p = kept.get(key);
  if (!p) {
    p = make();
    kept.set(key, p);
    p.catch(() => kept.delete(key));
  }
  return p;
}

class Bytes {
  b: Uint8Array;
  at = 0;
  constructor(b: Uint8Array) {
    this.b = b;
  }
  byte(): number {
    if (this.at >= this.b.length) throw new RangeError("end of file");
    return this.b[this.at++]!;
  }
  num(): number {
    let v = 0;
    for (let unit = 1; ; unit *= 128) {
      const c = this.byte();
      v += (c & 127) * unit;
      if (c < 128) return v;
    }
  }
  take(n: number): Uint8Array {
    if (n > this.b.length - this.at) throw new RangeError("end of file");
    this.at += n;
    return this.b.subarray(this.at - n, this.at);
  }
}

// Words.

const paired =
  "[\\u1100-\\u11ff\\u2e80-\\u2fdf\\u3005-\\u3007\\u3041-\\u3096\\u309d-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff\\u31f0-\\u31ff" +
  "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff\\uff66-\\uff9d\\u{20000}-\\u{3fffd}]";
const letter = `(?:(?!${paired})[\\p{L}\\p{Nd}\\p{M}])`;
const word = new RegExp(`(${paired}+)|${letter}+(?:[-_.]${letter}+)*`, "gu");
const isPaired = new RegExp(paired, "u");
const hump = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const plain: Record<string, string> = {
  ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ħ: "h", ł: "l", þ: "th", ı: "i", ς: "σ",
};

const foldChar = (c: string): string => {
  if (isPaired.test(c)) return c;
  c = c.toLowerCase();
  return plain[c] ?? c.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
};

const ascii = /^[\0-\x7f]*$/;

/** fold is s without case and diacritics. */
export const fold = (s: string): string => (ascii.test(s) ? s.toLowerCase() : Array.from(s, foldChar).join(""));

const cut = (s: string): string => (s.length <= 48 ? s : Array.from(s).slice(0, 48).join(""));

/** Word is a word of a text, folded; parts are what - _ . held together, humps those of camel case. */
export interface Word {
  term: string;
  start: number;
  end: number;
  parts: string[];
  humps: string[];
}

/** scan cuts a text into words as the index does. */
export function scan(s: string): Word[] {
  const out: Word[] = [];
  for (const m of s.matchAll(word)) {
    if (m[1]) pairs(m[1], m.index, out);
    else {
      const w = one(m[0], m.index);
      if (w.term) out.push(w);
    }
  }
  return out;
}

function one(s: string, start: number): Word {
  const parts = s.split(/[-_.]/);
  const humps = parts.flatMap((p) => {
    const h = p.split(hump);
    return h.length > 1 && h.length <= 8 ? h : [];
  });
  return {
    term: fold(s),
    start,
    end: start + s.length,
    parts: parts.length > 1 ? parts.map(fold) : [],
    humps: humps.map(fold),
  };
}

function pairs(s: string, start: number, out: Word[]): void {
  const chars = Array.from(s);
  const last = Math.max(chars.length - 1, 1);
  for (let i = 0; i < last; i++) {
    const term = chars[i]! + (chars[i + 1] ?? "");
    out.push({ term, start, end: start + term.length, parts: [], humps: [] });
    start += chars[i]!.length;
  }
}

const vowel = /[aeiouy]/;

/** stem is a light English stem that is always a beginning of the word. */
export function stem(w: string): string {
  if (w.length < 4 || !/^[a-z]+$/.test(w)) return w;
  const less = (n: number): string => w.slice(0, -n);
  const verb = (n: number): boolean => w.length - n >= 3 && vowel.test(less(n));
  if (w.length > 5 && /ie[sd]$/.test(w)) return less(3);
  if (w.endsWith("ing") && verb(3)) return trimE(undouble(less(3)));
  if (w.endsWith("ed") && verb(2)) return trimE(undouble(less(2)));
  if (/(ss|us|is)$/.test(w)) return w;
  return trimE(w.endsWith("s") ? less(1) : w);
}

const trimE = (w: string): string => (w.length > 3 && /(e|[^aeiou]y)$/.test(w) ? w.slice(0, -1) : w);
const undouble = (w: string): string => (w.length > 3 && /([bdgmnprt])\1$/.test(w) ? w.slice(0, -1) : w);

// Queries.

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
  /** Key of the whole name or title that the plain words make. */
  whole: string;
}

const filterKeys = ["kind", "owner", "tag", "type", "lifecycle", "in"];
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
      if (item.lastIndex === s.length && q.words.length > before) q.words.at(-1)!.prefix = true;
    }
  }
  if (!q.phrases.length) q.whole = cut(wholeKey(typed.join(" ")));
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

const wholeKey = (s: string): string => scan(s).map((w) => (w.parts.length ? w.parts.join("-") : w.term)).join("-");

// smallest is a text as the words that phrases are compared by.
const smallest = (s: string): string[] => scan(s).flatMap((w) => (w.parts.length ? w.parts.filter(Boolean) : w.term));

// Terms and postings.

interface Candidate {
  term: string;
  shard: Shard;
  at: number;
  weight: number;
}

// Scores is what each document scores; 0 is not found.
type Scores = Float64Array;

// unit puts UTF-16 units in the order of code points, which is that of the
// index.
const unit = (c: number): number => (c < 0xd800 ? c : c < 0xe000 ? c + 0x2000 : c - 0x800);

function compare(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return unit(x) - unit(y);
  }
  return a.length - b.length;
}

// from is the index of the first that is not before s.
function from(sorted: string[], s: string): number {
  let lo = 0;
  let hi = sorted.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (compare(sorted[mid]!, s) < 0) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

class Shard {
  terms: string[] = [];
  docs: number[] = [];
  private forms: number[] = [];
  private starts: number[] = [];
  private data: Uint8Array;

  constructor(b: Uint8Array) {
    const d = new Bytes(b);
    const term = new Uint8Array(2048);
    let at = 0;
    for (let n = d.num(); n > 0; n--) {
      const shared = d.num();
      const rest = d.take(d.num());
      term.set(rest, shared);
      this.terms.push(utf8.decode(term.subarray(0, shared + rest.length)));
      const head = d.num();
      this.docs.push(Math.floor(head / 4));
      this.forms.push(head % 4);
      this.starts.push(at);
      at += d.num();
    }
    this.starts.push(at);
    this.data = d.take(at);
  }

  // each calls fn with the documents of the term and their flags.
  each(i: number, fn: (doc: number, flags: number) => void): void {
    const d = new Bytes(this.data.subarray(this.starts[i]!, this.starts[i + 1]!));
    if (this.forms[i] === 0) return gaps(d, this.docs[i]!, fn);
    if (this.forms[i] !== 1) throw new RangeError("form of postings");
    const first = d.num();
    const bitmap = d.take(d.num());
    const usual = d.byte();
    const special = new Map<number, number>();
    gaps(d, d.num(), (doc, flags) => special.set(doc, flags));
    bitmap.forEach((b, i) => {
      for (let doc = first + 8 * i; b; b >>= 1, doc++) if (b & 1) fn(doc, special.get(doc) ?? usual);
    });
  }
}

function gaps(d: Bytes, n: number, fn: (doc: number, flags: number) => void): void {
  const docs = new Uint32Array(Math.min(n, d.b.length));
  let doc = 0;
  for (let i = 0; i < n; i++) docs[i] = doc += d.num();
  docs.forEach((doc) => fn(doc, d.byte()));
}

const prefixMark = "\u{10ffff}";
const bodyCounts = [1, 1.6, 2.3, 3];
const lengthBounds = [0, 8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096];

interface Shown {
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
  s?: [string, string, string][];
  x?: number;
}

interface Ranked {
  doc: number;
  score: number;
}

const valueShards = 8; // that are read for the values of a filter

// Counted is a value of a filter, in how many documents, and the sum of their
// numbers: forms of one reference have both the same.
interface Counted {
  value: string;
  n: number;
  sum: number;
}

class Reader implements Index {
  docs: number;
  private files: Files;
  private m: Meta;
  private starts: string[];
  private classes: Uint8Array;
  private lengths: Uint8Array;
  private firsts: number[] = [];
  private ids: Uint8Array;
  private shards = new Map<number, Promise<Shard>>();
  private shown = new Map<number, Promise<Shown[]>>();

  constructor(files: Files, m: Meta, table: Uint8Array) {
    this.files = files;
    this.m = m;
    this.docs = m.docs;
    this.starts = m.starts ? m.starts.split("\n") : [];
    const d = new Bytes(table);
    this.classes = d.take(m.docs);
    this.lengths = d.take(m.docs);
    const n = d.num();
    let first = 0;
    for (const size of d.take(n)) {
      this.firsts.push(first);
      first += size;
    }
    this.ids = d.take(6 * n);
  }

  async search(s: string, o: SearchOptions = {}): Promise<Result> {
    const began = performance.now();
    const q = parseQuery(s);
    const res: Result = { hits: [], total: 0, partial: false, loose: false, kinds: {}, docs: [], terms: [], missing: [], tookMs: 0 };
    const limit = Math.min(o.limit ?? 20, 1000);
    const offset = o.offset || 0;
    if (q.words.length || q.not.length || q.filters.length || q.phrases.length) {
      const found = await this.match(q, res);
      o.signal?.throwIfAborted();
      let order = this.order(found, q.phrases.length ? 200 : offset + limit, res);
      if (q.phrases.length) order = await this.phrases(order, q, offset + limit, res, o.signal);
      order = order.slice(offset, offset + limit);
      const shown = await Promise.all(order.map((x) => this.doc(x.doc)));
      o.signal?.throwIfAborted();
      const match = matcher(q);
      res.hits = order.map((x, i) => hit(shown[i]!, x.score / 1000, match));
    }
    res.tookMs = performance.now() - began;
    return res;
  }

  async values(key: Facet, docs: readonly number[]): Promise<[value: string, n: number][]> {
    const among = new Uint8Array(this.docs);
    for (const doc of docs) among[doc] = 1;
    const begin = `\x01${key}:`;
    const out: Counted[] = [];
    await this.beginning(begin, valueShards, (shard, at, term) => {
      const c = { value: term.slice(begin.length), n: 0, sum: 0 };
      shard.each(at, (doc) => {
        if (!among[doc]) return;
        c.n++;
        c.sum += doc;
      });
      if (c.n) out.push(c);
    });
    const again = (c: Counted): boolean => out.some((s) => s.n === c.n && s.sum === c.sum && /[:/]$/.test(before(c.value, s.value)));
    const shortest = key === "owner" ? out.filter((c) => !again(c)) : out;
    return shortest.map((c): [string, number] => [c.value, c.n]).sort((a, b) => b[1] - a[1]);
  }

  private scores(): Scores {
    return new Float64Array(this.docs);
  }

  private shardOf(term: string): number {
    const i = from(this.starts, term);
    return this.starts[i] === term ? i : i - 1;
  }

  private shard(i: number): Promise<Shard> {
    const name = `s/t/${this.m.shards.slice(12 * i, 12 * i + 12)}.bin`;
    return once(this.shards, i, async () => new Shard(await this.files.load(name)));
  }

  private doc(n: number): Promise<Shown> {
    let i = 0;
    for (let hi = this.firsts.length; i + 1 < hi; ) {
      const mid = (i + hi) >> 1;
      if (this.firsts[mid]! <= n) i = mid;
      else hi = mid;
    }
    const id = Array.from(this.ids.subarray(6 * i, 6 * i + 6), (b) => b.toString(16).padStart(2, "0")).join("");
    const name = `s/f/${id}.json`;
    return once(this.shown, i, async () => JSON.parse(text(await this.files.load(name), name)) as Shown[]).then((docs) => {
      const d = docs[n - this.firsts[i]!];
      if (!d) throw new SearchError("format", name);
      return d;
    });
  }

  private async find(term: string, weight: number): Promise<Candidate[]> {
    const i = this.shardOf(term);
    if (i < 0) return [];
    const shard = await this.shard(i);
    const at = from(shard.terms, term);
    return shard.terms[at] === term ? [{ term, shard, at, weight }] : [];
  }

  // beginning calls fn with the terms that begin with s in so many shards; true: there were more.
  private async beginning(s: string, shards: number, fn: (shard: Shard, at: number, term: string) => void): Promise<boolean> {
    const first = Math.max(this.shardOf(s), 0);
    let end = first;
    while (end < this.starts.length && (this.starts[end]!.startsWith(s) || compare(this.starts[end]!, s) <= 0)) end++;
    const last = Math.min(end, first + shards);
    const all = await Promise.all(Array.from({ length: last - first }, (_, i) => this.shard(first + i)));
    for (const shard of all) {
      for (let at = from(shard.terms, s); shard.terms[at]?.startsWith(s); at++) fn(shard, at, shard.terms[at]!);
    }
    return end > last;
  }

  private async forms(term: string): Promise<Candidate[]> {
    const root = stem(term);
    const out: Candidate[] = [];
    if (/^[a-z]{3,}$/.test(root)) {
      await this.beginning(root, 2, (shard, at, t) => {
        if (t !== term && t.length <= root.length + 5 && stem(t) === root) out.push({ term: t, shard, at, weight: 0.7 });
      });
    }
    return out;
  }

  private async completions(term: string): Promise<{ all: Candidate[]; more: boolean }> {
    const short = Array.from(term).length <= 3;
    const bytes = size(term);
    const rest: Candidate[] = [];
    const [known, more] = await Promise.all([
      short ? this.find(term + prefixMark, 0.4) : [],
      this.beginning(term, short ? 2 : 3, (shard, at, t) => {
        if (t !== term && !t.endsWith(prefixMark)) rest.push({ term: t, shard, at, weight: 0.4 + (0.4 * bytes) / size(t) });
      }),
    ]);
    if (rest.length <= 256) return { all: [...known, ...rest], more };
    rest.sort((a, b) => b.shard.docs[b.at]! - a.shard.docs[a.at]!);
    return { all: [...known, ...rest.slice(0, 256)], more: true };
  }

  private async term(term: string, prefix: boolean, res: Result): Promise<Scores> {
    const [same, forms, rest] = await Promise.all([
      this.find(term, 1),
      this.forms(term),
      prefix ? this.completions(term) : { all: [], more: false },
    ]);
    res.partial ||= rest.more;
    return this.score([...same, ...forms, ...rest.all]);
  }

  private idf(docs: number): number {
    const df = Math.min(docs, this.docs);
    return Math.log(1 + (this.docs - df + 0.5) / (df + 0.5));
  }

  // score is BM25F of the best candidate in each document.
  private score(all: Candidate[]): Scores {
    const out = this.scores();
    const together = all.reduce((n, c) => n + c.shard.docs[c.at]!, 0);
    for (const c of all) {
      const weight = c.weight * this.idf(c.weight === 1 ? c.shard.docs[c.at]! : together);
      c.shard.each(c.at, (doc, f) => {
        const length = this.lengths[doc]!;
        let sum = 0;
        if (f & 1) sum += 16;
        if (f & 2) sum += 10 / (1 - 0.4 + (0.4 * 10 * (length & 15)) / this.m.title);
        if (f & 4) sum += 4;
        if (f & 8) sum += 4;
        if (f & 16) sum += bodyCounts[f >> 6]! / (1 - 0.5 + (0.5 * lengthBounds[length >> 4]!) / this.m.avg);
        out[doc] = Math.max(out[doc]!, (weight * sum) / (sum + 5));
      });
    }
    return out;
  }

  private async word(w: QueryWord, res: Result): Promise<Scores> {
    const last = w.parts.length - 1;
    const [whole, ...parts] = await Promise.all([
      this.term(w.term, w.prefix, res),
      ...w.parts.map((p, i) => this.term(p, w.prefix && i === last, res)),
    ]);
    return parts.length ? whole.map((x, doc) => x + 0.6 * all(parts, doc)) : whole;
  }

  private async match(q: Query, res: Result): Promise<Scores> {
    const [groups, bonus] = await Promise.all([Promise.all(q.words.map((w) => this.word(w, res))), this.wholes(q)]);
    res.terms = q.words.map((w) => w.term);
    const found = groups.filter((g, i) => g.some((x) => x > 0) || !res.missing.push(res.terms[i]!));
    res.loose = res.missing.length > 0 && q.words.length > 1;
    let out = this.scores();
    if (!q.words.length) out.fill(1);
    else if (found.length) {
      out = out.map((_, doc) => all(found, doc));
      if (!out.some((x) => x > 0)) {
        res.loose = true;
        out = out.map((_, doc) => {
          const some = found.filter((g) => g[doc]! > 0);
          return (some.reduce((n, g) => n + g[doc]!, 0) * some.length) / q.words.length;
        });
      }
    }
    out = out.map((x, doc) => (x > 0 ? ((x + bonus[doc]!) * this.m.priors[this.classes[doc]!]!) / 100 : 0));
    return this.narrow(out, q);
  }

  // wholes is what documents get for being called what was asked for, or beginning so.
  private async wholes(q: Query): Promise<Scores> {
    const out = this.scores();
    if (!q.whole) return out;
    const note = (c: Candidate, factor: number): void =>
      c.shard.each(c.at, (doc, f) => {
        if (f & 32) out[doc] = Math.max(out[doc]!, factor * (f & 1 ? 30 : 12));
      });
    const completed = q.words.at(-1)!.prefix && size(q.whole) > 1 ? this.completions(q.whole) : { all: [] };
    for (const c of await this.find(q.whole, 1)) note(c, 1);
    for (const c of (await completed).all) note(c, 0.35 + (0.15 * size(q.whole)) / size(c.term));
    return out;
  }

  private async narrow(out: Scores, q: Query): Promise<Scores> {
    for (const w of q.not) {
      const set = await this.having([w.term]);
      set.forEach((x, doc) => x && (out[doc] = 0));
    }
    for (const key of filterKeys) {
      for (const not of [false, true]) {
        const values = q.filters.filter((f) => f.key === key && f.not === not).map((f) => f.value);
        if (!values.length) continue;
        const set = key === "kind" ? null : await this.having(values.map((v) => `\x01${key}:${v}`));
        for (let doc = 0; doc < out.length; doc++) {
          const has = set ? set[doc]! > 0 : values.includes(this.m.kinds[this.classes[doc]!]!);
          if (has === not) out[doc] = 0;
        }
      }
    }
    return out;
  }

  private async having(terms: string[]): Promise<Uint8Array> {
    const out = new Uint8Array(this.docs);
    for (const c of (await Promise.all(terms.map((t) => this.find(t, 1)))).flat()) c.shard.each(c.at, (doc) => (out[doc] = 1));
    return out;
  }

  // order is the best n documents; all of them are counted.
  private order(found: Scores, n: number, res: Result): Ranked[] {
    const better = (a: Ranked, b: Ranked): number => b.score - a.score || a.doc - b.doc;
    let top: Ranked[] = [];
    let least = -1;
    const trim = (): void => {
      top = top.sort(better).slice(0, n);
      if (top.length === n && n > 0) least = top[n - 1]!.score;
    };
    found.forEach((x, doc) => {
      if (x <= 0) return;
      this.count(doc, res);
      const score = Math.floor(x * 1000 + 0.5);
      if (score > least) top.push({ doc, score });
      if (top.length > 4 * n + 64) trim();
    });
    trim();
    return top;
  }

  private count(doc: number, res: Result): void {
    const kind = this.m.kinds[this.classes[doc]!]!;
    res.kinds[kind] = (res.kinds[kind] ?? 0) + 1;
    res.docs.push(doc);
    res.total++;
  }

  private async phrases(order: Ranked[], q: Query, want: number, res: Result, signal?: AbortSignal): Promise<Ranked[]> {
    const sure: Ranked[] = [];
    const unsure: Ranked[] = [];
    let i = 0;
    for (; i < order.length && sure.length < want; i += 20) {
      const batch = order.slice(i, i + 20);
      const shown = await Promise.all(batch.map((x) => this.doc(x.doc)));
      signal?.throwIfAborted();
      batch.forEach((x, j) => {
        const d = shown[j]!;
        const texts = [d.n, d.t, d.d, d.c, d.g?.join("\n"), ...(d.s ?? []).flatMap((s) => s.slice(1))].map((t) => smallest(t ?? ""));
        const wrong = q.phrases.filter((p) => texts.some((t) => follows(t, p.words)) === p.not);
        if (!wrong.length) sure.push(x);
        else if (d.x && !wrong.some((p) => p.not)) unsure.push(x);
      });
    }
    res.partial ||= i < res.total;
    const out = [...sure, ...unsure];
    res.total = 0;
    res.kinds = {};
    res.docs = [];
    for (const x of out) this.count(x.doc, res);
    return out;
  }
}

// before is what stands before the end of a text, "" if that is not its end.
const before = (text: string, end: string): string => (text.endsWith(end) ? text.slice(0, text.length - end.length) : "");

const size = (s: string): number => (ascii.test(s) ? s.length : new TextEncoder().encode(s).length);

// all is the sum of a document's scores, 0 if one is missing.
function all(groups: Scores[], doc: number): number {
  let sum = 0;
  for (const g of groups) {
    if (!(g[doc]! > 0)) return 0;
    sum += g[doc]!;
  }
  return sum;
}

const follows = (text: string[], words: string[]): boolean =>
  text.some((_, i) => words.every((w, j) => text[i + j] === w));

// Excerpts.

const excerptLen = 160;
const lead = 40;

interface Match {
  start: number;
  end: number;
  word: number;
}

type Matcher = (text: string) => Match[];

function matcher(q: Query): Matcher {
  const terms = q.words.flatMap((w, word) =>
    [w.term, ...w.parts].map((term, i) => ({ term, root: stem(term), prefix: w.prefix && (i === 0 || i === w.parts.length), word })),
  );
  const token = (t: string): number => {
    t = cut(t);
    const root = stem(t);
    return terms.find((x) => x.term === t || x.root === root || (x.prefix && t.startsWith(x.term)))?.word ?? -1;
  };
  return (text) => {
    const out: Match[] = [];
    for (const w of scan(text)) {
      const found = [w.term, ...w.parts, ...w.humps].map(token).find((i) => i >= 0);
      if (found !== undefined) out.push({ start: w.start, end: w.end, word: found });
      if (out.length >= 400) break;
    }
    return out;
  };
}

const distinct = (found: Match[]): number => new Set(found.map((m) => m.word)).size;

function hit(d: Shown, score: number, match: Matcher): Hit {
  const title = d.t ?? "";
  const places = (d.s ?? [])
    .map(([id, title, text]) => {
      const found = match(text);
      const inTitle = match(title);
      return { id, title, text, found, inTitle, score: 2 * distinct(found) + 3 * distinct(inTitle) };
    })
    .filter((p) => p.score > 0)
    .sort((a, b) => b.score - a.score);
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
