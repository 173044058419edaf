// What an address that leads nowhere was meant to be: a kind, a namespace and a
// name, if it looks like the address of an entity, else just a name.

import { refOf, urlOf } from "./catalogdata.ts";
import type { Catalog } from "./catalogdata.ts";
import type { Ref } from "./refs.ts";

/** Lost is what is read from an address. */
export interface Lost {
  /** What to look for: the last part that is a name. */
  name: string;
  /** What to search for: the words of the name and of what stands after it, or of the whole address. */
  words: string;
  /** The entity, if the address is one's, as it was written. */
  ref?: Ref;
  /** "catalog/" or "docs/", and what stands after the entity. */
  head: string;
  tail: string;
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Not well-formed: it stays as it is.
  }
};

// sections are the parts of the portal, which say nothing of what is looked for.
const sections = new Set(["catalog", "docs", "search", "apis", "teams", "people", "systems", "templates", "graph", "health"]);

const longest = 200; // characters of an address that are searched for

const words = (parts: string[]): string => parts.join(" ").replace(/[-_\s]+/g, " ").trim().slice(0, longest);

/** readLost reads the path of an address below the portal's base. */
export function readLost(path: string): Lost {
  const all = path.split("/").map(decoded).filter((s) => s && s !== "index.html");
  const [section = "", ns = "", kind = "", name, ...rest] = all;
  const head = `${section.toLowerCase()}/`;
  if ((head === "catalog/" || head === "docs/") && name && ns !== "-") {
    const tail = rest.map((s) => `${encodeURIComponent(s.toLowerCase())}/`).join("");
    return { name, words: words([name, ...rest]), ref: { ns, kind, name }, head, tail };
  }
  const last = (all.at(-1) ?? "").replace(/\.html?$/i, "");
  return { name: last, words: words([...all.slice(0, -1).filter((s, i) => i || !sections.has(s.toLowerCase())), last]), head: "", tail: "" };
}

/** meant is the address of the one entity that differs only by case, by namespace, or by kind and namespace swapped; "" if none or several do, or it is what was written. */
export function meant(c: Catalog, lost: Lost, base: string, path: string): string {
  const written = lost.ref;
  if (!written) return "";
  const [name, kind, ns] = [written.name.toLowerCase(), written.kind.toLowerCase(), written.ns.toLowerCase()];
  const rows: number[] = [];
  for (let row = 0; row < c.n; row++) {
    const r = refOf(c, row);
    if (r.name !== name) continue;
    if (r.kind === kind && r.ns === ns) return differs(c, lost, row, base, path);
    if (r.kind === kind || (r.kind === ns && r.ns === kind)) rows.push(row);
  }
  return rows.length === 1 ? differs(c, lost, rows[0] ?? 0, base, path) : "";
}

// differs is the address, unless that is what led nowhere: an entity may lack
// a tab, or documentation.
function differs(c: Catalog, lost: Lost, row: number, base: string, path: string): string {
  const url = base + lost.head + urlOf(c, row).slice(`${base}catalog/`.length) + lost.tail;
  return url === path ? "" : url;
}
