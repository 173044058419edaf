// What the palette shows for a text: the reader's own things, entities by name,
// parts of the portal.

import { lookOf, ownerRow, refOf, shown, value } from "./catalogdata.ts";
import type { Catalog } from "./catalogdata.ts";
import { all, el, marked } from "./dom.ts";
import type { Child } from "./dom.ts";
import { findByKind } from "./finder.ts";
import type { Found } from "./finder.ts";
import { searchURL } from "./fulltext.ts";
import { sectionLinks } from "./keys.ts";
import type { Group, Row } from "./listbox.ts";
import { match } from "./match.ts";
import { alone, base, kindWord, kindWords, parseRef, shortName } from "./refs.ts";
import { recents, stars } from "./store.ts";

const few = 5; // rows of a kind while there are several kinds
const lots = 30;
const own = 8; // starred and recent ones
const parts = 3; // of the portal, while there are other rows

/** Wanted is what a text asks for. */
export interface Wanted {
  /** What names are compared with, in lower case. */
  name: string;
  /** Only this kind, "" for all; "docs" for documentation. */
  kind: string;
  /** What the full text is asked. */
  full: string;
  /** Names cannot answer: there are filters, or documentation is asked for. */
  fullOnly: boolean;
}

const kinds: Record<string, string> = { team: "group", person: "user", people: "user", doc: "docs" };
const known = new Set(["component", "api", "resource", "system", "domain", "group", "user", "template", "location", "docs"]);
const filters = /(^|\s)-?(in|owner|tag|type|lifecycle|kind):\S|"|(^|\s)-\S/i;

/** wanted reads a text, such as "api: pay" or "in:component:default/x refund". */
export function wanted(text: string): Wanted {
  const name = text.trim().toLowerCase();
  const m = /^([a-z]+):\s*(.*)$/s.exec(name);
  const kind = m ? (kinds[m[1] ?? ""] ?? m[1] ?? "") : "";
  if (!m || !known.has(kind)) return { name, kind: "", full: text.trim(), fullOnly: filters.test(text) };
  const rest = m[2] ?? "";
  return { name: rest, kind, full: `kind:${kind} ${rest}`.trim(), fullOnly: kind === "docs" || filters.test(rest) };
}

/** token is what narrows a text to the kind of a row. */
export const token = (row: Row): string => (row.ref ? `${row.ref.startsWith("group:") ? "team" : parseRef(row.ref).kind}: ` : "");

function entityRow(c: Catalog, { row, ranges }: Found, query: string): Row {
  const owner = value(c, "owner", row);
  const at = ownerRow(c, owner);
  const sub = owner ? (at < 0 ? owner : shown(c, at)) : value(c, "type", row);
  const label = ranges.length ? marked(c.titles[row] || (c.names[row] ?? ""), ranges) : named(c, row, query);
  return { ...lookOf(refOf(c, row)), label, sub };
}

// named is a row whose name matches and not its title: both are shown.
function named(c: Catalog, row: number, query: string): Child {
  const name = c.names[row] ?? "";
  const m = query && c.titles[row] ? match(query, name) : null;
  if (!m) return shown(c, row);
  const out = document.createDocumentFragment();
  out.append(shown(c, row), " ", el("span", "sub", marked(name, m.ranges)));
  return out;
}

/** entities are the groups of what a text finds by name, that with the best row first. */
export function entities(c: Catalog, w: Wanted): Group[] {
  if (w.fullOnly) return [];
  const found = findByKind(c, w.name, w.kind, lots);
  const most = found.length > 1 ? few : lots;
  return found.map(([kind, some]) => ({ title: kindWords(kind), rows: some.slice(0, most).map((f) => entityRow(c, f, w.name)) }));
}

/** tags are those of the catalog that a text begins or names, each leading to what has it. */
export function tags(c: Catalog, w: Wanted): Row[] {
  if (w.kind || w.fullOnly || w.name.length < 2) return [];
  const found = c.dict.tag.flatMap((tag) => (tag && tag.toLowerCase().startsWith(w.name) ? [tag] : []));
  return found.slice(0, parts).map((tag) => ({ icon: "tag", label: marked(tag, [[0, w.name.length]]), sub: "tag", href: `${base()}catalog/?tag=${encodeURIComponent(tag)}` }));
}

function refRow(ref: string, title: string, sub: string): Row {
  const r = parseRef(ref);
  return { ...lookOf(r), label: title || shortName(r), sub };
}

/** start is what is there before anything is typed. */
export function start(): Group[] {
  if (alone()) return [{ title: "Pages", rows: pages() }];
  const titles = new Map(recents().map(([ref, , title]) => [ref, title]));
  const starred = stars();
  const here = document.body.dataset.ref;
  const refs = [...new Set([...starred, ...titles.keys()])].filter((ref) => ref !== here).slice(0, own);
  const rows = refs.map((ref) => refRow(ref, titles.get(ref) ?? "", starred.includes(ref) ? "starred" : kindWord(parseRef(ref).kind)));
  return [{ title: "Starred and recent", rows }, { title: "Go to", rows: places("") }];
}

// pages are the first level of the navigation, for a set that stands alone.
const pages = (): Row[] =>
  all<HTMLAnchorElement>(".docs-nav > ul > li > a[href], .docs-nav > ul > li > details > ul > li:first-child > a[href]")
    .slice(0, lots)
    .map((a) => ({ icon: "book", label: (a.textContent ?? "").trim(), href: a.href }));

function places(name: string): Row[] {
  return sectionLinks().flatMap((a) => {
    const label = a.firstChild?.nodeType === Node.TEXT_NODE ? (a.firstChild.textContent ?? "").trim() : (a.textContent ?? "").trim();
    const m = name ? match(name, label) : null;
    if (name && !m) return [];
    const home = a.classList.contains("brand");
    return [{ icon: home ? "home" : "chevron-right", label: home ? "Home" : m ? marked(label, m.ranges) : label, href: a.href }];
  });
}

/** somewhere are the parts of the portal that a text names. */
export const somewhere = (w: Wanted): Group => ({ title: "Go to", rows: w.kind || w.fullOnly || w.name.length < 2 ? [] : places(w.name).slice(0, parts) });

/** everywhere leads to the search page. */
export function everywhere(w: Wanted): Group {
  const where = w.kind ? kindWords(w.kind) : alone() ? "all pages" : "everywhere";
  const label = w.kind && !w.name ? `Search ${where}` : `Search ${where} for “${w.kind ? w.name : w.full}”`;
  return { title: "Everything", rows: [{ icon: "search", label, href: searchURL(w.full) }] };
}
