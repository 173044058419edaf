// Files with lines that match, as the search page shows them: an article each.

import { attrs, count, el, icon, link, marked } from "./dom.ts";
import type { Child } from "./dom.ts";
import type { CodeHit, Line } from "./codeindex.types.ts";

const widest = 200; // characters of a line that are shown
const lead = 24; // before the first match, if it is cut

/** Cut is what is shown of a long line, and the marks in it. */
export interface Cut {
  text: string;
  marks: [number, number][];
}

/** cutLine cuts a long line around its first mark. */
export function cutLine({ text, marks }: Pick<Line, "text" | "marks">, most: number): Cut {
  const from = whole(text, text.length <= most ? 0 : Math.max(0, Math.min((marks[0]?.[0] ?? 0) - lead, text.length - most)));
  const to = whole(text, Math.min(text.length, from + most));
  const before = from > 0 ? "…" : "";
  const shift = before.length - from;
  const inside = marks.filter(([a, b]) => b > from && a < to && b > a);
  return {
    text: before + text.slice(from, to) + (to < text.length ? "…" : ""),
    marks: inside.map(([a, b]) => [Math.max(a, from) + shift, Math.min(b, to) + shift]),
  };
}

// whole is a place in a text, or the next that is not within a character.
const whole = (text: string, at: number): number => (/^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1)) && at > 0 ? at + 1 : at);

/** codeResult is the article of a file. */
export function codeResult(h: CodeHit): HTMLElement {
  const name: Child[] = [icon("file-code"), el("span", "n", h.path)];
  const heading = h.url ? attrs(link(h.url, "k", ...name), { rel: "noopener noreferrer" }) : el("span", "k", ...name);
  const told = h.lines.filter((l) => l.match).length;
  const at = h.repository.revision ? ` at ${h.repository.revision.slice(0, 10)}` : "";
  const out = el("article", "hit code-hit", el("h2", "", heading), el("p", "sub", `${h.repository.name}${at} · ${h.language}`));
  if (h.lines.length) out.append(lines(h));
  if (h.matches > told) out.append(el("p", "sub", `${count(h.matches - told)} more ${h.matches - told === 1 ? "line" : "lines"} of this file`));
  return out;
}

function lines(h: CodeHit): HTMLElement {
  const rows: Child[] = [];
  let before = 0;
  for (const l of h.lines) {
    if (before && l.number > before + 1) rows.push(el("li", "gap"));
    before = l.number;
    rows.push(row(l));
  }
  return attrs(el("ol", "code-lines", ...rows), { "aria-label": `Lines of ${h.path}`, dir: "ltr" });
}

function row(l: Line): HTMLElement {
  const number = String(l.number);
  const label = { "aria-label": `Line ${number}` };
  const at = l.match && l.url ? attrs(link(l.url, "ln", number), { ...label, rel: "noopener noreferrer" }) : el("span", "ln", number);
  const { text, marks } = cutLine(l, widest);
  return el("li", l.match ? "match" : "", at, el("code", "", marked(text, marks)));
}
