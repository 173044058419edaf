package browsertest

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
)

// BenchmarkSearchPage asks a portal that lies in CALLBOARD_BENCH_PORTAL, built
// with the base of these tests, on the search page: milliseconds of processor
// time that its main thread takes for a query as if nothing had been read before,
// and for one that is typed; and how long the longest task is while it is typed
// (0 if none takes 50 ms), at the best of the runs, as other work on the machine
// makes tasks longer. Each iteration asks all queries.
func BenchmarkSearchPage(b *testing.B) {
	dir := os.Getenv("CALLBOARD_BENCH_PORTAL")
	if dir == "" {
		b.Skip("set CALLBOARD_BENCH_PORTAL to the directory of a portal that was built with --base-url " + base)
	}
	p := &portal{dir: dir}
	p.serve(b)
	tb := startBrowser(b).tab(b)
	call(b, tb, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks})
	queries := []string{"payments", "getting started service", "how do i rotate the keys of the ledger?", "error codes index", "team platform", "kind:api orders"}
	cold, typed, longest := map[string][]float64{}, map[string][]float64{}, map[string][]float64{}
	for b.Loop() {
		for _, q := range queries {
			cold[q] = append(cold[q], askedAtOnce(b, p, tb, q))
			took, longtask := asTyped(b, p, tb, q)
			typed[q], longest[q] = append(typed[q], took), append(longest[q], longtask)
		}
	}
	worst := [3]float64{}
	for _, q := range queries {
		all := [3]float64{slices.Min(cold[q]), slices.Min(typed[q]), slices.Min(longest[q])}
		for i, ms := range all {
			worst[i] = max(worst[i], ms)
		}
		b.Logf("%q: %.0f ms at once, %.0f ms typed, longest task %.0f ms", q, all[0], all[1], all[2])
	}
	b.ReportMetric(worst[0], "ms-cold")
	b.ReportMetric(worst[1], "ms-typed")
	b.ReportMetric(worst[2], "ms-longest-task")
}

// busy is the processor time of the main thread so far, in milliseconds.
func busy(b *testing.B, tb *tab) float64 {
	for _, m := range call(b, tb, performance.GetMetrics, cdp.Empty{}).Metrics {
		if m.Name == "TaskDuration" {
			return 1000 * m.Value
		}
	}
	b.Fatal("the browser does not tell what its tasks take")
	return 0
}

const answered = hits + ` > 0`

// askedAtOnce is what a query takes that comes as a whole into a fresh page.
func askedAtOnce(b *testing.B, p *portal, tb *tab, q string) float64 {
	tb.visit(b, p, "search/")
	tb.settle(b)
	before := busy(b, tb)
	eval[bool](b, tb, fmt.Sprintf(`(() => { const i = document.querySelector("main [data-search]"); i.value = %q; i.dispatchEvent(new Event("input", {bubbles: true})); return true; })()`, q))
	tb.until(b, answered)
	tb.settle(b)
	return busy(b, tb) - before
}

// asTyped is what a query takes that is typed, and the longest task meanwhile.
func asTyped(b *testing.B, p *portal, tb *tab, q string) (took, longest float64) {
	tb.visit(b, p, "search/")
	tb.do(b, focus("main [data-search]"))
	tb.settle(b)
	eval[bool](b, tb, `(() => { window.longest = 0; new PerformanceObserver(l => l.getEntries().forEach(e => window.longest = Math.max(window.longest, e.duration))).observe({type: "longtask"}); return true; })()`)
	before := busy(b, tb)
	tb.do(b, write(q))
	tb.until(b, answered)
	tb.settle(b)
	return busy(b, tb) - before, eval[float64](b, tb, `window.longest`)
}
