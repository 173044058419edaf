// Results of the search page: one article for each document, with the parts of
// it that match.

import { attrs, button, el, enhance, icon, link, marked } from "./dom.ts";
import type { Child } from "./dom.ts";
import { hitURL } from "./fulltext.ts";
import { alone, kindClass, kindIcon, kindWord, parseRef } from "./refs.ts";
import type { Hit, HitSection } from "./searchindex.types.ts";

const parts = 3; // further sections of a page

/** result is the article of a hit; terms are the words that were looked for. */
export function result(h: Hit, terms: readonly string[]): HTMLElement {
  const title = marked(h.title || h.name, h.title ? h.titleMarks : []);
  const a = link(hitURL(h, terms), kindClass(h.kind), icon(kindIcon(h.kind)), el("span", "n", title));
  a.title = h.ref;
  const out = el("article", "hit", el("h2", "", a), el("p", "sub", where(h)));
  if (h.excerpt.text) out.append(el("p", "", marked(h.excerpt.text, h.excerpt.marks)));
  const more = h.sections.filter((s) => s.id && s.title && s.title !== h.title).slice(0, parts);
  if (more.length) out.append(el("ul", "parts", ...more.map((s) => part(h, s, terms))));
  if (h.kind !== "docs" && h.ref && !alone()) out.append(whatToDo(h));
  return out;
}

// whatToDo is a button that shows what can be done with an entity beside opening
// it. It asks for the entity's file when it is wanted, and not before.
function whatToDo(h: Hit): HTMLElement {
  const place = el("div", "acts");
  place.hidden = true;
  const b = button("more", "Links", () => void enhance("actions", () => toggle()));
  attrs(b, { "aria-expanded": "false", "aria-label": `Links of ${h.title || h.name}` });
  const toggle = async (): Promise<void> => {
    if (!place.childElementCount) place.append(...(await actionLinks(h.ref)));
    place.hidden = !place.hidden;
    b.setAttribute("aria-expanded", String(!place.hidden));
  };
  return el("div", "hit-links", b, place);
}

async function actionLinks(ref: string): Promise<HTMLAnchorElement[]> {
  const [{ actions }, { catalog }] = await Promise.all([import("./actions.ts"), import("./catalogdata.ts")]);
  const rows = (await actions(await catalog(), ref)).slice(1); // the first opens it
  return rows.map((r) => {
    const a = link(r.href ?? "", "btn", icon(r.icon), " ", r.label);
    if (r.sub) a.title = r.sub;
    if (a.origin !== location.origin) a.rel = "noopener noreferrer";
    return a;
  });
}

// where is where a document stands and whose it is, in words.
function where(h: Hit): string {
  const name = h.title && h.name && h.name !== h.title.toLowerCase() ? h.name : "";
  const place = h.kind === "docs" ? h.crumb || kindWord("docs") : kindAndType(h);
  const owner = h.owner ? `owned by ${parseRef(h.owner, "group").name}` : "";
  return [place, name, owner, h.kind === "docs" ? "" : h.lifecycle].filter((x) => x).join(" · ");
}

function kindAndType(h: Hit): string {
  const word = kindWord(h.kind);
  return h.type && h.type !== word.toLowerCase() ? `${word}, ${h.type}` : word;
}

function part(h: Hit, s: HitSection, terms: readonly string[]): HTMLElement {
  const children: Child[] = [link(hitURL(h, terms, s.id), "", marked(s.title, s.titleMarks))];
  // The best excerpt stands above already.
  if (s.excerpt.text && s.excerpt.text !== h.excerpt.text) children.push(" ", el("span", "sub", marked(s.excerpt.text, s.excerpt.marks)));
  return el("li", "", ...children);
}
