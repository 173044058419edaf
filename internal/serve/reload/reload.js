// Reloads the page when callboard serve has built another portal, and shows
// what is wrong with the last build. It is added by the server only. Everything
// it shows is put in as text: the portal requires trusted types, and messages
// quote files of strangers.
"use strict";
(() => {
  const dismissedKey = "callboard-dismissed";
  let loaded = "";
  let panel = null;

  const el = (name, className, text) => {
    const e = document.createElement(name);
    if (className) e.className = className;
    if (text) e.textContent = text;
    return e;
  };

  const style = el("link");
  style.rel = "stylesheet";
  style.href = "/-/reload.css";
  document.head.append(style);

  const hide = () => {
    if (panel) panel.remove();
    panel = null;
  };

  const dismissed = (what) => {
    try {
      return sessionStorage.getItem(dismissedKey) === what;
    } catch {
      return false; // storage is blocked: it is shown again on each page
    }
  };

  const dismiss = (what) => {
    try {
      sessionStorage.setItem(dismissedKey, what);
    } catch {
      // see dismissed
    }
    hide();
  };

  const item = (d) => {
    const li = el("li", "cb-reload-item");
    li.append(el("code", "cb-reload-place", d.place || "callboard"));
    li.append(el("p", "cb-reload-message", d.message));
    if (d.hint) li.append(el("p", "cb-reload-hint", d.hint));
    if (d.code) li.append(el("code", "cb-reload-code", d.code));
    return li;
  };

  const show = (build) => {
    hide();
    const findings = build.failed ? [{ place: "", message: build.failed, code: "", hint: "" }] : build.errors;
    const what = JSON.stringify(findings);
    if (findings.length === 0 || dismissed(what)) return;
    panel = el("section", "cb-reload");
    panel.setAttribute("role", "region");
    panel.setAttribute("aria-label", "Findings of the last build");
    const head = el("header", "cb-reload-head");
    head.append(el("strong", "", build.failed ? "The build failed" : "Last build: " + build.summary));
    const close = el("button", "cb-reload-close", "Dismiss");
    close.type = "button";
    close.addEventListener("click", () => dismiss(what));
    head.append(close);
    const list = el("ol", "cb-reload-list");
    findings.forEach((d) => list.append(item(d)));
    panel.append(head, list);
    panel.addEventListener("keydown", (e) => {
      if (e.key === "Escape") dismiss(what);
    });
    document.body.append(panel);
  };

  const source = new EventSource("/-/events");
  source.addEventListener("build", (e) => {
    const build = JSON.parse(e.data);
    if (loaded && build.id !== loaded) {
      location.reload();
      return;
    }
    loaded = build.id;
    show(build);
  });
  // A page in the back-forward cache keeps a closed stream; loading it again
  // shows what is there now.
  addEventListener("pageshow", (e) => {
    if (e.persisted) location.reload();
  });
  addEventListener("pagehide", () => source.close());
})();
