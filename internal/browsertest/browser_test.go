// Package browsertest looks at the demo portal with a real browser, as readers
// do: every kind of page, in light and dark, on a phone, with a keyboard and
// without scripts. The portal is served with the headers recommended for
// hosting, so that whatever they forbid shows.
//
// The tests are skipped where there is no Chromium. With CALLBOARD_BROWSER set
// to "required" they fail instead.
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// patience is how long one step may take before it counts as stuck.
const patience = 30 * time.Second

var programs = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless-shell"}

// program finds the browser, or skips the test.
func program(t testing.TB) string {
	t.Helper()
	for _, name := range programs {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	if os.Getenv("CALLBOARD_BROWSER") == "required" {
		t.Fatalf("there is no browser, and CALLBOARD_BROWSER requires one; looked for %q", programs)
	}
	t.Skipf("there is no browser; looked for %q", programs)
	return ""
}

// browser is one process, shared by all tests.
type browser struct{ ctx context.Context }

func startBrowser(t testing.TB) *browser {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program(t)), chromedp.WindowSize(1440, 900), chromedp.DisableGPU)
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox) // Chromium refuses to be root inside its sandbox
	}
	alloc, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	return &browser{ctx}
}

// tab opens a tab with a profile of its own: nothing that another tab stored is
// seen in it.
func (b *browser) tab(t testing.TB) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	tb := &tab{ctx: ctx, open: map[network.RequestID]string{}, ran: map[string]bool{}, idle: make(chan struct{}, 1)}
	if err := chromedp.Listen(ctx, tb.hear); err != nil {
		t.Fatal(err)
	}
	tb.enable(t)
	return tb
}

func (tb *tab) enable(t testing.TB) {
	t.Helper()
	call(t, tb, network.Enable, network.EnableParams{})
	call(t, tb, log.Enable, cdp.Empty{})
	call(t, tb, audits.Enable, cdp.Empty{})
}

func (tb *tab) disableScripts(t testing.TB) {
	t.Helper()
	call(t, tb, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	tb.still = true
}

// call runs a command of the protocol.
func call[P, R any](t testing.TB, tb *tab, cmd cdp.Command[P, R], params P) R {
	t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	r, err := chromedp.Call(ctx, cmd, params)
	if err != nil {
		t.Fatalf("%s: %v", cmd.Method, err)
	}
	return r
}

// do takes steps in a tab.
func (tb *tab) do(t testing.TB, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatalf("%v; the page says %q", err, tb.heard())
	}
}

// eval evaluates an expression, which may be a promise, in the page.
func eval[T any](t testing.TB, tb *tab, expr string, opts ...chromedp.EvaluateOption) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expr, append(opts, chromedp.EvalAwaitPromise)...))
	if err != nil {
		if len(expr) > 200 {
			expr = expr[:200] + "…"
		}
		t.Fatalf("%s: %v; the page says %q", expr, err, tb.heard())
	}
	return v
}
