package sso

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"callboard/content"
	"callboard/internal/audience"
	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/serve"
	"callboard/internal/source/dir"
	"callboard/themes"
)

// demo builds the demo for the audiences of these tests.
func demo(t *testing.T) Options {
	t.Helper()
	text, err := fs.ReadFile(content.FS, "callboard.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var found diag.List
	cfg := config.Load(append(text, "\nidentity: {endpoint: /-/whoami, groups: {acme-staff: watchkeepers}}\naudiences:\n  addresses: prefix\n  portals: [{name: staff, groups: acme-staff}, {name: security, groups: acme-security}]\n  rules: [{name: freight, to: security, within: ['domain:default/freight']}]\n"...), diag.Pos{}, &found)
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o := build.Options{Config: cfg.Config, Audiences: audience.Compile(cfg, &found), Out: filepath.Join(root, "public"), Theme: themes.Default(), Bundle: themes.Bundle(), Now: time.Now(), Version: "test"}
	for _, s := range cfg.Sources {
		sub, err := fs.Sub(content.FS, path.Clean(s.Dir))
		if err != nil {
			t.Fatal(err)
		}
		o.Sources = append(o.Sources, dir.FS(s.Dir, sub, dir.Options{Repositories: s.Repositories, Entries: cfg.Catalog.Files, Ignore: cfg.Catalog.Ignore, WebURL: s.WebURL, Branch: s.Branch}))
	}
	if len(found.All()) > 0 {
		t.Fatal(found.All())
	}
	if _, err := build.Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	out := Options{Config: cfg.Config, Root: o.Out, Gate: "http://127.0.0.1:1"}
	for _, h := range serve.Headers(nil) {
		out.Headers = append(out.Headers, Header(h))
	}
	return out
}

// TestBrowser signs in as a reader does, searches, looks where they may not, and
// goes on searching when the session has ended.
func TestBrowser(t *testing.T) {
	bin, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CALLBOARD_BROWSER") == "required" {
			t.Fatal("there is no chromium, and CALLBOARD_BROWSER requires it")
		}
		t.Skip("there is no chromium")
	}
	program(t, "apache2", "/usr/sbin/apache2")
	p := newProvider(t)
	at := "http://" + apache(t, demo(t), p.URL)
	alloc, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(bin), chromedp.NoSandbox)...)
	defer cancel()
	ctx, cancel := chromedp.NewContext(alloc)
	defer cancel()
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, steps...); err != nil {
			t.Fatal(err)
		}
	}
	until := func(what string) {
		t.Helper()
		for ctx.Err() == nil {
			yes, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+what+")"))
			if err == nil && yes {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		text, err := chromedp.Run(t.Context(), chromedp.Text(chromedp.CSS("body")))
		t.Fatal("it never holds that ", what, ": ", text, errors.Join(err, ctx.Err()))
	}
	do(chromedp.Navigate(at+"/a/staff/catalog/"), chromedp.WaitVisible(chromedp.CSS("#ann")), chromedp.Click(chromedp.CSS("#ann")))
	until(`location.pathname === "/a/staff/catalog/" && document.querySelector("#cb-main")`)
	until(`[...document.querySelectorAll("link[rel=stylesheet]")].every(l => l.sheet && l.href.includes("/a/staff/"))`)
	// What is the reader's team is known from the sign-in.
	do(chromedp.Navigate(at + "/a/staff/"))
	until(`(t => t && t.textContent.includes("As your sign-in says") && t.querySelector("a[href$='/group/watchkeepers/']"))(document.querySelector("[data-team]"))`)
	do(chromedp.Navigate(at + "/a/staff/catalog/?q=owner%3Ame"))
	until(`(rows => rows.length > 0 && rows.every(r => r.textContent.includes("Watchkeepers") || r.textContent.includes("watchkeepers")))([...document.querySelectorAll("[data-catalog] tbody tr:not([aria-hidden]), table tbody tr[data-ref]")])`)
	do(chromedp.Navigate(at + "/a/staff/search/?q=booking"))
	until(`document.querySelectorAll("[data-results] article").length > 0`)
	do(chromedp.Navigate(at + "/a/staff/search/?q=freight-booking"))
	until(`document.querySelector("[data-search-status]").textContent !== ""`)
	until(`![...document.querySelectorAll("[data-results] a")].some(a => a.pathname.includes("/freight-"))`)
	do(chromedp.Navigate(at + "/a/security/catalog/lomvi/component/freight-booking/"))
	until(`document.body.textContent.includes("Forbidden") && !document.body.textContent.includes("Freight booking")`)
	do(chromedp.Navigate(at + "/a/staff/search/"))
	until(`document.querySelector("main [data-search]")`)
	until(`(window.signedOut ??= fetch("/oauth2/callback?logout=" + encodeURIComponent(location.origin + "/a/")).then(() => { window.out = true; }, () => { window.out = true; })) && window.out`)
	until(`(() => { const b = document.querySelector("main [data-search]"); b.value = "payment refunds"; b.dispatchEvent(new Event("input", {bubbles: true})); return true; })()`)
	until(`document.body.textContent.includes("Your session has ended")`)
}
