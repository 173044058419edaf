// The terms that stand for a word of a query: what internal/search/lookup.go and
// correct.go do. The numbers are the same there.

import type { Chunk, Files, List, Shard, Spelled, Tree } from "./searchfiles.ts";
import { compare, from, once, Shard as Terms, spellings, utf8 } from "./searchfiles.ts";
import { root, stem } from "./stem.ts";
import type { Query } from "./searchquery.ts";
import { isPaired } from "./searchwords.ts";

/** Candidate is a term that stands for a word. */
export interface Candidate {
  term: string;
  shard: Shard;
  at: number;
  weight: number;
  /** The language of the documents it counts in; "" for all. */
  lang: string;
}

/** Sought is a smallest word of a query with the terms that stand for it. */
export interface Sought {
  term: string;
  terms: Candidate[];
  /** Still being typed. */
  prefix: boolean;
  /** Of a compound. */
  part: boolean;
  /** It belongs to a compound that is known as it is, or is not looked for. */
  asWritten: boolean;
  /** Roots of words that say the same otherwise. */
  alike: string[];
  /** The terms are what the word may have been meant for. */
  corrected: boolean;
  /** See Lexicon.optional. */
  optional: boolean;
  /** The compound that it is a part of, as it is written, if any document has that. */
  of?: Candidate;
  idf: number;
  /** Its number among the smallest words of the query. */
  at: number;
}

export const prefixMark = "\u{10ffff}";

const shortPrefix = 3; // letters of prefixes that are indexed if their terms lie in more than one shard
const maxPrefix = 8; // the same, if in more than are read
const maxPrefixShards = 3; // that are read for the completions of a word
const shortWeight = 0.6; // of all completions of a word together
const stemWeight = 0.7;
const sameWeight = 0.6; // of a word that means the same
const joinedWeight = 0.9; // of two words that are written as one
const compoundWeight = 0.5; // of a compound that begins with the word, in German
const leastOfCompound = 5; // letters that a word must have for it
const mostOfCompound = 16; // letters that it may lack of one
const oneEditWeight = 0.8; // of a word that a typing error was meant for
const twoEditsWeight = 0.5;
const prefixWeight = 0.4; // of a completion that is much longer than the word
const manyDocs = 4096; // that have a word: its other forms are not looked for
const maxCompletions = 256;
const maxSought = 8; // words of a query for which it is looked what they were meant for
const maxCorrected = 6; // of these that are taken for others
const maxCorrections = 4;
const maxSpelledFiles = 3; // of one band and order
const maxByLetter = 1; // words for which it is looked among all of a first or last letter
const maxLetterFiles = 6; // files of these, of one band
const maxMeantDocs = 1 << 15; // documents of all words that are loaded beside the best known
const longestEnding = 8;
const lastBand = 6;
const minSpelled = 3; // letters of a word that is corrected to

const ascii = /^[\0-\x7f]*$/;

/** size is a text's length in UTF-8. */
export const size = (s: string): number => (ascii.test(s) ? s.length : new TextEncoder().encode(s).length);

/** docsOf is in how many documents a candidate is. */
export const docsOf = (c: Candidate): number => c.shard.docs[c.at]!;

/** listOf is the documents of a candidate. */
export const listOf = (c: Candidate): List => c.shard.list(c.at);

/** soughtAs is a word before it is known what it says. */
export const soughtAs = (term: string, terms: Candidate[], prefix: boolean, part: boolean, asWritten: boolean): Sought => ({ term, terms, prefix, part, asWritten, alike: [], corrected: false, optional: false, idf: 0, at: 0 });

/** docsOfAll is about how many documents have a word: those that have it as it is, or else one of its terms. */
function docsOfAll(w: Sought): number {
  const same = w.terms.find((c) => c.weight === 1);
  return same ? docsOf(same) : w.terms.reduce((n, c) => n + docsOf(c), 0);
}

/** asMeant is a word, or the best of what it is taken for. */
export const asMeant = (w: Sought): string => (w.corrected ? w.terms[0]!.term : w.term);

/** Lexicon finds terms in the files of an index. */
export class Lexicon {
  files: Files;
  docs: number;
  private langs: string[];
  private stop: string;
  private same: string[];
  private like: string;
  private groups = new Map<string, Promise<string[]>>();
  private terms: Tree;
  private words: Tree;
  private shards = new Map<string, Promise<Shard>>();
  private spellings = new Map<string, Promise<Spelled[]>>();
  readonly chunks = new Map<string, Promise<Chunk>>();

  constructor(files: Files, docs: number, langs: string[], stop: string, same: string, like: string, terms: Tree, words: Tree) {
    this.files = files;
    this.docs = docs;
    this.langs = langs;
    this.stop = stop;
    this.same = same.split("\n");
    this.like = like;
    this.terms = terms;
    this.words = words;
  }

  private shard(id: string): Promise<Shard> {
    return once(this.shards, id, async () => new Terms(await this.files.load(`s/t/${id}.bin`), this.docs));
  }

  /** find is the candidate that is the term itself, if there is one. */
  async find(term: string, weight: number): Promise<Candidate[]> {
    const file = await this.terms.at(term);
    if (!file) return [];
    const shard = await this.shard(file[1]);
    const at = from(shard.terms, term);
    return shard.terms[at] === term ? [{ term, shard, at, weight, lang: "" }] : [];
  }

  /** beginning calls fn with the terms that begin with s in so many shards. */
  async beginning(s: string, shards: number, fn: (shard: Shard, at: number, term: string) => void): Promise<void> {
    const ids = await this.shardsOf(s, shards);
    for (const shard of await Promise.all(ids.slice(0, shards).map((id) => this.shard(id)))) {
      for (let at = from(shard.terms, s); shard.terms[at]?.startsWith(s); at++) fn(shard, at, shard.terms[at]!);
    }
  }

  // shardsOf are the shards of terms that begin with s, one more than so many at most.
  private async shardsOf(s: string, shards: number): Promise<string[]> {
    return (await this.terms.of(s, (start) => start.startsWith(s) || compare(start, s) <= 0, shards))[1];
  }

  private async forms(term: string): Promise<Candidate[]> {
    const all = this.langs.map(async (lang) => {
      const root = stem(lang, term);
      const out: Candidate[] = [];
      if (/^[a-z]{3,}$/.test(root)) {
        await this.beginning(root, 2, (shard, at, t) => {
          if (t === term) return;
          const same = size(t) <= root.length + longestEnding && stem(lang, t) === root;
          if (same || (lang === "de" && isCompound(term, t))) out.push({ term: t, shard, at, weight: same ? stemWeight : compoundWeight, lang });
        });
      }
      return out;
    });
    return (await Promise.all(all)).flat();
  }

  /** completions are the terms that a word may become. */
  async completions(term: string): Promise<{ all: Candidate[]; more: boolean }> {
    const letters = Array.from(term).length;
    const shards = letters <= shortPrefix ? 1 : maxPrefixShards;
    const more = (await this.shardsOf(term, shards)).length > shards;
    const bytes = size(term);
    const rest: Candidate[] = [];
    const [known] = await Promise.all([
      more && letters <= maxPrefix ? this.find(term + prefixMark, shortWeight) : [],
      this.beginning(term, shards, (shard, at, t) => {
        if (t !== term && !t.endsWith(prefixMark)) rest.push({ term: t, shard, at, weight: prefixWeight + (prefixWeight * bytes) / size(t), lang: "" });
      }),
    ]);
    const many = rest.length > maxCompletions;
    if (many) rest.sort((a, b) => docsOf(b) - docsOf(a));
    return { all: [...known, ...rest.slice(0, maxCompletions)], more: more || many };
  }

  /** standing is the terms that stand for a word: itself, its other forms, its completions. */
  async standing(term: string, prefix: boolean): Promise<{ all: Candidate[]; more: boolean }> {
    const [same, rest] = await Promise.all([this.find(term, 1), prefix ? this.completions(term) : { all: [], more: false }]);
    const forms = same[0] && docsOf(same[0]) >= manyDocs ? [] : await this.forms(term);
    return { all: [...same, ...forms, ...rest.all], more: rest.more };
  }

  /** seek is standing, or what is given of a part that is as it is written. */
  async seek(term: string, prefix: boolean, part: boolean, given?: Candidate[]): Promise<{ sought: Sought; more: boolean }> {
    const { all, more } = given ? { all: given, more: false } : await this.standing(term, prefix);
    return { sought: soughtAs(term, all, prefix, part, Boolean(given)), more };
  }

  /** join adds to two words that follow each other what is written as one of both, such as login to log and in. */
  async join(a: Sought, b: Sought): Promise<void> {
    if (a.asWritten) return;
    const one = await this.joined(a, a.term + b.term);
    a.terms.push(...one);
    if (!b.asWritten) b.terms.push(...one);
  }

  /** split is the two words that one is made of which is not there and is no error of typing: of several, those that are known best. */
  async split(term: string): Promise<string[]> {
    const typed = Array.from(term);
    let out: string[] = [];
    if (!tolerance(term) || (await this.near(typed))[0]?.edits === 1) return out;
    let best = 0;
    for (let i = minSpelled; i <= typed.length - minSpelled; i++) {
      const keys = [typed.slice(0, i), typed.slice(i)].map((p) => key("A", band(p.length), p));
      const known = await this.spelled(keys, 1);
      const rank = Math.min(...keys.map((k) => known.find((w) => w.key === k && !this.isStop(w.word))?.rank ?? 0));
      if (rank > best) [best, out] = [rank, keys.map((k) => k.slice(1))];
    }
    return out;
  }

  // joined finds what is written as one of a word and the next, if it is where the
  // word has been looked for: so it costs nothing.
  private async joined(w: Sought, term: string): Promise<Candidate[]> {
    for (const { shard } of w.terms) {
      const at = from(shard.terms, term);
      if (shard.terms[at] === term) return [{ term, shard, at, weight: joinedWeight, lang: "" }];
    }
    const there = w.terms.length ? null : await this.terms.at(w.term);
    return there && (await this.terms.at(term))?.[1] === there[1] ? this.find(term, joinedWeight) : [];
  }

  /** alike adds to words what documents are found by that say the same otherwise. What several words say counts as each of them; one or two, without wide, are meant as they are if anything has them. */
  async alike(words: Sought[], wide: boolean): Promise<void> {
    const open = words.map((w) => wide || !w.terms.length);
    const more = open.includes(true) ? await once(this.groups, "", async () => utf8.decode(await this.files.load(`s/w/${this.like}.bin`)).split("\n")) : [];
    const lookups = words.flatMap((_, i) =>
      [1, 2, 3].map(async (n) => {
        const run = words.slice(i, i + n);
        const key = run.map((w) => root(w.term)).join(" ");
        const groups = [...this.same, ...(open.slice(i, i + n).includes(false) ? [] : more)].filter((g) => run.length === n && g.includes(`,${key},`)).join("");
        const all = groups ? await this.find("\x02" + key, sameWeight) : [];
        for (const w of run) {
          if (w.asWritten) continue;
          w.terms.push(...all);
          if (groups) w.alike.push(...groups.split(","));
        }
      }),
    );
    await Promise.all(lookups);
  }

  /** correct adds to words those that they may have been meant for, if no document has them as they are; with meant, in any case; to pairs that follow each other, of which one has an error, what is written as one of both. Then it is known what words say. */
  async correct(words: Sought[], pairs: [Sought, Sought][], meant: boolean): Promise<void> {
    const wrong = words.filter((w) => !w.asWritten && tolerance(w.term) && (meant || w.terms.every((c) => c.lang)));
    wrong.sort((a, b) => docsOfAll(a) - docsOfAll(b));
    const near = await this.corrections(wrong.slice(0, maxSought));
    this.dropAsking(words, near);
    const taken = [...near].filter(([, all]) => all.length).slice(0, maxCorrected);
    const most = affordable(taken.map(([, all]) => all));
    await Promise.all(taken.map(([w, all]) => this.take(w, all.filter((x, i) => !i || docsOfRank(x) <= most))));
    for (const [a, b] of pairs) {
      if (a.asWritten || b.asWritten || !(a.corrected || b.corrected)) continue;
      const one = await this.find(asMeant(a) + asMeant(b), joinedWeight * oneEditWeight);
      a.terms.push(...one);
      b.terms.push(...one);
    }
    for (const w of words) w.idf = w.terms.length || !w.asWritten ? this.idf(docsOfAll(w)) : 0;
  }

  /** optional tells which words of a query need not be in a document: those that hold a question together, if it has others. */
  optional(q: Query): boolean[] {
    const out = q.words.map((w) => this.isStop(w.term));
    return out.every((x) => x) ? out.map(() => false) : out;
  }

  /** idf is how much it says that a document has a term that so many have. */
  idf(docs: number): number {
    const df = Math.min(docs, this.docs);
    return Math.log(1 + (this.docs - df + 0.5) / (df + 0.5));
  }

  private isStop(term: string): boolean {
    return this.stop.includes(` ${term} `);
  }

  // dropAsking takes words that were meant to hold a question together for what
  // they are, and does without them if there are two others. What another word may
  // have been meant for is not one of them.
  private dropAsking(words: Sought[], near: Map<Sought, Near[]>): void {
    const asking = (w: Sought): boolean => !w.part && (near.get(w)?.slice(0, 1).some((x) => this.isStop(x.word)) ?? false);
    const others = words.filter((w) => !w.optional && (w.terms.length || (near.get(w)?.length && !asking(w)))).length;
    if (!others) return;
    for (const [w, all] of near) {
      if (asking(w) && !w.terms.length) w.optional = true;
      if (!w.optional || others > 1) near.set(w, all.filter((x) => !this.isStop(x.word)));
    }
  }

  // take adds to a word what it may have been meant for.
  private async take(w: Sought, near: Near[]): Promise<void> {
    const more = (await Promise.all(near.map((x) => this.find(x.word, x.edits > 1 ? twoEditsWeight : oneEditWeight)))).flat();
    w.corrected = !w.terms.length && more.length > 0;
    w.terms.push(...more);
  }

  // corrections are what words may have been meant for: the words with the fewest
  // edits, and of these the best known. Of some, both parts may have an error;
  // those that are still being typed may become a word.
  private async corrections(words: Sought[]): Promise<Map<Sought, Near[]>> {
    const near = new Map(await Promise.all(words.map(async (w) => [w, await this.near(Array.from(w.term))] as const)));
    const note = async (of: Sought[], find: (typed: string[]) => Promise<Near[]>): Promise<unknown> => Promise.all(of.map(async (w) => near.set(w, await find(Array.from(w.term)))));
    const twice = words.filter((w) => tolerance(w.term) > 1 && near.get(w)![0]?.edits !== 1);
    await note(twice.slice(0, maxByLetter), (typed) => this.nearByLetter(typed));
    await note(words.filter((w) => w.prefix && !near.get(w)!.length), (typed) => this.nearBeginnings(typed));
    return near;
  }

  // near are the words with the fewest edits, of those that begin or end as the
  // word does: one error leaves one of both as it is.
  private near(typed: string[]): Promise<Near[]> {
    const n = typed.length;
    const begin = tolerance(typed.join("")) === 1 ? (n - 1) >> 1 : 3;
    const end = tolerance(typed.join("")) === 1 ? n - 1 - begin : n >> 1;
    return this.nearIn(typed, [["A", typed.slice(0, begin)], ["a", typed.slice(n - end).reverse()]], maxSpelledFiles);
  }

  // nearByLetter is near of a word with an error in each part: among all words of
  // its first letter, or if there is none, of its last.
  private async nearByLetter(typed: string[]): Promise<Near[]> {
    const first = await this.nearIn(typed, [["A", typed.slice(0, 1)]], maxLetterFiles);
    return first.length ? first : this.nearIn(typed, [["a", typed.slice(-1)]], maxLetterFiles);
  }

  private async nearIn(typed: string[], texts: [order: string, chars: string[]][], files: number): Promise<Near[]> {
    const most = tolerance(typed.join(""));
    const keys: string[] = [];
    for (let i = band(typed.length - most); i <= band(typed.length + most); i++) keys.push(...texts.map(([order, chars]) => key(order, i, chars)));
    const words = await this.spelled(keys, files);
    return nearest([...new Map(words.map((w) => [w.word, w])).values()], typed, most, false);
  }

  // nearBeginnings are the words that may become of one with one edit.
  private async nearBeginnings(typed: string[]): Promise<Near[]> {
    const n = typed.length;
    const begin = typed.slice(0, Math.min(Math.max(n - 1, 4) >> 1, 3));
    const keys: string[] = [];
    for (let i = band(n - 1); i <= lastBand; i++) keys.push(key("A", i, begin));
    return nearest(await this.spelled(keys, maxSpelledFiles), typed, 1, true);
  }

  // spelled are the words whose keys begin so, in at most so many files of each.
  private async spelled(keys: string[], most: number): Promise<Spelled[]> {
    const load = (id: string): Promise<Spelled[]> => once(this.spellings, id, async () => spellings(await this.files.load(`s/w/${id}.bin`)));
    const each = keys.map(async (k) => {
      const [, ids] = await this.words.of(k, (start) => start.startsWith(k) || compare(start, k) <= 0, most - 1);
      return (await Promise.all(ids.map(load))).flat().filter((w) => w.key.startsWith(k));
    });
    return (await Promise.all(each)).flat();
  }
}

// isCompound tells whether a German term may be a compound of the word and others.
function isCompound(word: string, term: string): boolean {
  const more = term.length - word.length;
  return word.length >= leastOfCompound && term.startsWith(word) && /^[a-z]+$/.test(term) && more >= 3 && more <= mostOfCompound;
}

// tolerance is how many edits a word may be away from one it was meant for; one
// of other than letters, and a digit or two in it, has none.
function tolerance(term: string): number {
  const n = Array.from(term).length;
  if (n < 4 || !/^(?=\p{L}|.{8})\p{L}*(\d\p{L}*){0,2}$/u.test(term) || isPaired.test(term)) return 0;
  return n < 8 ? 1 : 2;
}

// band numbers the lengths that are together among the words, as in
// internal/search/spelling.go; key is where words of one begin or end so.
const band = (n: number): number => (n < 7 ? Math.max(n, 3) - 3 : n < 10 ? 4 : n < 14 ? 5 : lastBand);
const key = (order: string, band: number, chars: string[]): string => String.fromCharCode(order.charCodeAt(0) + band) + chars.join("");

interface Near extends Spelled {
  edits: number;
}

// docsOfRank is the least number of documents that a word of this rank has.
const docsOfRank = (w: Spelled): number => Math.floor(2 ** ((w.rank & 127) - 1));

// affordable is how many documents a word may have to be taken beside one that is
// better known: as many as all together do not load much.
function affordable(near: Near[][]): number {
  let most = 0;
  let sum = 0;
  for (const docs of near.flatMap((all) => all.slice(1).map(docsOfRank)).sort((a, b) => a - b)) {
    if ((sum += docs) > maxMeantDocs) break;
    most = docs;
  }
  return most;
}

// nearest are the best of the words, those with more edits than others left out;
// so are those that begin with neither of the first two letters, if there are any
// that do.
function nearest(words: Spelled[], typed: string[], most: number, prefix: boolean): Near[] {
  const all = words.map((w) => ({ ...w, edits: distance(typed, w.chars, most, prefix) })).filter((w) => w.edits > 0 && w.edits <= most);
  const place = (w: Near): number => (w.chars[0] === typed[0] ? 0 : w.chars[0] === typed[1] ? 1 : 2);
  all.sort((a, b) => a.edits - b.edits || place(a) - place(b) || b.rank - a.rank || compare(a.word, b.word));
  return all.filter((w) => w.edits === all[0]!.edits && (place(w) < 2 || place(all[0]!) === 2)).slice(0, maxCorrections);
}

/** distance is the number of edits between a typed word and another, most + 1 if there are more; with prefix, to any beginning of the other. */
export function distance(typed: string[], other: string[], most: number, prefix: boolean): number {
  if (typed.length - other.length > most || (!prefix && other.length - typed.length > most)) return most + 1;
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= typed.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      let d = row[j - 1]!;
      if (typed[i - 1] !== other[j - 1]) d = Math.min(d, row[j]!, next[j - 1]!) + 1;
      if (i > 1 && j > 1 && typed[i - 1] === other[j - 2] && typed[i - 2] === other[j - 1]) d = Math.min(d, before[j - 2]! + 1);
      next.push(d);
    }
    before = row;
    row = next;
  }
  return Math.min(prefix ? Math.min(...row) : row[other.length]!, most + 1);
}
