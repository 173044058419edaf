// Tabs of Markdown pages: sets of radio buttons, which work without a script.
// With one, a choice holds for every set that has a tab of that label, and is
// remembered.

import { all, one } from "./dom.ts";
import { remember, remembered } from "./store.ts";

interface Choice {
  label: string;
  input: HTMLInputElement;
}

const most = 20; // choices that are remembered

function choicesOf(set: HTMLElement): Choice[] {
  const inputs = all<HTMLInputElement>(":scope > input[type=radio]", set);
  return inputs.flatMap((input) => {
    const label = one(`label[for="${CSS.escape(input.id)}"]`, set)?.textContent?.trim();
    return label ? [{ label, input }] : [];
  });
}

/** choices keeps the tab sets of a page in step. */
export function choices(): void {
  const sets = all(".tabbed-set").map(choicesOf).filter((s) => s.length > 0);
  if (!sets.length) return;
  const chosen = remembered<unknown[]>("tabs", []).filter((t) => typeof t === "string");
  for (const set of sets) {
    const before = chosen.map((label) => set.find((c) => c.label === label)).find((c) => c);
    if (before) before.input.checked = true;
    for (const { label, input } of set) input.addEventListener("change", () => choose(sets, label, input));
  }
  const reveal = (): void => revealTarget();
  addEventListener("hashchange", reveal);
  reveal();
}

function choose(sets: Choice[][], label: string, by: HTMLInputElement): void {
  const place = by.parentElement ?? by;
  const top = place.getBoundingClientRect().top;
  for (const set of sets) {
    const same = set.find((c) => c.label === label);
    if (same && !set.some((c) => c.input === by)) same.input.checked = true;
  }
  // Sets above this one may have grown; the reader's eye stays where it is.
  scrollBy(0, place.getBoundingClientRect().top - top);
  const others = remembered<unknown[]>("tabs", []).filter((l) => l !== label);
  remember("tabs", [label, ...others].slice(0, most));
}

// revealTarget opens the tab that holds what the address names, or that it names
// itself.
function revealTarget(): void {
  const id = fragment();
  const inside = id ? document.getElementById(id) : null;
  if (!inside) return;
  if (inside instanceof HTMLInputElement && inside.type === "radio") inside.checked = true;
  for (let block = inside.closest(".tabbed-block"); block; block = block.parentElement?.closest(".tabbed-block") ?? null) {
    const n = [...(block.parentElement?.children ?? [])].indexOf(block);
    const input = block.closest(".tabbed-set")?.querySelectorAll<HTMLInputElement>(":scope > input")[n];
    if (input && !input.checked) {
      input.checked = true;
      inside.scrollIntoView();
    }
  }
  for (let d = inside.closest("details"); d; d = d.parentElement?.closest("details") ?? null) d.open = true;
}

function fragment(): string {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return ""; // A fragment that is not well-formed names nothing.
  }
}

/** scrollers lets the keyboard into what is wider than the page. */
export function scrollers(): void {
  const look = (): void => {
    for (const pre of all(".prose :is(pre, .arithmatex, math[display=block])")) {
      if (pre.scrollWidth > pre.clientWidth + 1) pre.tabIndex = 0;
      else pre.removeAttribute("tabindex");
    }
  };
  look();
  addEventListener("resize", look, { passive: true });
  addEventListener("change", look);
}
