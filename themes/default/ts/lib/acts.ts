// What one can do from the page of an entity: the links under its head, and
// the same for an entity that the page is not about.

import { one } from "./dom.ts";

/** Act is one of the links that keys and commands know. */
export type Act = "edit" | "source" | "runbook";

// Links carry the name of their drawing, which the first of several has for
// what it is about.
const selectors: Record<Act, string> = {
  edit: "[data-act=edit], [data-act=pencil]",
  source: "[data-act=source], [data-act=code]",
  runbook: "[data-act=runbook], .primary[data-act=book]",
};

/** act is the page's link for something, if it has one. */
export const act = (name: Act): HTMLAnchorElement | null => one<HTMLAnchorElement>(selectors[name]);
