package browsertest

import (
	"path/filepath"
	"strings"
	"testing"
)

// startHandbook builds a documentation set that uses every extension as a site of
// its own, and serves it below a prefix.
func startHandbook(t *testing.T) *portal {
	t.Helper()
	src, err := filepath.Abs("testdata/handbook")
	if err != nil {
		t.Fatal(err)
	}
	return built(t, t.TempDir(), "docs", "build", src)
}

// TestHandbook reads a documentation site: in light and dark, wide and narrow,
// with a script and without.
func TestHandbook(t *testing.T) {
	b, p := startBrowser(t), startHandbook(t)
	for name, test := range map[string]func(*testing.T, *portal, *tab){
		"looks": testHandbookLooks, "drawer": testDrawer, "find": testFindInHandbook, "unscripted": testHandbookUnscripted, "annotations": testAnnotations, "tabs": testTabsInStep,
	} {
		t.Run(name, func(t *testing.T) { test(t, p, b.tab(t)) })
	}
}

func testHandbookLooks(t *testing.T, p *portal, tb *tab) {
	for _, path := range []string{"", "guide/start/", "every/", "blocks/", "search.html?q=image"} {
		tb.look(t, "light", 1440, 900)
		tb.visit(t, p, path)
		tb.accessible(t) // in light, in dark and on a phone
		tb.flows(t)
		tb.quiet(t)
	}
}

// testDrawer opens the navigation of a narrow screen, by the button alone.
func testDrawer(t *testing.T, p *portal, tb *tab) {
	tb.visit(t, p, "guide/start/")
	tb.look(t, "light", 390, 844)
	const open = `document.querySelector(".docs-nav").checkVisibility()`
	if eval[bool](t, tb, open) {
		t.Fatal("the navigation is there before it is asked for")
	}
	tb.do(t, click(".docs-open"))
	tb.until(t, open)
	tb.accessible(t)
	tb.do(t, press("Escape"))
	tb.until(t, "!"+open)
	tb.look(t, "light", 1440, 900)
	tb.until(t, open)
	tb.quiet(t)
}

// testFindInHandbook searches the site by the palette.
func testFindInHandbook(t *testing.T, p *portal, tb *tab) {
	tb.look(t, "light", 1440, 900)
	tb.visit(t, p, "guide/start/")
	tb.do(t, press("/"))
	tb.until(t, `document.querySelector("dialog.pal")?.open`)
	tb.do(t, write("Admonitions"))
	tb.until(t, `[...document.querySelectorAll("dialog.pal [role=option]")].some(o => o.querySelector("a")?.href.includes("/board/?h=") || o.href?.includes("/board/?h="))`)
	tb.quiet(t)
}

// testAnnotations opens and closes notes by the pointer and by the keyboard, with a
// script and without, and copies code without their marks.
func testAnnotations(t *testing.T, p *portal, tb *tab) {
	const open = `[...document.querySelectorAll(":popover-open")].map(e => e.innerText.trim().split("\n")[0])`
	notes := func() {
		t.Helper()
		tb.look(t, "light", 1440, 900)
		tb.do(t, click(".highlight .annotation"))
		tb.until(t, open+`.length === 1`)
		type box struct{ Left, Top, Button float64 }
		b := eval[box](t, tb, `(() => { const n = document.querySelector(":popover-open").getBoundingClientRect(), b = document.querySelector(".highlight .annotation").getBoundingClientRect(); return {Left: n.left - b.left, Top: n.top - b.bottom, Button: b.height}; })()`)
		if b.Left < -5 || b.Left > 60 || b.Top < 0 || b.Top > 20 || b.Button < 24 {
			t.Errorf("the note is not at its button: %+v", b)
		}
		if !tb.still { // axe needs timers
			tb.accessible(t)
			tb.look(t, "light", 1440, 900)
		}
		tb.do(t, press("Escape"))
		tb.until(t, open+`.length === 0`)
		tb.do(t, focus("p > .annotation"), press("Enter"))
		tb.until(t, open+`.join() === "Of the text. (1)"`)
		tb.do(t, click(":popover-open .annotation"))
		tb.until(t, open+`.length === 2`)
		tb.do(t, press("Escape"), press("Escape"))
		tb.until(t, open+`.length === 0`)
	}
	tb.visit(t, p, "every/")
	notes()
	if n := eval[int](t, tb, `document.querySelectorAll(".no-copy button.copy").length`); n != 0 {
		t.Errorf("%d buttons to copy what must not be copied", n)
	}
	tb.quiet(t)
	tb.disableScripts(t)
	tb.load(t, p, "every/")
	notes()
	tb.quiet(t)
}

func testHandbookUnscripted(t *testing.T, p *portal, tb *tab) {
	tb.disableScripts(t)
	for _, path := range []string{"every/", "blocks/"} {
		tb.load(t, p, path)
		tb.flows(t)
		tb.quiet(t)
	}
	tb.load(t, p, "")
	type reading struct {
		Class, Text string
		Nav         int
	}
	r := eval[reading](t, tb, `({Class: document.documentElement.className, Text: document.querySelector("article").innerText, Nav: document.querySelectorAll(".docs-nav a[href]").length})`)
	if r.Class != "" || len(r.Text) < 1000 || r.Nav < 4 {
		t.Errorf("class %q, %d characters to read, %d links in the navigation", r.Class, len(r.Text), r.Nav)
	}
	tb.quiet(t)
}

// testTabsInStep chooses a tab in one set, and finds it chosen in the others and
// on the next visit.
func testTabsInStep(t *testing.T, p *portal, tb *tab) {
	tb.look(t, "light", 1440, 900)
	tb.visit(t, p, "")
	const chosen = `[...document.querySelectorAll(".tabbed-set")].map(s => s.querySelector("label[for='" + s.querySelector(":scope > input:checked").id + "']").textContent.trim())`
	if got := eval[[]string](t, tb, chosen); len(got) < 2 || got[0] != "Python" || got[1] != "Python" {
		t.Fatalf("the tabs stand at %q", got)
	}
	tb.do(t, click(`.tabbed-labels label:nth-child(2)`))
	tb.until(t, chosen+`.slice(0, 2).every(l => l === "Go")`)
	tb.visit(t, p, "")
	if got := eval[[]string](t, tb, chosen); got[0] != "Go" || got[1] != "Go" {
		t.Errorf("the next visit finds the tabs at %q", got)
	}
	tb.quiet(t)
}

// testInTheseDocs searches the documentation that is read, from its navigation.
func testInTheseDocs(t *testing.T, p *portal, tb *tab) {
	tb.look(t, "light", 1440, 900)
	tb.visit(t, p, "docs/default/component/handbook/first-week/")
	tb.do(t, click(".docs-find"))
	tb.until(t, `document.querySelector("dialog.pal")?.open`)
	tb.do(t, write("week"))
	const rows = `[...document.querySelectorAll("dialog.pal [role=option]")].map(o => o.href ?? o.querySelector("a")?.href ?? "").filter(h => h.includes("/docs/"))`
	tb.until(t, rows+`.length > 0`)
	for _, to := range eval[[]string](t, tb, rows) {
		if !strings.Contains(to, "/docs/default/component/handbook/") {
			t.Errorf("a search in the handbook finds %s", to)
		}
	}
	if to := eval[string](t, tb, `document.querySelector("a.jump").href`); !strings.HasSuffix(to, "/search/?in=component%3Adefault%2Fhandbook") {
		t.Errorf("the search leads to %s", to)
	}
	tb.quiet(t)
}
