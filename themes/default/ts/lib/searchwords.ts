// Words of texts, as the index has them: what internal/search/token.go and
// fold.go do, testdata/tokens.json there is the test of both.

const paired =
  "[\\u1100-\\u11ff\\u2e80-\\u2fdf\\u3005-\\u3007\\u3041-\\u3096\\u309d-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff\\u31f0-\\u31ff" +
  "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff\\uff66-\\uff9d\\u{20000}-\\u{3fffd}]";
const letter = `(?:(?!${paired})[\\p{L}\\p{Nd}\\p{M}])`;
const word = new RegExp(`(${paired}+)|${letter}+(?:[-_.]${letter}+)*`, "gu");
/** isPaired tells whether a text has characters that are indexed by pairs. */
export const isPaired = new RegExp(paired, "u");
const hump = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const plain: Record<string, string> = {
  ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ħ: "h", ł: "l", þ: "th", ı: "i", ς: "σ",
};

const foldChar = (c: string): string => {
  if (isPaired.test(c)) return c;
  c = c.toLowerCase();
  return plain[c] ?? c.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
};

const ascii = /^[\0-\x7f]*$/;

/** fold is s without case and diacritics. */
export const fold = (s: string): string => (ascii.test(s) ? s.toLowerCase() : Array.from(s, foldChar).join(""));

/** cut is a term as it stands in the index. */
export const cut = (s: string): string => (s.length <= 48 ? s : Array.from(s).slice(0, 48).join(""));

/** Word is a word of a text, folded; parts are what - _ . held together, humps those of camel case. */
export interface Word {
  term: string;
  start: number;
  end: number;
  parts: string[];
  humps: string[];
}

/** scan cuts a text into words as the index does. */
export function scan(s: string): Word[] {
  const out: Word[] = [];
  for (const m of s.matchAll(word)) {
    if (m[1]) pairs(m[1], m.index, out);
    else {
      const w = one(m[0], m.index);
      if (w.term) out.push(w);
    }
  }
  return out;
}

function one(s: string, start: number): Word {
  const parts = s.split(/[-_.]/);
  const humps = parts.flatMap((p) => {
    const h = p.split(hump);
    return h.length > 1 && h.length <= 8 ? h : [];
  });
  return {
    term: fold(s),
    start,
    end: start + s.length,
    parts: parts.length > 1 ? parts.map(fold) : [],
    humps: humps.map(fold),
  };
}

function pairs(s: string, start: number, out: Word[]): void {
  const chars = Array.from(s);
  const last = Math.max(chars.length - 1, 1);
  for (let i = 0; i < last; i++) {
    const term = chars[i]! + (chars[i + 1] ?? "");
    out.push({ term, start, end: start + term.length, parts: [], humps: [] });
    start += chars[i]!.length;
  }
}
