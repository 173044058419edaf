// Queries of the search in code, as people write them; as in
// internal/codesearch/query.go and glob.go.

import { QueryError } from "./codeerror.ts";
import { fold } from "./codefold.ts";
import { compileLiteral, compileRegexp } from "./coderegexp.ts";
import { bytesOf } from "./codeterms.ts";

/** CodeFilter asks for files by their path, language or repository. */
export interface CodeFilter {
  key: "file" | "lang" | "repo";
  value: string;
  not: boolean;
}

/** CodeQuery is what is searched for: lines that a pattern matches, in files that the filters let through. */
export interface CodeQuery {
  pattern: string;
  regexp: boolean;
  /** Case does not matter. */
  fold: boolean;
  filters: CodeFilter[];
}

const maxQuery = 1000; // bytes

const filterForm = /^(-?)(file|lang|repo|case):(.*)$/s;

interface Taken {
  key: string;
  value: string;
  not: boolean;
}

/** parseCode reads a query; regexp and fold are what goes without saying. */
export function parseCode(text: string, regexp: boolean, foldCase: boolean): CodeQuery {
  if (bytesOf(text).length > maxQuery) throw new QueryError(`the query has more than ${maxQuery} bytes`);
  const q: CodeQuery = { pattern: "", regexp, fold: foldCase, filters: [] };
  let rest = text.trim();
  for (let x = leading(rest); x; x = leading(rest)) {
    take(q, x[0]);
    rest = x[1].replace(/^[ \t]+/, "");
  }
  const last: Taken[] = [];
  for (let x = trailing(rest); x; x = trailing(rest)) {
    last.unshift(x[0]);
    rest = x[1].replace(/[ \t]+$/, "");
  }
  for (const f of last) take(q, f);
  pattern(q, rest, regexp);
  return q;
}

function leading(s: string): [Taken, string] | null {
  const m = filterForm.exec(s);
  if (!m) return null;
  const v = m[3]!;
  const end = v.startsWith('"') ? v.indexOf('"', 1) : -1;
  if (end > 1) return [{ key: m[2]!, value: v.slice(1, end), not: m[1] === "-" }, v.slice(end + 1)];
  const value = /^[^ \t]*/.exec(v)![0];
  return value ? [{ key: m[2]!, value, not: m[1] === "-" }, v.slice(value.length)] : null;
}

function trailing(s: string): [Taken, string] | null {
  const at = Math.max(s.lastIndexOf(" "), s.lastIndexOf("\t"));
  const m = at < 0 ? null : filterForm.exec(s.slice(at + 1));
  return m?.[3] ? [{ key: m[2]!, value: m[3], not: m[1] === "-" }, s.slice(0, at)] : null;
}

function take(q: CodeQuery, f: Taken): void {
  if (f.key !== "case") q.filters.push(f as CodeFilter);
  else if (f.not || (f.value !== "yes" && f.value !== "no")) throw new QueryError(`case: is yes or no, not "${f.value}"`);
  else q.fold = f.value === "no";
}

function pattern(q: CodeQuery, s: string, regexp: boolean): void {
  q.pattern = s;
  if (!regexp) {
    const m = /^\/(.+)\/(i?)$/s.exec(s);
    if (m) {
      q.pattern = m[1]!;
      q.regexp = true;
      q.fold ||= m[2] === "i";
    } else if (/^".+"$/s.test(s)) q.pattern = s.slice(1, -1);
  }
  if (!q.pattern && !q.filters.length) throw new QueryError("the query is empty", "search for text, or for a regular expression between /slashes/");
  matcherOf(q);
}

/** matcherOf is the pattern as the browser matches it in a line. */
export function matcherOf(q: CodeQuery): RegExp {
  return q.regexp ? compileRegexp(q.pattern, q.fold) : compileLiteral(q.pattern, q.fold);
}

/** passes tells whether the filters of a key let a value through. */
export function passes(q: CodeQuery, key: CodeFilter["key"], value: string): boolean {
  let asked = false;
  let one = false;
  for (const f of q.filters) {
    if (f.key !== key) continue;
    const ok = key === "lang" ? f.value.toLowerCase() === value.toLowerCase() : matchName(f.value, value);
    if (f.not ? ok : !ok && key === "file") return false;
    if (!f.not) {
      asked = true;
      one ||= ok;
    }
  }
  return !asked || one;
}

/** literals are the parts of a filter's value that a name must have. */
export const literals = (value: string): string[] => fold(value).split(/[*?]+/).filter((s) => s);

/**
 * matchName tells whether a filter's value matches a name: as a part of it, or if
 * there is a * or ? in it, as a whole, without a slash the last part of it.
 */
export function matchName(value: string, name: string): boolean {
  const p = fold(value);
  let n = fold(name);
  if (!/[*?]/.test(p)) return n.includes(p);
  if (!p.includes("/")) n = n.slice(n.lastIndexOf("/") + 1);
  return glob([...p], [...n]);
}

// glob matches in time pattern × name: reach[i] tells whether the pattern so far can
// lead to the i-th place of the name.
function glob(p: string[], n: string[]): boolean {
  const reach = new Array<boolean>(n.length + 1).fill(false);
  reach[0] = true;
  for (let i = 0; i < p.length; i++) {
    if (p[i] !== "*") {
      step(p[i]!, n, reach);
      continue;
    }
    const before = reach.slice();
    const many = p[i + 1] === "*";
    n.forEach((c, j) => (reach[j + 1] ||= reach[j]! && (many || c !== "/")));
    if (!many) continue;
    i++;
    if (p[i + 1] === "/") {
      step("/", n, reach);
      i++;
      before.forEach((x, j) => (reach[j] ||= x)); // **/ may stand for nothing
    }
  }
  return reach[n.length]!;
}

function step(c: string, n: string[], reach: boolean[]): void {
  for (let i = n.length; i > 0; i--) reach[i] = reach[i - 1]! && (c === n[i - 1] || (c === "?" && n[i - 1] !== "/"));
  reach[0] = false;
}
