// Code in the palette: a few lines, and the way to all of them.

import { codeIndex, codeURL, hasCode } from "./code.ts";
import { cutLine } from "./coderesult.ts";
import type { CodeHit } from "./codeindex.types.ts";
import { marked } from "./dom.ts";
import type { Group, Row } from "./listbox.ts";

const few = 3; // files beside what else is found
const lots = 12; // files when only code is asked for
const fragments = 8; // that are read for each
const widest = 90; // characters of a line that are shown

/** codeGroup is what a text finds in code, null if there is no index; alone tells that nothing else was asked for. */
export async function codeGroup(text: string, alone: boolean, signal: AbortSignal): Promise<Group | null> {
  if (!(await hasCode())) return null;
  const all: Row = { icon: "search", label: `Search code for “${text}”`, href: codeURL(text) };
  const files = alone ? lots : few;
  const found = await (await codeIndex()).find(text, { fold: true, files, lines: 1, fragments: alone ? 4 * fragments : fragments, signal });
  return { title: "Code", rows: [...found.hits.map((h) => hitRow(h, text)), all] };
}

function hitRow(h: CodeHit, text: string): Row {
  const row: Row = { icon: "file-code", label: h.path, sub: h.repository.name, href: h.url || codeURL(text) };
  const l = h.lines[0];
  if (!l) return row;
  const lead = l.text.length - l.text.trimStart().length;
  const { text: shown, marks } = cutLine({ text: l.text.trim(), marks: l.marks.map(([a, b]) => [Math.max(0, a - lead), Math.max(0, b - lead)]) }, widest);
  return { ...row, label: `${h.path.slice(h.path.lastIndexOf("/") + 1)}:${l.number}`, below: marked(shown, marks) };
}
