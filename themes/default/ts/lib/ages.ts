// Ages: how long ago something was, in the words of the reader's language. The
// date itself stays in the title, and in the page without script.

import { all, one } from "./dom.ts";
import { notice } from "./notice.ts";
import { site } from "./portal.ts";

const language = (): string | undefined => document.documentElement.lang || undefined;

const units: [Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ["year", 31_556_952],
  ["month", 2_629_746],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** age is a time in the past in words: "3 days ago". */
export function age(then: number, now = Date.now()): string {
  const seconds = Math.max(0, (now - then) / 1000);
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? ["minute", 60];
  return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(-Math.floor(seconds / size), unit);
}

const full = (t: number): string => new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(t);

/** ages rewrites the dates that the templates wrote; those in documentation are left alone. */
export function ages(): void {
  for (const t of all<HTMLTimeElement>("time[datetime]:not([data-built])")) {
    const then = Date.parse(t.dateTime);
    if (t.closest(".prose") || Number.isNaN(then) || then > Date.now()) continue;
    t.title ||= t.textContent ?? "";
    t.textContent = age(then);
  }
}

/** built fills in when the portal was built, and warns if that is long ago. */
export async function built(): Promise<void> {
  const s = await site();
  const then = Date.parse(s.built);
  if (Number.isNaN(then)) return;
  const t = one<HTMLTimeElement>("footer time[data-built]");
  if (t) {
    t.dateTime = s.built;
    t.textContent = full(then);
    t.title = age(then);
  }
  if (s.staleAfter > 0 && Date.now() - then > s.staleAfter * 1000) {
    const what = s.interval ? "The next build of this portal is overdue. It" : "This portal";
    notice("stale", `${what} was built ${age(then)}; what changed since is not in it.`);
  }
}
