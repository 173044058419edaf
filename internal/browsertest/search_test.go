package browsertest

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
)

const (
	searchBox = `document.querySelector("main [data-search]")`
	hits      = `document.querySelectorAll("[data-results] article").length`
)

// testCompletion writes a filter with the keyboard alone, on the search page and in
// the palette: what may follow is offered, taken, and searched.
func testCompletion(t *testing.T, p *portal, tb *tab) {
	tb.visit(t, p, "search/")
	tb.do(t, focus("main [data-search]"), write("owner:booki"))
	tb.until(t, `document.querySelector("#cb-complete-list:not([hidden]) [role=option][aria-selected=true]")?.textContent.includes("booking-crew")`)
	type combobox struct {
		Role, Expanded, Controls, Active, Focus string
	}
	got := eval[combobox](t, tb, `(() => { const b = `+searchBox+`; return {Role: b.getAttribute("role"), Expanded: b.getAttribute("aria-expanded"), Controls: b.getAttribute("aria-controls"),
		Active: document.getElementById(b.getAttribute("aria-activedescendant"))?.getAttribute("role") ?? "", Focus: document.activeElement === b ? "box" : "elsewhere"}; })()`)
	if want := (combobox{"combobox", "true", "cb-complete-list", "option", "box"}); got != want {
		t.Errorf("the field is %+v, want %+v", got, want)
	}
	tb.accessible(t)
	tb.look(t, "light", 1440, 900)
	tb.do(t, press("Enter"))
	tb.until(t, searchBox+`.value === "owner:booking-crew " && document.querySelector("#cb-complete-list").hidden`)
	tb.do(t, write("kind:component"))
	tb.until(t, `new URLSearchParams(location.search).get("q") === "owner:booking-crew kind:component" && `+hits+` > 0`)
	tb.until(t, `document.querySelector("[data-search-facets] input:checked") !== null`)
	tb.do(t, press("Escape"))
	tb.quiet(t)

	// A kind by another word is the kind's box, which takes the word away again.
	tb.visit(t, p, "search/?q=kind:teams")
	tb.until(t, hits+` > 0 && document.querySelector("[data-search-facets] input:checked")?.parentElement.textContent.includes("Teams")`)
	tb.do(t, click("[data-search-facets] input:checked"))
	tb.until(t, `new URLSearchParams(location.search).get("q") === null`)
	tb.do(t, focus("main [data-search]"), write("kind:tea"))
	tb.until(t, `document.querySelector("#cb-complete-list:not([hidden]) [role=option][aria-selected=true]")?.textContent.includes("group")`)

	tb.visit(t, p, "about/")
	tb.do(t, press("Ctrl k"))
	tb.until(t, `document.querySelector("dialog[open] [role=combobox]") === document.activeElement`)
	tb.do(t, write("lifecycle:dep"))
	tb.until(t, `document.querySelector("dialog[open] [role=option][aria-selected=true]")?.textContent.includes("deprecated")`)
	tb.do(t, press("Enter"), write("freight"))
	tb.until(t, `document.querySelector("dialog[open] [role=combobox]").value === "lifecycle:deprecated freight" && [...document.querySelectorAll("dialog[open] a[role=option]")].some(a => a.pathname.includes("/catalog/lomvi/"))`)
	tb.quiet(t)
}

// testArrival goes to a page from a search: what was looked for is marked there,
// and Esc takes the marks away.
func testArrival(t *testing.T, p *portal, tb *tab) {
	tb.visit(t, p, "search/?q=refunds+stuck")
	tb.until(t, hits+` > 0`)
	to := eval[string](t, tb, `document.querySelector('[data-results] a[href*="/refunds-stuck/"]').href`)
	path := strings.TrimPrefix(to, p.url(""))
	if !strings.Contains(path, "?h=") {
		t.Fatalf("the result leads to %s, which says nothing of what is looked for", to)
	}
	tb.visit(t, p, path)
	tb.until(t, `document.querySelector("main mark[data-found]") !== null`)
	if words := eval[[]string](t, tb, `[...new Set([...document.querySelectorAll("mark[data-found]")].map(m => m.textContent.toLowerCase()))]`); len(words) == 0 {
		t.Error("nothing is marked")
	}
	tb.do(t, press("Escape"))
	tb.until(t, `document.querySelector("mark[data-found]") === null && location.search === ""`)
	tb.quiet(t)
}

// testOwn finds what was looked at and starred on the search page and in the
// palette before anything is asked; and says what can be done with a result.
func testOwn(t *testing.T, p *portal, tb *tab) {
	tb.visit(t, p, "catalog/default/component/winch/")
	tb.do(t, click("[data-star]"))
	tb.visit(t, p, "docs/default/component/handbook/first-week/")
	tb.visit(t, p, "search/")
	// A page of documentation has another title than its entity, and marks beside it.
	tb.until(t, `[...document.querySelectorAll("[data-results] .rows a")].some(a => a.textContent.trim() === "handbook")`)
	tb.until(t, `[...document.querySelectorAll("[data-results] .rows li")].some(l => l.textContent.includes("starred") && l.querySelector("a").pathname.endsWith("/catalog/default/component/winch/"))`)
	tb.accessible(t)
	tb.look(t, "light", 1440, 900)
	tb.do(t, focus("main [data-search]"), write("booking service kind:component"))
	tb.until(t, `document.querySelector("[data-results] article .hit-links button") !== null && new URLSearchParams(location.search).get("q")?.endsWith("kind:component")`)
	tb.settle(t)
	tb.do(t, click("[data-results] article .hit-links button"))
	tb.until(t, `[...document.querySelectorAll("[data-results] article:first-of-type .acts a")].some(a => a.textContent.includes("Runbook"))`)
	if got := eval[string](t, tb, `document.querySelector("[data-results] article .hit-links button").ariaExpanded`); got != "true" {
		t.Errorf("the button says expanded: %q", got)
	}
	tb.accessible(t)
	tb.quiet(t)
}

// testNothing asks what nothing answers: the search page and the palette say which
// filter is at fault, offer what is like it, and that finds something.
func testNothing(t *testing.T, p *portal, tb *tab) {
	tb.visit(t, p, "search/?q=refund+owner:boking-crew+kind:grup")
	const offers = `[...document.querySelectorAll(".nothing > p a")].map(a => a.textContent)`
	tb.until(t, offers+`.length > 1`)
	if got := eval[string](t, tb, offers+`.join()`); got != "owner:booking-crew,kind:group" {
		t.Errorf("%q is offered", got)
	}
	tb.accessible(t)
	tb.look(t, "dark", 390, 844)
	tb.do(t, click(".nothing > p a"))
	tb.until(t, `new URLSearchParams(location.search).get("q") === "owner:booking-crew refund kind:grup"`)
	tb.do(t, press("Ctrl k"))
	tb.until(t, `document.querySelector("dialog[open] [role=combobox]") === document.activeElement`)
	tb.do(t, write("owner:boking-crew refund"))
	tb.until(t, `document.querySelector("dialog[open] > .hint").textContent === "Nothing has owner:boking-crew."`)
	tb.until(t, `document.querySelector("dialog[open] [role=option][aria-selected=true] .n").textContent === "booking-crew"`)
	tb.accessible(t)
	tb.do(t, press("Enter"))
	tb.until(t, `document.querySelector("dialog[open] [role=combobox]").value === "owner:booking-crew refund " && document.querySelectorAll("dialog[open] a[role=option]").length > 1 && document.querySelector("dialog[open] > .hint").hidden`)
	tb.quiet(t)
}

// testOperations finds an operation of an API in the palette, and goes to it.
func testOperations(t *testing.T, p *portal, tb *tab) {
	tb.visit(t, p, "about/")
	tb.do(t, press("Ctrl k"))
	tb.until(t, `document.querySelector("dialog[open] [role=combobox]") === document.activeElement`)
	tb.do(t, write("/bookings"))
	const rows = `[...document.querySelectorAll("dialog[open] [role=group]")].filter(g => g.firstElementChild.textContent === "API operations").flatMap(g => [...g.querySelectorAll("a[role=option]")])`
	tb.until(t, rows+`.some(a => a.querySelector(".n").textContent.includes("/bookings") && a.querySelector("mark"))`)
	to := eval[string](t, tb, rows+`.find(a => a.querySelector(".n").textContent.includes("/bookings")).href`)
	tb.visit(t, p, strings.TrimPrefix(to, p.url("")))
	if !eval[bool](t, tb, `location.hash !== "" && document.getElementById(decodeURIComponent(location.hash.slice(1))) !== null`) {
		t.Errorf("%s leads to no operation", to)
	}
	tb.quiet(t)
}

// testFirstHits asks where most of the files with what is shown are slow: the first
// results are there before them, and stay if the others cannot be had.
func testFirstHits(t *testing.T, p *portal, tb *tab) {
	tb.visit(t, p, "about/")
	tb.look(t, "light", 390, 844)
	const top = `Math.round(document.querySelector("[data-results] article").getBoundingClientRect().top + scrollY)`
	var at int
	firstHits(t, p, tb, false, func() { at = eval[int](t, tb, top) })
	tb.until(t, hits+` === 20 && document.querySelector(".facet:not([hidden])") !== null && document.querySelector(".pager a[rel=next]") !== null`)
	if got := eval[int](t, tb, `new Set([...document.querySelectorAll("[data-results] article h2 a")].map(a => a.href)).size`); got != 20 {
		t.Errorf("20 results lead to %d pages", got)
	}
	if got := eval[int](t, tb, top); got != at {
		t.Errorf("the first result moved from %d to %d", at, got)
	}
	tb.quiet(t)
	firstHits(t, p, tb, true, func() {})
	tb.until(t, `document.querySelector("[data-search-status]").textContent.includes("could not be loaded")`)
	if got := eval[[]int](t, tb, `[`+hits+`, document.querySelectorAll("[data-results] > .hint a[href]").length]`); got[0] != 3 || got[1] < 3 {
		t.Errorf("%d results stay, and %d links lead elsewhere", got[0], got[1])
	}
	tb.heard()
}

// firstHits waits for three results while the files of others are held back; then
// these are let go, or are gone.
func firstHits(t *testing.T, p *portal, tb *tab, gone bool, then func()) {
	t.Helper()
	var asked atomic.Int32
	held := make(chan struct{})
	defer close(held)
	slow := p.before(t, func(path string) bool {
		if !strings.Contains(path, "/data/s/f/") || asked.Add(1) <= 3 {
			return false
		}
		<-held
		return gone
	}, http.NotFound)
	tb.visit(t, slow, "search/?q=booking")
	tb.until(t, hits+` === 3 && document.querySelector("[data-search-status]").textContent.includes(", 1 to 20 shown")`)
	if got := eval[int](t, tb, `document.querySelectorAll(".pager").length`); got != 0 {
		t.Error("there are links to other pages before all results of the first are shown")
	}
	then()
}

// isShard tells the files of the index that are loaded for a query.
func isShard(path string) bool {
	name := filepath.Base(path)
	return strings.Contains(path, "/data/s/") && !strings.HasPrefix(name, "meta.")
}

// testMissingShard searches where files of the index are gone: the page says so,
// and shows another way.
func testMissingShard(t *testing.T, p *portal, tb *tab) {
	searchFails(t, p.without(t, isShard), tb, "could not be loaded")
}

// testRedirectedShard searches after the session with the proxy before the portal
// has ended.
func testRedirectedShard(t *testing.T, p *portal, tb *tab) {
	searchFails(t, p.signedOut(t, isShard), tb, "session has ended")
}

// testSignInPage searches where the proxy answers by its sign-in itself.
func testSignInPage(t *testing.T, p *portal, tb *tab) {
	searchFails(t, p.before(t, isShard, answer("text/html; charset=utf-8", "<!doctype html><title>Sign in</title>")), tb, "session has ended")
}

// testDamaged searches an index whose files have come to harm: a shard that is
// empty, one that ends too early, and a first file that does.
func testDamaged(t *testing.T, p *portal, tb *tab) {
	isMeta := func(path string) bool { return strings.HasPrefix(path, "/board/data/s/meta.") }
	searchFails(t, p.before(t, isShard, answer("application/octet-stream", "")), tb, "another version")
	searchFails(t, p.before(t, isShard, answer("application/octet-stream", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x63")), tb, "another version")
	searchFails(t, p.before(t, isMeta, answer("application/json", `{"v":5,"docs":12,"kinds":["compo`)), tb, "another version")
	metas, err := filepath.Glob(filepath.Join(p.dir, "data", "s", "meta.*.json"))
	if err != nil || len(metas) != 1 {
		t.Fatalf("%q: %v", metas, err)
	}
	meta, err := os.ReadFile(metas[0])
	if err != nil {
		t.Fatal(err)
	}
	lists := regexp.MustCompile(`"(kinds|langs)":\[[^\]]*\]`)
	searchFails(t, p.before(t, isMeta, answer("application/json", lists.ReplaceAllString(string(meta), `"$1":null`))), tb, "another version")
}

// answer answers all that is asked for by the same.
func answer(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	}
}

// searchFails searches on the page and in the palette; both say why nothing is
// found, and nothing else fails.
func searchFails(t *testing.T, p *portal, tb *tab, why string) {
	t.Helper()
	tb.visit(t, p, "search/?q=refunds")
	tb.until(t, `document.querySelector("[data-search-status]").textContent.includes(`+fmt.Sprintf("%q", why)+`)`)
	if n := eval[int](t, tb, `document.querySelectorAll("[data-results] a[href]").length`); n < 3 {
		t.Errorf("%d links lead elsewhere", n)
	}
	tb.accessible(t)
	tb.look(t, "light", 1440, 900)
	tb.do(t, press("Ctrl k"))
	tb.until(t, `document.querySelector("dialog[open] [role=combobox]") === document.activeElement`)
	tb.do(t, write("refunds stuck"))
	tb.until(t, `document.querySelector("dialog[open] > .hint").textContent.includes(`+fmt.Sprintf("%q", why)+`) && document.querySelectorAll("dialog[open] [role=option]").length > 0`)
	for _, s := range tb.heard() {
		if strings.HasPrefix(s, "exception") {
			t.Error(s)
		}
	}
}

// largeEntities is how many entities the organisation has that is typed into.
const largeEntities = 3000

// waiting is how many times longer a loop of some milliseconds takes, at the worst
// tenth of its runs, than its quickest run.
const waiting = `(() => {
	const took = [];
	for (let run = 0; run < 60; run++) {
		const began = performance.now();
		let x = run;
		for (let i = 0; i < 3e6; i++) x = (x * 31 + i) | 0;
		took.push(performance.now() - began + (x === 1 ? 1e-9 : 0));
	}
	took.sort((a, b) => a - b);
	return took[54] / took[0];
})()`

// TestTypingIsSmooth types into the palette and the search page of a large portal:
// no task of the page takes much longer than 50 ms. That bar itself is for
// BenchmarkSearchPage, on a machine that has nothing else to do; a test shares it
// with others and tells what has become twice as slow. Other work makes tasks
// longer, never shorter: the best of some tries counts, and where the page is kept
// waiting for the processor nothing can be said.
func TestTypingIsSmooth(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a large portal")
	}
	b := startBrowser(t)
	src := t.TempDir()
	var y strings.Builder
	words := []string{"payment", "booking", "ledger", "notice", "gateway", "search", "stock", "route", "audit", "fleet"}
	for i := range largeEntities {
		fmt.Fprintf(&y, "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: %s-%s-%d\n  description: Keeps the %s of each %s in order, number %d.\n  tags: [%s]\nspec:\n  type: service\n  lifecycle: production\n  owner: team-%d\n",
			words[i%10], words[i/10%10], i, words[i/7%10], words[i/3%10], i, words[i/13%10], i%40)
	}
	if err := os.WriteFile(filepath.Join(src, "catalog-info.yaml"), []byte(y.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	p := built(t, src, "build", ".", "--base-url", base)
	tb := b.tab(t)
	const most, tries = 100, 6
	for _, place := range []struct {
		name, path string
		open       []step
		done       string
	}{
		{"palette", "about/", []step{press("Ctrl k")}, `document.querySelectorAll("dialog[open] [role=option]").length > 2`},
		{"search page", "search/", []step{focus("main [data-search]")}, hits + ` > 2`},
	} {
		best := -1.0
		for try := 0; try < tries && (best < 0 || best > most); try++ {
			tb.visit(t, p, place.path)
			tb.do(t, place.open...)
			tb.until(t, `document.activeElement?.matches("input")`)
			tb.settle(t)
			eval[bool](t, tb, `(() => { window.longest = 0; new PerformanceObserver(l => l.getEntries().forEach(e => window.longest = Math.max(window.longest, e.duration))).observe({type: "longtask"}); return true; })()`)
			tb.do(t, write("payment ledger 12"))
			tb.until(t, place.done)
			tb.settle(t)
			if took := eval[float64](t, tb, `window.longest`); best < 0 || took < best {
				best = took
			}
		}
		if waits := eval[float64](t, tb, waiting); best > most && waits > 1.5 {
			t.Skipf("%s: the longest task took %.0f ms, on a machine that has other work: a loop takes %.1f times as long as it can", place.name, best, waits)
		}
		if best > most {
			t.Errorf("%s: the longest task took %.0f ms, at most %d are wanted", place.name, best, most)
		}
	}
}

// testLost goes to addresses that lead nowhere: their words are in the field, and
// names that are close below it.
func testLost(t *testing.T, p *portal, tb *tab) {
	for path, want := range map[string]string{
		"no/such/page/": "no such page",
		"no/catalog/default/component/boking-service/": "no catalog default component boking service",
		"no/start%20here.html":                         "no start here",
	} {
		tb.visit(t, p, path)
		if got := eval[string](t, tb, `document.querySelector("main [data-search]").value`); got != want {
			t.Errorf("/%s: %q is to be searched for, want %q", path, got, want)
		}
	}
	tb.visit(t, p, "no/boking-service/")
	tb.until(t, `document.querySelector("[data-suggestions] h2") !== null && [...document.querySelectorAll("[data-suggestions] a")].some(a => a.pathname.endsWith("/catalog/default/component/booking-service/"))`)
	tb.accessible(t)
	tb.do(t, focus("main [data-search]"))
	tb.leads(t, p, "search/?q=no+boking+service", press("Enter"))
}
