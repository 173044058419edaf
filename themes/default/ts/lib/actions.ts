// What one can do with an entity that the palette shows, beside opening it.

import { find, lookOf, ownerRow, refOf, shown, value } from "./catalogdata.ts";
import type { Catalog } from "./catalogdata.ts";
import { host, linksOf } from "./entityfile.ts";
import type { Row } from "./listbox.ts";
import { kindWord, parseRef } from "./refs.ts";

/** actions are the rows of an entity: itself, its links, its owner and its system. */
export async function actions(c: Catalog, ref: string): Promise<Row[]> {
  const r = parseRef(ref);
  const row = find(c, ref, r.kind);
  const out: Row[] = [{ ...lookOf(r), label: "Open", sub: kindWord(r.kind) }];
  // Without the file of the entity there is still what the catalog says.
  for (const l of await linksOf(r).catch(() => [])) out.push({ icon: l.icon, label: l.title, sub: l.about || host(l.url), href: l.url });
  if (row < 0) return out;
  const system = value(c, "system", row);
  const related = [[ownerRow(c, value(c, "owner", row)), "owner"], [system ? find(c, system, "system") : -1, "system"]] as const;
  for (const [at, sub] of related) if (at >= 0) out.push({ ...lookOf(refOf(c, at)), label: shown(c, at), sub });
  return out;
}
