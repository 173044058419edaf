// The facets beside the catalog's table: a set of boxes for each, the most
// frequent values, and on demand more with a field to look among them.

import { exactly } from "./filter.ts";
import type { Catalog } from "./catalogdata.ts";
import { attrs, button, count, el } from "./dom.ts";
import type { Outcome } from "./filter.ts";
import type { Facet } from "./filterquery.ts";
import type { State } from "./filterstate.ts";

const titles: [Facet, title: string, many: string][] = [
  ["owner", "Owner", "owners"],
  ["lifecycle", "Lifecycle", "lifecycles"],
  ["type", "Type", "types"],
  ["system", "System", "systems"],
  ["tag", "Tag", "tags"],
  ["ns", "Namespace", "namespaces"],
];

const few = 6;
const lots = 60;

/** Choice is a value of a facet that may be chosen. */
interface Choice {
  value: string;
  n: number;
  on: boolean;
}

// choices are the values worth showing: those that would show something, and
// those that were chosen. Chosen ones come first, then the most frequent.
function choices(c: Catalog, facet: Facet, s: State, o: Outcome): Choice[] {
  const chosen = new Set<number>();
  const lost: Choice[] = []; // of an address that names what the catalog does not have
  for (const v of s.picked[facet]) {
    const [at] = exactly(c, facet, v);
    if (at === undefined) lost.push({ value: v, n: 0, on: true });
    else chosen.add(at);
  }
  const out: Choice[] = [];
  c.dict[facet].forEach((value, i) => {
    const n = o.counts[facet][i] ?? 0;
    const on = chosen.has(i);
    if (value && (n > 0 || on)) out.push({ value, n, on });
  });
  const name = (a: Choice, b: Choice): number => (a.value < b.value ? -1 : 1);
  return [...lost, ...out.sort((a, b) => Number(b.on) - Number(a.on) || b.n - a.n || name(a, b))];
}

/** FacetForm paints the facets of a state. */
export type FacetForm = (s: State, o: Outcome) => void;

/** facetForm makes the facets; pick is called with a value that was chosen, or is no longer. */
export function facetForm(form: HTMLFormElement, c: Catalog, pick: (facet: Facet, value: string) => void): FacetForm {
  const paints = titles
    // With one namespace there is nothing to choose.
    .filter(([facet]) => facet !== "ns" || c.dict.ns.length > 2)
    .map(([facet, title, many]) => facetBox(form, c, facet, title, many, pick));
  form.addEventListener("submit", (e) => e.preventDefault());
  return (s, o) => {
    const focused = document.activeElement;
    for (const paint of paints) paint(s, o);
    // A box that has moved has lost the focus.
    if (focused instanceof HTMLElement && form.contains(focused)) focused.focus({ preventScroll: true });
  };
}

function facetBox(form: HTMLFormElement, c: Catalog, facet: Facet, title: string, many: string, pick: (facet: Facet, value: string) => void): FacetForm {
  const legend = el("legend", "", title);
  const list = el("div");
  const search = attrs(el("input"), { type: "search", "aria-label": `Find among ${many}`, placeholder: `Find among ${many}`, autocomplete: "off", spellcheck: "false" });
  const field = el("div", "field", search);
  const hint = el("p", "hint");
  const boxes = new Map<string, HTMLLabelElement>();
  let open = false;
  let last: [State, Outcome] | undefined;
  const more = button("more", "", () => {
    open = !open;
    search.value = "";
    if (last) paint(...last);
    if (open) search.focus();
  });
  const set = el("fieldset", "facet", legend, list, hint, more);
  search.addEventListener("input", () => last && paint(...last));
  form.append(set);

  function box(x: Choice): HTMLLabelElement {
    let label = boxes.get(x.value);
    if (!label) {
      const input = attrs(el("input"), { type: "checkbox" });
      const text = el("span", "", x.value);
      text.title = x.value;
      input.addEventListener("change", () => pick(facet, x.value));
      label = el("label", "", input, text, el("span", "count"));
      boxes.set(x.value, label);
    }
    const input = label.firstElementChild as HTMLInputElement;
    input.checked = x.on;
    label.lastElementChild!.textContent = count(x.n);
    return label;
  }

  function paint(s: State, o: Outcome): void {
    last = [s, o];
    const all = choices(c, facet, s, o);
    const wanted = search.value.trim().toLowerCase();
    const found = open && wanted ? all.filter((x) => x.on || x.value.toLowerCase().includes(wanted)) : all;
    // What was chosen is shown, even if that is more than a few.
    const most = open ? lots : Math.max(few, all.filter((x) => x.on).length);
    const some = found.slice(0, most);
    set.hidden = !all.length;
    if (open !== field.isConnected) open ? legend.after(field) : field.remove();
    const labels = some.map(box);
    if (labels.length !== list.childElementCount || labels.some((l, i) => l !== list.children[i])) list.replaceChildren(...labels);
    hint.textContent = open && found.length > lots ? `${count(lots)} of ${count(found.length)} ${many}` : "";
    hint.hidden = !hint.textContent;
    more.hidden = all.length <= few && !open;
    more.textContent = open ? "Fewer" : `${count(all.length - some.length)} more`;
    more.setAttribute("aria-expanded", String(open));
    more.setAttribute("aria-label", `${more.textContent} ${many}`);
    if (!open && all.length === some.length) more.hidden = true;
  }
  return paint;
}
