// Terms of the index of code, by their keys; as in internal/codesearch/term.go.

const utf8 = new TextEncoder();

/** bytesOf is a text in UTF-8. */
export const bytesOf = (s: string): Uint8Array => utf8.encode(s);

/** Term is what is looked for: its key, and how seldom it is likely to be. */
export interface Term {
  key: number;
  weight: number;
}

/** The kinds of terms. */
export const inContent = 0;
export const inPath = 1;
export const inRepository = 2;
const inLanguage = 3;

/** mix is the finalizer of MurmurHash3. */
export function mix(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** hash is FNV-1a, mixed. */
export function hash(s: string): number {
  let x = 2166136261;
  for (const c of bytesOf(s)) x = Math.imul(x ^ c, 16777619);
  return mix(x);
}

const rare = new Uint8Array(256).fill(3);
for (const [i, chars] of [" etaoinsr", "lcdupmfg\t", 'hybv._()",=:/-'].entries()) for (const c of bytesOf(chars)) rare[c] = i;

const frequentWeight = 1; // up to which three bytes are frequent

const newline = 10;

/** termsOf are the terms that a folded text needs. */
export function termsOf(kind: number, s: string): Term[] {
  const b = bytesOf(s);
  const out: Term[] = [];
  for (let i = 0; i + 3 <= b.length; i++) {
    const [x, y, z] = [b[i]!, b[i + 1]!, b[i + 2]!];
    if (x === newline || y === newline || z === newline) continue;
    const weight = rare[x]! + rare[y]! + rare[z]!;
    const v = x * 65536 + y * 256 + z;
    const next = b[i + 3];
    if (kind === inContent && weight <= frequentWeight && next !== undefined && next !== newline) {
      out.push({ key: mix((Math.imul(mix(v), 31) + next + 1) | 0), weight: 4 + weight + rare[next]! });
    } else {
      out.push({ key: mix(kind * 0x1000000 + v), weight });
    }
  }
  return out;
}

/** languageTerm is the term of a language. */
export const languageTerm = (id: number): Term => ({ key: mix(inLanguage * 0x1000000 + id), weight: -1 });
