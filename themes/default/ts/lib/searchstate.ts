// What the search page is asked, as its address says it: words and filters in
// one text, a part of the portal that is searched, and a page of the results.

/** Asked is that. */
export interface Asked {
  text: string;
  /** The entity whose documentation is searched, "" for everything. */
  within: string;
  /** From 1. */
  page: number;
}

/** perPage is how many results a page has. */
export const perPage = 20;

const pages = 50; // that may be asked for

/** readAsked reads an address; "query" is what Backstage called the text. */
export function readAsked(search: string): Asked {
  const p = new URLSearchParams(search);
  const page = Math.trunc(Number(p.get("page") ?? 1));
  return { text: p.get("q") ?? p.get("query") ?? "", within: p.get("in") ?? "", page: page >= 1 && page <= pages ? page : 1 };
}

/** address is where something is asked; parameters of others stay. */
export function address(a: Asked): string {
  const url = new URL(location.href);
  url.searchParams.delete("query");
  const values: Record<string, string> = { q: a.text.trim(), in: a.within, page: a.page > 1 ? String(a.page) : "" };
  for (const [key, value] of Object.entries(values)) {
    if (value) url.searchParams.set(key, value);
    else url.searchParams.delete(key);
  }
  return url.pathname + url.search;
}

/** query is what the index is asked. What is typed comes last: its last word may be unfinished. */
export const query = (a: Asked): string => (a.within ? `in:${quoted(a.within)} ${a.text}` : a.text);

/** lastPage is the number of the last page of so many results. */
export const lastPage = (total: number): number => Math.min(pages, Math.max(1, Math.ceil(total / perPage)));

/** everything is a query that all documents answer. */
export const everything = "-kind:-";

const tokens = /-?(?:[a-z]+:)?"[^"]*"?|\S+/gi;

/** Filter is a filter within a text. */
export interface Filter {
  text: string;
  key: string;
  value: string;
  not: boolean;
}

/** filters are those of a text, values in lower case. */
export function filters(text: string): Filter[] {
  return (text.match(tokens) ?? []).flatMap((t) => {
    const m = /^(-?)(kind|owner|lifecycle|type|tag|in):"?([^"]+)"?$/i.exec(t);
    return m ? [{ text: t, key: (m[2] ?? "").toLowerCase(), value: (m[3] ?? "").toLowerCase(), not: m[1] === "-" }] : [];
  });
}

/** without takes filters out of a text. */
export function without(text: string, unwanted: (f: Filter) => boolean): string {
  const gone = new Set(filters(text).filter(unwanted).map((f) => f.text));
  return (text.match(tokens) ?? []).filter((t) => !gone.has(t)).join(" ");
}

/** toggled puts a filter before the words of a text, or takes it out. */
export function toggled(text: string, key: string, value: string): string {
  const same = (f: Filter): boolean => f.key === key && f.value === value.toLowerCase() && !f.not;
  if (filters(text).some(same)) return without(text, same);
  return `${key}:${quoted(value)} ${text.trim()}`.trim();
}

const quoted = (value: string): string => (/\s/.test(value) ? `"${value}"` : value);
