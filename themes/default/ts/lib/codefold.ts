// How the index of code folds its text, so that one index answers queries that
// heed case and those that do not; as fold in internal/codesearch. Letters that
// Unicode got after Go's tables were made may be folded here and not there.

const dotless = 0x131; // its capital is I, but I's small letter is another
const end = 0x1e944; // beyond, no letter has cases

// Letters that differ in case only, by each of them. They are found when the first
// is asked for.
let sets: Map<number, number[]> | undefined;

/** cased are the letters that have cases, each with all of its own. */
export function cased(): Map<number, number[]> {
  if (sets) return sets;
  const found = new Map<number, Set<number>>();
  const join = (a: number, text: string): void => {
    const b = text.codePointAt(0)!;
    if (a === b || text.length !== String.fromCodePoint(b).length) return;
    const all = new Set([a, b, ...(found.get(a) ?? []), ...(found.get(b) ?? [])]);
    for (const c of all) found.set(c, all);
  };
  for (let c = 65; c < end; c++) {
    if (c === dotless || (c >= 0xd800 && c < 0xe000)) continue;
    const s = String.fromCodePoint(c);
    join(c, s.toLowerCase());
    join(c, s.toUpperCase());
  }
  return (sets = new Map(Array.from(found, ([c, all]) => [c, [...all].sort((a, b) => a - b)])));
}

const asciiSmall = (c: number): number => (c >= 65 && c <= 90 ? c + 32 : c);

/** foldPoint is the code point that stands for all that differ from it in case only: ASCII's small letter, or the least. */
export function foldPoint(c: number): number {
  return asciiSmall(c < 128 ? c : (cased().get(c)?.[0] ?? c));
}

/** variants are the code points that differ from one in case only, and itself. */
export const variants = (c: number): number[] => cased().get(c) ?? [c];

/** fold folds a text. */
export function fold(s: string): string {
  let out = "";
  for (const x of s) out += String.fromCodePoint(foldPoint(x.codePointAt(0)!));
  return out;
}
