// Pages of documentation: contents that follow, tabs in step.

import { choices, scrollers } from "./lib/choices.ts";
import { enhance } from "./lib/dom.ts";
import { contents, tabs } from "./lib/reading.ts";

enhance("tabs", tabs);
enhance("tab sets", choices);
enhance("scrollers", scrollers);
enhance("contents", contents);
