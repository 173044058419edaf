// The browser's reader of the index of code. It finds the lines that
// internal/codesearch does, of the same queries (a test compares both).

import { QueryError } from "./codeerror.ts";
import { CodeFiles } from "./codefiles.ts";
import type { Code, CodeRepository, Entry, Fragment, Root } from "./codefiles.ts";
import type { CodeHit, CodeIndex, CodeOptions, CodeResult, LeftOut, Line, Lines } from "./codeindex.types.ts";
import { needs } from "./codeneed.ts";
import type { Need } from "./codeneed.ts";
import { matcherOf, parseCode, passes } from "./codequery.ts";
import type { CodeQuery } from "./codequery.ts";
import type { Term } from "./codeterms.ts";
import { Files } from "./searchfiles.ts";

export { parseCode } from "./codequery.ts";

const enough = 4; // files that are cheaper to read than more of the index
const dullTerms = 3; // after so many terms that narrow by less than an eighth no more are read
const termsAtOnce = 3;
const fragmentsAtOnce = 6;
const maxMarks = 50; // in a line

/** openCode loads the root; base is the address of data/. */
export async function openCode(base: string, root: string): Promise<CodeIndex> {
  const files = new Files(base);
  return new Reader(new CodeFiles(files, await files.json<Root>(root)));
}

class Reader implements CodeIndex {
  readonly about: CodeIndex["about"];
  private readonly files: CodeFiles;
  private readonly languages: Map<string, number>;

  constructor(files: CodeFiles) {
    this.files = files;
    const { languages, left, because, passed, repositories } = files.root;
    this.languages = new Map(languages.map((l) => [l.name, l.id]));
    this.about = { files: files.root.files, repositories, languages: languages.map((l): [string, number] => [l.name, l.files]).sort((a, b) => b[1] - a[1] || compare(a[0], b[0])), left, because, passed };
  }

  async find(text: string, o: CodeOptions): Promise<CodeResult> {
    const began = performance.now();
    const before = this.files.loaded;
    const q = parseCode(text, o.regexp ?? false, o.fold ?? false);
    for (const f of q.filters) {
      if (f.key === "lang" && !this.languages.has(f.value.toLowerCase())) {
        throw new QueryError(`no file is in the language "${f.value}"`, `there are ${[...this.languages.keys()].sort().join(", ")}`);
      }
    }
    const needed = needs(q, this.languages);
    if (!needed && this.files.root.pieces > (o.fragments ?? Infinity)) {
      throw new QueryError(
        "the query says too little for the index to narrow it down",
        "three characters in a row that must be there do, or file: and repo: filters; callboard search --code --site DIR reads everything",
      );
    }
    const numbers = await this.candidates(needed);
    o.signal?.throwIfAborted();
    const look = new Look(this.files, q, o);
    await look.all(numbers);
    look.hits.sort((a, b) => compare(a.repository.name, b.repository.name) || compare(a.path, b.path));
    const candidates = numbers ? numbers.length : this.about.files;
    return { hits: look.hits, candidates, examined: look.at, bytes: this.files.loaded - before, tookMs: performance.now() - began };
  }

  // candidates are the files that have what is needed, or more of them; null if it may be any.
  private async candidates(n: Need | null): Promise<number[] | null> {
    if (!n) return null;
    if (n.never) return [];
    if (!n.or) return this.narrowed(n);
    const out = new Set<number>();
    for (const some of await Promise.all(n.subs.map((s) => this.candidates(s)))) {
      if (!some) return null;
      for (const x of some) out.add(x);
    }
    return [...out].sort((a, b) => a - b);
  }

  private async narrowed(n: Need): Promise<number[] | null> {
    const terms = [...n.terms].sort((a, b) => b.weight - a.weight || a.key - b.key);
    let out: number[] | null = null;
    let dull = 0;
    const by = (more: number[] | null): void => {
      const before = out?.length ?? Infinity;
      if (more) out = out ? both(out, more) : more;
      dull = out && out.length > before - before / 8 ? dull + 1 : 0;
    };
    for (let at = 0; at < terms.length && !(out && (few(out) || dull >= dullTerms)); at += termsAtOnce) {
      for (const files of await this.filesOf(terms.slice(at, at + termsAtOnce))) by(files);
    }
    for (const s of n.subs) {
      if (few(out)) break;
      by(await this.candidates(s));
    }
    return out;
  }

  private filesOf(terms: Term[]): Promise<(number[] | null)[]> {
    return Promise.all(terms.map((t) => this.files.filesOf(t.key)));
  }

  async leftOut(text: string, limit: number): Promise<LeftOut[]> {
    const q: CodeQuery = text.trim() ? parseCode(text, false, false) : { pattern: "", regexp: false, fold: false, filters: [] };
    const out: LeftOut[] = [];
    for (const r of await this.files.repositories()) {
      if (!passes(q, "repo", r.name)) continue;
      for (const l of await this.files.left(r)) {
        if (!passes(q, "file", l.path)) continue;
        if (out.length >= limit) return out;
        out.push({ ...l, repository: r.name, because: this.about.because[l.reason] ?? l.reason });
      }
    }
    return out;
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const few = (files: number[] | null): boolean => files !== null && files.length <= enough;

function both(a: number[], b: number[]): number[] {
  const there = new Set(b);
  return a.filter((x) => there.has(x));
}

// Look looks at candidates, one after the other.
class Look {
  readonly hits: CodeHit[] = [];
  at = 0; // how many candidates have been looked at, those skipped among them
  private readonly files: CodeFiles;
  private readonly q: CodeQuery;
  private readonly o: CodeOptions;
  private readonly matcher: RegExp;
  private read = 0; // fragments

  constructor(files: CodeFiles, q: CodeQuery, o: CodeOptions) {
    this.files = files;
    this.q = q;
    this.o = o;
    this.matcher = matcherOf(q);
  }

  async all(numbers: number[] | null): Promise<void> {
    const skip = this.o.skip ?? 0;
    if (numbers) {
      this.at = Math.min(skip, numbers.length);
      await this.some(numbers);
      return;
    }
    for (const group of this.files.everywhere()) {
      for (const part of parts(await group())) {
        if (this.done()) return;
        await this.part(part, skip);
      }
    }
  }

  // part looks at all files of fragments. Those of which all were looked at before
  // do not count as read.
  private async part(part: Entry[], skip: number): Promise<void> {
    for (const f of await Promise.all(part.map((e) => this.files.fragment(e)))) {
      for (const x of f.files) {
        if (this.full()) return;
        if (this.at++ >= skip) await this.one(f.repo, x);
      }
    }
    if (this.at > skip) this.read += part.length;
  }

  private async some(numbers: number[]): Promise<void> {
    while (this.at < numbers.length && !this.done()) {
      const ahead = numbers.slice(this.at, this.at + fragmentsAtOnce * 2);
      const entries = await Promise.all(ahead.map((n) => this.files.holding(n)));
      const wanted = new Map<string, Entry>();
      for (const e of entries) if (wanted.size < this.room()) wanted.set(e.id, e);
      const loaded = new Map<string, Fragment>();
      await Promise.all([...wanted.values()].map(async (e) => loaded.set(e.id, await this.files.fragment(e))));
      this.read += wanted.size;
      for (const [i, e] of entries.entries()) {
        const f = loaded.get(e.id);
        if (!f || this.full()) break;
        this.at++;
        const x = f.files.find((x) => x.number === ahead[i]);
        if (x) await this.one(f.repo, x);
      }
    }
  }

  // room is how many fragments are read at once: few while hits are missing that these may have.
  private room(): number {
    const missing = (this.o.files ?? Infinity) - this.hits.length;
    return Math.max(1, Math.min(fragmentsAtOnce, missing, (this.o.fragments ?? Infinity) - this.read));
  }

  private full(): boolean {
    return this.hits.length >= (this.o.files ?? Infinity);
  }

  private done(): boolean {
    this.o.signal?.throwIfAborted();
    return this.full() || this.read >= (this.o.fragments ?? Infinity);
  }

  private async one(repo: string, x: Code): Promise<void> {
    const { q } = this;
    if (!passes(q, "repo", repo) || !passes(q, "file", x.path) || !passes(q, "lang", x.language)) return;
    const found: Lines = q.pattern ? this.lines(x.text) : { lines: [], matches: 0 };
    if (q.pattern && !found.matches) return;
    const r = await this.files.repository(repo);
    for (const l of found.lines) l.url = lineURL(r, x.path, l.number);
    const at = found.lines.find((l) => l.match)?.number ?? 1;
    this.hits.push({ repository: r, path: x.path, language: x.language, url: lineURL(r, x.path, at), ...found });
  }

  private lines(text: string): Lines {
    const out: Lines = { lines: [], matches: 0 };
    const { q } = this;
    if (!text || (!q.regexp && !q.fold && !text.includes(q.pattern))) return out;
    const all = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n").map((l) => (l.endsWith("\r") ? l.slice(0, -1) : l));
    const context = this.o.context ?? 0;
    let told = -1;
    all.forEach((line, i) => {
      const marks = this.marks(line);
      if (!marks || ++out.matches > (this.o.lines ?? Infinity)) return;
      for (let n = Math.max(told + 1, i - context); n <= Math.min(i + context, all.length - 1); n++) {
        out.lines.push({ number: n + 1, text: all[n]!, match: false, marks: [], url: "" });
        told = n;
      }
      Object.assign(out.lines[out.lines.length - 1 - (told - i)]!, { match: true, marks });
    });
    return out;
  }

  // marks are what of a line matches, null if nothing does.
  private marks(line: string): Line["marks"] | null {
    this.matcher.lastIndex = 0;
    if (!this.matcher.test(line)) return null;
    this.matcher.lastIndex = 0;
    const out: Line["marks"] = [];
    for (const m of line.matchAll(this.matcher)) {
      if (out.length === maxMarks) break;
      out.push([m.index, m.index + m[0].length]);
    }
    return out;
  }
}

function* parts(all: Entry[]): Generator<Entry[]> {
  for (let at = 0; at < all.length; at += fragmentsAtOnce) yield all.slice(at, at + fragmentsAtOnce);
}

function lineURL(r: CodeRepository, path: string, line: number): string {
  if (!r.link || !/^https?:\/\//.test(r.link)) return "";
  const escaped = path.split("/").map((s) => encodeURIComponent(s).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)).join("/");
  return r.link.replace("{path}", () => escaped).replace("{line}", String(line));
}
