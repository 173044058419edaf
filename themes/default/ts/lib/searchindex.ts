// The browser's reader of the search index. What it gives is described in
// searchindex.types.ts; how the files are laid out, in internal/search/doc.go,
// whose Reader does the same in Go: the words, the forms of postings, the
// numbers of the ranking must not differ (tests compare both).
//
// It loads what a query needs and keeps it: the root once, then a shard or two
// for each word, where words stand, and a fragment for nearly each hit that is
// shown; of a large index, the pages that name these.

import { Bytes, Files, once, SearchError, Tree, utf8 } from "./searchfiles.ts";
import { hit, matcher } from "./searchexcerpt.ts";
import type { Shown } from "./searchexcerpt.ts";
import type { Facet, Index, Result, SearchOptions } from "./searchindex.types.ts";
import { Lexicon, asMeant, docsOf, listOf, size, soughtAs } from "./searchmatch.ts";
import type { Candidate, Sought } from "./searchmatch.ts";
import { byScore, closer, count, maxFollowDocs, verdicts } from "./searchnear.ts";
import type { Ranked } from "./searchnear.ts";
import { filterKeys, isPath, parseQuery, smallest } from "./searchquery.ts";
import type { Query, QueryWord } from "./searchquery.ts";
import { meantKind } from "./searchkinds.ts";
import { cut, fold } from "./searchwords.ts";

export type * from "./searchindex.types.ts";
export { SearchError } from "./searchfiles.ts";
export { parseQuery } from "./searchquery.ts";
export { fold, scan } from "./searchwords.ts";
export { stem } from "./stem.ts";

interface Meta {
  v: number;
  docs: number;
  title: number;
  kinds: string[];
  langs: string[];
  /** The words that hold questions together, with spaces around each. */
  stop: string;
  root: string;
}

/** openIndex loads the meta file and the root; base is the address of data/. */
export function openIndex(base: string, meta: string): Promise<Index> {
  return sound(base, async () => {
    const files = new Files(base);
    const m = await files.json<Meta>(meta);
    if (m.v !== 5 || !(m.docs >= 0)) throw new SearchError("format", meta);
    return new Reader(files, m, await files.load(m.root));
  });
}

// sound is what f gives: where files end too early, are no JSON or lack what they
// must have, they are damaged.
async function sound<T>(base: string, f: () => Promise<T>): Promise<T> {
  try {
    return await f();
  } catch (e) {
    throw e instanceof RangeError || e instanceof SyntaxError || e instanceof TypeError ? new SearchError("format", `${base}: ${e.message}`) : e;
  }
}

// Scores is what each document scores; 0 is not found.
type Scores = Float64Array<ArrayBuffer>;

// The weight that each level of a mark stands for.
const levelWeights: number[] = [0];
for (let level = 1, weight = 0.2; level < 16; level++, weight *= 1.3) levelWeights.push(weight);

const softWords = 3; // words of which one may be missing
const softShare = 0.65; // of the words' idf that must be there then
const askedShare = 0.15; // the same, in a question
const ownWeight = 1.25; // of what the asker's own team has
const valueShards = 8; // that are read for the values of a filter
const maxPhraseDocs = 200; // whose text is searched for phrases
const phraseBatch = 20;
const firstHits = 3; // that are given before the others are loaded

// Counted is a value of a filter, in how many documents, and the sum of their
// numbers: forms of one reference have both the same.
interface Counted {
  value: string;
  n: number;
  sum: number;
}

// Matched is what documents score, and the smallest words they were found by.
interface Matched {
  scores: Scores;
  words: Sought[];
  /** The query is a question. */
  asks: boolean;
  loose: boolean;
  terms: string[];
  missing: string[];
  partial: boolean;
}

// partsOf are the smallest words of a word.
const partsOf = (w: QueryWord): string[] => (w.parts.length ? w.parts : [w.term]);

// Wanted is a word of a query with the smallest words of it, and the terms of the
// whole if it is a compound.
interface Wanted {
  words: Sought[];
  whole: Candidate[] | null;
  partial: boolean;
}

// Group is what documents score for a word of a query.
interface Group {
  scores: Scores;
  there: boolean; // in any document
  idf: number;
  optional: boolean;
}

class Reader implements Index {
  docs: number;
  private files: Files;
  private m: Meta;
  private lexicon: Lexicon;
  private sorts: Uint8Array; // of each document
  private fragments: Tree;
  private shown = new Map<string, Promise<Shown[]>>();

  constructor(files: Files, m: Meta, root: Uint8Array) {
    this.files = files;
    this.m = m;
    this.docs = m.docs;
    const d = new Bytes(root);
    this.sorts = new Uint8Array(m.docs);
    for (let n = d.num(), doc = 0; n > 0; n--) {
      const docs = d.num();
      this.sorts.fill(d.num(), doc, (doc += docs));
    }
    const langs = [...new Set(m.langs)].filter((l) => l);
    this.lexicon = new Lexicon(files, m.docs, langs, m.stop, utf8.decode(d.take(d.num())), d.id(), new Tree(files, d), new Tree(files, d));
    this.fragments = new Tree(files, d);
  }

  search(s: string, o: SearchOptions = {}): Promise<Result> {
    return sound(this.files.base, () => this.find(s, o));
  }

  private async find(s: string, o: SearchOptions): Promise<Result> {
    const began = performance.now();
    const q = parseQuery(s);
    const res: Result = { hits: [], total: 0, partial: false, loose: false, kinds: {}, terms: [], missing: [], corrected: [], tookMs: 0 };
    const limit = Math.min(o.limit ?? 20, 1000);
    const offset = o.offset || 0;
    if (q.words.length || q.not.length || q.filters.length || q.phrases.length) {
      const found = await this.match(q, o, res);
      o.signal?.throwIfAborted();
      let order = this.order(found.scores, q.phrases.length ? this.docs : Math.max(maxFollowDocs, offset + limit), res);
      await closer(this.lexicon, order, found.words, found.asks);
      o.signal?.throwIfAborted();
      if (q.phrases.length) order = await this.phrases(order, q, offset + limit, res, o.signal);
      order = order.slice(offset, offset + limit);
      const show = async (some: Ranked[]): Promise<void> => {
        const shown = await Promise.all(some.map((x) => this.doc(x.doc)));
        o.signal?.throwIfAborted();
        res.hits.push(...some.map((x, i) => hit(shown[i]!, x.score / 1000, matcher(q, found.words, this.m.langs[this.sorts[x.doc]!]!))));
      };
      if (o.first && order.length > firstHits) {
        await show(order.splice(0, firstHits));
        o.first({ ...res, hits: res.hits.slice(), tookMs: performance.now() - began });
      }
      await show(order);
    }
    res.tookMs = performance.now() - began;
    return res;
  }

  async values(key: Facet, { docs }: Pick<Result, "docs">): Promise<[value: string, n: number][]> {
    const among = new Uint8Array(this.docs);
    for (const doc of docs ?? []) among[doc] = 1;
    const begin = `\x01${key}:`;
    const out: Counted[] = [];
    await this.lexicon.beginning(begin, valueShards, (shard, at, term) => {
      const c = { value: term.slice(begin.length), n: 0, sum: 0 };
      for (const doc of shard.list(at).docs) {
        if (!among[doc]) continue;
        c.n++;
        c.sum += doc;
      }
      if (c.n) out.push(c);
    });
    const again = (c: Counted): boolean => out.some((s) => s.n === c.n && s.sum === c.sum && /[:/]$/.test(before(c.value, s.value)));
    const shortest = key === "owner" ? out.filter((c) => !again(c)) : out;
    return shortest.map((c): [string, number] => [c.value, c.n]).sort((a, b) => b[1] - a[1]);
  }

  private scores(): Scores {
    return new Float64Array(this.docs);
  }

  private async doc(n: number): Promise<Shown> {
    const [start, id] = (await this.fragments.at(n.toString(16).padStart(6, "0"))) ?? ["", ""];
    const name = `s/f/${id}.bin`;
    const d = (await once(this.shown, id, () => this.files.json<Shown[]>(name)))[n - parseInt(start, 16)];
    if (!d) throw new SearchError("format", name);
    return d;
  }

  // score is BM25F of the best candidate in each document.
  private score(all: Candidate[]): Scores {
    const out = this.scores();
    const together = all.reduce((n, c) => n + docsOf(c), 0);
    for (const c of all) {
      const weight = c.weight * this.lexicon.idf(c.weight === 1 ? docsOf(c) : together);
      const { docs, marks, priors, titles } = listOf(c);
      docs.forEach((doc, i) => {
        if (c.lang && this.m.langs[this.sorts[doc]!] !== c.lang) return;
        const m = marks[i]!;
        let sum = levelWeights[m >> 4]!;
        if (m & 1) sum += 16;
        if (m & 2) sum += 10 / (1 - 0.4 + (0.4 * 10 * titles[i]!) / this.m.title);
        if (m & 4) sum += m & 8 ? 10 : 4;
        out[doc] = Math.max(out[doc]!, ((weight * sum) / (sum + 5)) * (m & 7 ? priors[i]! / 100 : 1));
      });
    }
    return out;
  }

  private async seek(w: QueryWord): Promise<Wanted> {
    const parts = partsOf(w);
    const [whole, ...there] = await Promise.all([w.parts.length ? this.lexicon.standing(w.term, w.prefix) : null, ...parts.map((p) => this.lexicon.find(p, 1))]);
    // Of a compound that is known as it is written, the parts are meant as they
    // are, too: their other forms and completions would be the most of what such
    // a query loads.
    const known = whole?.all[0]?.term === w.term;
    const sought = await Promise.all(parts.map((p, i) => this.lexicon.seek(p, w.prefix && i === parts.length - 1, w.parts.length > 0, known && there[i]!.length ? there[i] : undefined)));
    if (known) for (const x of sought) x.sought.of = whole?.all[0];
    if (!whole && !sought[0]!.sought.terms.length && (w.parts = await this.lexicon.split(w.term)).length) return this.seek(w);
    return { words: sought.map((x) => x.sought), whole: whole?.all ?? null, partial: sought.some((x) => x.more) || Boolean(whole?.more) };
  }

  private word(w: Wanted): Scores {
    const scores = w.words.map((x) => this.score(x.terms));
    return w.whole ? this.score(w.whole).map((x, doc) => x + 0.6 * all(scores, doc)) : scores[0]!;
  }

  // words is the documents that have the words of a query. With meant, words
  // that are there are taken for those they may have been meant for, too. What
  // holds a question together says little and is much to load: it is not looked
  // for beside two other words, unless it may become another word.
  private async words(q: Query, meant: boolean): Promise<Matched> {
    const optional = this.lexicon.optional(q);
    const skip = optional.filter((x) => !x).length > 1;
    const wanted = await Promise.all(
      q.words.map((w, i) => (skip && optional[i] && !w.prefix ? { words: partsOf(w).map((p) => soughtAs(p, [], false, false, true)), whole: null, partial: false } : this.seek(w))),
    );
    const single = wanted.map((w) => (w.words.length > 1 || w.whole ? null : w.words[0]!));
    const pairs = single.slice(1).flatMap((b, i): [Sought, Sought][] => (single[i] && b ? [[single[i], b]] : []));
    for (const [a, b] of pairs) await this.lexicon.join(a, b);
    wanted.forEach((x, i) => x.words.forEach((w) => (w.optional = optional[i]!)));
    await this.lexicon.alike(wanted.flatMap((w) => w.words), meant || (skip && optional.includes(true)) || q.words.length > 2);
    await this.lexicon.correct(wanted.flatMap((w) => w.words), pairs, meant);
    const asking = wanted.filter((w) => w.words[0]!.optional).length;
    const asks = asking > 0 && wanted.length - asking > 1;
    const each = wanted.map((w) => ({ ...w, scores: this.word(w) }));
    each.forEach((x) => {
      if (!asks) return;
      const tells = x.words.map(telling);
      x.words.forEach((w, i) => (w.idf *= tells[i]!));
      const most = Math.max(...tells);
      x.scores = x.scores.map((x) => x * most);
    });
    const words = each.flatMap((x) => x.words);
    words.forEach((w, i) => (w.at = i));
    const groups = each.map((x): Group => ({ scores: x.scores, there: x.scores.some((s) => s > 0), idf: Math.max(0, ...x.words.map((w) => w.idf)), optional: x.words[0]!.optional }));
    const asked = q.words.filter((_, i) => !groups[i]!.optional);
    const missing = asked.filter((w) => !groups[q.words.indexOf(w)]!.there).map((w) => w.term);
    const { scores, loose } = this.combine(groups, asks);
    return { scores, words, asks, loose: loose || (missing.length > 0 && q.words.length > 1), terms: asked.map((w) => w.term), missing, partial: each.some((x) => x.partial) };
  }

  // combine is the documents that are in all groups but the optional ones; of
  // three or more words, those that lack what says little of the whole come
  // after. Of a question, those that have little, too. If no document has all,
  // those that have some, worth less the more is missing.
  private combine(groups: Group[], asks: boolean): { scores: Scores; loose: boolean } {
    const found = groups.filter((g) => g.there);
    const needed = found.filter((g) => !g.optional);
    const more = found.filter((g) => g.optional).map((g) => g.scores);
    const idf = (of: Group[]): number => of.reduce((n, g) => n + g.idf, 0);
    const whole = needed.map((g) => g.scores);
    let scores = this.scores().map((_, doc) => (whole.length ? all(whole, doc) : 0));
    const loose = !scores.some((x) => x > 0);
    if (asks && needed.length > 1) return { scores: this.covering(needed, idf(needed), askedShare), loose };
    if (loose) return { scores: this.covering(found, idf(groups), 0), loose: found.length > 0 };
    if (needed.length >= softWords) scores = this.covering(needed, idf(needed), softShare);
    return { scores: scores.map((x, doc) => (x > 0 ? more.reduce((n, g) => n + g[doc]!, x) : 0)), loose: false };
  }

  // covering is the documents that have more than a share of the words, by idf,
  // worth less the less they have.
  private covering(groups: Group[], whole: number, share: number): Scores {
    const out = this.scores();
    const there = this.scores();
    for (const g of groups) {
      g.scores.forEach((x, doc) => {
        if (!(x > 0)) return;
        out[doc]! += x;
        there[doc]! += g.idf;
      });
    }
    return out.map((x, doc) => {
      const has = there[doc]! / whole;
      return x > 0 && has >= share ? x * has : 0;
    });
  }

  private async match(q: Query, o: SearchOptions, res: Result): Promise<Matched> {
    let found = await this.words(q, false);
    if (!q.words.length) found.scores.fill(1);
    else if (found.loose && q.words.length > 1 && !found.asks) {
      const again = await this.words(q, true);
      if (!again.loose) found = again;
    }
    res.terms = found.terms;
    res.loose = found.loose;
    res.missing = found.missing;
    res.partial = found.partial;
    res.corrected = found.words.filter((w) => w.corrected).map((w) => ({ word: w.term, as: w.terms.map((c) => c.term) }));
    const [bonus, own] = await Promise.all([this.wholes(q, found.words), this.having((o.owners ?? []).slice(0, 16).map((v) => `\x01owner:${fold(v.trim())}`))]);
    found.scores = found.scores.map((x, doc) =>
      x > 0 ? (x + bonus[doc]!) * (own[doc] ? ownWeight : 1) : 0,
    );
    found.scores = await this.narrow(found.scores, q);
    return found;
  }

  // wholes is what documents get for being called what was asked for, or beginning
  // so; what is called otherwise, such as by a tag, gets that besides.
  private async wholes(q: Query, words: Sought[]): Promise<Scores> {
    const out = this.scores();
    if (!q.whole) return out;
    const note = (c: Candidate, factor: number, whole: boolean): void => {
      const { docs, marks, priors } = listOf(c);
      docs.forEach((doc, i) => {
        const m = marks[i]!;
        if (!(m & 7 && m & 8)) return;
        const worth = m & 1 || isPath(c.term) ? 30 : m & 2 ? 12 : 7;
        const bonus = (factor * worth * priors[i]!) / 100;
        out[doc] = whole && worth === 7 ? out[doc]! + bonus : Math.max(out[doc]!, bonus);
      });
    };
    const open = q.words.at(-1)!.prefix;
    const corrected = words.some((w) => w.corrected);
    const telling = words.filter((w) => !w.optional);
    const meant = corrected || telling.length < words.length ? cut(telling.map(asMeant).join("-")) : "";
    for (const [key, factor, begins] of [[q.whole, 1, open], [meant, 0.8, open && corrected]] as const) {
      if (!key) continue;
      const [same, rest] = await Promise.all([this.lexicon.find(key, 1), begins && size(key) > 1 ? this.lexicon.completions(key) : { all: [] }]);
      for (const c of rest.all) note(c, factor * (0.35 + (0.15 * size(key)) / size(c.term)), false);
      for (const c of same) note(c, factor, true);
    }
    return out;
  }

  private async narrow(out: Scores, q: Query): Promise<Scores> {
    for (const w of q.not) {
      const set = await this.having([w.term]);
      set.forEach((x, doc) => x && (out[doc] = 0));
    }
    for (const key of filterKeys) {
      for (const not of [false, true]) {
        const values = q.filters.filter((f) => f.key === key && f.not === not).map((f) => (key === "kind" ? meantKind(f.value, this.m.kinds) : f.value));
        if (!values.length) continue;
        const set = key === "kind" ? null : await this.having(values.map((v) => `\x01${key}:${v}`));
        for (let doc = 0; doc < out.length; doc++) {
          const has = set ? set[doc]! > 0 : values.includes(this.m.kinds[this.sorts[doc]!]!);
          if (has === not) out[doc] = 0;
        }
      }
    }
    return out;
  }

  private async having(terms: string[]): Promise<Uint8Array> {
    const out = new Uint8Array(this.docs);
    for (const c of (await Promise.all(terms.map((t) => this.lexicon.find(t, 1)))).flat()) for (const doc of listOf(c).docs) out[doc] = 1;
    return out;
  }

  // order is the best n documents; all of them are counted.
  private order(found: Scores, n: number, res: Result): Ranked[] {
    const least = (found.slice().sort().at(-n) ?? 0) - 0.001; // more than rounding takes away
    const top: Ranked[] = [];
    const docs: number[] = [];
    found.forEach((x, doc) => {
      if (x <= 0) return;
      docs.push(doc);
      if (x > least) top.push({ doc, score: Math.floor(x * 1000 + 0.5) });
    });
    this.count(docs, res);
    return top.sort(byScore).slice(0, n);
  }

  private count(docs: number[], res: Result): void {
    const n = new Uint32Array(this.m.kinds.length);
    for (const doc of docs) n[this.sorts[doc]!]!++;
    res.kinds = {};
    n.forEach((n, c) => {
      const kind = this.m.kinds[c]!;
      if (n) res.kinds[kind] = (res.kinds[kind] ?? 0) + n;
    });
    res.docs = Uint32Array.from(docs);
    res.total = docs.length;
  }

  // phrases keeps the documents that have the phrases. Positions tell, but for
  // those with a very common word: there the text is searched, until there are
  // as many as wanted. What may stand in the rest of a text comes last.
  private async phrases(order: Ranked[], q: Query, want: number, res: Result, signal?: AbortSignal): Promise<Ranked[]> {
    const known = await verdicts(this.lexicon, order, q.phrases);
    const open = order.filter((_, i) => known[i] === "perhaps");
    const sure = new Set(order.filter((_, i) => known[i] === "yes"));
    const unsure: Ranked[] = [];
    let i = 0;
    // Those that come before the last that is wanted decide.
    const enough = (): boolean => {
      const next = open[i];
      return !next || order.filter((x) => sure.has(x) && byScore(x, next) < 0).length >= want;
    };
    while (i < Math.min(open.length, maxPhraseDocs) && !enough()) {
      signal?.throwIfAborted();
      const batch = open.slice(i, i + phraseBatch);
      const shown = await Promise.all(batch.map((x) => this.doc(x.doc)));
      batch.forEach((x, j) => {
        const d = shown[j]!;
        const texts = [d.n, d.t, d.d, d.c, d.g?.join("\n"), ...(d.s ?? []).flatMap((s) => s.slice(1))].map((t) => smallest(t ?? ""));
        const wrong = q.phrases.filter((p) => texts.some((t) => follows(t, p.words)) === p.not);
        if (!wrong.length) sure.add(x);
        else if (d.x && !wrong.some((p) => p.not)) unsure.push(x);
      });
      i += batch.length;
    }
    res.partial ||= i < open.length;
    const out = [...order.filter((x) => sure.has(x)), ...unsure];
    this.count(out.map((x) => x.doc), res);
    return out;
  }
}

// telling is how much a word of a question tells, from 0.15 to 1: see question.go.
function telling(w: Sought): number {
  const lists = w.terms.map(listOf);
  const share = (count(lists, (m) => m & 7 || m >> 4 > 11) + 5 * 0.1) / (count(lists, () => true) + 5);
  return Math.max(0.15, Math.min(1, share / 0.1));
}

// before is what stands before the end of a text, "" if that is not its end.
const before = (text: string, end: string): string => (text.endsWith(end) ? text.slice(0, text.length - end.length) : "");

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
