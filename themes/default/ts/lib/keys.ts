// Keys. Single letters work outside fields only, and can be turned off
// (WCAG 2.1.4); Ctrl K and Esc always work.

import { all, one } from "./dom.ts";
import { base } from "./refs.ts";
import { remembered } from "./store.ts";

const field = "input:not([type=checkbox],[type=radio],[type=button],[type=submit]), textarea, select, [contenteditable]";

/** inField tells whether a key is meant for a field. */
export const inField = (e: KeyboardEvent): boolean => e.target instanceof Element && e.target.closest(field) !== null;

/** plainKey is the key if it may be a shortcut here, else "". */
export function plainKey(e: KeyboardEvent): string {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || inField(e)) return "";
  if (one("dialog[open]") || (e.key.length === 1 && remembered("nokeys", false))) return "";
  return e.key;
}

const sections: Record<string, string> = {
  h: "",
  c: "catalog/",
  a: "apis/",
  d: "docs/",
  s: "systems/",
  t: "teams/",
  g: "graph/",
};

/** sectionLinks are the parts of this portal, as the bar and the footer name them. */
export function sectionLinks(): HTMLAnchorElement[] {
  const seen = new Set<string>();
  return all<HTMLAnchorElement>("header.bar a[href], footer a[href]").filter((a) => {
    const own = a.origin === location.origin && !a.hash && !seen.has(a.pathname) && Boolean(a.textContent?.trim());
    seen.add(a.pathname);
    return own && !("pal" in a.dataset);
  });
}

// section is the address of a part of the portal, if this portal has it.
function section(key: string): string | undefined {
  const path = sections[key];
  if (path === undefined) return undefined;
  const url = base() + path;
  return path === "" || sectionLinks().some((a) => a.pathname === url) ? url : undefined;
}

/** Actions are what single keys do, by key; one that does nothing here returns false. */
export type Actions = Record<string, () => boolean | void>;

/** listenForKeys runs actions, and goes to parts of the portal by "g" and a letter. */
export function listenForKeys(actions: Actions, openPalette: () => void): void {
  let awaited = 0; // until when a letter after "g" is awaited, ms
  document.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && !e.shiftKey && !e.altKey && e.key.toLowerCase() === "k") {
      e.preventDefault();
      openPalette();
      return;
    }
    const key = plainKey(e);
    if (!key) return;
    const going = e.timeStamp < awaited ? section(key.toLowerCase()) : undefined;
    awaited = 0;
    if (going !== undefined) {
      e.preventDefault();
      location.assign(going);
    } else if (key === "g") awaited = e.timeStamp + 900;
    else if (Object.hasOwn(actions, key) && actions[key]?.() !== false) e.preventDefault();
  });
}

const stops = "main .rows > li, main table.t > tbody > tr, main [data-results] article";

let ownSteps: ((by: 1 | -1) => boolean) | undefined;

/** stepsBy hands steps to a list of which only a part is in the page. */
export function stepsBy(run: (by: 1 | -1) => boolean): void {
  ownSteps = run;
}

/** step moves the focus to the next or previous thing of the page's lists. */
export function step(by: 1 | -1): boolean {
  if (ownSteps) return ownSteps(by);
  const links = all(stops).flatMap((row) => one("a[href]", row) ?? []);
  const here = links.findIndex((a) => a === document.activeElement);
  const next = here < 0 ? links.find((a) => a.getBoundingClientRect().top > 0) : links[here + by];
  next?.focus();
  return Boolean(next);
}
