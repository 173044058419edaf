// The files of the index of code: how they are loaded, unpacked and read. Their
// layout is told in internal/codesearch/doc.go, whose Reader does the same in Go.

import { hash } from "./codeterms.ts";
import { Bytes, Files, first, once, SearchError, utf8 } from "./searchfiles.ts";

/** CodeRepository is what the index tells of a repository. */
export interface CodeRepository {
  name: string;
  revision?: string;
  /** The address of a line at the host, with {path} and {line} in it. */
  link?: string;
  leftFile?: string;
}

/** Left is a file, or with a slash at its end a directory, that is not in the index. */
export interface Left {
  path: string;
  reason: string;
  files: number;
}

interface Table {
  bits: number;
  names: string;
}

/** Root is the file that leads to the others. */
export interface Root {
  v: number;
  files: number;
  repositories: number;
  languages: { name: string; id: number; files: number }[];
  shards: Table;
  fragments: Table;
  pieces: number;
  repos: Table;
  left: Record<string, number>;
  because: Record<string, string>;
  passed: string[];
}

/** Entry is a file that a table leads to, and the first of its numbers. */
export interface Entry {
  first: number;
  id: string;
}

/** Code is a file of code. */
export interface Code {
  number: number;
  path: string;
  language: string;
  text: string;
}

/** Fragment is files of one repository. */
export interface Fragment {
  repo: string;
  files: Code[];
}

// Posting is what a shard has of a term: files, or the name of the file with them;
// neither if the term tells nothing.
interface Posting {
  n: number;
  files?: number[];
  id?: string;
}

const version = 2;
const pageFiles = 32; // at most, in a page
const nameBytes = 12;

const hex = (b: Uint8Array): string => Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");

async function inflate(b: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(new Blob([b]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer());
}

// Groups are the names of the groups of a table, "" for those that are not there.
class Groups {
  readonly ids: string[] = [];
  private readonly unit: number;

  constructor(t: Table) {
    this.unit = 2 ** t.bits;
    const b = Uint8Array.from(atob(t.names.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    for (let i = 0; i + nameBytes <= b.length; i += nameBytes) {
      const name = b.subarray(i, i + nameBytes);
      this.ids.push(name.some((x) => x) ? hex(name) : "");
    }
  }

  /** at is the group that a number is in. */
  at(n: number): string {
    return this.ids[Math.floor(n / this.unit)] ?? "";
  }
}

/** CodeFiles reads the files of an index. */
export class CodeFiles {
  readonly root: Root;
  /** How many bytes have been loaded. */
  loaded = 0;
  private readonly files: Files;
  private readonly languages = new Map<number, string>();
  private readonly shards: Groups;
  private readonly fragments: Groups;
  private readonly repos: Groups;
  private readonly tables = new Map<string, Promise<Entry[]>>();
  private readonly terms = new Map<string, Promise<Map<number, Posting>>>();
  private readonly blocks = new Map<string, Promise<CodeRepository[]>>();

  constructor(files: Files, root: Root) {
    if (root.v !== version) throw new SearchError("format", files.base);
    this.files = files;
    this.root = root;
    for (const l of root.languages) this.languages.set(l.id, l.name);
    this.shards = new Groups(root.shards);
    this.fragments = new Groups(root.fragments);
    this.repos = new Groups(root.repos);
  }

  // read takes a file apart. What is not as it should be is of another version, or damaged.
  private async read<T>(name: string, take: (b: Uint8Array) => T): Promise<T> {
    const raw = await this.files.bytes(name);
    this.loaded += raw.length;
    try {
      return take(await inflate(raw));
    } catch {
      throw new SearchError("format", this.files.base + name);
    }
  }

  private json<T>(name: string): Promise<T> {
    return this.read(name, (b) => JSON.parse(utf8.decode(b)) as T);
  }

  private entries(id: string): Promise<Entry[]> {
    return id ? once(this.tables, id, () => this.read(`code/t/${id}.bin`, entries)) : Promise.resolve([]);
  }

  private async find(groups: Groups, n: number): Promise<Entry | undefined> {
    const es = await this.entries(groups.at(n));
    return es[first(es.length, (i) => es[i]!.first > n) - 1];
  }

  /** filesOf are the numbers of the files that have a term, null if that tells nothing. */
  async filesOf(key: number): Promise<number[] | null> {
    const e = await this.find(this.shards, key);
    if (!e) return [];
    const p = (await once(this.terms, e.id, () => this.read(`code/s/${e.id}.bin`, shard))).get(key);
    if (!p) return [];
    if (p.files) return p.files;
    return p.id ? this.read(`code/p/${p.id}.bin`, (b) => numbers(new Bytes(b), p.n)) : null;
  }

  /** holding is where a file lies. */
  async holding(n: number): Promise<Entry> {
    const e = await this.find(this.fragments, n);
    if (!e) throw new SearchError("format", this.files.base);
    return e;
  }

  /** everywhere loads where all files lie, one group of them after the other. */
  everywhere(): (() => Promise<Entry[]>)[] {
    return this.fragments.ids.map((id) => () => this.entries(id));
  }

  /** fragment is what lies there. */
  fragment(e: Entry): Promise<Fragment> {
    return this.read(`code/f/${e.id}.bin`, (b) => this.taken(b, e.first));
  }

  private taken(b: Uint8Array, number: number): Fragment {
    const d = new Bytes(b);
    const repo = utf8.decode(d.take(d.num()));
    const n = d.num();
    if (n > pageFiles) throw new RangeError("files of a fragment");
    const heads = Array.from({ length: n }, () => ({ path: utf8.decode(d.take(d.num())), language: this.languages.get(d.num()) ?? "", size: d.num() }));
    return { repo, files: heads.map(({ path, language, size }, i) => ({ number: number + i, path, language, text: utf8.decode(d.take(size)) })) };
  }

  private block(id: string): Promise<CodeRepository[]> {
    return id ? once(this.blocks, id, () => this.json<CodeRepository[]>(`code/r/${id}.bin`)) : Promise.resolve([]);
  }

  /** repository is the one of a name. */
  async repository(name: string): Promise<CodeRepository> {
    return (await this.block(this.repos.at(hash(name)))).find((r) => r.name === name) ?? { name };
  }

  /** repositories are all there are, by their names. */
  async repositories(): Promise<CodeRepository[]> {
    const all = (await Promise.all(this.repos.ids.map((id) => this.block(id)))).flat();
    return all.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** left are the files of a repository that are not in the index. */
  left(r: CodeRepository): Promise<Left[]> {
    return r.leftFile && /^code\/l\/[0-9a-f]+\.bin$/.test(r.leftFile) ? this.json<Left[]>(r.leftFile) : Promise.resolve([]);
  }
}

function entries(b: Uint8Array): Entry[] {
  const d = new Bytes(b);
  const out: Entry[] = [];
  for (let first = 0; d.at < b.length; ) {
    first += d.num();
    out.push({ first, id: hex(d.take(nameBytes)) });
  }
  return out;
}

function numbers(d: Bytes, n: number): number[] {
  if (n > d.b.length) throw new RangeError("numbers of files");
  const out = new Array<number>(n);
  for (let i = 0, at = 0; i < n; i++) out[i] = at += d.num();
  return out;
}

function shard(b: Uint8Array): Map<number, Posting> {
  const d = new Bytes(b);
  const out = new Map<number, Posting>();
  for (let key = 0; d.at < b.length; ) {
    key += d.num();
    const head = d.num();
    const n = Math.floor(head / 4);
    if (head % 4 === 0) out.set(key, { n, files: numbers(d, n) });
    else if (head % 4 === 1) out.set(key, { n, id: hex(d.take(nameBytes)) });
    else out.set(key, { n });
  }
  return out;
}
