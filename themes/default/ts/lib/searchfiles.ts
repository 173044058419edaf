// The files of the search index: how they are loaded, unpacked and read. Their
// layout is told in internal/search (Format in the manual).

import type { Reason } from "./searchindex.types.ts";

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

export const utf8 = new TextDecoder();

/** Files loads files below an address, each once. */
export class Files {
  readonly base: string;
  constructor(base: string) {
    this.base = base;
  }

  /** load is a file, unpacked. */
  async load(name: string): Promise<Uint8Array> {
    return unpack(await this.bytes(name)).catch(() => {
      throw new SearchError("format", this.base + name);
    });
  }

  /** bytes are a file as it lies there. A proxy that wants a login redirects or answers with a page. */
  async bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const url = this.base + name;
    const gone = (): never => {
      throw new SearchError("missing", url);
    };
    const r = await fetch(url, { redirect: "manual" }).catch(gone);
    const html = (r.headers.get("content-type") ?? "").startsWith("text/html");
    if (r.type === "opaqueredirect" || [401, 403].includes(r.status) || (r.ok && html)) {
      throw new SearchError("session", url);
    }
    return r.ok ? new Uint8Array(await r.arrayBuffer().catch(gone)) : gone();
  }

  /** json is a file of JSON. */
  async json<T>(name: string): Promise<T> {
    const s = utf8.decode(await this.load(name));
    if (s[0] !== "{" && s[0] !== "[") throw new SearchError("format", this.base + name);
    return JSON.parse(s) as T;
  }
}

// unpack is what gzip holds; what is no gzip was unpacked by the host.
async function unpack(b: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (b[0] !== 0x1f || b[1] !== 0x8b) return b;
  return new Uint8Array(await new Response(new Blob([b]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}

/** once keeps what make gives for a key; what failed is tried again. */
export function once<K, T>(kept: Map<K, Promise<T>>, key: K, make: () => Promise<T>): Promise<T> {
  let p = kept.get(key);
  if (!p) {
    kept.set(key, (p = make()));
    p.catch(() => kept.delete(key));
  }
  return p;
}

/** Bytes reads numbers and strings of bytes one after the other. */
export class Bytes {
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
  id(): string {
    return hex(this.take(6));
  }
}

const hex = (b: Uint8Array): string => Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");

// Shared reads texts of which each shares a beginning with the one before.
class Shared {
  private text = new Uint8Array(2048);
  next(d: Bytes): string {
    const shared = d.num();
    const rest = d.take(d.num());
    this.text.set(rest, shared);
    return utf8.decode(this.text.subarray(0, shared + rest.length));
  }
}

// unit puts UTF-16 units in the order of code points, which is that of the
// index.
const unit = (c: number): number => (c < 0xd800 ? c : c < 0xe000 ? c + 0x2000 : c - 0x800);

/** compare orders as the index is ordered. */
export function compare(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return unit(x) - unit(y);
  }
  return a.length - b.length;
}

/** first is the number of the first for which test holds, of a list where it holds from one on. */
export function first(n: number, test: (i: number) => boolean): number {
  let lo = 0;
  for (let hi = n; lo < hi; ) {
    const mid = (lo + hi) >> 1;
    if (test(mid)) hi = mid;
    else lo = mid + 1;
  }
  return lo;
}

/** from is the index of the first that is not before s. */
export const from = (sorted: string[], s: string): number => first(sorted.length, (i) => compare(sorted[i]!, s) >= 0);

// Entries are the starts and the names of files or of pages.
type Entries = [starts: string[], ids: string[]];

function entries(d: Bytes): Entries {
  const shared = new Shared();
  const starts = Array.from({ length: d.num() }, () => shared.next(d));
  return [starts, starts.map(() => d.id())];
}

/** Tree says which file has what: each has a stretch of sorted keys. Names of many files are in pages. */
export class Tree {
  private files: Files;
  private depth: number;
  private root: Entries;
  private pages = new Map<string, Promise<Entries>>();

  constructor(files: Files, d: Bytes) {
    this.files = files;
    this.depth = d.num();
    this.root = entries(d);
  }

  /** of is the files with their starts from that which has the key if any does, as long as they begin within, at most so many and one more. */
  async of(key: string, within: (start: string) => boolean, most = Infinity): Promise<Entries> {
    const out: Entries = [[], []];
    const walk = async ([starts, ids]: Entries, depth: number): Promise<void> => {
      const begin = first(starts.length, (i) => compare(starts[i]!, key) > 0) - 1;
      for (let i = Math.max(begin, 0); i < starts.length && out[0].length <= most && within(starts[i]!); i++) {
        const id = ids[i]!;
        if (depth) await walk(await once(this.pages, id, async () => entries(new Bytes(await this.files.load(`s/n/${id}.bin`)))), depth - 1);
        else {
          out[0].push(starts[i]!);
          out[1].push(id);
        }
      }
    };
    await walk(this.root, this.depth);
    return out;
  }

  /** at is the file that has the key if any does, with its start. */
  async at(key: string): Promise<[start: string, id: string] | null> {
    const [starts, ids] = await this.of(key, (s) => compare(s, key) <= 0, 0);
    return ids.length ? [starts[0]!, ids[0]!] : null;
  }
}

/** last is the index of the last that is not more than n. */
export const last = (sorted: number[], n: number): number => first(sorted.length, (i) => sorted[i]! > n) - 1;

/**
 * List is postings taken apart: documents in rising order with their marks (see
 * internal/search/impact.go), and of those in a strong field the prior and the
 * words of the title.
 */
export interface List {
  docs: Uint32Array;
  marks: Uint8Array;
  priors: Uint8Array;
  titles: Uint8Array;
}

// hasPositions tells whether postings of a term have lists of positions.
const hasPositions = (term: string): boolean => !/[-_.\x01\x02]|\u{10ffff}$/u.test(term);

/** tooCommon tells whether so many documents have a word that its positions are not kept. */
const tooCommon = (df: number, docs: number): boolean => df >= 256 && df > Math.floor((docs * 15) / 16);

/** Shard is a stretch of terms with their postings. */
export class Shard {
  terms: string[] = [];
  /** In how many documents each term is. */
  docs: number[] = [];
  private heads: number[] = [];
  private starts: number[] = [];
  private lists: number[] = [];
  private data: Uint8Array;
  private chunkIDs: string[] = [];
  private chunkFirsts: number[] = [];
  private decoded = new Map<number, List>();

  constructor(b: Uint8Array, docs: number) {
    const d = new Bytes(b);
    const begins: [term: number, doc: number][] = [];
    for (let n = d.num(), term = 0; n > 0; n--) {
      this.chunkIDs.push(d.id());
      term += d.num();
      begins.push([term, d.num()]);
    }
    const shared = new Shared();
    let at = 0;
    let lists = 0;
    for (let n = d.num(), i = 0; i < n; i++) {
      const term = shared.next(d);
      const head = d.num();
      const df = Math.floor(head / 4);
      this.terms.push(term);
      this.docs.push(df);
      this.heads.push(head % 4);
      this.starts.push(at);
      at += d.num();
      while (begins[this.chunkFirsts.length]?.[0] === i) this.chunkFirsts.push(lists + begins[this.chunkFirsts.length]![1]);
      const placed = hasPositions(term) && !tooCommon(df, docs);
      this.lists.push(placed ? lists : -1);
      if (placed) lists += df;
    }
    this.starts.push(at);
    this.data = d.take(at);
  }

  /** list is the postings of a term. */
  list(i: number): List {
    let l = this.decoded.get(i);
    if (!l) this.decoded.set(i, (l = this.decode(i)));
    return l;
  }

  private decode(i: number): List {
    const d = new Bytes(this.data.subarray(this.starts[i]!, this.starts[i + 1]!));
    const df = this.docs[i]!;
    const form = this.heads[i]!;
    if (form > 1) throw new RangeError("form");
    const [docs, marks] = form ? bitmap(d, df) : gaps(d, df);
    const strong = marks.reduce((n, m) => n + Number((m & 7) > 0), 0);
    const row = (b: Uint8Array): Uint8Array => {
      let n = 0;
      return marks.map((m) => (m & 7 ? b[n++]! : 0));
    };
    return { docs, marks, priors: row(d.take(strong)), titles: row(d.take(strong)) };
  }

  /** placed tells whether the term has positions. */
  placed(i: number): boolean {
    return this.lists[i]! >= 0;
  }

  /** where is the chunk of positions of a term's n-th document, and the number of its list there. */
  where(i: number, n: number): [id: string, list: number] | null {
    const list = this.lists[i]! + n;
    const at = this.placed(i) ? last(this.chunkFirsts, list) : -1;
    return at < 0 ? null : [this.chunkIDs[at]!, list - this.chunkFirsts[at]!];
  }
}

/** find is the index of a document in a list, -1 if it is not there. */
export function find(docs: Uint32Array, doc: number): number {
  const i = first(docs.length, (i) => docs[i]! >= doc);
  return docs[i] === doc ? i : -1;
}

type Marked = [docs: Uint32Array, marks: Uint8Array];

function gaps(d: Bytes, n: number): Marked {
  const docs = new Uint32Array(Math.min(n, d.b.length));
  let doc = 0;
  for (let i = 0; i < n; i++) docs[i] = doc += d.num();
  return [docs, d.take(n)];
}

function bitmap(d: Bytes, df: number): Marked {
  const begin = d.num();
  const bits = d.take(d.num());
  const docs = new Uint32Array(df);
  const marks = new Uint8Array(df).fill(d.byte());
  const [special, theirs] = gaps(d, d.num());
  let n = 0;
  bits.forEach((b, i) => {
    for (let doc = begin + 8 * i; b; b >>= 1, doc++) if (b & 1) docs[n++] = doc;
  });
  special.forEach((doc, i) => (marks[find(docs, doc)] = theirs[i]!));
  return [docs, marks];
}

/** Chunk is a chunk of positions. */
export class Chunk {
  private b: Uint8Array;
  private starts: number[] = [];
  constructor(b: Uint8Array) {
    this.b = b;
    for (let at = 0; at < b.length; ) {
      this.starts.push(at);
      for (let more = 1; more; at++) {
        more = b[at]! & 1;
        while (b[at]! >= 128) at++;
        if (at >= b.length) throw new RangeError("end of file");
      }
    }
  }
  /** list appends the positions of a list. */
  list(i: number, out: number[]): void {
    if (!(i < this.starts.length)) throw new RangeError("list of positions");
    const d = new Bytes(this.b);
    d.at = this.starts[i]!;
    for (let at = 0, v = 1; v & 1; ) {
      v = d.num();
      if (v) out.push((at += Math.floor(v / 2)));
    }
  }
}

/** Spelled is a word that a typing error may have been meant for, and its key; see spellingKey in internal/search. */
export interface Spelled {
  key: string;
  word: string;
  chars: string[];
  rank: number;
}

/** spellings reads a file of spelling. */
export function spellings(b: Uint8Array): Spelled[] {
  const d = new Bytes(b);
  const shared = new Shared();
  const out: Spelled[] = [];
  for (let n = d.num(); n > 0; n--) {
    const key = shared.next(d);
    const chars = Array.from(key).slice(1);
    if (key >= "a") chars.reverse();
    out.push({ key, word: chars.join(""), chars, rank: d.byte() });
  }
  return out;
}
