// The rows of the catalog as files, made in the page.

import { refOf, urlOf, value } from "./catalogdata.ts";
import type { Catalog } from "./catalogdata.ts";
import { el } from "./dom.ts";
import { refText } from "./refs.ts";

const fields = ["ref", "kind", "namespace", "name", "title", "description", "owner", "system", "type", "lifecycle", "tags", "url"] as const;

type Entity = Record<Exclude<(typeof fields)[number], "tags">, string> & { tags: string[] };

function entity(c: Catalog, row: number, desc: string): Entity {
  return {
    ref: refText(refOf(c, row)),
    kind: value(c, "kind", row),
    namespace: value(c, "ns", row),
    name: c.names[row] ?? "",
    title: c.titles[row] ?? "",
    description: desc,
    owner: value(c, "owner", row),
    system: value(c, "system", row),
    type: value(c, "type", row),
    lifecycle: value(c, "lifecycle", row),
    tags: [...c.tags.ids.subarray(c.tags.start[row], c.tags.start[row + 1])].map((t) => c.dict.tag[t] ?? ""),
    url: location.origin + urlOf(c, row),
  };
}

// cell quotes a value. Spreadsheets run what begins like a formula, so that
// gets an apostrophe in front.
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

function csv(entities: Entity[]): string {
  const line = (e: Entity): string => fields.map((f) => cell(f === "tags" ? e.tags.join(" ") : e[f])).join(",");
  return [fields.join(","), ...entities.map(line), ""].join("\r\n");
}

/** Format is a kind of file that is made. */
export type Format = "csv" | "json";

/** download gives the reader a file of rows. */
export function download(c: Catalog, rows: ArrayLike<number>, desc: string[], format: Format): void {
  const entities = Array.from(rows, (row) => entity(c, row, desc[row] ?? ""));
  const text = format === "csv" ? csv(entities) : `${JSON.stringify(entities, null, 1)}\n`;
  const type = format === "csv" ? "text/csv;charset=utf-8" : "application/json";
  const a = el("a");
  a.href = URL.createObjectURL(new Blob([text], { type }));
  a.download = `catalog.${format}`;
  a.click();
  // Not at once: the download may not have begun.
  setTimeout(() => URL.revokeObjectURL(a.href), 60_000);
}
