// Looking up what is typed into the palette: what is there at once is shown at
// once, names when the catalog is there, the full text when typing rests.

import { catalog } from "./catalogdata.ts";
import type { Catalog } from "./catalogdata.ts";
import { completions } from "./completions.ts";
import { enhance, marked } from "./dom.ts";
import { fulltext, hitURL, Newest } from "./fulltext.ts";
import type { Group, Row } from "./listbox.ts";
import { excuse, site } from "./portal.ts";
import { question } from "./question.ts";
import { alone, kindIcon, kindTint, kindWord } from "./refs.ts";
import type { Hit, Result } from "./searchindex.types.ts";
import { entities, everywhere, somewhere, start, tags, wanted } from "./suggest.ts";
import type { Wanted } from "./suggest.ts";

const slow = 300; // ms after which it is said that names load
const rest = 80; // ms without a key after which the full text is asked
const most = 5; // hits of the full text
const least = 2; // letters that it is asked for
const codeRest = 400; // ms without a key after which code is searched, too
const codeLeast = 4; // letters that it is searched for

/** Screen is where things are shown. */
export interface Screen {
  /** Shows rows; with keep, the row that the reader went to stays chosen. */
  show(groups: Group[], keep: boolean): void;
  /** Says a sentence below the rows, "" for none. */
  note(text: string): void;
}

// sparing tells whether the reader asked for little to be loaded.
const sparing = (): boolean => Boolean((navigator as { connection?: { saveData?: boolean } }).connection?.saveData);

function later(ms: number, signal: AbortSignal, run: () => void): void {
  const timer = setTimeout(run, ms);
  signal.addEventListener("abort", () => clearTimeout(timer));
}

/** Lookup looks up one text after another. */
export class Lookup {
  private readonly screen: Screen;
  private readonly newest = new Newest();
  // Hits stay until those of the next text are there, so that rows do not jump.
  private hits: Row[] = [];

  constructor(screen: Screen) {
    this.screen = screen;
  }

  /** run shows what a text finds, until the signal says that another is wanted; typing is whether its last word may go on. */
  run(text: string, signal: AbortSignal, typing = true): void {
    this.newest.stop();
    if (/^(?:[>#]|code:)/.test(text)) void this.special(text, signal);
    else if (text) new Query(this.screen, text, this.hits, signal, typing).run(this.newest, (hits) => (this.hits = hits));
    else {
      this.hits = [];
      this.screen.show(start(), false);
      // Fetched before the first letter comes; if that fails, it is said then.
      if (alone()) fulltext().catch(() => {});
      else catalog().catch(() => {});
    }
  }

  // special is what is seldom asked: its code comes when it is.
  private async special(text: string, signal: AbortSignal): Promise<void> {
    try {
      const groups = await specialGroups(text, signal);
      if (!signal.aborted) this.screen.show(groups, false);
    } catch (e) {
      if (!signal.aborted) this.screen.note((e as { hint?: string }).hint === undefined ? excuse(e) : (e as Error).message);
    }
  }
}

async function specialGroups(text: string, signal: AbortSignal): Promise<Group[]> {
  if (text.startsWith(">")) return (await import("./commands.ts")).commandGroups(text);
  if (text.startsWith("#")) return (await import("./headings.ts")).headings(text.slice(1).trim().toLowerCase());
  const sought = text.slice("code:".length).trim();
  await new Promise<void>((resolve) => later(rest, signal, resolve));
  const group = sought ? await (await import("./codelookup.ts")).codeGroup(sought, true, signal) : null;
  return [group ?? { title: "Code", rows: [] }];
}

// Query is one text being looked up, and what has come of it so far.
class Query {
  private readonly screen: Screen;
  private readonly text: string;
  private readonly wanted: Wanted;
  private readonly signal: AbortSignal;
  private answers: Row[] = [];
  private names: Group[] = [];
  private filters: Group = { title: "", rows: [] };
  private tags: Row[] = [];
  private hits: Row[];
  private operations: Row[] = [];
  private code: Group = { title: "Code", rows: [] };
  private instead: Row[] = [];
  private readonly typing: boolean;
  private shown = false;
  private named = false; // names have answered
  private found: Result | undefined; // what the full text answered

  constructor(screen: Screen, text: string, hits: Row[], signal: AbortSignal, typing: boolean) {
    this.screen = screen;
    this.text = text;
    this.typing = typing;
    this.wanted = wanted(text);
    this.hits = hits;
    this.signal = signal;
  }

  run(newest: Newest, found: (hits: Row[]) => void): void {
    const ask = this.wanted.full.length >= least;
    if (!ask) found((this.hits = []));
    else later(rest, this.signal, () => void this.fulltext(newest, found));
    if (alone()) return this.show();
    void this.byName();
    if (this.wanted.full.length >= codeLeast && !this.wanted.kind && !this.wanted.fullOnly) later(codeRest, this.signal, () => void this.inCode());
  }

  private show(): void {
    if (this.signal.aborted) return;
    const there = new Set(this.names.flatMap((g) => g.rows.map((r) => r.href)));
    const texts = this.hits.filter((h) => !there.has(h.href));
    const groups = [
      this.filters,
      { title: "Answer", rows: this.answers },
      ...this.names,
      { title: "Tags", rows: this.tags },
      somewhere(this.wanted),
      { title: "API operations", rows: this.operations },
      { title: texts.some((h) => h.ref) ? "In names and texts" : "Documentation", rows: texts },
      this.code,
      { title: "Did you mean", rows: this.instead },
      everywhere(this.wanted),
    ];
    this.screen.show(groups, this.shown);
    this.shown = true;
  }

  private async byName(): Promise<void> {
    // Names that are there already are there before this runs.
    later(0, this.signal, () => this.shown || this.show());
    let waiting = true;
    later(slow, this.signal, () => waiting && this.screen.note("Names load…"));
    try {
      const c = await catalog();
      this.names = entities(c, this.wanted);
      this.tags = tags(c, this.wanted);
      if (this.typing) this.filters = completions(c, this.text);
      if (!this.signal.aborted) this.screen.note("");
      this.show();
      await enhance("answers", () => this.answer(c));
      this.named = true;
      await this.nowhere();
    } catch (e) {
      if (!this.signal.aborted) this.screen.note(excuse(e));
    } finally {
      waiting = false;
    }
  }

  private async answer(c: Catalog): Promise<void> {
    const asked = question(this.text.toLowerCase());
    if (asked) this.answers = await (await import("./answers.ts")).answers(c, asked);
    if (this.answers.length) this.show();
  }

  // Entities that are found by name need not be found again by their text. The
  // filter comes first: the last word may be the beginning of one.
  private query(): string {
    const { full, kind, fullOnly } = this.wanted;
    return this.names.length && !kind && !fullOnly ? `kind:docs ${full}` : full;
  }

  private async fulltext(newest: Newest, found: (hits: Row[]) => void): Promise<void> {
    try {
      const result = await newest.search(this.query(), { limit: alone() ? 3 * most : most });
      if (!result || this.signal.aborted) return;
      found((this.hits = result.loose ? [] : result.hits.map((h) => hitRow(h, result.terms))));
      this.show();
      await this.ofAPIs(newest);
      this.found = result;
      await this.nowhere();
    } catch (e) {
      if (!this.signal.aborted) this.screen.note(excuse(e));
    }
  }

  // nowhere says that nothing was found, and why, once all have answered.
  private async nowhere(): Promise<void> {
    const rows = [this.filters.rows, this.answers, ...this.names.map((g) => g.rows), this.tags, this.hits, this.operations];
    if (!this.found || !(this.named || alone()) || rows.some((r) => r.length)) return;
    const { nowhere } = await import("./searchunmatched.ts");
    const { note, rows: instead } = await nowhere(this.wanted.full, this.found.loose);
    if (this.signal.aborted) return;
    this.instead = instead;
    if (instead.length) this.show();
    this.screen.note(note);
  }

  // ofAPIs finds operations: parts of the definitions of APIs.
  private async ofAPIs(newest: Newest): Promise<void> {
    if (alone() || (this.wanted.kind && this.wanted.kind !== "api") || /(^|\s)-?(in|kind):/i.test(this.text)) return;
    const full = this.wanted.full.replace(/^kind:api\s*/, "");
    if (full.length < least) return;
    const result = await newest.search(`kind:api ${full}`, { limit: most });
    if (!result || result.loose || this.signal.aborted) return;
    this.operations = result.hits.flatMap((h) => operationRows(h, result.terms)).slice(0, most);
    if (this.operations.length) this.show();
  }

  // inCode is what code has; the palette stands without it.
  private async inCode(): Promise<void> {
    try {
      if (!(await site()).code || sparing()) return;
      const group = await (await import("./codelookup.ts")).codeGroup(this.text, false, this.signal);
      if (!group || this.signal.aborted) return;
      this.code = group;
      this.show();
    } catch (e) {
      if (!this.signal.aborted && (e as { hint?: string }).hint === undefined) this.screen.note(excuse(e));
    }
  }
}

// operationRows are the operations of an API that are called so.
function operationRows(h: Hit, terms: string[]): Row[] {
  return h.sections
    .filter((s) => s.id && s.titleMarks.length)
    .map((s) => ({ icon: "api", tint: kindTint("api"), label: marked(s.title, s.titleMarks), sub: h.title || h.name, href: hitURL(h, terms, s.id) }));
}

function hitRow(h: Hit, terms: string[]): Row {
  const best = h.sections[0];
  const section = best && best.title !== h.title ? best.id : "";
  return {
    icon: kindIcon(h.kind),
    tint: kindTint(h.kind),
    label: marked(h.title || h.name, h.title ? h.titleMarks : []),
    sub: h.crumb || h.owner || kindWord(h.kind),
    below: marked(h.excerpt.text, h.excerpt.marks),
    href: hitURL(h, terms, section),
    ...(h.kind === "docs" ? {} : { ref: h.ref }),
  };
}
