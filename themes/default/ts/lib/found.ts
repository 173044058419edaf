// Arriving from a search: the words that were looked for are marked, and the
// first is scrolled to. Esc takes the marks away.

import { el, one } from "./dom.ts";
import { scan } from "./searchwords.ts";
import type { Word } from "./searchwords.ts";
import { language, stem } from "./stem.ts";

const most = 500; // marks on a page

/** markFound marks words in the page's text. */
export function markFound(words: string): void {
  const main = one(".prose") ?? one("main");
  const lang = language(main?.closest<HTMLElement>("[lang]")?.lang ?? "");
  const root = (w: string): string => stem(lang, w);
  const roots = new Set(scan(words.slice(0, 500)).flatMap((w) => [w.term, ...w.parts].map(root)));
  if (!main || !roots.size) return;
  const has = (w: Word): boolean => [w.term, ...w.parts, ...w.humps].some((t) => roots.has(root(t)));
  let left = most;
  for (const text of texts(main)) {
    const ranges = scan(text.data).filter(has).slice(0, left);
    left -= ranges.length;
    for (const w of ranges.reverse()) mark(text, w.start, w.end);
    if (!left) break;
  }
  if (!location.hash) one("mark[data-found]", main)?.scrollIntoView({ block: "center" });
}

// texts are the texts of a part of the page, taken before any is cut up.
function texts(root: Element): Text[] {
  const out: Text[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const t = walker.currentNode as Text;
    if (t.data.trim() && !t.parentElement?.closest("svg, button, script, style, mark")) out.push(t);
  }
  return out;
}

function mark(text: Text, start: number, end: number): void {
  const word = text.splitText(start);
  word.splitText(end - start);
  const m = el("mark");
  m.dataset.found = "";
  word.replaceWith(m);
  m.append(word);
}
