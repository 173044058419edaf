// What is said where a search finds nothing: which filters nothing meets, whatever
// else is asked, and which there are that are like them.

import { alikeValues } from "./alikevalues.ts";
import { fulltext } from "./fulltext.ts";
import type { Row } from "./listbox.ts";
import { alone } from "./refs.ts";
import type { Index } from "./searchindex.types.ts";
import { everything, filters, toggled, without } from "./searchstate.ts";
import type { Filter } from "./searchstate.ts";

/** Unmatched is a filter that nothing meets, and values that are like its own, best first. */
export interface Unmatched {
  filter: Filter;
  near: string[];
}

/** unmatched are the filters of a text that nothing meets. Values of one key widen each other: all of them must be met by nothing. */
export async function unmatched(text: string): Promise<Unmatched[]> {
  const index = await fulltext();
  const asked = filters(text).filter((f) => !f.not);
  const out: Unmatched[] = [];
  for (const key of new Set(asked.map((f) => f.key))) {
    const same = asked.filter((f) => f.key === key);
    const found = await index.search(same.map((f) => f.text).join(" "), { limit: 0 });
    if (found.total) continue;
    const known = await values(index, key);
    for (const filter of same) out.push({ filter, near: alikeValues(filter.key, filter.value, known) });
  }
  return out;
}

async function values(index: Index, key: string): Promise<string[]> {
  const all = await index.search(everything, { limit: 0 });
  if (key === "kind") return Object.keys(all.kinds);
  if (key !== "owner" && key !== "lifecycle" && key !== "type" && key !== "tag") return [];
  return (await index.values(key, all)).map(([value]) => value);
}

/** instead is a text with another value for a filter. */
export const instead = (text: string, { key, text: old }: Filter, value: string): string => toggled(without(text, (f) => f.text === old), key, value);

/** said is that nothing meets a filter. */
export const said = ({ filter }: Unmatched): string => `Nothing has ${filter.text}.`;

/** nowhere is what the palette says of a text that finds nothing, and rows that ask something like it; loose is whether some of its words are found. */
export async function nowhere(text: string, loose: boolean): Promise<{ note: string; rows: Row[] }> {
  const gone = await unmatched(text);
  const rows = gone.flatMap((u) =>
    u.near.map((value) => ({ icon: "filter", label: value, sub: `${u.filter.key}:`, asks: `${instead(text, u.filter, value)} ` })),
  );
  if (gone.length) return { note: gone.map(said).join(" "), rows };
  if (loose) return { note: "Nothing has all of these words.", rows };
  return { note: alone() ? "Nothing found in these pages." : "Nothing found in the catalog and its documentation.", rows };
}
