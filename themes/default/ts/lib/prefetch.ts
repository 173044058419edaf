// Pages are fetched a moment before they are asked for: when a pointer rests on
// a link, or the focus comes to it. Once each, and never where data is dear.

const rest = 65; // ms a pointer rests before that counts as an intention

function worthwhile(a: HTMLAnchorElement): boolean {
  const here = a.origin === location.origin && a.pathname !== location.pathname;
  return here && a.pathname.endsWith("/") && !a.hasAttribute("download");
}

/** prefetch listens for intentions, unless the reader or the site (data-no-prefetch on body) saves data. */
export function prefetch(): void {
  const network = (navigator as { connection?: { saveData?: boolean } }).connection;
  if (network?.saveData || "noPrefetch" in document.body.dataset) return;
  const done = new Set<string>();
  let timer = 0;
  const fetchSoon = (e: Event): void => {
    clearTimeout(timer);
    const a = e.target instanceof Element ? e.target.closest<HTMLAnchorElement>("a[href]") : null;
    if (!(a instanceof HTMLAnchorElement) || !worthwhile(a) || done.has(a.pathname)) return;
    timer = window.setTimeout(() => {
      done.add(a.pathname);
      const hint = document.createElement("link");
      hint.rel = "prefetch";
      hint.href = a.origin + a.pathname + a.search;
      document.head.append(hint);
    }, rest);
  };
  document.addEventListener("pointerover", fetchSoon, { passive: true });
  document.addEventListener("focusin", fetchSoon);
}
