// A table of any length of which only the rows near the screen are in the page.
// All rows are of one height; two rows without content stand for the others.
// The page itself scrolls.

import { attrs, el, one } from "./dom.ts";
import { quiet } from "./slices.ts";

/** Windowed is such a table. */
export interface Windowed {
  /** Shows the rows anew, count of them; none is chosen then. */
  show(count: number): void;
  /** Makes the rows anew that are in the page; the chosen one stays, with the focus. */
  redraw(): void;
  /** The row that is chosen, -1 for none. */
  chosen(): number;
  /** Chooses the next or previous row, scrolls to it and gives it the focus; false at the ends. */
  step(by: 1 | -1): boolean;
  /** Scrolls up to the first row, if it is above the screen. */
  toTop(): void;
}

function spacer(columns: number): [row: HTMLTableRowElement, cell: HTMLTableCellElement] {
  const cell = el("td");
  cell.colSpan = columns;
  const row = attrs(el("tr", "pad", cell), { "aria-hidden": "true" });
  row.style.visibility = "hidden";
  return [row, cell];
}

const link = (row: HTMLElement | undefined): HTMLElement | null => (row ? one("a[href]", row) : null);

/** windowed takes over the body of a table; make makes row n. */
export function windowed(table: HTMLTableElement, make: (n: number) => HTMLTableRowElement): Windowed {
  const body = table.tBodies[0] ?? table.createTBody();
  const head = table.tHead?.rows[0];
  const columns = head?.cells.length ?? 1;
  const [above, aboveCell] = spacer(columns);
  const [below, belowCell] = spacer(columns);
  const rows = new Map<number, HTMLTableRowElement>();
  let count = 0;
  let from = 0;
  let to = 0;
  let chosen = -1;
  let drawn = 0; // times
  let height = body.rows[0]?.getBoundingClientRect().height || 34;

  // covered is where the bar and the table's head end, when they stick.
  const covered = (): number => {
    const bar = one("header.bar")?.getBoundingClientRect().bottom ?? 0;
    return Math.max(bar, 0) + (head?.cells[0]?.getBoundingClientRect().height ?? 0);
  };

  // place finds which rows should be in the page: those of three screens, of
  // which at least a half remains on each side; or only those of this one.
  function place(screens: 1 | 3): boolean {
    const screen = Math.ceil(innerHeight / height);
    const first = Math.max(0, Math.floor(-body.getBoundingClientRect().top / height));
    const near = screen >> 1;
    if (to > from && from <= Math.max(0, first - near) && to >= Math.min(count, first + screen + near)) return false;
    from = Math.max(0, Math.min(first, count - screen) - (screens === 3 ? screen : 0));
    to = Math.min(count, from + screens * screen);
    return true;
  }

  // fill puts the rows from to to in place. Those that stay are not touched, so
  // that the focus and what is selected stay too.
  function fill(): void {
    for (const [n, row] of rows) {
      if (n >= from && n < to) continue;
      row.remove();
      rows.delete(n);
    }
    let next = above.nextSibling;
    for (let n = from; n < to; n++) {
      let row = rows.get(n);
      if (!row) {
        row = attrs(make(n), { "aria-rowindex": n + 2 });
        if (n === chosen) row.setAttribute("aria-selected", "true");
        rows.set(n, row);
      }
      if (row === next) next = row.nextSibling;
      else body.insertBefore(row, next);
    }
    aboveCell.style.blockSize = `${from * height}px`;
    belowCell.style.blockSize = `${(count - to) * height}px`;
  }

  function measured(): boolean {
    const first = rows.get(from)?.getBoundingClientRect().top ?? 0;
    const last = rows.get(to - 1)?.getBoundingClientRect().bottom ?? 0;
    const now = to > from ? (last - first) / (to - from) : height;
    if (now < 1 || Math.abs(now - height) < 0.01) return false;
    height = now;
    return true;
  }

  // anew makes the rows again, at first those on the screen. Nothing is measured
  // while they are out of the page: it would be short then, and scroll up.
  function anew(): void {
    from = to = 0;
    place(1);
    rows.clear();
    body.replaceChildren(above, below);
    fill();
    if (measured()) {
      from = to = 0;
      place(1);
      fill();
    }
    const now = ++drawn;
    void quiet().then(() => now === drawn && follow());
  }

  function follow(): void {
    if (place(3)) fill();
  }

  function choose(n: number): void {
    if (n === chosen) return;
    rows.get(chosen)?.removeAttribute("aria-selected");
    chosen = n;
    rows.get(n)?.setAttribute("aria-selected", "true");
  }

  function reveal(n: number): void {
    const top = body.getBoundingClientRect().top + n * height;
    const start = covered();
    if (top < start) scrollBy(0, top - start);
    else if (top + height > innerHeight) scrollBy(0, top + height - innerHeight);
    follow();
  }

  body.addEventListener("focusin", (e) => {
    const n = Number((e.target as Element).closest("tr")?.getAttribute("aria-rowindex")) - 2;
    if (n >= 0) choose(n);
  });
  const soon = (run: () => void): (() => void) => {
    let frame = 0;
    return () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(run);
    };
  };
  const scrolled = soon(follow);
  const resized = soon(() => {
    if (measured()) fill();
    follow();
  });
  addEventListener("scroll", scrolled, { passive: true });
  addEventListener("resize", resized, { passive: true });
  new MutationObserver(resized).observe(document.documentElement, { attributeFilter: ["data-density"] });
  head?.setAttribute("aria-rowindex", "1");

  return {
    show(n) {
      count = n;
      chosen = -1;
      table.setAttribute("aria-rowcount", String(n + 1));
      anew();
    },
    redraw() {
      const focused = body.contains(document.activeElement);
      anew();
      if (focused) link(rows.get(chosen))?.focus({ preventScroll: true });
    },
    chosen: () => chosen,
    step(by) {
      const first = Math.ceil((covered() - body.getBoundingClientRect().top) / height);
      const n = chosen < 0 ? Math.min(Math.max(0, first), count - 1) : chosen + by;
      if (n < 0 || n >= count) return false;
      reveal(n);
      choose(n);
      link(rows.get(n))?.focus({ preventScroll: true });
      return true;
    },
    toTop() {
      const top = body.getBoundingClientRect().top - covered();
      if (top < 0) scrollBy(0, top);
    },
  };
}
