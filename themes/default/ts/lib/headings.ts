// The parts of the page, for the palette's "#": headings, operations, types.

import { all, marked } from "./dom.ts";
import type { Group, Row } from "./listbox.ts";
import { match } from "./match.ts";

const lots = 200;

const targets = "main :is(h2, h3, h4, h5, h6), main .ops > li[id], main .tag[id]";

/** headings are the parts of the page whose names match. */
export function headings(query: string): Group[] {
  const rows = all(targets).flatMap((e): Row[] => {
    const label = textOf(e);
    const m = query ? match(query, label) : null;
    if (!label || e.closest("nav, .vh") || (query && !m)) return [];
    const sub = e.matches(".ops > li") ? "operation" : e.matches(".tag") ? e.title : "";
    return [{ icon: "chevron-right", label: m ? marked(label, m.ranges) : label, sub, ...wayTo(e) }];
  });
  return [{ title: "On this page", rows: rows.slice(0, lots) }];
}

// wayTo is how to get to a part of the page: by its address, if it has one.
function wayTo(e: HTMLElement): Pick<Row, "href" | "run"> {
  const id = e.id || e.closest("main section[id]")?.id;
  return id ? { href: `#${encodeURIComponent(id)}` } : { run: () => e.scrollIntoView() };
}

// textOf is the text of a heading without what stands beside it: the sign that
// links to it, a number, a link to more.
function textOf(e: HTMLElement): string {
  const copy = e.cloneNode(true) as HTMLElement;
  for (const x of all(".anchor, .count, button", copy)) x.remove();
  const own = [...copy.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent?.trim());
  if (own) for (const a of all(":scope > a", copy)) a.remove();
  return (copy.textContent ?? "").replace(/\s+/g, " ").trim();
}
