// How well a few typed letters name an entity.
//
// In this order: the whole name, its beginning, the beginning of a word in it,
// a stretch anywhere, the letters one after another. What is better in this
// order is never outweighed by what is added for kinds, stars and visits.

/** Match is a score and the ranges [start, end) that matched. */
export interface Match {
  score: number;
  ranges: [number, number][];
}

export const whole = 900;
export const beginning = 700;
const wordStart = 500;
const stretch = 300;
const scattered = 100;

const separator = /[-_./:\s]/;

// startsWord tells whether a word starts at i: after a separator, or at a hump.
function startsWord(text: string, i: number): boolean {
  const before = text[i - 1] ?? "-";
  const here = text[i] ?? "";
  return separator.test(before) || (/[a-z0-9]/.test(before) && /[A-Z]/.test(here));
}

// substring is the best place where query stands whole. lower is text in lower
// case; where that changed its length there are no humps to look at.
function substring(query: string, lower: string, text: string): Match | null {
  let at = lower.indexOf(query);
  if (at < 0) return null;
  if (at === 0) return { score: lower.length === query.length ? whole : beginning, ranges: [[0, query.length]] };
  const shown = text.length === lower.length ? text : lower;
  for (let next = at; next >= 0; next = lower.indexOf(query, next + 1)) {
    if (startsWord(shown, next)) return { score: wordStart, ranges: [[next, next + query.length]] };
  }
  return { score: stretch, ranges: [[at, at + query.length]] };
}

// subsequence takes the letters in order, and prefers runs and starts of words.
function subsequence(query: string, lower: string): Match | null {
  const ranges: [number, number][] = [];
  let bonus = 0;
  let at = 0;
  for (const letter of query) {
    const i = lower.indexOf(letter, at);
    if (i < 0) return null;
    const last = ranges.at(-1);
    if (last && last[1] === i) {
      last[1] = i + letter.length;
      bonus += 6;
    } else {
      ranges.push([i, i + letter.length]);
      bonus += startsWord(lower, i) ? 8 : -6;
    }
    at = i + letter.length;
  }
  return bonus > 0 ? { score: scattered + Math.min(bonus, 99), ranges } : null;
}

// words is a query of several words, each of which must stand in the text.
function words(query: string, lower: string, text: string): Match | null {
  let score = beginning;
  const ranges: [number, number][] = [];
  for (const word of query.split(/\s+/)) {
    const m = substring(word, lower, text);
    if (!m) return null;
    score = Math.min(score, m.score);
    ranges.push(...m.ranges);
  }
  return { score: score - 50, ranges: merged(ranges) };
}

function merged(ranges: [number, number][]): [number, number][] {
  const out: [number, number][] = [];
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (last && last[1] >= start) last[1] = Math.max(last[1], end);
    else out.push([start, end]);
  }
  return out;
}

/** match says how well query, in lower case, names text; null: not at all. */
export function match(query: string, text: string, lower = text.toLowerCase()): Match | null {
  const direct = substring(query, lower, text);
  if (direct) return direct;
  if (/\s/.test(query)) return words(query, lower, text);
  return query.length > 1 ? subsequence(query, lower) : null;
}
