// The catalog's index: the file of all entities takes the place of the first
// hundred rows, with facets, a filter, an order and keys. The address always
// says what is shown.

import { catalog, descriptions, urlOf } from "./lib/catalogdata.ts";
import type { Catalog } from "./lib/catalogdata.ts";
import { catalogRow, rowRef, shown } from "./lib/catalogrow.ts";
import { counted, statusLine } from "./lib/catalogstatus.ts";
import type { Standing } from "./lib/catalogstatus.ts";
import { copyText } from "./lib/copy.ts";
import { all, button, count, el, enhance, one, say } from "./lib/dom.ts";
import type { Format } from "./lib/exporting.ts";
import { facetForm } from "./lib/facetform.ts";
import type { FacetForm } from "./lib/facetform.ts";
import { filter } from "./lib/filter.ts";
import type { Outcome } from "./lib/filter.ts";
import { toggled } from "./lib/filterquery.ts";
import { address, columns, narrowed, picking, readState, unfiltered } from "./lib/filterstate.ts";
import type { State } from "./lib/filterstate.ts";
import { plainKey, stepsBy } from "./lib/keys.ts";
import { nothing } from "./lib/nothing.ts";
import { excuse } from "./lib/portal.ts";
import { breath, quiet } from "./lib/slices.ts";
import { sorted } from "./lib/sorting.ts";
import { stars, starsChanged } from "./lib/store.ts";
import { windowed } from "./lib/windowed.ts";

const rest = 250; // ms without a key after which the address follows what is typed
const saying = 700; // ms after which the number of rows is said

interface Place {
  box: HTMLInputElement;
  status: HTMLElement;
  table: HTMLTableElement;
  form: HTMLFormElement;
  kinds: HTMLElement;
}

function place(): Place | null {
  const box = one<HTMLInputElement>("input[data-q]");
  const status = one("[data-status]");
  const table = one<HTMLTableElement>("table[data-table]");
  const form = one<HTMLFormElement>("form[data-facets]");
  const kinds = one("[data-kinds]");
  return box && status && table && form && kinds ? { box, status, table, form, kinds } : null;
}

// early are the descriptions that the page came with, by the address of their
// entity: they stand until all are there.
function early(table: HTMLTableElement): Map<string, string> {
  const out = new Map<string, string>();
  for (const tr of all("tbody tr", table)) out.set(one("a", tr)?.getAttribute("href") ?? "", one(".ds", tr)?.textContent ?? "");
  return out;
}

/** hydrate makes the list live, in slices, so that the page answers between them. */
async function hydrate(p: Place, c: Catalog): Promise<void> {
  await breath();
  let state = readState(location.search);
  if (!state.text) state.text = p.box.value; // what was typed before this ran
  let outcome: Outcome = filter(c, state);
  let rows = sorted(c, outcome.rows, state);
  let desc: string[] = [];
  let paintFacets: FacetForm | undefined;
  let timer = 0;
  let voice = 0;
  const came = early(p.table);
  const marks = new Set<number>();
  let starred = new Set(stars());

  const row = (n: number): HTMLTableRowElement => {
    const at = rows[n] ?? 0;
    const text = desc[at] ?? came.get(urlOf(c, at)) ?? "";
    return catalogRow(c, at, { desc: text, starred: starred.has(rowRef(c, at)), marked: marks.has(at) });
  };
  const table = windowed(p.table, row);
  const standing = (): Standing => ({ shown: rows.length, total: c.n, marked: marks.size, narrowed: narrowed(state), text: state.text });

  // paint shows the state; the order is that of slices when the page comes.
  const paintHead = (): void => {
    paintStatus(standing());
    paintKinds(p.kinds, c, state, outcome);
  };
  const paintTable = (): void => {
    paintOrder(p.table, state);
    table.show(rows.length);
    one(".empty", p.table.parentElement ?? p.table)?.remove();
    if (!rows.length) p.table.after(nothing(state, outcome, go, clear));
  };
  const apply = (): void => {
    outcome = filter(c, state);
    rows = sorted(c, outcome.rows, state);
    paintHead();
    paintTable();
    paintFacets?.(state, outcome);
    clearTimeout(voice);
    voice = window.setTimeout(() => say(counted(standing())), saying);
  };

  // go shows a state that was chosen: a step in the history.
  function go(next: State): void {
    clearTimeout(timer);
    state = next;
    p.box.value = next.text;
    history.pushState(null, "", address(next));
    table.toTop();
    apply();
  }
  function clear(): void {
    go({ ...unfiltered(), by: state.by, down: state.down });
    p.box.focus({ preventScroll: true });
  }
  const typed = (): void => {
    state = { ...state, text: p.box.value };
    clearTimeout(timer);
    timer = window.setTimeout(() => history.replaceState(history.state, "", address(state)), rest);
    table.toTop();
    apply();
  };
  const chosenRows = (): ArrayLike<number> => (marks.size ? [...marks].sort((a, b) => a - b) : rows);

  const paintStatus = statusLine(p.status, {
    toggle: (token) => go({ ...state, text: toggled(state.text, token) }),
    clear,
    download: (format: Format) =>
      void enhance("export", async () => {
        const texts = await descriptions().catch(() => desc);
        (await import("./lib/exporting.ts")).download(c, chosenRows(), texts, format);
      }),
    copy: () => {
      const refs = Array.from(chosenRows(), (at) => rowRef(c, at));
      void copyText(refs.join("\n"), `${count(refs.length)} references copied`);
    },
  });

  const mark = (): void => {
    const at = rows[table.chosen()];
    if (at === undefined) return;
    if (!marks.delete(at)) marks.add(at);
    table.redraw();
    paintStatus(standing());
    say(`${shown(c, at)} ${marks.has(at) ? "marked" : "not marked"}, ${count(marks.size)} for export`);
  };

  paintHead();
  await breath();
  sortButtons(p.table, (by) => go({ ...state, by, down: state.by === by && !state.down }));
  one("[data-pages]")?.remove();
  paintTable();
  returned();

  p.box.addEventListener("input", typed);
  kindLinks(p.kinds, (kind) => go({ ...state, picked: { ...state.picked, kind: kind ? [kind] : [] } }));
  addEventListener("popstate", () => {
    clearTimeout(timer);
    state = readState(location.search);
    p.box.value = state.text;
    apply();
  });
  document.addEventListener(starsChanged, () => {
    starred = new Set(stars());
    if (/\bis:starred\b/i.test(state.text)) apply();
    else table.redraw();
  });
  enhance("catalog keys", () => keys(p, table, mark));
  p.box.value = state.text;

  await quiet();
  paintFacets = facetForm(p.form, c, (facet, value) => go(picking(state, facet, value)));
  paintFacets(state, outcome);
  unfold(p.form);
  await quiet();
  desc = await descriptions().catch(() => desc);
  table.redraw();
}

function paintKinds(nav: HTMLElement, c: Catalog, s: State, o: Outcome): void {
  const kinds = s.picked.kind;
  for (const a of all<HTMLAnchorElement>("a[data-kind]", nav)) {
    const kind = a.dataset.kind ?? "";
    const number = one(".count", a);
    const n = kind ? (o.counts.kind[c.dict.kind.indexOf(kind)] ?? 0) : o.counts.kind.reduce((sum, x) => sum + x, 0);
    if (number) number.textContent = count(n);
    a.href = address({ ...s, picked: { ...s.picked, kind: kind ? [kind] : [] } });
    if (kind ? kinds.includes(kind) : !kinds.length) a.setAttribute("aria-current", "page");
    else a.removeAttribute("aria-current");
  }
}

function kindLinks(nav: HTMLElement, pick: (kind: string) => void): void {
  nav.addEventListener("click", (e) => {
    const a = e.target instanceof Element ? e.target.closest<HTMLElement>("a[data-kind]") : null;
    if (!a || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey || e.button !== 0) return;
    e.preventDefault();
    pick(a.dataset.kind ?? "");
  });
}

function sortButtons(table: HTMLTableElement, sort: (by: State["by"]) => void): void {
  [...(table.tHead?.rows[0]?.cells ?? [])].forEach((th, i) => {
    const by = columns[i];
    if (by) th.replaceChildren(button("", th.textContent ?? "", () => sort(by)));
  });
}

function paintOrder(table: HTMLTableElement, s: State): void {
  [...(table.tHead?.rows[0]?.cells ?? [])].forEach((th, i) => {
    if (columns[i] === s.by) th.setAttribute("aria-sort", s.down ? "descending" : "ascending");
    else th.removeAttribute("aria-sort");
  });
}

// keys are those of this page; single letters that all pages have are in app.ts.
function keys(p: Place, table: ReturnType<typeof windowed>, mark: () => void): void {
  stepsBy(table.step);
  document.addEventListener("keydown", (e) => {
    const down = e.key === "ArrowDown";
    const plain = !e.ctrlKey && !e.metaKey && !e.altKey && !e.shiftKey && !e.isComposing && !e.defaultPrevented;
    const inTable = e.target instanceof Element && e.target.closest("tbody") !== null;
    let done = false;
    if (plain && e.target === p.box && (down || e.key === "Enter")) done = table.step(1) || !down;
    else if (plain && inTable && (down || e.key === "ArrowUp")) {
      done = table.step(down ? 1 : -1);
      if (!done && !down) p.box.focus();
    } else if (plainKey(e) === "x" && table.chosen() >= 0) {
      mark();
      done = true;
    }
    if (done) e.preventDefault();
  });
}

// unfold opens the facets where there is room beside the table.
function unfold(form: HTMLElement): void {
  const details = form.closest("details");
  const wide = matchMedia("(min-width: 56.01rem)");
  const follow = (): void => void (details && (details.open = wide.matches));
  follow();
  wide.addEventListener("change", follow);
}

// returned scrolls to where the reader was: when the browser did so the page
// was not as long as it is now.
function returned(): void {
  const key = "cbScroll";
  const kept = (history.state as Record<string, unknown> | null)?.[key];
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (typeof kept === "number" && kept > scrollY && entry?.type !== "navigate") scrollTo(0, kept);
  addEventListener("pagehide", () => history.replaceState({ ...(history.state as object | null), [key]: scrollY }, ""));
}

async function start(): Promise<void> {
  const p = place();
  if (!p) return;
  try {
    await hydrate(p, await catalog());
  } catch (e) {
    // The static list stays, and works.
    p.status.append(el("span", "", excuse(e)));
    p.box.disabled = true;
  }
}

enhance("catalog", start);
