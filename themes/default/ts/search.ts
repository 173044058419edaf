// The search page: results as one types, in full.

import { enhance } from "./lib/dom.ts";
import { place, SearchPage } from "./lib/searchpage.ts";
import { forCode } from "./lib/searchtabs.ts";

void enhance("search", async () => {
  const p = place();
  if (!p) return;
  if (!forCode()) return new SearchPage(p).start();
  const { CodePage } = await import("./lib/codepage.ts");
  new CodePage(p).start();
});
