// The file of one entity, as it was declared: for the links that the catalog
// file does not hold.

import { kept, loadFrom } from "./portal.ts";
import { refText, refURL } from "./refs.ts";
import type { Ref } from "./refs.ts";

/** EntityLink is a link that an entity declares, and what it is to. */
export interface EntityLink {
  title: string;
  url: string;
  about: string;
  icon: string;
}

// The words by which links are told apart, in the order in which they are shown.
const sorts: [about: string, words: RegExp, icon: string][] = [
  ["runbook", /runbook|playbook/, "book"],
  ["dashboard", /dashboard|grafana/, "pulse"],
  ["logs", /\blogs?\b/, "terminal"],
  ["alerts", /alert/, "alert"],
  ["source", /source|repo|git(hub|lab)/, "code"],
  ["chat", /chat|slack|teams/, "chat"],
  ["ticket", /ticket|issue/, "list"],
  ["docs", /docs|documentation/, "book"],
  ["", /(?:)/, "link-external"],
];

const files = new Map<string, () => Promise<EntityLink[]>>();

/** linksOf are the links of an entity, the most urgent first, asked once a page. */
export function linksOf(ref: Ref): Promise<EntityLink[]> {
  const key = refText(ref);
  let links = files.get(key);
  if (!links) files.set(key, (links = kept(async () => read(await loadFrom(`${refURL(ref)}entity.json`)))));
  return links();
}

// read takes what it can: the file is what somebody wrote into a repository.
function read(text: string): EntityLink[] {
  const declared: unknown = JSON.parse(text)?.metadata?.links;
  if (!Array.isArray(declared)) return [];
  const out: [rank: number, link: EntityLink][] = [];
  for (const l of declared.slice(0, 50)) {
    const url = typeof l?.url === "string" ? address(l.url) : "";
    if (!url) continue;
    const words = [l.type, l.icon, l.title].filter((x) => typeof x === "string").join(" ").toLowerCase();
    const rank = sorts.findIndex(([, pattern]) => pattern.test(words));
    const [about = "", , icon = ""] = sorts[rank] ?? [];
    out.push([rank, { title: typeof l.title === "string" && l.title ? l.title : url, url, about, icon }]);
  }
  return out.sort((a, b) => a[0] - b[0]).map(([, link]) => link);
}

// address is a link that may be followed: never a script.
function address(text: string): string {
  const url = URL.canParse(text, location.href) ? new URL(text, location.href) : null;
  return url && /^(https?|mailto):$/.test(url.protocol) ? url.href : "";
}

/** host is where such a link leads, for the eye. */
export const host = (url: string): string => new URL(url).host;
