// What a reader of the index of code gives to the pages that show it. Nothing here
// makes markup: texts are plain text, and marks are UTF-16 offsets [start, end).

import type { CodeRepository, Left } from "./codefiles.ts";

/** Line is a line of a file. */
export interface Line {
  number: number;
  text: string;
  /** Or it stands near one that matches. */
  match: boolean;
  marks: [start: number, end: number][];
  /** Its address at the host, at the revision; "" if there is none. */
  url: string;
}

/** Lines are lines of a file, and how many of it match, told or not. */
export interface Lines {
  lines: Line[];
  matches: number;
}

/** CodeHit is a file with lines that match. */
export interface CodeHit extends Lines {
  repository: CodeRepository;
  path: string;
  language: string;
  /** The address of the first line that matches. */
  url: string;
}

/** CodeOptions bound a search; what is not given is no bound. */
export interface CodeOptions {
  /** The query is a regular expression. */
  regexp?: boolean;
  /** Case does not matter, unless the query says so. */
  fold?: boolean;
  /** How many files are found. */
  files?: number;
  /** How many matching lines of each are told. */
  lines?: number;
  /** Lines before and after one that matches. */
  context?: number;
  /** How many fragments are read. */
  fragments?: number;
  /** How many candidates are passed over: those looked at before. */
  skip?: number;
  signal?: AbortSignal;
}

/** CodeResult is what was found. */
export interface CodeResult {
  /** By repository and path. */
  hits: CodeHit[];
  /** How many files may match. */
  candidates: number;
  /** How many of these have been looked at, with those that were passed over. */
  examined: number;
  /** Bytes that were loaded. */
  bytes: number;
  tookMs: number;
}

/** LeftOut is what is not in the index. */
export interface LeftOut extends Left {
  repository: string;
  because: string;
}

/** CodeIndex answers queries. */
export interface CodeIndex {
  about: {
    files: number;
    repositories: number;
    /** Names of languages, and how many files are in each, the most frequent first. */
    languages: [name: string, files: number][];
    /** Files that were left out, by reason, and what the reasons mean. */
    left: Record<string, number>;
    because: Record<string, string>;
    /** Patterns of what was not looked at. */
    passed: string[];
  };
  /** Rejects with a QueryError, with a SearchError, or with the signal's reason. */
  find(query: string, options: CodeOptions): Promise<CodeResult>;
  /** leftOut are the files that were left out, of those that the filters of a query let through. */
  leftOut(query: string, limit: number): Promise<LeftOut[]>;
}
