// Words that stand together, by their positions: what internal/search/near.go
// does. The numbers are the same there.

import { Chunk, find, once } from "./searchfiles.ts";
import type { List } from "./searchfiles.ts";
import type { Candidate, Lexicon, Sought } from "./searchmatch.ts";
import { listOf, soughtAs } from "./searchmatch.ts";
import type { Query } from "./searchquery.ts";
import { cut } from "./searchwords.ts";

const nearWeight = 1.9;
const askedNear = 0.5; // in a question
const runWeight = 0.6;
const inTitleWeight = 0.4;
const wholeTitle = 2;
const titleAndPlace = 6;
const calls = 11; // marks of a word that a document is called by
const aside = 4; // and of one that it is also called by
const otherNear = 0.75;
const maxNearDocs = 1000;
/** maxFollowDocs is how many documents are put in order by where words stand. */
export const maxFollowDocs = 8000;
const maxNearChunks = 14;
const pairNearChunks = 24; // of two words
const fewNearChunks = 4;
const leastNearChunks = 3;
const wrongNearChunks = 6; // fewer, for each word beyond two that was corrected
const farAhead = 20;
const maxPhraseChunks = 40;
const maxPositions = 255;

/** Ranked is a document with its score in thousandths. */
export interface Ranked {
  doc: number;
  score: number;
}

/** byScore orders the best first. */
export const byScore = (a: Ranked, b: Ranked): number => b.score - a.score || a.doc - b.doc;

// Placed is a word with the documents of its terms.
interface Placed {
  word: Sought;
  lists: List[];
  /** Its idf in titles and names. */
  titles: number;
}

function place(lexicon: Lexicon, word: Sought): Placed {
  const lists = word.terms.map(listOf);
  return { word, lists, titles: lexicon.idf(count(lists, (m) => m & calls)) };
}

/** count is the number of postings that test accepts the marks of. */
export const count = (lists: List[], test: (mark: number) => unknown): number => lists.reduce((n, l) => l.marks.reduce((n, m) => (test(m) ? n + 1 : n), n), 0);

// each calls fn with the terms that a document has, and its number among theirs.
function each(p: Placed, doc: number, fn: (c: Candidate, n: number, l: List) => void): void {
  p.lists.forEach((l, i) => {
    const n = find(l.docs, doc);
    if (n >= 0) fn(p.word.terms[i]!, n, l);
  });
}

// Spots are the positions that some documents have, in so many chunks: first all
// that is wanted is noted, then it is loaded, then read.
class Spots {
  private lexicon: Lexicon;
  private most: number;
  private want = new Set<string>();
  private chunks = new Map<string, Chunk>();

  constructor(lexicon: Lexicon, most: number) {
    this.lexicon = lexicon;
    this.most = most;
  }

  note = (c: Candidate, n: number): void => {
    const at = c.shard.where(c.at, n);
    if (at && this.want.size < this.most) this.want.add(at[0]);
  };

  async load(): Promise<void> {
    const { files, chunks } = this.lexicon;
    const one = async (id: string): Promise<unknown> =>
      this.chunks.set(id, await once(chunks, id, async () => new Chunk(await files.load(`s/p/${id}.bin`))));
    await Promise.all(Array.from(this.want, one));
  }

  // at appends the positions of a term's n-th document; false if they are not known.
  at(out: number[], c: Candidate, n: number): boolean {
    const at = c.shard.where(c.at, n);
    const chunk = at && this.chunks.get(at[0]);
    if (!chunk) return false;
    chunk.list(at[1], out);
    return true;
  }
}

/** closer adds to the best documents what they get for words that stand together, or in the title; to those that come after them, if words that are as they were asked for follow each other there. */
export async function closer(lexicon: Lexicon, order: Ranked[], words: Sought[], asks: boolean): Promise<void> {
  const all = words.map((w) => place(lexicon, w));
  if (all.length < 2) return;
  const placed = all.filter((p) => p.word.terms.some((c) => c.shard.placed(c.at)));
  const best = order.slice(0, maxFollowDocs);
  const spots = new Spots(lexicon, nearChunks(order, words));
  if (placed.length > 1) {
    // What matters more is noted first, as chunks are bounded.
    for (const optional of [false, true]) {
      for (const x of best.slice(0, maxNearDocs)) for (const p of placed) if (p.word.optional === optional) each(p, x.doc, spots.note);
    }
    for (const x of best.slice(maxNearDocs)) for (const p of placed) exactly(p, x.doc, spots.note);
  }
  await spots.load();
  best.forEach((x, i) => {
    if (i < maxNearDocs || anyFollow(spots, placed, x.doc)) x.score += Math.floor((titled(x.doc, all) + together(spots, placed, x.doc, asks)) * 1000 + 0.5);
  });
  best.sort(byScore).forEach((x, i) => (order[i] = x));
}

// together is what a document gets for words that stand together, and besides, but
// in questions, if all of them follow each other as in the query.
function together(spots: Spots, words: Placed[], doc: number, asks: boolean): number {
  const same = words.map((): number[] => []);
  const any = words.map((): number[] => []);
  let sum = 0;
  let whole = 0;
  let run = asks ? 0 : runWeight;
  words.forEach((p, k) => {
    each(p, doc, (c, n) => void spots.at(c.weight === 1 ? same[k]! : any[k]!, c, n));
    any[k]!.push(...same[k]!);
    if (!k) return;
    const q = words[k - 1]!;
    const [a, b] = [q.word, p.word];
    // Parts of a word in camel case have no positions.
    const oneWord = a.of && a.of === b.of && find(listOf(a.of).docs, doc) >= 0;
    const near = oneWord ? 1 : nearness(same[k - 1]!, same[k]!, b.at - a.at);
    const oneTitle = a.optional || b.optional ? 0 : Math.min(called(q, doc)[0], called(p, doc)[0]);
    if (near < 1) run = 0;
    sum += (asks ? askedNear : nearWeight) * Math.max(near, otherNear * nearness(any[k - 1]!, any[k]!, b.at - a.at), oneTitle) * (a.idf + b.idf);
    whole += a.idf + b.idf;
  });
  return sum + run * whole;
}

// exactly calls fn with a word and its number among a document's, if it is there as it was asked for.
function exactly({ word, lists }: Placed, doc: number, fn: (c: Candidate, n: number) => void): void {
  const c = word.terms[0];
  const n = !word.optional && c?.weight === 1 ? find(lists[0]!.docs, doc) : -1;
  if (n >= 0) fn(c!, n);
}

// anyFollow tells whether two words that are as they were asked for follow each other.
function anyFollow(spots: Spots, words: Placed[], doc: number): boolean {
  let before: number[] = [];
  return words.some((p, i) => {
    const from = before;
    before = [];
    exactly(p, doc, (c, n) => spots.at(before, c, n));
    return nearness(from, before, p.word.at - (words[i - 1]?.word.at ?? 0)) === 1;
  });
}

// called is what a document has of a word in what it is called: the word's
// weight there, its weight in what the document is also called, which says where
// it is, such as the set of a page, and what the posting says.
function called(p: Placed, doc: number): [number, number, number, number] {
  let weight = 0;
  let beside = 0;
  let prior = 0;
  let length = 1;
  each(p, doc, (c, n, l) => {
    if (l.marks[n]! & aside) beside = Math.max(beside, c.weight);
    if (!(l.marks[n]! & calls) || c.weight <= weight) return;
    weight = c.weight;
    prior = l.priors[n]! / 100;
    length = Math.max(l.titles[n]!, 1);
  });
  return [weight, beside, prior, length];
}

// nearChunks is how many chunks of positions are loaded to put documents in
// order. If the first is what was asked for by name, only what comes after it
// depends on them. Of many words with errors they tell less.
function nearChunks(order: Ranked[], words: Sought[]): number {
  if (order.length > 1 && order[0]!.score - order[1]!.score > 1000 * farAhead) return fewNearChunks;
  const wrong = words.filter((w) => w.corrected).length;
  if (words.length === 2 && !wrong) return pairNearChunks;
  return Math.max(leastNearChunks, maxNearChunks - wrongNearChunks * Math.max(wrong - 2, 0));
}

// titled is what a document gets for the words that are in its title or name.
function titled(doc: number, words: Placed[]): number {
  let sum = 0;
  let has = 0;
  let whole = 0;
  let n = 0;
  let besides = 0;
  let missing = 0;
  let prior = 0;
  let length = 1;
  for (const p of words) {
    if (p.word.optional) continue;
    const [weight, beside, worth, long] = called(p, doc);
    if (weight) [prior, length] = [worth, long];
    whole += p.word.idf;
    sum += weight * p.titles;
    has += (weight || beside) * p.word.idf;
    if (weight) n++;
    else if (beside) besides++;
    else missing++;
  }
  const entire = n < length ? 0 : wholeTitle + (besides && !missing ? titleAndPlace : 0);
  return sum && (((sum * inTitleWeight + entire) * has) / whole) * Math.min(1, n / length) * prior;
}

// nearness is how near two words come to each other: 1 if one follows the other
// as it does in the query, gap words further on.
function nearness(a: number[], b: number[], gap: number): number {
  let best = 0;
  for (const x of a) {
    for (const y of b) {
      const d = y - x;
      if (d === gap) return 1;
      if (d > 0 && d <= gap + 1) best = Math.max(best, 0.7);
      else if (Math.abs(d) <= 4) best = Math.max(best, 0.2);
      else if (Math.abs(d) <= 10) best = Math.max(best, 0.1);
    }
  }
  return best;
}

/** Verdict is what positions say of phrases in a document; perhaps: its text must be looked at. */
export type Verdict = "no" | "yes" | "perhaps";

/** verdicts tell which documents have all phrases as asked for. */
export async function verdicts(lexicon: Lexicon, order: Ranked[], phrases: Query["phrases"]): Promise<Verdict[]> {
  const spots = new Spots(lexicon, maxPhraseChunks);
  const word = async (term: string): Promise<Placed> =>
    place(lexicon, soughtAs(term, await lexicon.find(cut(term), 1), false, false, true));
  const all = await Promise.all(phrases.map((p) => Promise.all(p.words.map(word))));
  for (const x of order) {
    for (const words of all) if (holds(words, x.doc)) for (const p of words) each(p, x.doc, spots.note);
  }
  await spots.load();
  return order.map((x) => {
    const of = phrases.map((p, i): Verdict => {
      const v = follow(spots, all[i]!, x.doc);
      return p.not && v !== "perhaps" ? (v === "yes" ? "no" : "yes") : v;
    });
    return of.find((v) => v === "no") ?? of.find((v) => v !== "yes") ?? "yes";
  });
}

const holds = (words: Placed[], doc: number): boolean => words.every((p) => p.lists.some((l) => find(l.docs, doc) >= 0));

// follow tells whether words follow each other in a document.
function follow(spots: Spots, words: Placed[], doc: number): Verdict {
  if (!holds(words, doc)) return "no";
  let starts: number[] | null = null;
  let known = true;
  words.forEach((p, i) => {
    const at: number[] = [];
    let ok = false;
    each(p, doc, (c, n) => (ok = spots.at(at, c, n)));
    // A word as often as positions are kept may stand elsewhere, too.
    if (!ok || at.length >= maxPositions) return void (known = false);
    const begins = at.map((x) => x - i);
    starts = starts ? starts.filter((x) => begins.includes(x)) : begins;
  });
  if (starts && !(starts as number[]).length) return "no";
  return known ? "yes" : "perhaps";
}
