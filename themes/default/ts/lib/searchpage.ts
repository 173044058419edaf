// The search page at work: what is asked, what is found, and what changes it.
// The address always says what is asked.

import { all, attrs, button, count, el, enhance, icon, link, one, say } from "./dom.ts";
import type { Child } from "./dom.ts";
import { fulltext, Newest } from "./fulltext.ts";
import { excuse, kept } from "./portal.ts";
import { question } from "./question.ts";
import { alone } from "./refs.ts";
import { starredRows } from "./personal.ts";
import { result } from "./results.ts";
import type { Facets } from "./searchfacets.ts";
import type { Result } from "./searchindex.types.ts";
import { address, lastPage, perPage, query, readAsked, toggled } from "./searchstate.ts";
import type { Asked } from "./searchstate.ts";
import { showTabs } from "./searchtabs.ts";
import { myTeam, putTeamFirst, teamFirst } from "./store.ts";

const rest = 120; // ms without a key after which is searched
const slow = 300; // ms after which it is said that the search is under way
const silence = 700; // ms after which the number of results is said

const mostOwn = 10; // starred and recent things

/** Place is what the page has for it. */
export interface Place {
  form: HTMLFormElement;
  box: HTMLInputElement;
  facets: HTMLFormElement;
  status: HTMLElement;
  results: HTMLElement;
}

/** SearchPage is the page; start brings it to life. */
export class SearchPage {
  private readonly p: Place;
  private readonly newest = new Newest();
  private readonly title = document.title;
  private readonly filters = el("details", "facets", el("summary", "", "Filters"));
  private readonly lists: HTMLAnchorElement[];
  private asked: Asked;
  private typing = 0; // timers
  private voice = 0;
  private begun = 0; // results that are shown before the others

  constructor(p: Place) {
    this.p = p;
    this.lists = all<HTMLAnchorElement>("a", p.results);
    this.asked = readAsked(location.search);
    // What was typed before scripts ran counts.
    if (p.box.value && p.box.value !== this.asked.text) this.asked = { ...this.asked, text: p.box.value, page: 1 };
  }

  // What helps with filters comes when one is begun, or after the first results.
  private readonly helpWithFilters = kept(async (): Promise<Facets> => {
    const [{ completeFilters }, { searchFacets }] = await Promise.all([import("./searchcomplete.ts"), import("./searchfacets.ts")]);
    completeFilters(this.p.box, () => this.typed());
    return searchFacets(this.filters, (key, value) => this.go({ ...this.asked, text: toggled(this.asked.text, key, value), page: 1 }));
  });

  start(): void {
    const { form, box, status, results } = this.p;
    // What changes at each key is told apart, when typing rests.
    status.removeAttribute("role");
    box.value = this.asked.text;
    results.replaceChildren();
    this.filters.open = matchMedia("(min-width: 56.01rem)").matches;
    this.p.facets.addEventListener("submit", (e) => e.preventDefault());
    box.addEventListener("input", () => {
      if (box.value.includes(":") && !alone()) void enhance("filters", this.helpWithFilters);
      clearTimeout(this.typing);
      this.typing = window.setTimeout(() => this.typed(), rest);
    });
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      this.typed();
    });
    addEventListener("popstate", () => {
      clearTimeout(this.typing);
      this.asked = readAsked(location.search);
      box.value = this.asked.text;
      void this.run();
    });
    // Pages and wider searches are links; what they ask is asked here.
    results.addEventListener("click", (e) => this.followed(e));
    status.addEventListener("click", (e) => this.followed(e));
    if (!this.asked.text) box.focus({ preventScroll: true });
    void this.run();
  }

  // go asks something that was chosen: a step in the history.
  private go(next: Asked): void {
    clearTimeout(this.typing);
    this.asked = next;
    this.p.box.value = next.text;
    history.pushState(null, "", address(next));
    void this.run();
  }

  private typed(): void {
    clearTimeout(this.typing);
    if (this.p.box.value === this.asked.text) return;
    this.asked = { ...this.asked, text: this.p.box.value, page: 1 };
    history.replaceState(history.state, "", address(this.asked));
    void this.run();
  }

  private followed(e: MouseEvent): void {
    const a = e.target instanceof Element ? e.target.closest<HTMLAnchorElement>("a[href]") : null;
    if (!a || a.pathname !== location.pathname || e.ctrlKey || e.metaKey || e.shiftKey || e.button !== 0) return;
    e.preventDefault();
    this.go(readAsked(a.search));
    scrollTo(0, 0);
    one("main")?.focus({ preventScroll: true });
  }

  private async run(): Promise<void> {
    const { asked } = this;
    const text = asked.text.trim();
    document.title = text ? `${text} · ${this.title}` : this.title;
    showTabs(text);
    this.begun = 0;
    const waiting = setTimeout(() => this.asked === asked && this.p.status.replaceChildren("Searching…"), slow);
    try {
      if (!text) return await this.idle();
      const answer = answered(asked).catch(() => []);
      // What a screen has is there before the rest.
      const first = (some: Result): unknown => answer.then((a) => this.asked === asked && this.begin(asked, some, a));
      const found = await this.newest.search(query(asked), { limit: perPage, offset: (asked.page - 1) * perPage, first });
      if (found) await this.show(asked, found, await answer);
    } catch (e) {
      if (this.asked === asked) this.failed(e);
    } finally {
      clearTimeout(waiting);
    }
  }

  // failed leaves the way that readers without script have.
  private failed(e: unknown): void {
    const links = this.lists.flatMap((a, i) => (i ? [", ", a] : [a]));
    this.p.status.replaceChildren(excuse(e));
    if (!this.begun) this.p.results.replaceChildren();
    this.p.results.append(el("p", "hint", "These lists have everything: ", ...links, "."));
  }

  // idle is the page before anything is asked.
  private async idle(): Promise<void> {
    this.newest.stop();
    this.p.results.replaceChildren(...own());
    this.p.facets.replaceChildren();
    const scope = this.scope(this.asked);
    this.p.status.replaceChildren(...scope, await searched());
  }

  private async show(asked: Asked, found: Result, answer: Child[]): Promise<void> {
    if (!found.total) {
      // What is seldom said comes when it is.
      const [{ nothing }, where] = await Promise.all([import("./searchnothing.ts"), searched()]);
      if (this.asked !== asked) return;
      this.begin(asked, found, [...answer, nothing(asked, found, where.toLowerCase())]);
    } else if (!this.begun) this.begin(asked, found, answer);
    const rest = found.hits.slice(this.begun).map((h) => result(h, found.terms));
    this.p.results.append(...rest, ...pager(asked, found));
    if (!alone()) void enhance("facets", async () => (await this.helpWithFilters())(asked, found));
  }

  // begin shows what is known first: how much there is, and some results or all.
  private begin(asked: Asked, found: Result, above: Child[]): void {
    this.begun = found.hits.length;
    // The place of the facets is there before them: what is below stays where it is.
    if (!alone() && found.total) {
      this.filters.hidden = false;
      this.p.facets.append(this.filters);
    }
    const took = el("span", "", `${count(Math.max(1, Math.round(found.tookMs)))} ms`);
    this.p.status.replaceChildren(...this.scope(asked), el("span", "", told(asked, found)), took, ...this.teamChoice());
    this.p.results.replaceChildren(...above, ...found.hits.map((h) => result(h, found.terms)));
    clearTimeout(this.voice);
    this.voice = window.setTimeout(() => say(told(asked, found)), silence);
  }

  // teamChoice lets a reader who has a team say whether its things come first.
  private teamChoice(): Child[] {
    if (!myTeam() || alone()) return [];
    const box = attrs(el("input"), { type: "checkbox" });
    box.checked = teamFirst().length > 0;
    box.addEventListener("change", () => {
      putTeamFirst(box.checked);
      void this.run();
    });
    return [el("label", "choice", box, " My team first")];
  }

  private scope(asked: Asked): Child[] {
    if (!asked.within) return [];
    const away = attrs(button("more", "Search everywhere", () => this.go({ ...this.asked, within: "", page: 1 })), { title: asked.within });
    return [el("span", "", `In the documentation of ${asked.within}`), away];
  }
}

// own is what the reader starred and looked at, for who has not asked anything.
function own(): Child[] {
  const list = alone() ? [] : starredRows(mostOwn);
  return list.length ? [el("section", "", el("h2", "", "Starred and recent"), ...list)] : [];
}

// answered is what the catalog says of a question, to stand above the results.
async function answered(asked: Asked): Promise<Child[]> {
  const asks = asked.page === 1 && !alone() ? question(asked.text.trim().toLowerCase()) : null;
  if (!asks) return [];
  const [{ answers }, { catalog }] = await Promise.all([import("./answers.ts"), import("./catalogdata.ts")]);
  const lines = (await answers(await catalog(), asks)).map((r) =>
    el("li", "", link(r.href ?? "", `k ${r.tint ?? ""}`, icon(r.icon), el("span", "n", r.label)), el("span", "sub", r.sub ?? "")),
  );
  return lines.length ? [el("ul", "rows", ...lines)] : [];
}

// searched is what a search goes through, in words.
async function searched(): Promise<string> {
  const { docs } = await fulltext();
  const [one, many] = alone() ? ["page", "pages"] : ["entity or page of documentation", "entities and pages of documentation"];
  return `${count(docs)} ${docs === 1 ? one : many}`;
}

// told is how much was found, in words.
function told(asked: Asked, found: Result): string {
  const n = `${found.partial ? "At least " : ""}${count(found.total)} ${found.total === 1 ? "result" : "results"}`;
  const some = (found.loose && found.total ? `No document has all the words. ${n} with some of them` : n) + corrected(found);
  const first = (asked.page - 1) * perPage;
  return found.total > perPage ? `${some}, ${count(first + 1)} to ${count(Math.min(first + perPage, found.total))} shown` : some;
}

// corrected tells what was looked for in place of words that nothing has.
function corrected(found: Result & { corrected?: { word: string; as: string[] }[] }): string {
  return (found.corrected ?? []).map(({ word, as }) => `. Nothing has “${word}”; looked for ${as.map((x) => `“${x}”`).join(", ")}`).join("");
}

function pager(asked: Asked, found: Result): Child[] {
  const last = lastPage(found.total);
  const to = (page: number, text: string, rel: string): Child[] =>
    page < 1 || page > last ? [] : [attrs(link(address({ ...asked, page }), "btn", text), { rel }), " "];
  const links = [...to(asked.page - 1, "Previous", "prev"), ...to(asked.page + 1, "Next", "next")];
  if (!links.length) return [];
  return [attrs(el("nav", "pager", ...links, el("span", "sub", `Page ${count(asked.page)} of ${count(last)}`)), { "aria-label": "Pages" })];
}

/** place is what the page has, null if it lacks something. */
export function place(): Place | null {
  const box = one<HTMLInputElement>("main input[data-search]");
  const form = box?.form;
  const facets = one<HTMLFormElement>("form[data-search-facets]");
  const status = one("[data-search-status]");
  const results = one("[data-results]");
  return box && form && facets && status && results ? { form, box, facets, status, results } : null;
}
