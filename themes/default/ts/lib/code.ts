// The index of code, opened when the first thing searches code. Pages that never do
// load nothing of it.

import type { CodeIndex } from "./codeindex.types.ts";
import { dataURL, kept, site } from "./portal.ts";
import { searchPage } from "./refs.ts";

/** Opened is the index, and whether its worker was given up. */
type Opened = CodeIndex & { gone?: boolean };

let opened: (() => Promise<Opened>) | undefined;

/** codeIndex is the index of code, opened once a page, and again after its worker was given up. */
export async function codeIndex(): Promise<CodeIndex> {
  opened ??= kept(open);
  const index = await opened();
  if (!index.gone) return index;
  opened = undefined;
  return codeIndex();
}

async function open(): Promise<Opened> {
  const [{ openCodeRemote }, { code }] = await Promise.all([import("./codeworker.ts"), site()]);
  if (!code) throw new Error("the portal has no index of code");
  return openCodeRemote(dataURL(), code);
}

/** hasCode tells whether the portal has an index of code. */
export const hasCode = async (): Promise<boolean> => Boolean((await site()).code);

/** codeURL is where the search page searches code for a text. */
export const codeURL = (text: string): string => `${searchPage()}?for=code&q=${encodeURIComponent(text)}`;
