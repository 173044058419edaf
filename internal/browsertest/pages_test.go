package browsertest

import "testing"

// TestPortal is all of the suite: one portal and one browser serve it.
func TestPortal(t *testing.T) {
	p, b := startPortal(t), startBrowser(t)
	t.Run("pages", func(t *testing.T) { testPages(t, p, b) })
	t.Run("readers", func(t *testing.T) {
		for name, test := range map[string]func(*testing.T, *portal, *tab){
			"palette": testPalette, "filter": testFilter, "theme": testTheme, "star": testStar, "keys": testKeys, "search": testSearch, "noscript": testNoScript,
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
			tb.accessible(t)
			tb.flows(t)
			tb.quiet(t)
		})
	}
}

// flows fails the test if the page must be scrolled sideways on the narrowest
// screen that WCAG 1.4.10 asks for.
func (tb *tab) flows(t *testing.T) {
	t.Helper()
	tb.look(t, "light", 320, 640)
	type overflow struct {
		By  int
		Who []string
	}
	o := eval[overflow](t, tb, `(() => {
		const d = document.scrollingElement, w = d.clientWidth;
		return {By: d.scrollWidth - w, Who: [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > w + 1 && !e.closest("svg *, .scroll-x *, pre *, .graph *"))
			.slice(-3).map(e => e.tagName + "." + (e.getAttribute("class") ?? ""))};
	})()`)
	if o.By > 0 {
		t.Errorf("320 px: the page is %d px too wide; its last elements beyond the edge: %q", o.By, o.Who)
	}
}
