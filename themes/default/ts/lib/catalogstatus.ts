// The line between the catalog's filter and its table: how many rows there are,
// what is one press away, and the rows as files.

import { attrs, button, count, el } from "./dom.ts";
import type { Format } from "./exporting.ts";
import { has } from "./filterquery.ts";

/** Actions are what its buttons do. */
export interface Actions {
  /** Sets a token of the filter, or takes it out. */
  toggle(token: string): void;
  clear(): void;
  download(format: Format): void;
  copy(): void;
}

/** Standing is what the line says. */
export interface Standing {
  shown: number;
  total: number;
  /** Rows chosen for export. */
  marked: number;
  /** Whether anything is filtered, and by which text. */
  narrowed: boolean;
  text: string;
}

/** counted is the number of rows in words. */
export function counted(s: Standing): string {
  const entities = s.total === 1 ? "entity" : "entities";
  return s.shown === s.total ? `${count(s.total)} ${entities}` : `${count(s.shown)} of ${count(s.total)} ${entities}`;
}

/** statusLine takes over the line, and returns what paints it. */
export function statusLine(place: HTMLElement, on: Actions): (s: Standing) => void {
  // What changes at each key is told apart, when typing rests.
  place.removeAttribute("role");
  const text = el("span");
  const quick = (label: string, token: string): HTMLButtonElement => {
    const b = button("more", label, () => on.toggle(token));
    b.title = token;
    return b;
  };
  const tokens: [HTMLButtonElement, token: string][] = ["owner:me", "is:starred"].map((t, i) => [quick(i ? "Starred" : "Mine", t), t]);
  const clear = button("btn", "Clear filters", on.clear);
  const marked = el("span");
  const files = el(
    "span",
    "export",
    marked,
    "Export ",
    attrs(button("more", "CSV", () => on.download("csv")), { "aria-label": "Export as CSV" }),
    " ",
    attrs(button("more", "JSON", () => on.download("json")), { "aria-label": "Export as JSON" }),
    " ",
    button("more", "Copy refs", on.copy),
  );
  place.replaceChildren(text, ...tokens.map(([b]) => b), clear, files);
  return (s) => {
    text.textContent = counted(s);
    for (const [b, token] of tokens) b.setAttribute("aria-pressed", String(has(s.text, token)));
    clear.hidden = !s.narrowed;
    marked.textContent = s.marked ? `${count(s.marked)} marked · ` : "";
  };
}
