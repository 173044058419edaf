// The facets beside the results of a search: boxes that put filters into the
// text that is asked, with the number of documents each would leave.

import { attrs, button, count, el, icon } from "./dom.ts";
import { fulltext } from "./fulltext.ts";
import { kindClass, kindIcon, kindWords } from "./refs.ts";
import type { Facet, Result } from "./searchindex.types.ts";
import { meantKind } from "./searchkinds.ts";
import { everything, filters, perPage, query, without } from "./searchstate.ts";
import type { Asked } from "./searchstate.ts";

type Key = "kind" | Facet;

const titles: [Key, title: string, many: string][] = [
  ["kind", "Kind", "kinds"],
  ["owner", "Owner", "owners"],
  ["lifecycle", "Lifecycle", "lifecycles"],
  ["type", "Type", "types"],
  ["tag", "Tag", "tags"],
];

const few = 6;
const lots = 60;

// Choice is a value, with how it is written in the text if it is chosen.
type Choice = [value: string, n: number, on: boolean, written: string];

/** Facets paints the facets of what was asked and found. */
export type Facets = (asked: Asked, found: Result) => Promise<void>;

/** searchFacets puts the facets into their place; pick is called with a value that was chosen, or is no longer. */
export function searchFacets(place: HTMLElement, pick: (key: string, value: string) => void): Facets {
  const boxes = titles.map(([key, title, many]) => new Box(key, title, many, pick));
  place.append(...boxes.map((b) => b.element));
  let turn = 0;
  return async (asked, found) => {
    const mine = ++turn;
    const all = await Promise.all(titles.map(([key]) => choices(key, asked, found)));
    // Newer ones may have been painted meanwhile.
    if (mine !== turn) return;
    boxes.forEach((box, i) => box.paint(all[i] ?? []));
    place.hidden = boxes.every((b) => b.element.hidden);
  };
}

// choices are the values of a facet, those that were chosen first. They are
// counted without the facet's own filters: choosing a second value adds to the
// first.
async function choices(key: Key, asked: Asked, found: Result): Promise<Choice[]> {
  const written = filters(asked.text).flatMap((f) => (f.key === key && !f.not ? [f.value] : []));
  const rest = without(asked.text, (f) => f.key === key && !f.not);
  const index = await fulltext();
  // Phrases are looked for in the documents of a page of results only.
  const limit = rest.includes('"') ? perPage : 0;
  const from = written.length ? await index.search(query({ ...asked, text: rest || everything }), { limit }) : found;
  const values = key === "kind" ? Object.entries(from.kinds).sort((a, b) => b[1] - a[1]) : await index.values(key, from);
  const known = values.map(([value]) => value);
  const chosen = new Map(written.map((w) => [key === "kind" ? meantKind(w, known) : w, w]));
  const out = values.map(([value, n]): Choice => [value, n, chosen.has(value), chosen.get(value) ?? value]);
  const lost = [...chosen].filter(([value]) => !known.includes(value)).map(([value, w]): Choice => [value, 0, true, w]);
  return [...lost, ...out.filter((x) => x[2]), ...out.filter((x) => !x[2])];
}

class Box {
  readonly element: HTMLFieldSetElement;
  private readonly key: Key;
  private readonly many: string;
  private readonly pick: (key: string, value: string) => void;
  private readonly list = el("div");
  private readonly more = button("more", "", () => this.toggle());
  private readonly labels = new Map<string, HTMLLabelElement>();
  private readonly written = new Map<string, string>();
  private choices: Choice[] = [];
  private open = false;

  constructor(key: Key, title: string, many: string, pick: (key: string, value: string) => void) {
    this.key = key;
    this.many = many;
    this.pick = pick;
    this.element = el("fieldset", "facet", el("legend", "", title), this.list, this.more);
    this.element.hidden = true;
  }

  paint(choices: Choice[]): void {
    this.choices = choices;
    const most = this.open ? lots : Math.max(few, choices.filter((x) => x[2]).length);
    const some = choices.slice(0, most).map((x) => this.label(x));
    const focused = document.activeElement;
    if (some.length !== this.list.childElementCount || some.some((l, i) => l !== this.list.children[i])) this.list.replaceChildren(...some);
    // A box that has moved has lost the focus.
    if (focused instanceof HTMLElement && this.list.contains(focused)) focused.focus({ preventScroll: true });
    this.more.hidden = choices.length <= few;
    this.more.textContent = this.open ? "Fewer" : `${count(choices.length - some.length)} more`;
    attrs(this.more, { "aria-expanded": String(this.open), "aria-label": `${this.more.textContent} ${this.many}` });
    this.element.hidden = !choices.length;
  }

  private toggle(): void {
    this.open = !this.open;
    this.paint(this.choices);
  }

  private label([value, n, on, written]: Choice): HTMLLabelElement {
    this.written.set(value, written);
    let label = this.labels.get(value);
    if (!label) {
      label = this.make(value);
      this.labels.set(value, label);
    }
    (label.firstElementChild as HTMLInputElement).checked = on;
    label.lastElementChild!.textContent = count(n);
    return label;
  }

  private make(value: string): HTMLLabelElement {
    const input = attrs(el("input"), { type: "checkbox" });
    input.addEventListener("change", () => this.pick(this.key, this.written.get(value) ?? value));
    const text = el("span", "", value);
    text.title = value;
    if (this.key === "kind") text.replaceChildren(el("span", kindClass(value), icon(kindIcon(value)), kindWords(value)));
    return el("label", "", input, text, el("span", "count"));
  }
}
