// A list of which one row is chosen by keys while the focus stays in a field:
// the list of a combobox. Rows that lead somewhere are links, so that the
// browser does with them what it does with links.

import { attrs, el, icon } from "./dom.ts";
import type { Child } from "./dom.ts";

/** Row is one thing to choose. */
export interface Row {
  icon: string;
  /** The class that gives the icon the colour of a kind. */
  tint?: string;
  label: Child;
  /** A word at the end of the line. */
  sub?: string;
  /** A second line. */
  below?: Child;
  /** Where it leads. */
  href?: string;
  /** What it does, if it leads nowhere. */
  run?: () => void;
  /** What it puts into the field, to be asked for more. */
  asks?: string;
  /** The entity it is. */
  ref?: string;
}

/** Group is rows under a title. */
export interface Group {
  title: string;
  rows: Row[];
}

const keyOf = (row: Row): string => row.href ?? (typeof row.label === "string" ? row.label : "");

/** Listbox is the list and what is chosen in it. */
export class Listbox {
  readonly element = attrs(el("div"), { role: "listbox", "aria-label": "Results", tabindex: -1 });
  private readonly input: HTMLInputElement;
  private readonly id: string;
  private rows: Row[] = [];
  private options: HTMLElement[] = [];
  private at = -1;
  private moved = false;

  /** The input names the chosen row for screen readers; chose is called when a row is pressed, with apart if it opens elsewhere. Ids begin with id. */
  constructor(input: HTMLInputElement, chose: (row: Row, apart: boolean) => void, id = "cb-pal") {
    this.input = input;
    this.id = id;
    this.element.id = `${id}-list`;
    attrs(input, { role: "combobox", "aria-controls": this.element.id, "aria-autocomplete": "list", "aria-expanded": "false" });
    // The focus stays in the field.
    this.element.addEventListener("mousedown", (e) => e.button === 0 && e.preventDefault());
    this.element.addEventListener("click", (e) => {
      const row = this.rows[this.options.indexOf((e.target as Element).closest<HTMLElement>("[role=option]") as HTMLElement)];
      if (row) chose(row, e.ctrlKey || e.metaKey || e.shiftKey);
    });
  }

  /** chosen is the row that Enter means. */
  get chosen(): Row | undefined {
    return this.rows[this.at];
  }

  /** size is the number of rows. */
  get size(): number {
    return this.rows.length;
  }

  /**
   * show puts groups in place of those before. The first row is chosen; with
   * keep, the row that the reader had gone to stays so, if it is still there.
   */
  show(groups: Group[], keep: boolean): void {
    const before = keep && this.moved && this.chosen ? keyOf(this.chosen) : undefined;
    this.rows = groups.flatMap((g) => g.rows);
    this.options = [];
    this.element.replaceChildren(...groups.filter((g) => g.rows.length).map((g, n) => this.group(g, n)));
    this.input.setAttribute("aria-expanded", String(this.rows.length > 0));
    const same = before === undefined ? -1 : this.rows.findIndex((r) => keyOf(r) === before);
    this.at = -1;
    this.moved = same >= 0;
    this.select(Math.max(same, 0));
    if (!this.moved) this.element.scrollTop = 0;
  }

  /** move goes so many rows on, round at the ends when by one. */
  move(by: number): void {
    const n = this.rows.length;
    const to = this.at + by;
    this.moved = true;
    this.select(Math.abs(by) === 1 ? (to + n) % n : Math.max(0, Math.min(n - 1, to)));
  }

  /** press does what a click on the chosen row would. */
  press(): void {
    this.options[this.at]?.click();
  }

  private group(g: Group, n: number): HTMLElement {
    const title = attrs(el("div", "grp", g.title), { id: `${this.id}-group-${n}`, role: "presentation" });
    const group = attrs(el("div", "", title), { role: "group", "aria-labelledby": title.id });
    for (const row of g.rows) {
      const option = attrs(element(row), { id: `${this.id}-row-${this.options.length}`, role: "option", "aria-selected": "false", tabindex: -1 });
      this.options.push(option);
      group.append(option);
    }
    return group;
  }

  private select(to: number): void {
    this.options[this.at]?.setAttribute("aria-selected", "false");
    const option = this.options[to];
    this.at = option ? to : -1;
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
    // The title above the first row comes into view with it.
    (to === 0 ? (option.parentElement ?? option) : option).scrollIntoView({ block: "nearest" });
  }
}

// copied lets a row be shown again: what is marked moves to where it is put.
const copied = (child: Child): Child => (typeof child === "string" ? child : child.cloneNode(true));

function element(row: Row): HTMLElement {
  const children: Child[] = [icon(row.icon), el("span", "n", copied(row.label)), el("span", "sub", row.sub ?? "")];
  if (row.below) children.push(el("span", "opt2 sub", copied(row.below)));
  const e = row.href === undefined ? el("div", row.tint, ...children) : el("a", row.tint, ...children);
  if (e instanceof HTMLAnchorElement && row.href !== undefined) e.href = row.href;
  return e;
}
