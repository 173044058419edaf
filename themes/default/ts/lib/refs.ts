// References to entities, as texts: "component:default/x" in full, shorter
// where kind or namespace go without saying.

/** Ref is a reference in its parts, in lower case. */
export interface Ref {
  kind: string;
  ns: string;
  name: string;
}

/** parseRef reads a reference; parts that are left out are kind and "default". */
export function parseRef(text: string, kind = "component"): Ref {
  const m = /^(?:([^:/]+):)?(?:([^/]+)\/)?(.*)$/.exec(text.toLowerCase());
  return { kind: m?.[1] || kind, ns: m?.[2] || "default", name: m?.[3] ?? "" };
}

/** refText writes a reference in full. */
export const refText = (r: Ref): string => `${r.kind}:${r.ns}/${r.name}`;

/** refKey is a reference in full, in lower case: two refs to one entity have the same. */
export const refKey = (text: string, kind?: string): string => refText(parseRef(text, kind));

/** base is the path of the portal: "/" or "/x/". */
export const base = (): string => document.body.dataset.base || "/";

/** alone tells that there is no portal around the documentation: no catalog, no parts to go to. */
export const alone = (): boolean => "alone" in document.body.dataset;

/** searchPage is the address of the page that searches. */
export const searchPage = (): string => base() + (alone() ? "search.html" : "search/");

/** refURL is the address of an entity's page. */
export function refURL(r: Ref): string {
  return base() + `catalog/${encodeURIComponent(r.ns)}/${encodeURIComponent(r.kind)}/${encodeURIComponent(r.name)}/`.toLowerCase();
}

/** shortName is the name as it is shown where the kind is told by an icon. */
export const shortName = (r: Ref): string => (r.ns === "default" ? r.name : `${r.ns}/${r.name}`);

const own = new Set(["component", "api", "resource", "system", "domain", "group", "user", "template", "location"]);

/** kindIcon is the name of the drawing of a kind, also of one nobody foresaw. */
export const kindIcon = (kind: string): string => (own.has(kind) ? kind : kind === "docs" ? "book" : "other");

/** kindTint is the class that gives an icon the colour of its kind. */
export const kindTint = (kind: string): string => `k-${own.has(kind) ? kind : "other"}`;

/** kindClass is the class of links to a kind. */
export const kindClass = (kind: string): string => `k ${kindTint(kind)}`;

const words: Record<string, [one: string, many: string]> = {
  component: ["Component", "Components"],
  api: ["API", "APIs"],
  resource: ["Resource", "Resources"],
  system: ["System", "Systems"],
  domain: ["Domain", "Domains"],
  group: ["Team", "Teams"],
  user: ["Person", "People"],
  template: ["Template", "Templates"],
  location: ["Location", "Locations"],
  docs: ["Documentation", "Documentation"],
};

/** kindWord is the word for one of a kind, kindWords that for several. */
export const kindWord = (kind: string): string => words[kind]?.[0] ?? kind;
export const kindWords = (kind: string): string => words[kind]?.[1] ?? kind;
