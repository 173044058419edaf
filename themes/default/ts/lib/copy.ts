// Copying: a button at each block of code, and buttons that carry a text.

import { all, button, el, icon, one, say } from "./dom.ts";

/** copyText puts a text into the clipboard and says how that went. */
export async function copyText(text: string, what = "Copied"): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    say(what);
    return true;
  } catch {
    // No permission, or the page does not come over HTTPS.
    say("The browser does not allow copying here");
    return false;
  }
}

/** permanentLink is the address of the page as it stands, for others. */
export const permanentLink = (): string => {
  const canonical = one<HTMLLinkElement>("link[rel=canonical]")?.href ?? location.origin + location.pathname;
  return canonical + location.search + location.hash;
};

// confirm shows for a moment on the button itself what happened.
function confirm(label: HTMLElement, done: boolean): void {
  const before = label.dataset.label ?? label.textContent ?? "";
  label.dataset.label = before;
  label.textContent = done ? "Copied" : "Not copied";
  setTimeout(() => (label.textContent = before), 1500);
}

// codeOf is the text of a block of code as its author wants it copied: without
// the marks of annotations, and without comments that hold nothing else.
function codeOf(pre: HTMLElement): string {
  const marks = all(".annotation", pre);
  if (!marks.length) return pre.textContent ?? "";
  const copy = pre.cloneNode(true) as HTMLElement;
  for (const e of all(".annotation, [hidden]", copy)) e.remove();
  return (copy.textContent ?? "").replace(/[ \t]+$/gm, "");
}

/** codeButtons puts a copy button into each block of code that does not refuse it. */
export function codeButtons(): void {
  for (const figure of all("figure.code, .prose :is(.highlight, .codehilite):not(code)")) {
    const pre = one("td.code pre, :scope > pre, figure.code > pre, :scope > div > pre", figure) ?? one("pre", figure);
    if (!pre || figure.classList.contains("no-copy") || one("button.copy", figure)) continue;
    const label = el("span", "", "Copy");
    const b = button("btn copy", icon("copy"), async () => confirm(label, await copyText(codeOf(pre))));
    b.append(label);
    figure.append(b);
  }
}

/** copyButtons serves the buttons that carry the text they copy. */
export function copyButtons(): void {
  for (const b of all("[data-copy]")) {
    const label = one("span", b) ?? (b.childElementCount ? null : b);
    b.addEventListener("click", async () => {
      const done = await copyText(b.dataset.copy ?? "");
      if (label) confirm(label, done);
    });
  }
}
