// The terms that stand for a word of a query: what internal/search/lookup.go and
// correct.go do. The numbers are the same there.

import type { Chunk, Files, List, Shard, Spelled, Tree } from "./searchfiles.ts";
import { compare, from, once, Shard as Terms, spellings } from "./searchfiles.ts";
import { stem } from "./stem.ts";
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
  /** It belongs to a compound that is known as it is, or is not looked for. */
  asWritten: boolean;
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

const shortWeight = 0.6; // of all completions of a short word together
const stemWeight = 0.7;
const compoundWeight = 0.5; // of a compound that begins with the word, in German
const leastOfCompound = 5; // letters that a word must have for it
const mostOfCompound = 16; // letters that it may lack of one
const oneEditWeight = 0.8; // of a word that a typing error was meant for
const twoEditsWeight = 0.5;
const prefixWeight = 0.4; // of a completion that is much longer than the word
const manyDocs = 4096; // that have a word: its other forms are not looked for
const maxCompletions = 256;
const maxCorrected = 4; // words of a query for which it is looked what they were meant for
const maxCorrections = 4;
const maxSpelledFiles = 3; // of one band and order
const longestEnding = 8;
const lastBand = 6;

const ascii = /^[\0-\x7f]*$/;

/** size is a text's length in UTF-8. */
export const size = (s: string): number => (ascii.test(s) ? s.length : new TextEncoder().encode(s).length);

/** docsOf is in how many documents a candidate is. */
export const docsOf = (c: Candidate): number => c.shard.docs[c.at]!;

/** listOf is the documents of a candidate. */
export const listOf = (c: Candidate): List => c.shard.list(c.at);

/** soughtAs is a word before it is known what it says. */
export const soughtAs = (term: string, terms: Candidate[], prefix: boolean, asWritten: boolean): Sought => ({ term, terms, prefix, asWritten, corrected: false, optional: false, idf: 0, at: 0 });

/** docsOfAll is about how many documents have a word: those that have it as it is, or else one of its terms. */
function docsOfAll(w: Sought): number {
  const same = w.terms.find((c) => c.weight === 1);
  return same ? docsOf(same) : w.terms.reduce((n, c) => n + docsOf(c), 0);
}

/** Lexicon finds terms in the files of an index. */
export class Lexicon {
  files: Files;
  docs: number;
  private langs: string[];
  private stop: string;
  private terms: Tree;
  private words: Tree;
  private shards = new Map<string, Promise<Shard>>();
  private spellings = new Map<string, Promise<Spelled[]>>();
  readonly chunks = new Map<string, Promise<Chunk>>();

  constructor(files: Files, docs: number, langs: string[], stop: string, terms: Tree, words: Tree) {
    this.files = files;
    this.docs = docs;
    this.langs = langs;
    this.stop = stop;
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

  /** beginning calls fn with the terms that begin with s in so many shards; true: there were more. */
  async beginning(s: string, shards: number, fn: (shard: Shard, at: number, term: string) => void): Promise<boolean> {
    const [, ids] = await this.terms.of(s, (start) => start.startsWith(s) || compare(start, s) <= 0, shards);
    for (const shard of await Promise.all(ids.slice(0, shards).map((id) => this.shard(id)))) {
      for (let at = from(shard.terms, s); shard.terms[at]?.startsWith(s); at++) fn(shard, at, shard.terms[at]!);
    }
    return ids.length > shards;
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
    const short = Array.from(term).length <= 3;
    const bytes = size(term);
    const rest: Candidate[] = [];
    const [known, more] = await Promise.all([
      short ? this.find(term + prefixMark, shortWeight) : [],
      this.beginning(term, short ? 1 : 3, (shard, at, t) => {
        if (t !== term && !t.endsWith(prefixMark)) rest.push({ term: t, shard, at, weight: prefixWeight + (prefixWeight * bytes) / size(t), lang: "" });
      }),
    ]);
    if (rest.length <= maxCompletions) return { all: [...known, ...rest], more };
    rest.sort((a, b) => docsOf(b) - docsOf(a));
    return { all: [...known, ...rest.slice(0, maxCompletions)], more: true };
  }

  /** standing is the terms that stand for a word: itself, its other forms, its completions. */
  async standing(term: string, prefix: boolean): Promise<{ all: Candidate[]; more: boolean }> {
    const [same, rest] = await Promise.all([this.find(term, 1), prefix ? this.completions(term) : { all: [], more: false }]);
    const forms = same[0] && docsOf(same[0]) >= manyDocs ? [] : await this.forms(term);
    return { all: [...same, ...forms, ...rest.all], more: rest.more };
  }

  /** seek is standing, or what is given of a part that is as it is written. */
  async seek(term: string, prefix: boolean, given?: Candidate[]): Promise<{ sought: Sought; more: boolean }> {
    const { all, more } = given ? { all: given, more: false } : await this.standing(term, prefix);
    return { sought: soughtAs(term, all, prefix, Boolean(given)), more };
  }

  /** correct adds to words those that they may have been meant for, if no document has them as they are; with meant, in any case. Then it is known what words say. */
  async correct(words: Sought[], meant: boolean): Promise<void> {
    const wrong = words.filter((w) => !w.asWritten && tolerance(w.term) && (meant || w.terms.every((c) => c.lang)));
    wrong.sort((a, b) => docsOfAll(a) - docsOfAll(b));
    await Promise.all(
      wrong.slice(0, maxCorrected).map(async (w) => {
        const more = await this.corrections(w.term, w.prefix);
        w.corrected = !w.terms.length && more.length > 0;
        w.terms = [...w.terms, ...more];
      }),
    );
    for (const w of words) w.idf = w.terms.length || !w.asWritten ? this.idf(docsOfAll(w)) : 0;
  }

  /** optional tells which words of a query need not be in a document: those that hold a question together, if it has others. */
  optional(q: Query): boolean[] {
    const out = q.words.map((w) => this.stop.includes(` ${w.term} `));
    return out.every((x) => x) ? out.map(() => false) : out;
  }

  /** idf is how much it says that a document has a term that so many have. */
  idf(docs: number): number {
    const df = Math.min(docs, this.docs);
    return Math.log(1 + (this.docs - df + 0.5) / (df + 0.5));
  }

  private async corrections(term: string, prefix: boolean): Promise<Candidate[]> {
    const typed = Array.from(term);
    let near = await this.near(typed, tolerance(term));
    if (!near.length && prefix) near = await this.nearBeginnings(typed);
    return (await Promise.all(near.map((w) => this.find(w.word, w.edits > 1 ? twoEditsWeight : oneEditWeight)))).flat();
  }

  // near are the words with the fewest edits, of those that begin or end as the
  // word does: one error leaves one of both as it is.
  private async near(typed: string[], most: number): Promise<Near[]> {
    const n = typed.length;
    const begin = most === 1 ? (n - 1) >> 1 : 3;
    const end = most === 1 ? n - 1 - begin : n >> 1;
    const keys: string[] = [];
    for (let i = band(n - most); i <= band(n + most); i++) keys.push(key("A", i, typed.slice(0, begin)), key("a", i, typed.slice(n - end).reverse()));
    const words = new Map((await this.spelled(keys)).map((w) => [w.word, w]));
    return nearest([...words.values()], typed, most, false);
  }

  // nearBeginnings are the words that may become of one with one edit.
  private async nearBeginnings(typed: string[]): Promise<Near[]> {
    const n = typed.length;
    const begin = typed.slice(0, Math.min(Math.max(n - 1, 4) >> 1, 3));
    const keys: string[] = [];
    for (let i = band(n - 1); i <= lastBand; i++) keys.push(key("A", i, begin));
    return nearest(await this.spelled(keys), typed, 1, true);
  }

  // spelled are the words whose keys begin so.
  private async spelled(keys: string[]): Promise<Spelled[]> {
    const load = (id: string): Promise<Spelled[]> => once(this.spellings, id, async () => spellings(await this.files.load(`s/w/${id}.bin`)));
    const each = keys.map(async (k) => {
      const [, ids] = await this.words.of(k, (start) => start.startsWith(k) || compare(start, k) <= 0, maxSpelledFiles - 1);
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
// of other than letters has none.
function tolerance(term: string): number {
  const n = Array.from(term).length;
  if (n < 4 || !/^\p{L}+$/u.test(term) || isPaired.test(term)) return 0;
  return n < 8 ? 1 : 2;
}

// band numbers the lengths that are together among the words, as in
// internal/search/spelling.go; key is where words of one begin or end so.
const band = (n: number): number => (n < 7 ? Math.max(n, 3) - 3 : n < 10 ? 4 : n < 14 ? 5 : lastBand);
const key = (order: string, band: number, chars: string[]): string => String.fromCharCode(order.charCodeAt(0) + band) + chars.join("");

interface Near extends Spelled {
  edits: number;
}

// nearest are the best of the words, those with more edits than others left out;
// so are those with another first letter, if there are any that have it.
function nearest(words: Spelled[], typed: string[], most: number, prefix: boolean): Near[] {
  const all = words.map((w) => ({ ...w, edits: distance(typed, w.chars, most, prefix) })).filter((w) => w.edits > 0 && w.edits <= most);
  const other = (w: Near): number => (w.chars[0] === typed[0] ? 0 : 1);
  all.sort((a, b) => a.edits - b.edits || other(a) - other(b) || b.rank - a.rank || compare(a.word, b.word));
  return all.filter((w) => w.edits === all[0]!.edits && other(w) === other(all[0]!)).slice(0, maxCorrections);
}

/** distance is the number of edits between a typed word and another, most + 1 if there are more; with prefix, to any beginning of the other. */
export function distance(typed: string[], other: string[], most: number, prefix: boolean): number {
  if (typed.length - other.length > most || (!prefix && other.length - typed.length > most)) return most + 1;
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= typed.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= other.length; j++) {
      let d = row[j - 1]!;
      if (typed[i - 1] !== other[j - 1]) d = Math.min(d, row[j]!, next[j - 1]!) + 1;
      if (i > 1 && j > 1 && typed[i - 1] === other[j - 2] && typed[i - 2] === other[j - 1]) d = Math.min(d, before[j - 2]! + 1);
      next.push(d);
      least = Math.min(least, d);
    }
    if (least > most) return most + 1;
    before = row;
    row = next;
  }
  return Math.min(prefix ? Math.min(...row) : row[other.length]!, most + 1);
}
