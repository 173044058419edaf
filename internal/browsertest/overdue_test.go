package browsertest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// testOverdue looks at a portal whose next build has not come: every page says so,
// in both colour schemes, until the reader puts that away for the session.
func testOverdue(t *testing.T, p *portal, b *browser) {
	old := &portal{dir: filepath.Join(t.TempDir(), "public")}
	if err := os.CopyFS(old.dir, os.DirFS(p.dir)); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(old.dir, "data", "site.json")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var site map[string]any
	if err := json.Unmarshal(text, &site); err != nil {
		t.Fatal(err)
	}
	site["built"], site["interval"], site["staleAfter"] = "2020-01-02T03:04:05Z", 3600, 7200
	if text, err = json.Marshal(site); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o666); err != nil {
		t.Fatal(err)
	}
	old.serve(t)
	const said = `[...document.querySelectorAll("[data-notice] .notice")].some(n => n.checkVisibility() && n.textContent.includes("The next build of this portal is overdue"))`
	for _, scheme := range []string{"light", "dark"} {
		tb := b.tab(t)
		for _, width := range []int64{1440, 390} {
			tb.look(t, scheme, width, 800)
			tb.visit(t, old, "catalog/")
			tb.until(t, said)
			tb.accessible(t)
			tb.quiet(t)
			tb.flows(t)
		}
		tb.do(t, chromedp.Click(chromedp.CSS("[data-notice] .notice button")))
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
