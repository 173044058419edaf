// The page for addresses that lead nowhere: where it was meant to lead, if that
// is plain, else names that are close.

import { catalog } from "./lib/catalogdata.ts";
import { enhance, one } from "./lib/dom.ts";
import { meant, readLost } from "./lib/lostpath.ts";
import { nearest, nearestRow } from "./lib/nearest.ts";
import { excuse } from "./lib/portal.ts";
import { base } from "./lib/refs.ts";

const most = 5;

const path = location.pathname;
const lost = readLost(path.startsWith(base()) ? path.slice(base().length) : path);

// The words of a name find more than the name itself.
enhance("search field", () => {
  const box = one<HTMLInputElement>("main input[data-search]");
  if (box && !box.value) box.value = lost.name.replace(/[-_]+/g, " ").trim();
});

async function suggest(): Promise<void> {
  const list = one("[data-suggestions]");
  if (!list || !lost.name) return;
  const c = await catalog();
  const to = meant(c, lost, base(), path);
  if (to) return location.replace(to + location.search + location.hash);
  const close = nearest(c, lost.name, most);
  list.replaceChildren(...close.map((row) => nearestRow(c, row)));
}

// Without names the page still has its links and its field.
enhance("suggestions", () => suggest().catch(excuse));
