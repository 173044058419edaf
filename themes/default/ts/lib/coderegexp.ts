// Regular expressions in the syntax of RE2, as Go's package regexp reads it: taken
// apart here, and written again as the browser's own match them. Line by line both
// match the same. They differ in time: RE2 takes time in proportion to the text,
// while the browser tries one way after the other; see codeworker.ts for the bound.

import { QueryError } from "./codeerror.ts";
import { cased, variants } from "./codefold.ts";

/** Range is code points from one to another. */
export type Range = [from: number, to: number];

/** Piece is a part of an expression. */
export type Piece =
  | { op: "text"; point: number; fold: boolean }
  | { op: "set"; ranges: Range[] }
  | { op: "any" }
  | { op: "place"; source: string }
  | { op: "cat" | "alt"; subs: Piece[] }
  | { op: "repeat"; sub: Piece; min: number; max: number; lazy: boolean };

const last = 0x10ffff;
const maxRepeat = 1000;

const digits: Range[] = [[48, 57]];
const wordChars: Range[] = [[48, 57], [65, 90], [95, 95], [97, 122]];
const spaces: Range[] = [[9, 10], [12, 13], [32, 32]];
const perl: Record<string, Range[]> = { d: digits, w: wordChars, s: spaces };

const posix: Record<string, Range[]> = {
  alnum: [[48, 57], [65, 90], [97, 122]],
  alpha: [[65, 90], [97, 122]],
  ascii: [[0, 127]],
  blank: [[9, 9], [32, 32]],
  cntrl: [[0, 31], [127, 127]],
  digit: digits,
  graph: [[33, 126]],
  lower: [[97, 122]],
  print: [[32, 126]],
  punct: [[33, 47], [58, 64], [91, 96], [123, 126]],
  space: [[9, 13], [32, 32]],
  upper: [[65, 90]],
  word: wordChars,
  xdigit: [[48, 57], [65, 70], [97, 102]],
};

const controls: Record<string, number> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

const edge = "[0-9A-Za-z_]";
const places: Record<string, string> = {
  b: `(?:(?<=${edge})(?!${edge})|(?<!${edge})(?=${edge}))`,
  B: `(?:(?<=${edge})(?=${edge})|(?<!${edge})(?!${edge}))`,
  A: "^",
  z: "$",
};

function inverse(ranges: Range[]): Range[] {
  const out: Range[] = [];
  let at = 0;
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (from > at) out.push([at, from - 1]);
    at = Math.max(at, to + 1);
  }
  if (at <= last) out.push([at, last]);
  return out;
}

// folded are ranges with the other cases of what is in them.
function folded(ranges: Range[]): Range[] {
  const out = [...ranges];
  for (const [c, all] of cased()) if (ranges.some(([a, b]) => a <= c && c <= b)) for (const v of all) out.push([v, v]);
  return out;
}

// properties are the code points of properties that have been asked for.
const properties = new Map<string, Range[]>();

function property(name: string): Range[] {
  const before = properties.get(name);
  if (before) return before;
  let form: RegExp;
  try {
    form = new RegExp(`\\p{${name.length > 2 ? "Script=" : ""}${name}}`, "u");
  } catch {
    throw wrong(`no property of letters is called ${name}`);
  }
  const out: Range[] = [];
  for (let c = 0; c <= last; c++) {
    if (!form.test(String.fromCodePoint(c))) continue;
    const before = out[out.length - 1];
    if (before?.[1] === c - 1) before[1] = c;
    else out.push([c, c]);
  }
  properties.set(name, out);
  return out;
}

const wrong = (what: string): QueryError =>
  new QueryError(`the regular expression is not one: ${what}`, "a backslash before a character that means something takes it as it is");

interface Flags {
  i: boolean;
  s: boolean;
  m: boolean;
  U: boolean;
}

// Parser reads an expression, one code point after the other.
class Parser {
  private readonly s: string[];
  private at = 0;
  private flags: Flags;

  constructor(text: string, fold: boolean) {
    this.s = [...text];
    this.flags = { i: fold, s: false, m: false, U: false };
  }

  all(): Piece {
    const x = this.alternatives();
    if (this.at < this.s.length) throw wrong("unexpected )");
    return x;
  }

  private peek(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.s[this.at + i] !== text[i]) return false;
    return true;
  }

  private eat(text: string): boolean {
    const is = this.peek(text);
    if (is) this.at += text.length;
    return is;
  }

  // match takes what a form has at this place.
  private match(form: RegExp): RegExpExecArray | null {
    const m = form.exec(this.s.slice(this.at, this.at + 200).join(""));
    if (m) this.at += [...m[0]].length;
    return m;
  }

  private alternatives(): Piece {
    const subs = [this.sequence()];
    while (this.eat("|")) subs.push(this.sequence());
    return subs.length === 1 ? subs[0]! : { op: "alt", subs };
  }

  private sequence(): Piece {
    const subs: Piece[] = [];
    while (this.at < this.s.length && !this.peek("|") && !this.peek(")")) {
      const x = this.atom();
      if (x) subs.push(this.repeated(x));
    }
    return { op: "cat", subs };
  }

  private repeated(x: Piece): Piece {
    const n = this.count();
    if (!n) return x;
    const [min, max] = n;
    if (min > maxRepeat || max > maxRepeat || (max >= 0 && min > max)) throw wrong("invalid repeat count");
    const lazy = this.eat("?") !== this.flags.U;
    if (this.count()) throw wrong("invalid nested repetition operator");
    return { op: "repeat", sub: x, min, max, lazy };
  }

  private count(): [min: number, max: number] | null {
    if (this.eat("*")) return [0, -1];
    if (this.eat("+")) return [1, -1];
    if (this.eat("?")) return [0, 1];
    const m = this.match(/^\{(\d+)(,(\d*))?\}/);
    if (!m) return null;
    return [Number(m[1]), m[2] === undefined ? Number(m[1]) : m[3] ? Number(m[3]) : -1];
  }

  private text(point: number): Piece {
    return { op: "text", point, fold: this.flags.i };
  }

  // atom is the next piece, null if it says nothing but what flags there are.
  private atom(): Piece | null {
    if (this.match(/^(?:[*+?]|\{\d+(?:,\d*)?\})/)) throw wrong("missing argument to repetition operator");
    const c = this.s[this.at++]!;
    switch (c) {
      case "(":
        return this.group();
      case "[":
        return this.set();
      case ".":
        return { op: "any" };
      case "^":
      case "$":
        return { op: "place", source: c };
      case "\\":
        return this.escape();
    }
    return this.text(c.codePointAt(0)!);
  }

  private group(): Piece | null {
    const before = { ...this.flags };
    if (this.eat("?") && !this.match(/^P?<\w+>/)) {
      const m = this.match(/^([imsU]*)(?:-([imsU]+))?([:)])/);
      if (!m) throw wrong("RE2 has no look-around, and nothing else that begins (? so");
      for (const f of m[1]!) this.flags[f as keyof Flags] = true;
      for (const f of m[2] ?? "") this.flags[f as keyof Flags] = false;
      if (m[3] === ")") return null;
    }
    const x = this.alternatives();
    if (!this.eat(")")) throw wrong("missing closing )");
    this.flags = before;
    // A group of its own, so that what follows repeats all of it.
    return { op: "cat", subs: [x] };
  }

  private escape(): Piece {
    if (this.eat("Q")) return this.quoted();
    const c = this.s[this.at];
    if (c !== undefined && Object.hasOwn(places, c)) {
      this.at++;
      return { op: "place", source: places[c]! };
    }
    const ranges = this.escapedSet();
    if (ranges) return { op: "set", ranges };
    return this.text(this.escapedPoint());
  }

  private quoted(): Piece {
    const subs: Piece[] = [];
    while (this.at < this.s.length && !this.eat("\\E")) subs.push(this.text(this.s[this.at++]!.codePointAt(0)!));
    return { op: "cat", subs };
  }

  // chosen are ranges, or all others. What is folded is so before it is turned round.
  private chosen(ranges: Range[], not: boolean): Range[] {
    const all = this.flags.i ? folded(ranges) : ranges;
    return not ? inverse(all) : all;
  }

  private escapedSet(): Range[] | null {
    const c = this.s[this.at] ?? "";
    const ranges = Object.hasOwn(perl, c.toLowerCase()) ? perl[c.toLowerCase()] : undefined;
    if (ranges) {
      this.at++;
      return this.chosen(ranges, c !== c.toLowerCase());
    }
    const m = this.match(/^([pP])(?:\{(\^?)(\w+)\}|([A-Z]))/);
    if (!m) return null;
    const name = m[3] ?? m[4]!;
    return this.chosen(name === "Any" ? [[0, last]] : property(name), (m[1] === "P") !== (m[2] === "^"));
  }

  private escapedPoint(): number {
    const m = this.match(/^(?:x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2})|(0[0-7]{0,2}|[1-7][0-7]{1,2}))/);
    if (m) {
      const n = m[3] === undefined ? parseInt(m[1] ?? m[2]!, 16) : parseInt(m[3], 8);
      if (n > last) throw wrong("invalid escape sequence");
      return n;
    }
    const c = this.s[this.at++];
    if (c === undefined) throw wrong("trailing backslash at end of expression");
    if (Object.hasOwn(controls, c)) return controls[c]!;
    if (c < "\x80" && !/[0-9A-Za-z]/.test(c)) return c.codePointAt(0)!;
    throw wrong(/[1-9]/.test(c) ? "RE2 has no back-references" : `invalid escape sequence \\${c}`);
  }

  // set reads a class, after its bracket.
  private set(): Piece {
    const not = this.eat("^");
    const ranges: Range[] = [];
    for (let first = true; first || !this.eat("]"); first = false) {
      if (this.at >= this.s.length) throw wrong("missing closing ]");
      ranges.push(...(this.namedSet() ?? this.chosen([this.range()], false)));
    }
    return { op: "set", ranges: not ? inverse(ranges) : ranges };
  }

  private range(): Range {
    const from = this.setPoint();
    if (!this.peek("-") || this.s[this.at + 1] === "]" || this.at + 1 >= this.s.length) return [from, from];
    this.at++;
    const to = this.setPoint();
    if (to < from) throw wrong("invalid character class range");
    return [from, to];
  }

  private namedSet(): Range[] | null {
    const m = this.match(/^\[:(\^?)(\w+):\]/);
    if (m) {
      if (!Object.hasOwn(posix, m[2]!)) throw wrong(`invalid character class range ${m[0]}`);
      return this.chosen(posix[m[2]!]!, m[1] === "^");
    }
    if (!this.peek("\\")) return null;
    this.at++;
    const x = this.escapedSet();
    if (!x) this.at--;
    return x;
  }

  private setPoint(): number {
    const c = this.s[this.at++];
    if (c === undefined) throw wrong("missing closing ]");
    return c === "\\" ? this.escapedPoint() : c.codePointAt(0)!;
  }
}

/** parseRegexp takes an expression apart. */
export const parseRegexp = (text: string, fold: boolean): Piece => new Parser(text, fold).all();

const point = (c: number): string => `\\u{${c.toString(16)}}`;

const between = (ranges: Range[]): string => ranges.map(([a, b]) => (a === b ? point(a) : `${point(a)}-${point(b)}`)).join("");

// source writes a piece as the browser reads it.
function source(x: Piece): string {
  switch (x.op) {
    case "text": {
      const all = x.fold ? variants(x.point) : [x.point];
      return all.length > 1 ? `[${all.map(point).join("")}]` : point(x.point);
    }
    case "set":
      return `[${between(x.ranges)}]`;
    case "any":
      return "[^]";
    case "place":
      return x.source;
    case "cat":
      return `(?:${x.subs.map(source).join("")})`;
    case "alt":
      return `(?:${x.subs.map(source).join("|")})`;
    case "repeat":
      return `(?:${source(x.sub)})${times(x.min, x.max)}${x.lazy ? "?" : ""}`;
  }
}

function times(min: number, max: number): string {
  if (max < 0) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`;
  return min === 0 && max === 1 ? "?" : `{${min},${max}}`;
}

/** compileRegexp is an expression as the browser matches it. */
export function compileRegexp(text: string, fold: boolean): RegExp {
  const x = parseRegexp(text, fold);
  try {
    return new RegExp(source(x), "gu");
  } catch {
    throw wrong("it is too large for the browser");
  }
}

/** compileLiteral is a text as the browser matches it. */
export function compileLiteral(text: string, fold: boolean): RegExp {
  const subs = [...text].map((c): Piece => ({ op: "text", point: c.codePointAt(0)!, fold }));
  return new RegExp(source({ op: "cat", subs }), "gu");
}
