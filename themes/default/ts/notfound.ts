// The page for addresses that lead nowhere: where it was meant to lead, if that
// is plain, else names that are close.

import { catalog } from "./lib/catalogdata.ts";
import { el, enhance, one } from "./lib/dom.ts";
import { meant, readLost } from "./lib/lostpath.ts";
import { nearest, nearestRow } from "./lib/nearest.ts";
import { excuse } from "./lib/portal.ts";
import { base } from "./lib/refs.ts";

const most = 5;

const path = location.pathname;
const lost = readLost(path.startsWith(base()) ? path.slice(base().length) : path);

// The words of an address find more than the address itself.
enhance("search field", () => {
  const box = one<HTMLInputElement>("main input[data-search]");
  if (box && !box.value) box.value = lost.words;
});

async function suggest(): Promise<void> {
  const place = one("[data-suggestions]");
  if (!place || !lost.name) return;
  const c = await catalog();
  const to = meant(c, lost, base(), path);
  if (to) return location.replace(to + location.search + location.hash);
  const close = nearest(c, lost.name, most);
  if (close.length) place.replaceChildren(el("h2", "", "Names that are close"), el("ul", "rows", ...close.map((row) => nearestRow(c, row))));
}

// Without names the page still has its links and its field.
enhance("suggestions", () => suggest().catch(excuse));
