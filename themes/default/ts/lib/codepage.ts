// The search page when code is searched. The address always says what is asked.

import { codeIndex } from "./code.ts";
import { codeResult } from "./coderesult.ts";
import type { CodeIndex, CodeOptions, CodeResult, LeftOut } from "./codeindex.types.ts";
import { all, attrs, button, count, el, enhance, say } from "./dom.ts";
import type { Child } from "./dom.ts";
import { excuse } from "./portal.ts";
import type { Place } from "./searchpage.ts";
import { showTabs } from "./searchtabs.ts";

const rest = 200; // ms without a key after which is searched
const slow = 300; // ms after which it is said that the search is under way
const silence = 700; // ms after which the number of results is said

const perPage = 20; // files
const linesOfFile = 5;
const context = 1;
const fragments = 96; // that are read for a page of results
const mostLeft = 200; // files left out that are listed
const mostLanguages = 8; // that are offered

// Asked is what the address says.
interface Asked {
  text: string;
  matchCase: boolean;
  regexp: boolean;
}

function readAsked(): Asked {
  const p = new URLSearchParams(location.search);
  return { text: p.get("q") ?? "", matchCase: p.has("case"), regexp: p.has("re") };
}

function address(a: Asked): string {
  const p = new URLSearchParams({ for: "code" });
  if (a.text.trim()) p.set("q", a.text.trim());
  if (a.matchCase) p.set("case", "1");
  if (a.regexp) p.set("re", "1");
  return `${location.pathname}?${p.toString()}`;
}

const langForm = (name: string): RegExp => new RegExp(`(^|\\s)lang:${name}(?=\\s|$)`, "i");

// toggled puts a language before what is asked, or takes it out.
function toggled(text: string, name: string): string {
  const form = langForm(name);
  return (form.test(text) ? text.replace(form, "$1") : `lang:${name} ${text}`).trim();
}

const options = (a: Asked): CodeOptions => ({ fold: !a.matchCase, regexp: a.regexp, files: perPage, lines: linesOfFile, context, fragments });

const forms: [form: string, means: string][] = [
  ["if err != nil", "text as it stands"],
  ["/retry.*timeout/", "a regular expression (RE2)"],
  ["file:*.go file:cmd/**", "paths"],
  ["lang:go", "languages"],
  ["repo:payments", "repositories"],
  ["-file:_test.go", "what is left out"],
];

/** CodePage is the page; start brings it to life. */
export class CodePage {
  private readonly p: Place;
  private readonly title = document.title;
  private readonly matchCase = attrs(el("input"), { type: "checkbox" });
  private readonly regexp = attrs(el("input"), { type: "checkbox" });
  private readonly languages = attrs(el("fieldset", "facet", el("legend", "", "Language"), el("div")), { hidden: "" });
  private asked = readAsked();
  private turn = new AbortController();
  private typing = 0; // timers
  private voice = 0;

  constructor(p: Place) {
    this.p = p;
    if (p.box.value && p.box.value !== this.asked.text) this.asked.text = p.box.value; // typed before scripts ran
  }

  start(): void {
    const { form, box, facets, status } = this.p;
    status.removeAttribute("role"); // what changes at each key is told apart, when typing rests
    attrs(box, { placeholder: "Text, /an expression/, file:*.go, lang:go, repo:name", "aria-label": "Search code", spellcheck: "false", autocapitalize: "off" });
    const filters = el(
      "details",
      "facets",
      el("summary", "", "Options"),
      el("fieldset", "facet", el("legend", "", "Pattern"), el("div", "", el("label", "", this.matchCase, el("span", "", "Match case")), el("label", "", this.regexp, el("span", "", "Regular expression")))),
      this.languages,
    );
    filters.open = matchMedia("(min-width: 56.01rem)").matches;
    facets.replaceChildren(filters);
    facets.addEventListener("submit", (e) => e.preventDefault());
    for (const x of [this.matchCase, this.regexp]) {
      x.addEventListener("change", () => this.go({ ...this.asked, text: box.value, matchCase: this.matchCase.checked, regexp: this.regexp.checked }));
    }
    box.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = window.setTimeout(() => this.typed(), rest);
    });
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      this.typed();
    });
    addEventListener("popstate", () => {
      this.asked = readAsked();
      this.show();
    });
    if (!this.asked.text) box.focus({ preventScroll: true });
    this.show();
  }

  // go asks something that was chosen: a step in the history.
  private go(next: Asked): void {
    this.asked = next;
    history.pushState(null, "", address(next));
    this.show();
  }

  private typed(): void {
    clearTimeout(this.typing);
    if (this.p.box.value === this.asked.text) return;
    this.asked = { ...this.asked, text: this.p.box.value };
    history.replaceState(history.state, "", address(this.asked));
    void this.run();
  }

  // show puts what is asked into the fields, and searches.
  private show(): void {
    clearTimeout(this.typing);
    const { text, matchCase, regexp } = this.asked;
    if (this.p.box.value !== text) this.p.box.value = text;
    this.matchCase.checked = matchCase;
    this.regexp.checked = regexp;
    void this.run();
  }

  private async run(): Promise<void> {
    this.turn.abort();
    const { signal } = (this.turn = new AbortController());
    const text = this.asked.text.trim();
    document.title = text ? `${text} · ${this.title}` : this.title;
    showTabs(text);
    const waiting = setTimeout(() => signal.aborted || this.p.status.replaceChildren("Searching…"), slow);
    try {
      const index = await codeIndex();
      this.paintLanguages(index);
      if (!signal.aborted && !text) this.idle(index);
      if (text) await this.look(index, [], 0, signal);
    } catch (e) {
      if (!signal.aborted) this.failed(e);
    } finally {
      clearTimeout(waiting);
    }
  }

  // paintLanguages offers the languages that most files are in.
  private paintLanguages({ about }: CodeIndex): void {
    const boxes = this.languages.lastElementChild!;
    if (!boxes.childElementCount) {
      for (const [name, files] of about.languages.slice(0, mostLanguages)) {
        const input = attrs(el("input"), { type: "checkbox", value: name });
        input.addEventListener("change", () => this.go({ ...this.asked, text: toggled(this.p.box.value, name) }));
        boxes.append(el("label", "", input, el("span", "", name), el("span", "count", count(files))));
      }
      this.languages.hidden = about.languages.length < 2;
    }
    for (const x of all<HTMLInputElement>("input", boxes)) x.checked = langForm(x.value).test(this.asked.text);
  }

  // look shows what is found after so many candidates, below what is there.
  private async look(index: CodeIndex, before: HTMLElement[], skip: number, signal: AbortSignal): Promise<void> {
    const { asked } = this;
    const found = await index.find(asked.text, { ...options(asked), skip, signal });
    if (signal.aborted) return;
    const articles = [...before, ...found.hits.map(codeResult)];
    const below: Child[] = [];
    if (!articles.length && found.examined >= found.candidates) below.push(this.nothing());
    if (found.examined < found.candidates) below.push(this.further(index, articles, found));
    this.p.results.replaceChildren(...articles, ...below, this.missing(index));
    this.tell(told(index, articles.length, found), found);
    // The button that asked for more is gone; what it brought has the focus.
    if (skip) (articles[before.length]?.querySelector<HTMLElement>("a") ?? this.p.box).focus();
  }

  private tell(text: string, { bytes, tookMs }: CodeResult): void {
    const took = `${count(Math.max(1, Math.round(tookMs)))} ms, ${count(Math.ceil(bytes / 1024))} KB loaded`;
    this.p.status.replaceChildren(el("span", "", text), el("span", "", took));
    clearTimeout(this.voice);
    this.voice = window.setTimeout(() => say(text), silence);
  }

  private further(index: CodeIndex, articles: HTMLElement[], found: CodeResult): HTMLElement {
    const left = found.candidates - found.examined;
    const { signal } = this.turn;
    const more = button("btn", `Look at ${count(left)} more ${left === 1 ? "file" : "files"}`, () => {
      more.disabled = true;
      this.look(index, articles, found.examined, signal).catch((e: unknown) => signal.aborted || this.failed(e));
    });
    return el("p", "pager", more);
  }

  private nothing(): HTMLElement {
    const ways: Child[] = [el("strong", "", "No line has this.")];
    if (this.asked.matchCase) ways.push(button("more", "Ignore case", () => this.go({ ...this.asked, matchCase: false })));
    return el("div", "empty", ...ways.map((w) => el("p", "", w)), el("p", "", "A pattern matches within one line. What is not in the index is not found: see below."));
  }

  // failed says what is wrong: with the query, or with the index.
  private failed(e: unknown): void {
    const { hint, message } = e as { hint?: string; message: string };
    if (hint === undefined) {
      this.p.status.replaceChildren(excuse(e));
      this.p.results.replaceChildren(el("p", "hint", "In a terminal, ", el("code", "", "callboard search --code"), " searches the same index."));
      return;
    }
    const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
    this.p.status.replaceChildren(text);
    this.p.results.replaceChildren(el("p", "hint", hint ? `${hint.charAt(0).toUpperCase()}${hint.slice(1)}.` : ""));
    clearTimeout(this.voice);
    this.voice = window.setTimeout(() => say(text), silence);
  }

  // idle is the page before anything is asked.
  private idle(index: CodeIndex): void {
    const { files, repositories } = index.about;
    this.p.status.replaceChildren(`${count(files)} files of ${count(repositories)} ${repositories === 1 ? "repository" : "repositories"}`);
    const rows = forms.map(([form, means]) => el("li", "", el("code", "", form), el("span", "sub", means)));
    this.p.results.replaceChildren(el("section", "", el("h2", "", "What a search may say"), el("ul", "rows", ...rows)), this.missing(index));
  }

  // missing tells what is not in the index, and why.
  private missing(index: CodeIndex): HTMLElement {
    const { left, because, passed } = index.about;
    const out = el("details", "missing", el("summary", "", "Why is something not found?"));
    const rows = Object.entries(left).sort((a, b) => b[1] - a[1]).map(([why, n]) => el("li", "", `${count(n)} ${n === 1 ? "file" : "files"}: ${because[why] ?? why}`));
    if (rows.length) out.append(el("p", "", "These files of the repositories are not in the index:"), el("ul", "", ...rows));
    else out.append(el("p", "", "No file of the repositories was left out."));
    if (passed.length) out.append(el("p", "", "Not looked at: ", ...passed.flatMap((p, i) => (i ? [", ", el("code", "", p)] : [el("code", "", p)]))));
    const list = el("div");
    if (rows.length) out.append(button("btn", "Which files", () => void enhance("left out", () => this.listLeft(index, list))), list);
    return out;
  }

  private async listLeft(index: CodeIndex, list: HTMLElement): Promise<void> {
    try {
      const filters = this.asked.text.match(/-?(?:repo|file):\S+/g) ?? [];
      const all = await index.leftOut(filters.join(" "), mostLeft);
      const rows = all.map((l) => el("li", "", `${l.repository} `, el("code", "", l.path), ` ${reason(l)}`));
      const note = all.length === mostLeft ? `The first ${mostLeft}. ` : "";
      list.replaceChildren(el("p", "hint", `${note}repo: and file: in the search narrow this list.`), el("ul", "", ...rows));
    } catch (e) {
      list.replaceChildren(excuse(e));
    }
  }
}

const reason = (l: LeftOut): string => (l.files > 1 ? `${l.because} (${count(l.files)} files)` : l.because);

// told is how much was found, in words.
function told(index: CodeIndex, hits: number, found: CodeResult): string {
  const n = `${count(hits)} ${hits === 1 ? "file" : "files"}`;
  if (found.examined >= found.candidates) return `${n} of ${count(index.about.files)}`;
  return `${hits ? `The first ${n}` : "No file yet"}; ${count(found.candidates - found.examined)} more may match`;
}
