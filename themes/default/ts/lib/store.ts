// What the browser remembers for its reader: theme, density, stars, recents,
// team, choices of tabs. It stays in the browser. Storage may be refused or
// hold anything; the page then works as if nothing were remembered.

const prefix = "cb:";

/** remembered is what is kept under a key, if it is of the kind that is expected. */
export function remembered<T>(key: string, otherwise: T): T {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(prefix + key) ?? "null");
    const same = typeof value === typeof otherwise && Array.isArray(value) === Array.isArray(otherwise);
    return same && value !== null ? (value as T) : otherwise;
  } catch {
    return otherwise;
  }
}

/** remember keeps a value; undefined forgets it. */
export function remember(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(prefix + key);
    else localStorage.setItem(prefix + key, JSON.stringify(value));
  } catch {
    // Nothing is remembered then.
  }
}

/** keys are the keys under which something may be kept. */
export const keys = ["theme", "density", "stars", "recent", "team", "tabs", "nokeys", "teamlast"] as const;

/** exported is everything that is kept, as JSON, for another browser. */
export function exported(): string {
  const out: Record<string, unknown> = {};
  for (const key of keys) {
    try {
      const text = localStorage.getItem(prefix + key);
      if (text !== null) out[key] = JSON.parse(text);
    } catch {
      // What cannot be read is not exported.
    }
  }
  return JSON.stringify(out, null, 2);
}

/** imported keeps what exported gave; false if the text is not that. */
export function imported(text: string): boolean {
  try {
    const values: unknown = JSON.parse(text);
    if (typeof values !== "object" || values === null || Array.isArray(values)) return false;
    for (const key of keys) if (key in values) remember(key, (values as Record<string, unknown>)[key]);
    return true;
  } catch {
    return false;
  }
}

/** Recent is an entity that was looked at: its ref, when (ms), and its title. */
export type Recent = [ref: string, at: number, title: string];

const strings = (list: unknown[]): string[] => list.filter((x) => typeof x === "string");

/** stars are the refs that were starred, last one first. */
export const stars = (): string[] => strings(remembered<unknown[]>("stars", []));

/** recents are the entities looked at, last one first. */
export const recents = (): Recent[] =>
  remembered<unknown[]>("recent", []).filter(
    (r): r is Recent => Array.isArray(r) && typeof r[0] === "string" && typeof r[1] === "number" && typeof r[2] === "string",
  );

/** visited puts an entity on top of the recents. */
export function visited(ref: string, title: string): void {
  const others = recents().filter((r) => r[0] !== ref);
  remember("recent", [[ref, Date.now(), title], ...others].slice(0, 12));
}

/** starsChanged is the event that document gets when a star was set or taken. */
export const starsChanged = "cb:stars";

/** toggleStar sets or takes a star and says which. */
export function toggleStar(ref: string): boolean {
  const before = stars();
  const on = !before.includes(ref);
  remember("stars", on ? [ref, ...before].slice(0, 500) : before.filter((r) => r !== ref));
  document.dispatchEvent(new Event(starsChanged));
  return on;
}

/** teamsChanged is the event that document gets when the reader's teams are others. */
export const teamsChanged = "cb:team";

/** chosenTeam is the ref of the team chosen in this browser, "" for none. */
export const chosenTeam = (): string => remembered("team", "");

/** Me is who the sign-in says is reading: the ref of the person, "" if nobody knows, and of their teams. */
export interface Me {
  user: string;
  teams: string[];
}

/** me is who the sign-in said is reading; identity.ts keeps it for the session. */
export function me(): Me {
  try {
    const m = JSON.parse(sessionStorage.getItem(`${prefix}me`) ?? "") as Me;
    return { user: String(m.user), teams: strings(m.teams) };
  } catch {
    return { user: "", teams: [] };
  }
}

/** myTeams are the refs of the reader's teams: the one chosen in this browser, else those of the sign-in. */
export const myTeams = (): string[] => (chosenTeam() ? [chosenTeam()] : me().teams);

/** myTeam is the first of them, "" for none. */
export const myTeam = (): string => myTeams()[0] ?? "";

/** teamFirst are the refs of those whose things a search puts first: the reader's teams, unless the reader wants none put first. */
export const teamFirst = (): string[] => (remembered("teamlast", false) ? [] : myTeams());

/** putTeamFirst changes that. */
export const putTeamFirst = (on: boolean): void => remember("teamlast", !on || undefined);
