package browsertest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// bad is a page that does everything a page of a portal must not.
const bad = `<!doctype html><html lang="en"><title>bad</title><meta name="viewport" content="width=device-width">
<main><h1 style="color: red">Bad</h1><button></button><p class="wide">` + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" + `</p>
<img src="http://tracker.invalid/p.png" alt="a"><img src="gone.png" alt="b"><script>alert(1)</script><script src="bad.js"></script></main>`

const badScript = `console.warn("hm"); requestIdleCallback(() => { document.body.innerHTML += "x"; });
fetch("late.json").then(() => { throw new Error("late") });`

// testHarness holds that what is wrong with a page is heard, and that what is
// said later is waited for.
func testHarness(t *testing.T, tb *tab) {
	p := &portal{dir: t.TempDir()}
	for name, text := range map[string]string{"index.html": bad, "bad.js": badScript, "late.json": "{}"} {
		if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	p.serve(t)
	tb.visit(t, p, "")
	heard := tb.heard()
	for _, want := range []string{
		"request to another origin: http://tracker.invalid/p.png", "status 404: " + p.url("gone.png"), `console: "hm"`, "exception: Uncaught (in promise) Error: late",
		"style-src", "script-src", "img-src", "require-trusted-types-for",
	} {
		if !slices.ContainsFunc(heard, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("%q is not heard in %q", want, heard)
		}
	}
	if v := tb.violations(t); !slices.ContainsFunc(v, func(s string) bool { return strings.Contains(s, "button-name") }) {
		t.Errorf("a button without a name is not found: %q", v)
	}
	if o := tb.overflow(t); o.By <= 0 {
		t.Error("a page that is too wide is not found")
	}
}
