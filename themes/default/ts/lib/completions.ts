// Completing the filters of a query: what may stand behind "owner:" and the like,
// out of the catalog.

import type { Catalog, Column } from "./catalogdata.ts";
import { marked } from "./dom.ts";
import type { Group, Row } from "./listbox.ts";
import { beginning, match } from "./match.ts";
import type { Match } from "./match.ts";
import { kindWords } from "./refs.ts";

const most = 8;

const columns: Record<string, [column: Column | "tag", title: string]> = {
  kind: ["kind", "Kinds"],
  owner: ["owner", "Owners"],
  type: ["type", "Types"],
  lifecycle: ["lifecycle", "Lifecycles"],
  tag: ["tag", "Tags"],
};

// unfinished is a filter at the end of a text whose value is still being typed.
const unfinished = /(^|\s)(-?)(kind|owner|type|lifecycle|tag):("?)([^\s"]*)$/i;

/** completes tells whether a text ends in a filter that can be completed. */
export const completes = (text: string): boolean => unfinished.test(text);

// called is whether a kind is called so on the portal's pages, where a group is a team.
const called = (column: string, typed: string, kind: string): Match | null =>
  column === "kind" && kindWords(kind).toLowerCase().startsWith(typed) ? { score: beginning, ranges: [] } : null;

/** completions are the values of the filter that a text ends in, the most frequent first; each asks the text that it makes. */
export function completions(c: Catalog, text: string): Group {
  const m = unfinished.exec(text);
  const of = columns[m?.[3]?.toLowerCase() ?? ""];
  if (!m || !of) return { title: "", rows: [] };
  const [column, title] = of;
  const typed = (m[5] ?? "").toLowerCase();
  const before = text.slice(0, m.index) + m[1] + m[2] + m[3] + ":";
  const values = column === "kind" ? [...c.dict.kind, "docs"] : c.dict[column];
  const rows: [row: Row, score: number][] = [];
  for (const value of values) {
    if (!value || value.toLowerCase() === typed) continue;
    const found = typed ? match(typed, value) ?? called(column, typed, value) : { score: 0, ranges: [] };
    if (!found) continue;
    const asks = `${before}${/\s/.test(value) ? `"${value}"` : value} `;
    rows.push([{ icon: "filter", label: marked(value, found.ranges), sub: `${m[2]}${m[3]}:`, asks }, found.score]);
  }
  // Sorting keeps the order of what matches equally well.
  return { title, rows: rows.sort((a, b) => b[1] - a[1]).slice(0, most).map(([row]) => row) };
}
