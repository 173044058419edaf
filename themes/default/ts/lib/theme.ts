// Colours and density: as the system wants, or as the reader chose.

import { all, attrs, one, say } from "./dom.ts";
import { remember } from "./store.ts";

const order = ["", "light", "dark"] as const;
const looks = {
  "": { name: "as the system", icon: "device" },
  light: { name: "light", icon: "sun" },
  dark: { name: "dark", icon: "moon" },
};

const root = document.documentElement;
const current = (): (typeof order)[number] => order.find((t) => t === root.dataset.theme) ?? "";

function paint(b: HTMLElement): void {
  const look = looks[current()];
  attrs(b, { "aria-label": `Colour theme: ${look.name}`, title: `Colour theme: ${look.name}` });
  const use = one<SVGUseElement>("use", b);
  if (use) use.setAttribute("href", (use.getAttribute("href") ?? "").replace(/#.*$/, `#${look.icon}`));
}

/** nextTheme goes from the system's colours to light, to dark, and round. */
export function nextTheme(): void {
  const next = order[(order.indexOf(current()) + 1) % order.length] ?? "";
  if (next) root.dataset.theme = next;
  else delete root.dataset.theme;
  remember("theme", next || undefined);
  all("[data-theme-toggle]").forEach(paint);
  say(`Colour theme: ${looks[next].name}`);
}

/** toggleDensity switches between comfortable and compact rows. */
export function toggleDensity(): void {
  const compact = root.dataset.density !== "compact";
  if (compact) root.dataset.density = "compact";
  else delete root.dataset.density;
  remember("density", compact ? "compact" : undefined);
  say(compact ? "Compact rows" : "Comfortable rows");
}

/** themeButtons lets the buttons of the page switch, and say what they stand at. */
export function themeButtons(): void {
  for (const b of all("[data-theme-toggle]")) {
    paint(b);
    b.addEventListener("click", nextTheme);
  }
}
