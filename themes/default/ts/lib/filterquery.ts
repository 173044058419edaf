// What is typed into the catalog's filter: words, and terms such as
// "owner:team-x", "-tag:legacy", "no:owner", "is:starred".

/** Facet is what the catalog can be narrowed by, as addresses write it. */
export type Facet = "kind" | "owner" | "lifecycle" | "type" | "system" | "tag" | "ns";

/** facets are all of them, in the order in which they are shown. */
export const facets: readonly Facet[] = ["kind", "owner", "lifecycle", "type", "system", "tag", "ns"];

/** Token is one part of the text. */
export interface Token {
  /** As it was typed. */
  text: string;
  /** What it asks for; a word is looked for in names and titles. */
  key: Facet | "is" | "word";
  /** In lower case; "" with a facet means that there is no value. */
  value: string;
  not: boolean;
}

const pattern = /(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/gi;
const most = 40; // tokens that are read

const unfinished = new RegExp(`^(?:is|no|has|${facets.join("|")}):$`);

const facetOf = (word: string): Facet | undefined => facets.find((f) => f === word);

/** parseFilter reads the text of the filter. What is not finished yet, as "owner:" is, asks for nothing. */
export function parseFilter(text: string): Token[] {
  const out: Token[] = [];
  for (const m of text.slice(0, 1000).matchAll(pattern)) {
    const t = token(m[0], m[1] === "-", (m[2] ?? "").toLowerCase(), (m[3] ?? m[4] ?? "").toLowerCase());
    if (t && out.push(t) === most) break;
  }
  return out;
}

function token(text: string, not: boolean, key: string, value: string): Token | null {
  const facet = facetOf(key);
  if (facet) return value ? { text, key: facet, value, not } : null;
  const about = facetOf(value);
  if ((key === "no" || key === "has") && about) return { text, key: about, value: "", not: not !== (key === "has") };
  if (key === "is" && value) return { text, key, value, not };
  const word = key ? `${key}:${value}` : value;
  if (!word || word === "-" || unfinished.test(word)) return null;
  return { text, key: "word", value: word, not };
}

/** has tells whether a text has a token such as "is:starred". */
export const has = (text: string, wanted: string): boolean => parseFilter(text).some((t) => t.text.toLowerCase() === wanted);

/** without takes tokens out of a text. */
export function without(text: string, unwanted: (t: Token) => boolean): string {
  return parseFilter(text)
    .filter((t) => !unwanted(t))
    .map((t) => t.text)
    .join(" ");
}

/** toggled puts a token at the end of a text, or takes it out. */
export function toggled(text: string, wanted: string): string {
  if (has(text, wanted)) return without(text, (t) => t.text.toLowerCase() === wanted);
  return `${text.trim()} ${wanted}`.trim();
}
