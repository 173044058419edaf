package serve

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browser starts a headless browser, and collects what its console says.
func browser(t *testing.T) (context.Context, func() []string) {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CALLBOARD_BROWSER") == "required" {
			t.Fatal("there is no chromium, and CALLBOARD_BROWSER requires it")
		}
		t.Skip("there is no chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
	alloc, cancel := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	messages := chromedp.Console(ctx)
	var mu sync.Mutex
	var said []string
	go func() { // ends with ctx
		for m, err := range messages {
			if err != nil {
				return
			}
			mu.Lock()
			said = append(said, string(m.Type)+": "+m.Text+" "+m.URL)
			mu.Unlock()
		}
	}()
	return ctx, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return said
	}
}

// TestOverlay looks at a page as its author does: findings are shown as text,
// can be put away, and a change loads the page again.
func TestOverlay(t *testing.T) {
	ctx, said := browser(t)
	s := start(t)
	panel, dismiss := chromedp.CSS(".cb-reload"), chromedp.CSS(".cb-reload-close")
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, steps...); err != nil {
			t.Fatal(err, said())
		}
	}
	read := func() string {
		t.Helper()
		text, err := chromedp.Run(ctx, chromedp.Text(panel))
		if err != nil {
			t.Fatal(err, said())
		}
		return text
	}
	do(chromedp.Navigate(s.url), chromedp.WaitVisible(panel))
	overlay := read()
	do(chromedp.Click(dismiss), chromedp.WaitNotPresent(panel))

	put(t, filepath.Join(s.src, "page.txt"), "<p id=two>two</p>")
	do(chromedp.WaitReady(chromedp.CSS("#two")), chromedp.WaitReady(chromedp.CSS(`link[href="/-/reload.css"]`)))
	left, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`new Promise(done => {
		const s = new EventSource("/-/events");
		s.addEventListener("build", () => { s.close(); setTimeout(() => done(!!document.querySelector(".cb-reload")), 50); });
	})`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	s.fail.Store(true)
	put(t, filepath.Join(s.src, "page.txt"), "three")
	do(chromedp.WaitVisible(panel))
	body := read()
	for _, want := range []string{"Last build: 1 error, 1 warning", "a.yaml:2:3", "wrong <b>", "mend it"} {
		if !strings.Contains(overlay, want) {
			t.Errorf("the overlay lacks %q:\n%s", want, overlay)
		}
	}
	if left {
		t.Error("the same findings are shown again after they were put away")
	}
	if !strings.Contains(body, "The build failed") || !strings.Contains(body, "the disk is full") {
		t.Errorf("the overlay of a build that failed:\n%s", body)
	}
	for _, line := range said() {
		if !strings.Contains(line, "favicon.ico") {
			t.Error("the console says:", line)
		}
	}
	if err := s.end(); err != nil {
		t.Error(err)
	}
}
