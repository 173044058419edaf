// The palette: what opens on Ctrl K, at once and before any data. One types,
// and goes. It is not a router: choosing follows a link.

import { catalog } from "./catalogdata.ts";
import { attrs, count, el, enhance, icon, say } from "./dom.ts";
import { Listbox } from "./listbox.ts";
import type { Row } from "./listbox.ts";
import { Lookup } from "./lookup.ts";
import { parseRef } from "./refs.ts";
import { token } from "./suggest.ts";

const silence = 300; // ms without a key after which the number of rows is said
const leap = 5; // rows that a page key goes

const footer: [key: string, does: string][] = [
  ["↑↓", "move"],
  ["↵", "open"],
  ["ctrl ↵", "new tab"],
  ["→", "actions"],
  [">", "commands"],
];

let palette: Palette | undefined;

/** openPalette opens the palette with a text in its field. */
export function openPalette(text = ""): void {
  palette ??= new Palette();
  palette.open(text);
}

// About is an entity whose actions are shown, and the text to come back to.
interface About {
  name: string;
  rows: Row[];
  before: string;
}

class Palette {
  private readonly dialog = attrs(el("dialog", "pal"), { "aria-label": "Search or jump to" });
  private readonly input = attrs(el("input"), {
    type: "search",
    "aria-label": "Search or jump to",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    enterkeyhint: "go",
  });
  private readonly note = el("p", "hint");
  private readonly list: Listbox;
  private readonly lookup: Lookup;
  private about: About | undefined;
  private turn = new AbortController();
  private voice = 0;

  constructor() {
    this.list = new Listbox(this.input, (row, apart) => this.chose(row, apart));
    this.lookup = new Lookup({
      show: (groups, keep) => {
        this.list.show(groups, keep);
        this.announce();
      },
      note: (text) => this.say(text),
    });
    const keys = footer.map(([key, does]) => el("span", "", el("kbd", "", key), ` ${does}`));
    this.dialog.append(el("header", "", icon("search"), this.input, el("kbd", "", "esc")), this.list.element, this.note, el("footer", "", ...keys));
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (e) => this.key(e));
    this.dialog.addEventListener("mousedown", (e) => e.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => this.rest());
    document.body.append(this.dialog);
  }

  open(text: string): void {
    this.about = undefined;
    this.fill(text);
    if (!this.dialog.open) this.dialog.showModal();
    this.input.focus();
  }

  private fill(text: string): void {
    this.input.value = text;
    this.typed();
  }

  private say(text: string): void {
    this.note.textContent = text;
    this.note.hidden = !text;
    if (text) say(text);
  }

  // rest calls off what is under way.
  private rest(): void {
    this.turn.abort();
    clearTimeout(this.voice);
  }

  private typed(): void {
    this.rest();
    this.turn = new AbortController();
    this.say("");
    this.input.placeholder = this.about ? `Actions of ${this.about.name}` : "Search, or > for commands";
    const text = this.input.value.trim();
    void enhance("palette", () => (this.about ? this.showActions(this.about, text) : this.lookup.run(text, this.turn.signal, !/\s$/.test(this.input.value))));
  }

  private showActions({ name, rows }: About, text: string): void {
    const wanted = text.toLowerCase();
    const some = rows.filter((r) => `${String(r.label)} ${r.sub}`.toLowerCase().includes(wanted));
    this.list.show([{ title: name, rows: some }], false);
    this.announce();
  }

  // announce says how many rows there are, once they have come to rest.
  private announce(): void {
    clearTimeout(this.voice);
    this.voice = window.setTimeout(() => say(this.note.textContent || (this.list.size === 1 ? "1 result" : `${count(this.list.size)} results`)), silence);
  }

  private async enter(ref: string): Promise<void> {
    const { signal } = this.turn;
    const { actions } = await import("./actions.ts");
    const rows = await actions(await catalog(), ref);
    if (signal.aborted) return;
    this.about = { name: parseRef(ref).name, rows, before: this.input.value };
    this.fill("");
  }

  private leave(): void {
    const before = this.about?.before ?? "";
    this.about = undefined;
    this.fill(before);
  }

  // chose is what a click means. Links are followed by the browser.
  private chose(row: Row, apart: boolean): void {
    if (row.asks !== undefined) return this.fill(row.asks);
    if (apart || (!row.run && row.href === undefined)) return;
    // What a command says must be heard, which it is not in a closed dialog.
    this.dialog.close();
    row.run?.();
  }

  private key(e: KeyboardEvent): void {
    if (e.isComposing) return;
    if (this.does(e)) e.preventDefault();
  }

  private does(e: KeyboardEvent): boolean {
    if (e.key === "Enter") return this.press(e.ctrlKey || e.metaKey);
    if (e.shiftKey || e.ctrlKey || e.metaKey || e.altKey) return false;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: leap, PageUp: -leap };
    const step = steps[e.key];
    if (step) this.list.move(step);
    else if (e.key === "Escape") this.dialog.close();
    else return this.sideways(e.key);
    return true;
  }

  private press(apart: boolean): boolean {
    const href = this.list.chosen?.href;
    if (apart && href !== undefined) window.open(href, "_blank", "noopener");
    else this.list.press();
    return true;
  }

  // sideways goes to the actions of a row and back, where the key does not move
  // within the text; Tab narrows to the kind of the row.
  private sideways(key: string): boolean {
    const { value, selectionStart, selectionEnd } = this.input;
    const rtl = getComputedStyle(this.input).direction === "rtl";
    const ref = this.list.chosen?.ref;
    if (this.about) {
      if (value || (key !== "Backspace" && key !== (rtl ? "ArrowRight" : "ArrowLeft"))) return false;
      this.leave();
      return true;
    }
    if (key === "Tab" && this.list.chosen) return this.narrow(token(this.list.chosen), value);
    const forward = key === (rtl ? "ArrowLeft" : "ArrowRight") && selectionStart === value.length && selectionEnd === value.length;
    if (!forward || !ref) return false;
    void enhance("actions", () => this.enter(ref));
    return true;
  }

  private narrow(to: string, text: string): boolean {
    if (!to || /^\w+:/.test(text)) return false;
    this.fill(to + text);
    return true;
  }
}
