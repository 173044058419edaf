// Direct answers: what entities declare, in one row. Nothing is guessed.

import { ownerRow, refOf, shown, teamName, urlOf, value } from "./catalogdata.ts";
import type { Catalog } from "./catalogdata.ts";
import { host, linksOf } from "./entityfile.ts";
import { resolve } from "./finder.ts";
import type { Row } from "./listbox.ts";
import type { Question } from "./question.ts";
import { kindIcon, kindTint } from "./refs.ts";

/** answers are the rows that answer a question; none if it is about nothing that there is. */
export async function answers(c: Catalog, q: Question): Promise<Row[]> {
  const row = resolve(c, q.name);
  if (row < 0) return [];
  if (q.about === "owner") return [owner(c, row)];
  const links = (await linksOf(refOf(c, row))).filter((l) => l.about === q.about);
  return links.slice(0, 3).map((l) => ({ icon: l.icon, label: `${capital(q.about)} of ${shown(c, row)}: ${l.title}`, sub: host(l.url), href: l.url }));
}

function owner(c: Catalog, row: number): Row {
  const name = value(c, "owner", row);
  const at = ownerRow(c, name);
  if (!name) return { icon: "alert", label: `No owner of ${shown(c, row)} is known`, href: urlOf(c, row) };
  const label = `Owner of ${shown(c, row)}: ${at < 0 ? `${teamName(name)}, which is not in the catalog` : shown(c, at)}`;
  const kind = at < 0 ? "group" : refOf(c, at).kind;
  return { icon: kindIcon(kind), tint: kindTint(kind), label, sub: "owner", href: urlOf(c, at < 0 ? row : at) };
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
