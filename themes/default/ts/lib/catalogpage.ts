// The catalog's index at work: the state, what it shows, and what changes it.

import { descriptions, rowRef, shown, urlOf } from "./catalogdata.ts";
import type { Catalog } from "./catalogdata.ts";
import { kindLinks, ofKind, paintKinds, paintOrder, sortButtons } from "./cataloghead.ts";
import { catalogRow } from "./catalogrow.ts";
import { counted, statusLine } from "./catalogstatus.ts";
import type { Standing } from "./catalogstatus.ts";
import { copyText } from "./copy.ts";
import { all, count, enhance, one, say } from "./dom.ts";
import type { Format } from "./exporting.ts";
import { facetForm } from "./facetform.ts";
import type { FacetForm } from "./facetform.ts";
import { filter } from "./filter.ts";
import type { Outcome } from "./filter.ts";
import { has, toggled } from "./filterquery.ts";
import { address, narrowed, picking, readState, unfiltered } from "./filterstate.ts";
import type { State } from "./filterstate.ts";
import { sorter } from "./sorting.ts";
import type { Sorter } from "./sorting.ts";
import { stars, starsChanged, teamsChanged } from "./store.ts";
import { windowed } from "./windowed.ts";
import type { Windowed } from "./windowed.ts";

const rest = 250; // ms without a key after which the address follows what is typed
const silence = 700; // ms after which the number of rows is said

/** Place is what the page has for it. */
export interface Place {
  box: HTMLInputElement;
  status: HTMLElement;
  table: HTMLTableElement;
  form: HTMLFormElement;
  kinds: HTMLElement;
}

/** CatalogPage is the page. It is brought to life by calling head, list and facets, in this order. */
export class CatalogPage {
  readonly #p: Place;
  readonly #c: Catalog;
  readonly #sort: Sorter;
  #state: State;
  #outcome: Outcome;
  #rows: Uint32Array;
  readonly #marks = new Set<number>();
  #starred = new Set(stars());
  #desc: string[] = [];
  readonly #early: Map<string, string>;
  readonly #table: Windowed;
  readonly #paintStatus: (s: Standing) => void;
  #paintFacets: FacetForm = () => {};
  #address = 0; // timers
  #voice = 0;

  constructor(p: Place, c: Catalog) {
    this.#p = p;
    this.#c = c;
    this.#sort = sorter(c);
    this.#state = readState(location.search);
    // What was typed before scripts ran counts.
    if (p.box.value) this.#state.text = p.box.value;
    p.box.value = this.#state.text;
    this.#outcome = filter(c, this.#state);
    this.#rows = this.#sort(this.#outcome.rows, this.#state);
    this.#early = earlyTexts(p.table);
    this.#table = windowed(p.table, (n) => this.#row(n));
    this.#paintStatus = statusLine(p.status, {
      toggle: (token) => this.#go({ ...this.#state, text: toggled(this.#state.text, token) }),
      clear: () => this.#clear(),
      download: (format) => void enhance("export", () => this.#download(format)),
      copy: () => void this.#copy(),
    });
  }

  /** head shows numbers, and serves the field and the kinds. */
  head(): void {
    kindLinks(this.#p.kinds, (kind) => this.#go(ofKind(this.#state, kind)));
    this.#paintHead();
    this.#p.box.addEventListener("input", () => this.#typed());
    addEventListener("popstate", () => this.#back());
  }

  /** list shows the rows. */
  list(): Windowed {
    sortButtons(this.#p.table, (by) => this.#go({ ...this.#state, by, down: this.#state.by === by && !this.#state.down }));
    one("[data-pages]")?.remove();
    this.#paintList();
    document.addEventListener(starsChanged, () => {
      this.#starred = new Set(stars());
      if (has(this.#state.text, "is:starred")) this.#apply();
      else this.#table.redraw();
    });
    document.addEventListener(teamsChanged, () => has(this.#state.text, "owner:me") && this.#apply());
    return this.#table;
  }

  /** facets shows the facets. */
  facets(): void {
    this.#paintFacets = facetForm(this.#p.form, this.#c, (facet, value) => this.#go(picking(this.#state, facet, value)));
    this.#paintFacets(this.#state, this.#outcome);
  }

  /** descriptions fetches them and puts them into the rows. */
  async descriptions(): Promise<void> {
    this.#desc = await descriptions();
    this.#table.redraw();
  }

  /** mark chooses the row that has the focus for export, or no longer. */
  mark(): void {
    const at = this.#rows[this.#table.chosen()];
    if (at === undefined) return;
    if (!this.#marks.delete(at)) this.#marks.add(at);
    this.#table.redraw();
    this.#paintStatus(this.#standing());
    say(`${shown(this.#c, at)} ${this.#marks.has(at) ? "marked" : "not marked"}, ${count(this.#marks.size)} for export`);
  }

  #row(n: number): HTMLTableRowElement {
    const at = this.#rows[n] ?? 0;
    const desc = this.#desc[at] ?? this.#early.get(urlOf(this.#c, at)) ?? "";
    return catalogRow(this.#c, at, { desc, starred: this.#starred.has(rowRef(this.#c, at)), marked: this.#marks.has(at) });
  }

  #standing(): Standing {
    return { shown: this.#rows.length, total: this.#c.n, marked: this.#marks.size, narrowed: narrowed(this.#state), text: this.#state.text };
  }

  #paintHead(): void {
    this.#paintStatus(this.#standing());
    paintKinds(this.#p.kinds, this.#c, this.#state, this.#outcome);
  }

  #paintList(): void {
    const { table } = this.#p;
    paintOrder(table, this.#state);
    this.#table.show(this.#rows.length);
    one(".empty", table.parentElement ?? table)?.remove();
    if (!this.#rows.length) void enhance("nothing", () => this.#nothing());
  }

  // nothing says why there is no row: what is seldom said comes when it is.
  async #nothing(): Promise<void> {
    const outcome = this.#outcome;
    const { nothing } = await import("./nothing.ts");
    if (outcome === this.#outcome) this.#p.table.after(nothing(this.#c, this.#state, outcome, (s) => this.#go(s), () => this.#clear()));
  }

  #apply(): void {
    this.#outcome = filter(this.#c, this.#state);
    this.#rows = this.#sort(this.#outcome.rows, this.#state);
    this.#paintHead();
    this.#paintList();
    this.#paintFacets(this.#state, this.#outcome);
    clearTimeout(this.#voice);
    this.#voice = window.setTimeout(() => say(counted(this.#standing())), silence);
  }

  // go shows a state that was chosen: a step in the history.
  #go(next: State): void {
    clearTimeout(this.#address);
    this.#state = next;
    this.#p.box.value = next.text;
    history.pushState(null, "", address(next));
    this.#table.toTop();
    this.#apply();
  }

  #clear(): void {
    this.#go({ ...unfiltered(), by: this.#state.by, down: this.#state.down });
    this.#p.box.focus({ preventScroll: true });
  }

  #typed(): void {
    this.#state = { ...this.#state, text: this.#p.box.value };
    clearTimeout(this.#address);
    this.#address = window.setTimeout(() => history.replaceState(history.state, "", address(this.#state)), rest);
    this.#table.toTop();
    this.#apply();
  }

  #back(): void {
    clearTimeout(this.#address);
    this.#state = readState(location.search);
    this.#p.box.value = this.#state.text;
    this.#apply();
  }

  // chosen are the rows to export: those marked, else all that are shown.
  #chosen(): ArrayLike<number> {
    return this.#marks.size ? [...this.#marks].sort((a, b) => a - b) : this.#rows;
  }

  async #download(format: Format): Promise<void> {
    const texts = await descriptions().catch(() => this.#desc);
    (await import("./exporting.ts")).download(this.#c, this.#chosen(), texts, format);
  }

  async #copy(): Promise<void> {
    const refs = Array.from(this.#chosen(), (at) => rowRef(this.#c, at));
    await copyText(refs.join("\n"), `${count(refs.length)} references copied`);
  }
}

// earlyTexts are the descriptions that the page came with, by the address of
// their entity: they stand until all are there.
function earlyTexts(table: HTMLTableElement): Map<string, string> {
  const rows = all("tbody tr", table);
  return new Map(rows.map((tr) => [one("a", tr)?.getAttribute("href") ?? "", one(".ds", tr)?.textContent ?? ""]));
}
