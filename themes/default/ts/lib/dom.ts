// Elements are made and found here, and in no other way: no markup is ever
// parsed from text, so names written by strangers stay text.

/** Child is what an element may be given: text stays text. */
export type Child = Node | string;

/** one finds the first element that matches. */
export const one = <T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T | null =>
  within.querySelector<T>(selector);

/** all finds every element that matches, as an array. */
export const all = <T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T[] => [
  ...within.querySelectorAll<T>(selector),
];

/** el makes an element with a class ("" for none) and children. */
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, className = "", ...children: Child[]): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  if (className) e.className = className;
  e.append(...children);
  return e;
}

/** link makes an <a>. */
export function link(href: string, className: string, ...children: Child[]): HTMLAnchorElement {
  const a = el("a", className, ...children);
  a.href = href;
  return a;
}

/** button makes a <button> that submits nothing. */
export function button(className: string, label: Child, run: () => void): HTMLButtonElement {
  const b = el("button", className, label);
  b.type = "button";
  b.addEventListener("click", run);
  return b;
}

/** attrs sets attributes and returns the element. */
export function attrs<T extends Element>(e: T, values: Record<string, string | number>): T {
  for (const [name, value] of Object.entries(values)) e.setAttribute(name, String(value));
  return e;
}

const svgSpace = "http://www.w3.org/2000/svg";

// Copies of an icon cost a fraction of new ones; lists have hundreds.
const icons = new Map<string, SVGElement>();

/** icon is a drawing of the sprite, whose address the page's own script tag carries. */
export function icon(name: string): SVGElement {
  let svg = icons.get(name);
  if (!svg) {
    svg = attrs(document.createElementNS(svgSpace, "svg"), { class: "i", "aria-hidden": "true" });
    const use = document.createElementNS(svgSpace, "use");
    use.setAttribute("href", `${document.getElementById("cb-app")?.dataset.icons ?? ""}#${name}`);
    svg.append(use);
    icons.set(name, svg);
  }
  return svg.cloneNode(true) as SVGElement;
}

/** marked is a text whose ranges [start, end) stand in <mark>. */
export function marked(text: string, ranges: readonly (readonly [number, number])[]): DocumentFragment {
  const out = document.createDocumentFragment();
  let at = 0;
  for (const [start, end] of ranges) {
    out.append(text.slice(at, start), el("mark", "", text.slice(start, end)));
    at = end;
  }
  out.append(text.slice(at));
  return out;
}

/**
 * enhance runs one improvement of a page. The page is complete without it, so
 * what fails is written to the console and everything else goes on.
 */
export async function enhance(name: string, run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (e) {
    console.error(`callboard: ${name}:`, e);
  }
}

/** say announces a text to screen readers, politely, after what they say now. */
export function say(text: string): void {
  let region = document.getElementById("cb-live");
  if (!region) {
    region = attrs(el("div", "vh"), { id: "cb-live", role: "status" });
    document.body.append(region);
  }
  // Dialogs make everything outside them inert, regions too.
  const home = one("dialog[open]") ?? document.body;
  if (region.parentNode !== home) home.append(region);
  region.textContent = "";
  const said = region;
  setTimeout(() => (said.textContent = text), 50);
}

/** count writes a number as the reader's language does. */
export const count = (n: number): string => n.toLocaleString(document.documentElement.lang || undefined);
