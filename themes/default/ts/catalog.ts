// The catalog's index: the file of all entities takes the place of the first
// hundred rows, with facets, a filter, an order and keys. The address always
// says what is shown.

import { catalog } from "./lib/catalogdata.ts";
import { CatalogPage } from "./lib/catalogpage.ts";
import type { Place } from "./lib/catalogpage.ts";
import { el, enhance, one } from "./lib/dom.ts";
import { plainKey, stepsBy } from "./lib/keys.ts";
import { excuse } from "./lib/portal.ts";
import { breath, quiet } from "./lib/slices.ts";
import type { Windowed } from "./lib/windowed.ts";

function place(): Place | null {
  const box = one<HTMLInputElement>("input[data-q]");
  const status = one("[data-status]");
  const table = one<HTMLTableElement>("table[data-table]");
  const form = one<HTMLFormElement>("form[data-facets]");
  const kinds = one("[data-kinds]");
  return box && status && table && form && kinds ? { box, status, table, form, kinds } : null;
}

// hydrate makes the list live in slices, so that the page answers between them.
async function hydrate(p: Place): Promise<void> {
  const c = await catalog();
  await breath();
  const page = new CatalogPage(p, c);
  page.head();
  await breath();
  const table = page.list();
  scrolling();
  enhance("catalog keys", () => keys(p.box, table, () => page.mark()));
  await quiet();
  page.facets();
  unfold(p.form);
  await quiet();
  // Without descriptions the list is complete enough.
  await page.descriptions().catch(excuse);
}

// keys are those of this page; single letters that all pages have are in app.ts.
function keys(box: HTMLInputElement, table: Windowed, mark: () => void): void {
  stepsBy(table.step);
  const arrow = (e: KeyboardEvent, inBox: boolean): boolean => {
    if (inBox) return (e.key === "ArrowDown" || e.key === "Enter") && table.step(1);
    if (e.key === "ArrowDown") return table.step(1);
    if (e.key !== "ArrowUp") return false;
    if (!table.step(-1)) box.focus();
    return true;
  };
  document.addEventListener("keydown", (e) => {
    const inBox = e.target === box;
    const inTable = e.target instanceof Element && e.target.closest("tbody") !== null;
    const bare = !(e.ctrlKey || e.metaKey || e.altKey || e.shiftKey || e.isComposing || e.defaultPrevented);
    const marking = plainKey(e) === "x" && table.chosen() >= 0;
    if (marking) mark();
    if (marking || (bare && (inBox || inTable) && arrow(e, inBox))) e.preventDefault();
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

// scrolling comes back to where the reader was. The browser would do so while
// the page is still short, so that this keeps the place with each entry of the
// history, and goes there once the rows are in the page.
function scrolling(): void {
  const key = "cbScroll";
  const state = (): Record<string, unknown> => ({ ...(history.state as object | null) });
  const restore = (): void => scrollTo(0, Number(state()[key] ?? 0));
  const keep = (): void => void enhance("scroll", () => history.replaceState({ ...state(), [key]: scrollY }, ""));
  let timer = 0;
  history.scrollRestoration = "manual";
  if (state()[key] !== undefined) restore();
  addEventListener("popstate", restore);
  addEventListener(
    "scroll",
    () => {
      clearTimeout(timer);
      timer = window.setTimeout(keep, 200);
    },
    { passive: true },
  );
}

async function start(): Promise<void> {
  const p = place();
  if (!p) return;
  try {
    await hydrate(p);
  } catch (e) {
    // The static list stays, and works.
    p.status.append(el("span", "", excuse(e)));
    p.box.disabled = true;
  }
}

enhance("catalog", start);
