// Help in reading long pages: the contents follow, tabs switch.

import { all, attrs, button, el, one } from "./dom.ts";
import { remember, remembered } from "./store.ts";

const target = (hash: string): HTMLElement | null => {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null; // A fragment that is not well-formed names nothing.
  }
};

/** contents marks in the contents the part that is being read. The address stays as it is. */
export function contents(): void {
  const links = all<HTMLAnchorElement>('nav.toc a[href^="#"]');
  const parts = links.flatMap((a) => {
    const head = target(a.hash);
    return head ? [{ a, head }] : [];
  });
  if (!parts.length) return;
  const mark = (): void => {
    const line = innerHeight / 4;
    const last = parts.findLast((p) => p.head.getBoundingClientRect().top <= line) ?? parts[0];
    for (const p of parts) {
      if (p === last) p.a.setAttribute("aria-current", "true");
      else p.a.removeAttribute("aria-current");
    }
  };
  let frame = 0;
  const soon = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(mark);
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon, { passive: true });
  mark();
}

interface Tab {
  label: string;
  button: HTMLButtonElement;
  panel: HTMLElement;
}

/**
 * tabs makes tabs of blocks that stand one after another, each with its title.
 * A choice holds for every set that has a tab of that label, and is remembered.
 */
export function tabs(): void {
  const sets = all(".tabset").map((set, n) => build(set, n)).filter((s) => s.length > 0);
  const choose = (label: string): void => {
    for (const set of sets) {
      const tab = set.find((t) => t.label === label);
      if (tab) select(set, tab);
    }
  };
  const chosen = remembered<unknown[]>("tabs", []).filter((t) => typeof t === "string");
  for (const set of sets) {
    const first = chosen.map((label) => set.find((t) => t.label === label)).find((t) => t) ?? set[0];
    if (first) select(set, first);
    for (const tab of set) {
      tab.button.addEventListener("click", () => {
        const top = tab.button.getBoundingClientRect().top;
        choose(tab.label);
        // Sets above this one may have grown; the reader's eye stays where it is.
        scrollBy(0, tab.button.getBoundingClientRect().top - top);
        remember("tabs", [tab.label, ...chosen.filter((l) => l !== tab.label)].slice(0, 20));
      });
      tab.button.addEventListener("keydown", (e) => walk(e, set, tab));
      tab.panel.addEventListener("beforematch", () => select(set, tab));
    }
  }
  const reveal = (): void => {
    const inside = target(location.hash);
    for (const set of sets) {
      const tab = set.find((t) => inside && t.panel.contains(inside));
      if (!tab) continue;
      select(set, tab);
      inside?.scrollIntoView();
    }
  };
  addEventListener("hashchange", reveal);
  reveal();
}

// build makes the buttons of one set. Titles stay in the page for printing, and
// are hidden from those who have the buttons.
function build(set: HTMLElement, n: number): Tab[] {
  const list = attrs(el("div", "tablist"), { role: "tablist" });
  const out = all(":scope > section.tab", set).map((panel, i): Tab => {
    const title = one(":scope > .tab-title", panel);
    const label = title?.textContent?.trim() || String(i + 1);
    const b = attrs(button("", label, () => {}), { role: "tab", id: `cb-tab-${n}-${i}` });
    panel.id ||= `cb-panel-${n}-${i}`;
    b.setAttribute("aria-controls", panel.id);
    attrs(panel, { role: "tabpanel", "aria-labelledby": b.id, tabindex: 0 });
    title?.classList.add("print-only");
    list.append(b);
    return { label, button: b, panel };
  });
  if (out.length) set.prepend(list);
  return out;
}

// select shows one panel. The others can still be found by the browser's own
// search, which opens them by beforematch.
function select(set: Tab[], tab: Tab): void {
  for (const t of set) {
    const on = t === tab;
    attrs(t.button, { "aria-selected": String(on), tabindex: on ? 0 : -1 });
    if (on) t.panel.removeAttribute("hidden");
    else t.panel.setAttribute("hidden", "until-found");
  }
}

function walk(e: KeyboardEvent, set: Tab[], tab: Tab): void {
  const at = set.indexOf(tab);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: set.length - 1 }[e.key];
  if (to === undefined) return;
  e.preventDefault();
  const next = set[(to + set.length) % set.length];
  next?.button.focus();
  next?.button.click();
}
