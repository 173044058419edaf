package browsertest

import (
	"slices"
	"testing"
)

// TestPortal is all of the suite: one portal and one browser serve it.
func TestPortal(t *testing.T) {
	b, p := startBrowser(t), startPortal(t)
	t.Run("harness", func(t *testing.T) { testHarness(t, b.tab(t)) })
	t.Run("pages", func(t *testing.T) { testPages(t, p, b) })
	t.Run("overdue", func(t *testing.T) { testOverdue(t, p, b) })
	t.Run("identity", func(t *testing.T) { testIdentity(t, p, b) })
	t.Run("readers", func(t *testing.T) {
		for name, test := range map[string]func(*testing.T, *portal, *tab){
			"palette": testPalette, "filter": testFilter, "theme": testTheme, "star": testStar, "keys": testKeys, "search": testSearch, "completion": testCompletion, "arrival": testArrival, "own": testOwn, "nothing": testNothing, "lost": testLost, "operations": testOperations, "in these docs": testInTheseDocs, "first hits": testFirstHits, "missing shard": testMissingShard, "redirected shard": testRedirectedShard, "sign-in page": testSignInPage, "damaged": testDamaged, "noscript": testNoScript,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, p, b.tab(t))
			})
		}
	})
}

// tabsAtOnce is how many pages are looked at in parallel.
const tabsAtOnce = 2

// lookAlike are kinds of pages that the same template makes of the same sorts of
// blocks as another kind: axe, which takes a second a page, sees the other.
var lookAlike = []string{
	"catalog/*/*", "catalog/-/index/*", "catalog/-/lifecycle/*", "catalog/-/ns/*", "catalog/-/owner/*", "catalog/-/tag/*", "catalog/-/type/*",
	"catalog/*/domain/*/", "catalog/*/location/*/", "catalog/*/resource/*/", "catalog/*/user/*/", "catalog/*/*/*/parts/", "catalog/*/*/*/owns/",
	"docs/*/*/*/*", "health/team/*", "people/", "systems/", "templates/", "apis/",
}

// testPages opens a page of every kind.
func testPages(t *testing.T, p *portal, b *browser) {
	tabs := make(chan *tab, tabsAtOnce)
	for range tabsAtOnce {
		tabs <- b.tab(t)
	}
	for _, path := range p.pages(t) {
		t.Run("/"+path, func(t *testing.T) {
			t.Parallel()
			tb := <-tabs
			defer func() { tabs <- tb }()
			tb.look(t, "light", 1440, 900)
			tb.visit(t, p, path)
			tb.quiet(t)
			if !slices.Contains(lookAlike, kind(path)) {
				tb.accessible(t)
			}
			tb.flows(t)
			tb.quiet(t)
		})
	}
}

// overflow is by how many pixels a page is too wide, and elements of it that
// are beyond the edge.
type overflow struct {
	By  int
	Who []string
}

// overflow looks at the narrowest screen that WCAG 1.4.10 asks for.
func (tb *tab) overflow(t *testing.T) overflow {
	t.Helper()
	tb.look(t, "light", 320, 640)
	return eval[overflow](t, tb, `(() => {
		const d = document.scrollingElement, w = d.clientWidth;
		return {By: d.scrollWidth - w, Who: [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > w + 1 && !e.closest("svg *, .scroll-x *, pre *, .graph *"))
			.slice(-3).map(e => e.tagName + "." + (e.getAttribute("class") ?? "") + " " + e.textContent.slice(0, 40))};
	})()`)
}

// flows fails the test if the page must be scrolled sideways.
func (tb *tab) flows(t *testing.T) {
	t.Helper()
	if o := tb.overflow(t); o.By > 0 {
		t.Errorf("320 px: the page is %d px too wide; its last elements beyond the edge: %q", o.By, o.Who)
	}
}
