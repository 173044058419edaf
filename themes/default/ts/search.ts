// The search page: results as one types, in full.

import { enhance } from "./lib/dom.ts";
import { place, SearchPage } from "./lib/searchpage.ts";

enhance("search", () => {
  const p = place();
  if (p) new SearchPage(p).start();
});
