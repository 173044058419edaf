// A row of the catalog's table, as the templates write it too.

import { find, ownerRow, rowRef, shown, value } from "./catalogdata.ts";
import type { Catalog } from "./catalogdata.ts";
import { attrs, el, icon } from "./dom.ts";
import type { Child } from "./dom.ts";
import { entityLink } from "./personal.ts";

/** Looks are what a row shows beside the columns. */
export interface Looks {
  desc: string;
  starred: boolean;
  /** Chosen for export. */
  marked: boolean;
}

const linkTo = (c: Catalog, row: number): HTMLAnchorElement => entityLink(rowRef(c, row), shown(c, row));

// related is a link where the other entity is in the catalog, else its name.
const related = (c: Catalog, row: number, name: string): Child => (row >= 0 ? linkTo(c, row) : name);

/** catalogRow makes the row of an entity. */
export function catalogRow(c: Catalog, row: number, looks: Looks): HTMLTableRowElement {
  const owner = value(c, "owner", row);
  const system = value(c, "system", row);
  const type = value(c, "type", row);
  const lifecycle = value(c, "lifecycle", row);
  const ownedBy = ownerRow(c, owner);
  const name = el("td", "", linkTo(c, row));
  if (looks.marked) name.prepend(labelled("check", "Marked"), " ");
  if (looks.starred) name.append(" ", labelled("star-fill", "Starred"));
  name.append(el("span", "ds", looks.desc));
  const meta = [ownedBy >= 0 ? shown(c, ownedBy) : owner, type, lifecycle].filter((x) => x).join(" · ");
  if (meta) name.append(el("span", "mt", meta));
  const tr = el(
    "tr",
    looks.marked ? "marked" : "",
    name,
    el("td", "", related(c, ownedBy, owner)),
    el("td", "opt", related(c, system ? find(c, system, "system") : -1, system)),
    el("td", "opt", type),
    el("td", "", lifecycle),
  );
  return attrs(tr, { "data-ref": rowRef(c, row) });
}

function labelled(name: string, text: string): SVGElement {
  const svg = attrs(icon(name), { role: "img", "aria-label": text });
  svg.removeAttribute("aria-hidden");
  return svg;
}
