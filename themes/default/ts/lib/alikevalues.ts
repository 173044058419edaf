// Which values of a filter are like one that nothing has.

import { unlike } from "./nearest.ts";
import { kindWord, kindWords } from "./refs.ts";

const most = 3;
const slip = 10; // what is less unlike differs by a few letters

/** alikeValues are known values of a filter that are like one, best first. */
export function alikeValues(key: string, value: string, known: string[]): string[] {
  const called = key === "kind" ? known.filter((k) => value === kindWord(k).toLowerCase() || value === kindWords(k).toLowerCase()) : [];
  if (called.length) return called;
  const name = key === "owner" ? value.slice(Math.max(value.lastIndexOf(":"), value.lastIndexOf("/")) + 1) : value;
  const costs = known.map((v): [string, number] => [v, unlike(name, v)]).sort((a, b) => a[1] - b[1]);
  // Where a slip of the keys explains it, what only has a word of it is not meant.
  const limit = (costs[0]?.[1] ?? 0) < slip ? slip : Infinity;
  return costs.filter(([, cost]) => cost < limit).slice(0, most).map(([v]) => v);
}
