// One-line notices under the bar: the portal is old, the session has ended.

import { all, button, el, one } from "./dom.ts";
import type { Child } from "./dom.ts";

const key = "cb:dismissed";

function dismissed(): string[] {
  try {
    return (sessionStorage.getItem(key) ?? "").split(" ");
  } catch {
    return [];
  }
}

function dismiss(id: string): void {
  try {
    sessionStorage.setItem(key, [...dismissed(), id].join(" "));
  } catch {
    // It comes back on the next page then.
  }
}

/**
 * notice shows a line under the bar. One that was put away stays away for the
 * session; id tells them apart and holds no space.
 */
export function notice(id: string, ...text: Child[]): void {
  const place = one("[data-notice]");
  if (!place || dismissed().includes(id)) return;
  if (all("[data-notice-id]", place).some((n) => n.dataset.noticeId === id)) return;
  const line = el("div", "notice", el("p", "", ...text.flatMap((t, i) => (i ? [" ", t] : [t]))));
  line.dataset.noticeId = id;
  line.setAttribute("role", "status");
  const away = button("btn", "Dismiss", () => {
    dismiss(id);
    line.remove();
  });
  line.append(away);
  place.append(line);
}
