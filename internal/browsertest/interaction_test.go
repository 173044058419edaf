package browsertest

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// until waits until an expression is true in the page. It looks at every frame
// that is drawn.
func (tb *tab) until(t testing.TB, expr string) {
	t.Helper()
	if tb.still {
		tb.untilStill(t, expr)
		return
	}
	eval[bool](t, tb, `new Promise(done => { const look = () => { if (`+expr+`) done(true); else requestAnimationFrame(look); }; look(); })`)
}

// untilStill is until for pages without scripts, where no animation frame calls back.
func (tb *tab) untilStill(t testing.TB, expr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	for !eval[bool](t, tb, expr) {
		if ctx.Err() != nil {
			t.Fatalf("it never comes to be that %s", expr)
		}
	}
}

// leads takes steps that lead to another page, and waits until that is at rest.
func (tb *tab) leads(t *testing.T, p *portal, path string, steps ...step) {
	t.Helper()
	tb.expect(p, p.url(path), 200)
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, steps...); err != nil {
		t.Fatalf("no page comes, and it should be %s: %v; the page says %q", path, err, tb.heard())
	}
	if at := eval[string](t, tb, `location.href`); at != p.url(path) {
		t.Fatalf("leads to %s, want %s", at, p.url(path))
	}
	tb.settle(t)
}

// testPalette finds an entity by its name with the keyboard alone.
func testPalette(t *testing.T, p *portal, tb *tab) {
	const box = `document.querySelector("dialog[open] [role=combobox]")`
	tb.visit(t, p, "about/")
	tb.do(t, focus(".brand"), press("Ctrl k"))
	tb.until(t, box+` === document.activeElement && document.activeElement !== null`)
	tb.do(t, press("Escape"))
	tb.until(t, box+` === null && document.activeElement?.matches(".brand")`)

	tb.do(t, press("Ctrl k"))
	tb.until(t, box+` === document.activeElement && document.activeElement !== null`)
	tb.do(t, write("booking-serv"))
	tb.until(t, `document.querySelector("dialog[open] [role=option][aria-selected=true]")?.textContent.includes("booking-service")`)
	tb.accessible(t)
	tb.quiet(t)
	tb.leads(t, p, "catalog/default/component/booking-service/", press("Enter"))
	tb.quiet(t)
}

// testFilter narrows the catalog, and finds the same list at the address that
// comes of it.
func testFilter(t *testing.T, p *portal, tb *tab) {
	const rows, first = `document.querySelectorAll("table.t tbody tr:not([aria-hidden])").length`, `document.querySelector("table.t tbody tr:not([aria-hidden])")`
	tb.visit(t, p, "catalog/")
	all := eval[int](t, tb, rows)
	tb.do(t, focus("[data-q]"), write("gate"))
	tb.until(t, `new URLSearchParams(location.search).get("q") === "gate"`)
	narrowed := eval[int](t, tb, rows)
	if narrowed == 0 || narrowed >= all {
		t.Errorf("%d of %d rows are left", narrowed, all)
	}
	status := eval[string](t, tb, `document.querySelector("[data-status]").textContent`)
	name := eval[string](t, tb, first+`.textContent`)
	tb.settle(t)
	tb.quiet(t)

	tb.visit(t, p, "catalog/?q=gate")
	tb.until(t, rows+` === `+eval[string](t, tb, `String(`+rows+`)`))
	if s, n := eval[string](t, tb, `document.querySelector("[data-status]").textContent`), eval[string](t, tb, first+`.textContent`); s != status || n != name {
		t.Errorf("the address shows %q, %q; it was %q, %q", s, n, status, name)
	}
	if v := eval[string](t, tb, `document.querySelector("[data-q]").value`); v != "gate" {
		t.Errorf("the box says %q", v)
	}
	tb.quiet(t)

	// What no row has is named, with what is like it.
	tb.visit(t, p, "catalog/?q=owner%3Aboking-crew&kind=componet")
	tb.until(t, `document.querySelectorAll(".empty p button").length > 1`)
	const said = `[...document.querySelectorAll(".empty p")].map(p => p.textContent).filter(s => s.startsWith("Nothing")).join(" ")`
	if got, want := eval[string](t, tb, said), "Nothing has owner:boking-crew. Did you mean owner:booking-crew? Nothing has kind:componet. Did you mean kind:component?"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	tb.accessible(t)
	tb.do(t, click(".empty p button"))
	tb.until(t, `document.querySelector("[data-q]").value === "owner:booking-crew"`)
	tb.do(t, click(".empty p button"))
	tb.until(t, `new URLSearchParams(location.search).get("kind") === "component" && `+rows+` > 0`)
	tb.quiet(t)
}

// testTheme goes through the colour schemes, and finds the choice on the next
// page before its scripts have run.
func testTheme(t *testing.T, p *portal, tb *tab) {
	const paper = `getComputedStyle(document.documentElement).backgroundColor + getComputedStyle(document.body).backgroundColor`
	tb.look(t, "dark", 1440, 900)
	tb.visit(t, p, "about/")
	seen := map[string]string{"system, dark": eval[string](t, tb, paper)}
	for _, want := range []string{"light", "dark"} {
		tb.do(t, click("[data-theme-toggle]"))
		tb.until(t, `document.documentElement.dataset.theme === "`+want+`"`)
		seen[want] = eval[string](t, tb, paper)
		if label := eval[string](t, tb, `document.querySelector("[data-theme-toggle]").ariaLabel`); !strings.Contains(label, want) {
			t.Errorf("the theme is %s, and the button's label %q", want, label)
		}
		tb.visit(t, p, "shortcuts/")
		if got := eval[string](t, tb, `document.documentElement.dataset.theme`); got != want {
			t.Errorf("the next page has the theme %q, want %q", got, want)
		}
	}
	if seen["light"] == seen["dark"] || seen["dark"] != seen["system, dark"] {
		t.Errorf("backgrounds: %v", seen)
	}
	tb.do(t, click("[data-theme-toggle]"))
	tb.until(t, `document.documentElement.dataset.theme === undefined`)
	tb.quiet(t)
}

// testStar stars an entity, which then stands on the first page.
func testStar(t *testing.T, p *portal, tb *tab) {
	tb.visit(t, p, "catalog/default/component/winch/")
	tb.do(t, click("[data-star]"))
	tb.until(t, `document.querySelector("[data-star]").ariaPressed === "true"`)
	tb.quiet(t)
	tb.visit(t, p, "")
	tb.until(t, `document.querySelector('[data-starred] a[href$="/catalog/default/component/winch/"]') !== null`)
	tb.quiet(t)
}

// testKeys goes to places by keys, which do nothing while one types.
func testKeys(t *testing.T, p *portal, tb *tab) {
	tb.visit(t, p, "about/")
	tb.leads(t, p, "catalog/", press("g", "c"))
	tb.leads(t, p, "teams/", press("g", "t"))
	tb.leads(t, p, "shortcuts/", press("?"))
	tb.visit(t, p, "")
	tb.do(t, press("/"))
	tb.until(t, `document.activeElement?.matches("[data-search]")`)
	tb.do(t, write("gc?"))
	if v := eval[string](t, tb, `document.activeElement.value`); v != "gc?" {
		t.Errorf("typing into the box gives %q", v)
	}
	tb.settle(t)
	if at := eval[string](t, tb, `location.href`); at != p.url("") {
		t.Errorf("typing leads to %s", at)
	}
	tb.quiet(t)
}

// testSearch finds a page of documentation by words of its text, and goes there.
func testSearch(t *testing.T, p *portal, tb *tab) {
	const found = "docs/default/component/booking-service/runbooks/refunds-stuck/"
	tb.visit(t, p, "")
	tb.leads(t, p, "search/?q=refunds+stuck", focus("[data-search]"), write("refunds stuck"), press("Enter"))
	tb.until(t, `document.querySelector('[data-results] a[href*="/`+found+`"]') !== null`)
	if said := eval[string](t, tb, `document.querySelector("[data-search-status]").textContent`); !strings.ContainsAny(said, "123456789") {
		t.Errorf("the status of the search says no number of results: %q", said)
	}
	tb.accessible(t)
	tb.quiet(t)
}

// testNoScript reads pages without scripts: all text is there, and nothing that
// would need a script can be seen.
func testNoScript(t *testing.T, p *portal, tb *tab) {
	tb.disableScripts(t)
	for _, path := range []string{"", "catalog/", "catalog/default/component/booking-service/", "catalog/default/api/booking-api/definition/", "docs/default/component/handbook/first-week/", "search/?q=x", "graph/", "health/", "no/such/page"} {
		t.Run("/"+path, func(t *testing.T) {
			tb.load(t, p, path)
			type reading struct {
				Class, Text string
				Loose       []string
			}
			r := eval[reading](t, tb, `({
				Class: document.documentElement.className,
				Text: document.querySelector("main").innerText,
				Loose: [...document.querySelectorAll("[data-js]")].filter(e => e.checkVisibility({visibilityProperty: true})).map(e => e.outerHTML.slice(0, 80)),
			})`)
			if r.Class != "" {
				t.Fatalf("a script has run: the class is %q", r.Class)
			}
			if len(r.Text) < 60 {
				t.Errorf("there is little to read: %q", r.Text)
			}
			for _, e := range r.Loose {
				t.Errorf("this does nothing without a script, and is seen: %s", e)
			}
			tb.quiet(t)
		})
	}
}
