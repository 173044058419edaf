// What every page gets. The page is complete without any of it; each part
// stands alone, so that one that fails leaves the others.

import { all, enhance, one } from "./lib/dom.ts";
import { act } from "./lib/acts.ts";
import type { Act } from "./lib/acts.ts";
import { ages, built } from "./lib/ages.ts";
import { codeButtons, copyButtons, copyText, permanentLink } from "./lib/copy.ts";
import { listenForKeys, step } from "./lib/keys.ts";
import { star, starButtons, starredCard, teamButtons, teamCard, visit } from "./lib/personal.ts";
import { excuse, site } from "./lib/portal.ts";
import { prefetch } from "./lib/prefetch.ts";
import { alone, base } from "./lib/refs.ts";
import { teamsChanged } from "./lib/store.ts";
import { themeButtons } from "./lib/theme.ts";

// The palette is a bundle of its own: most pages are read without it.
const palette = (): Promise<typeof import("./lib/palette.ts")> => import("./lib/palette.ts");

function openPalette(text = ""): void {
  // What is typed before it is there is meant for it, and not for the page.
  let typed = text;
  const keep = (e: KeyboardEvent): void => {
    if (e.key.length > 1 || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    e.stopPropagation();
    typed += e.key;
  };
  addEventListener("keydown", keep, true);
  void enhance("palette", async () => {
    try {
      const { openPalette } = await palette();
      openPalette(typed);
    } finally {
      removeEventListener("keydown", keep, true);
    }
  });
}

function searchLinks(): void {
  // Who presses the first key of the palette's is likely to press the second.
  addEventListener("keydown", (e) => void ((e.key === "Control" || e.key === "Meta") && enhance("palette", palette)));
  for (const a of all("[data-pal]")) {
    a.addEventListener("pointerenter", () => void enhance("palette", palette), { once: true });
    a.addEventListener("click", (e) => {
      if (e.ctrlKey || e.metaKey || e.shiftKey || e.button !== 0) return;
      e.preventDefault();
      openPalette(a.dataset.pal);
    });
  }
}

function find(): void {
  const box = one<HTMLInputElement>("[data-q], [data-search]");
  if (!box) return openPalette();
  box.focus();
  box.select();
}

/** follow clicks the link that a key stands for, if the page has it. */
function follow(name: Act): boolean {
  const a = act(name);
  a?.click();
  return a !== null;
}

function neighbour(rel: "prev" | "next"): boolean {
  const a = one<HTMLAnchorElement | HTMLLinkElement>(`a[rel~=${rel}][href], link[rel~=${rel}][href]`);
  if (a) location.assign(a.href);
  return a !== null;
}

// chosenRef is the entity that keys are about: the selected row's, else the page's.
const chosenRef = (): string | undefined =>
  one("[data-ref][aria-selected=true]")?.dataset.ref ?? document.body.dataset.ref;

function withRef(run: (ref: string) => unknown): boolean {
  const ref = chosenRef();
  if (ref) run(ref);
  return Boolean(ref);
}

function marksLeave(): boolean {
  const marks = all("mark[data-found]");
  for (const m of marks) m.replaceWith(...m.childNodes);
  const url = new URL(location.href);
  url.searchParams.delete("h");
  if (marks.length) history.replaceState(history.state, "", url);
  return marks.length > 0;
}

function keys(): void {
  listenForKeys(
    {
      "/": find,
      s: () => withRef(star),
      y: () => void copyText(permanentLink(), "Link copied"),
      Y: () => withRef((ref) => copyText(ref, "Reference copied")),
      e: () => follow("edit"),
      o: () => follow("source"),
      r: () => follow("runbook"),
      f: () => openPalette("#"),
      j: () => step(1),
      k: () => step(-1),
      "[": () => neighbour("prev"),
      "]": () => neighbour("next"),
      "?": () => !alone() && location.assign(`${base()}shortcuts/`),
      Escape: marksLeave,
    },
    openPalette,
  );
}

// identify asks who is reading, if the portal says where: few do, so that what
// that takes is a bundle of its own.
async function identify(): Promise<void> {
  const s = await site().catch(() => null);
  if (s?.whoami) await (await import("./lib/identity.ts")).identify().catch(() => undefined);
}

// found marks the words of the search a reader came from.
async function found(): Promise<void> {
  const words = new URLSearchParams(location.search).get("h");
  if (words) (await import("./lib/found.ts")).markFound(words);
}

// idle runs what may wait until the page stands.
const idle = (run: () => unknown): void => {
  if ("requestIdleCallback" in window) requestIdleCallback(() => run(), { timeout: 2000 });
  else setTimeout(run, 200);
};

enhance("theme", themeButtons);
enhance("search links", searchLinks);
enhance("keys", keys);
enhance("stars", starButtons);
enhance("starred", starredCard);
enhance("visit", visit);
enhance("team", teamButtons);
enhance("ages", ages);
enhance("code", codeButtons);
enhance("copy", copyButtons);
enhance("prefetch", prefetch);
enhance("found", found);
enhance("team card", () => teamCard().catch(excuse));
document.addEventListener(teamsChanged, () => enhance("team card", () => teamCard().catch(excuse)));
if (!alone()) idle(() => enhance("identity", identify));
if (!alone()) idle(() => enhance("built", () => built().catch(excuse)));
