// The reader's own layer: stars, what was looked at lately, the chosen team.

import { all, attrs, button, count, el, icon, link, one, say } from "./dom.ts";
import { base, kindClass, kindIcon, kindWord, kindWords, parseRef, refKey, refURL, shortName } from "./refs.ts";
import { chosenTeam, myTeam, myTeams, recents, remember, stars, starsChanged, teamsChanged, toggleStar, visited } from "./store.ts";

/** visit remembers that the page's entity was looked at. Pages of its documentation have other titles than it. */
export function visit(): void {
  const ref = document.body.dataset.ref;
  const title = one(".title h1")?.textContent?.trim() ?? recents().find((r) => r[0] === ref)?.[2] ?? "";
  if (ref) visited(ref, title);
}

/** star sets or takes the star of an entity and says so. */
export function star(ref: string): void {
  say(toggleStar(ref) ? "Starred" : "Star removed");
}

function paintStar(b: HTMLElement): void {
  const on = stars().includes(b.dataset.star ?? "");
  b.setAttribute("aria-pressed", String(on));
  const label = one("span", b);
  if (label) label.textContent = on ? "Starred" : "Star";
  const use = one<SVGUseElement>("use", b);
  use?.setAttribute("href", (use.getAttribute("href") ?? "").replace(/#.*$/, on ? "#star-fill" : "#star"));
}

/** starButtons serves the star of an entity's page. */
export function starButtons(): void {
  const buttons = all("[data-star]");
  const paint = (): void => buttons.forEach(paintStar);
  paint();
  document.addEventListener(starsChanged, paint);
  for (const b of buttons) b.addEventListener("click", () => star(b.dataset.star ?? ""));
}

/** entityLink is the link to an entity whose name is all that is known. */
export function entityLink(ref: string, title = ""): HTMLAnchorElement {
  const r = parseRef(ref);
  const a = link(refURL(r), kindClass(r.kind), icon(kindIcon(r.kind)), el("span", "n", title || shortName(r)));
  a.title = ref;
  return a;
}

/** starredRows are what is starred, then what was looked at lately: a list, or nothing. */
export function starredRows(most: number): HTMLElement[] {
  const titles = new Map(recents().map(([ref, , title]) => [ref, title]));
  const starred = stars();
  const rows = [...new Set([...starred, ...titles.keys()])].slice(0, most).map((ref) =>
    el("li", "", entityLink(ref, titles.get(ref)), el("span", "sub", starred.includes(ref) ? "starred" : "recent")),
  );
  return rows.length ? [el("ul", "rows", ...rows)] : [];
}

/** starredCard shows them on the home page. */
export function starredCard(): void {
  const list = starredRows(8);
  if (list.length) one("[data-starred]")?.replaceChildren(...list);
}

/** chooseTeam remembers a team as the reader's own, undefined for none, and says so. */
export function chooseTeam(team?: string): void {
  remember("team", team);
  document.dispatchEvent(new Event(teamsChanged));
  say(team ? "Remembered as your team" : "No longer your team");
}

/** teamButtons serves the buttons by which a reader chooses a team. */
export function teamButtons(): void {
  const buttons = all("[data-my-team]");
  const paint = (): void => {
    for (const b of buttons) {
      const on = myTeams().some((team) => refKey(team, "group") === refKey(b.dataset.myTeam ?? "", "group"));
      b.setAttribute("aria-pressed", String(on));
      const label = one("span", b);
      if (label) label.textContent = on ? "My team" : "This is my team";
    }
  };
  paint();
  document.addEventListener(teamsChanged, paint);
  for (const b of buttons) {
    b.addEventListener("click", () => {
      const chosen = refKey(chosenTeam(), "group") === refKey(b.dataset.myTeam ?? "", "group");
      chooseTeam(chosen ? undefined : b.dataset.myTeam);
    });
  }
}

const mostTeams = 3; // on the home page

/** teamCard puts the reader's teams forward: their pages, and what they own. */
export async function teamCard(): Promise<void> {
  const place = one("[data-team]");
  const team = myTeam();
  if (!place || !team) return;
  const rows = myTeams().slice(0, mostTeams).map((ref) => {
    const mine = `${base()}catalog/?owner=${encodeURIComponent(shortName(parseRef(ref, "group")))}`;
    return el("li", "", entityLink(refKey(ref, "group")), el("span", "sub", link(mine, "", "What it owns")));
  });
  place.replaceChildren(el("ul", "rows", ...rows, el("li", "", el("span", "sub"), change())));
  // Their titles, and how much they own, are in the catalog file, which comes once the
  // page stands still.
  const { catalog, find, ownedBy, shown } = await import("./catalogdata.ts");
  const c = await catalog();
  for (const a of all("a[title]", place)) {
    const row = find(c, a.title, "group");
    if (row >= 0) a.lastElementChild!.textContent = shown(c, row);
  }
  const counts = new Map<string, number>();
  for (const ref of myTeams()) for (const [kind, n] of ownedBy(c, ref)) counts.set(kind, (counts.get(kind) ?? 0) + n);
  const kinds = [...counts].map(([kind, n]) => `${count(n)} ${n === 1 ? kindWord(kind) : kindWords(kind)}`);
  const summary = place.querySelector("li:last-child .sub");
  if (kinds.length && !summary?.textContent) summary?.append(`${myTeams().length > 1 ? "Own" : "Owns"} ${kinds.join(", ")}`);
}

// change leads to another team. What the sign-in says cannot be forgotten.
function change(): HTMLElement {
  const out = el("span", "sub", link(`${base()}teams/`, "", "Change"));
  if (!chosenTeam()) {
    out.prepend("As your sign-in says. ");
    return out;
  }
  const forget = button("more", "Forget", () => {
    remember("team", undefined);
    location.reload();
  });
  out.append(" ", attrs(forget, { "aria-label": "Forget my team" }));
  return out;
}
