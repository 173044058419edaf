package browsertest

import "testing"

// testOverdue looks at a portal whose next build has not come: every page says so,
// in both colour schemes, until the reader puts that away for the session.
func testOverdue(t *testing.T, p *portal, b *browser) {
	old := p.with(t, map[string]string{"data/site.json": p.site(t, map[string]any{"built": "2020-01-02T03:04:05Z", "interval": 3600, "staleAfter": 7200})})
	const said = `[...document.querySelectorAll("[data-notice] .notice")].some(n => n.checkVisibility() && n.textContent.includes("The next build of this portal is overdue"))`
	for _, scheme := range []string{"light", "dark"} {
		tb := b.tab(t)
		for _, width := range []int64{1440, 390} {
			tb.look(t, scheme, width, 800)
			tb.visit(t, old, "catalog/")
			tb.until(t, said)
			tb.quiet(t)
			tb.flows(t)
		}
		if scheme == "light" {
			tb.accessible(t) // in all scenes
		}
		tb.do(t, click("[data-notice] .notice button"))
		tb.until(t, "!"+said)
		tb.visit(t, old, "")
		if eval[bool](t, tb, said) {
			t.Errorf("%s: what was put away comes back", scheme)
		}
		tb.quiet(t)
	}
	tb := b.tab(t)
	tb.visit(t, p, "catalog/")
	if eval[bool](t, tb, said) {
		t.Error("a portal built just now is said to be overdue")
	}
}
