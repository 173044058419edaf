// Who is reading, as the proxy before the portal says. It changes what is put
// forward and nothing else: whoever may not see something does not get it.

import { loadJSON, site } from "./portal.ts";
import { me, teamsChanged } from "./store.ts";
import type { Me } from "./store.ts";

/** People is the file in which people and teams stand by digests of what they are called. */
interface People {
  v: number;
  refs: string[];
  users: Record<string, number[]>;
  groups: Record<string, number>;
}

/** Said are the names that an answer has for the reader and for their groups. */
export interface Said {
  people: string[];
  groups: string[];
}

const ofPeople = ["email", "user", "preferred_username", "preferredUsername", "login", "nickname", "upn", "userDetails"];
const ofGroups = ["groups", "roles", "userRoles"];
const inside = ["id_token", "userinfo", "clientPrincipal"];
const most = 200; // names, of either kind

/** said reads what oauth2-proxy, mod_auth_openidc, Azure and user info endpoints tell. */
export function said(answer: unknown): Said {
  const out: Said = { people: [], groups: [] };
  if (typeof answer !== "object" || answer === null) return out;
  const o = answer as Record<string, unknown>;
  for (const key of ofPeople) if (typeof o[key] === "string") out.people.push(o[key]);
  for (const key of ofGroups) {
    const list = typeof o[key] === "string" ? o[key].split(",") : o[key];
    if (Array.isArray(list)) out.groups.push(...list.filter((g) => typeof g === "string"));
  }
  for (const key of inside) {
    const more = said(o[key]);
    out.people.push(...more.people);
    out.groups.push(...more.groups);
  }
  return { people: out.people.slice(0, most), groups: out.groups.slice(0, most) };
}

/** called are the names that a group may have in the catalog, the likeliest first. */
export function called(group: string): string[] {
  const path = group.replace(":", "/").replace(/^\//, "");
  return [...new Set([group, path, path.slice(path.lastIndexOf("/") + 1)])];
}

// digest is what stands for a name in the file.
async function digest(name: string): Promise<string> {
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name.trim().toLowerCase()));
  return [...new Uint8Array(sum, 0, 8)].map((b) => b.toString(16).padStart(2, "0")).join("");
}

async function ask(whoami: string): Promise<Said> {
  const r = await fetch(whoami, { headers: { accept: "application/json" }, cache: "no-store" });
  return r.ok ? said(await r.json()) : said(null);
}

// look finds the reader and their teams in the file; the first name that is known counts.
async function look(p: People, names: Said): Promise<Me> {
  const ref = (i: number | undefined): string => p.refs[i ?? -1] ?? "";
  let user: number[] = [];
  for (const name of names.people) {
    user = p.users[await digest(name)] ?? [];
    if (user.length) break;
  }
  const teams = user.slice(1).map(ref);
  for (const group of names.groups) {
    for (const name of called(group)) {
      const i = p.groups[await digest(name)];
      if (i === undefined) continue;
      teams.push(ref(i));
      break;
    }
  }
  return { user: ref(user[0]), teams: [...new Set(teams)].filter(Boolean) };
}

const kept = "cb:me"; // what store.ts reads
const askAgain = 600_000; // ms after which is asked again if nobody was known

// asked tells that there is no need to ask: somebody has in this session, for this portal.
function asked(people: string): boolean {
  try {
    const m = JSON.parse(sessionStorage.getItem(kept) ?? "{}") as { of?: string; at?: number };
    return m.of === people && (me().teams.length > 0 || Date.now() - (m.at ?? 0) < askAgain);
  } catch {
    return false;
  }
}

function keep(people: string, m: Me): void {
  try {
    sessionStorage.setItem(kept, JSON.stringify({ ...m, of: people, at: Date.now() }));
  } catch {
    // It is asked again then.
  }
}

/** identify asks who is reading, once a session, if the portal says where. */
export async function identify(): Promise<void> {
  const { people, whoami } = await site();
  // Digests can be computed on pages that came safely only.
  if (!people || !whoami || !("subtle" in crypto) || asked(people)) return;
  const names = await ask(whoami).catch(() => said(null));
  const some = names.people.length + names.groups.length > 0;
  keep(people, some ? await look(await loadJSON<People>(people), names) : { user: "", teams: [] });
  document.dispatchEvent(new Event(teamsChanged));
}
