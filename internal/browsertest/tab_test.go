package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is a tab that writes down what a page does and should not. One goroutine
// at a time uses it.
type tab struct {
	ctx  context.Context
	idle chan struct{} // told when the last open request ends
	// still says that pages run no scripts.
	still bool
	// scene is how the page is being looked at.
	scene scene

	mu     sync.Mutex
	url    string // of the page that was asked for
	status int64  // that the page is expected to have
	origin string
	open   map[network.RequestID]string
	ran    map[string]bool // scripts of the page
	said   []string
}

// hear takes the events of the browser in their order. It must not wait.
func (tb *tab) hear(ev any) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	switch e := ev.(type) {
	case *network.EventRequestWillBeSent:
		// A page asks once for a module. The second time it is for a worker, whose
		// session, and not the page's, is told when it has come.
		if !tb.ran[e.Request.URL] {
			tb.open[e.RequestID] = e.Request.URL
		}
		tb.ran[e.Request.URL] = strings.HasSuffix(e.Request.URL, ".js")
		if u := e.Request.URL; !strings.HasPrefix(u, tb.origin+"/") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") && u != "about:blank" {
			tb.complain("request to another origin: %s", u)
		}
	case *network.EventResponseReceived:
		if s := e.Response.Status; s >= 400 && !tb.expected(e.Response.URL, int64(s)) {
			tb.complain("status %d: %s", int64(s), e.Response.URL)
		}
	case *network.EventLoadingFinished:
		tb.close(e.RequestID)
	case *network.EventLoadingFailed:
		if !e.Canceled {
			tb.complain("request failed: %s: %s %s", tb.open[e.RequestID], e.ErrorText, e.BlockedReason)
		}
		tb.close(e.RequestID)
	case *runtime.EventExceptionThrown:
		d := e.ExceptionDetails
		tb.complain("exception: %s %s", d.Text, description(d.Exception))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			tb.complain("console: %s", texts(e.Args))
		}
	case *log.EventEntryAdded:
		tb.logged(e.Entry)
	case *audits.EventIssueAdded:
		switch e.Issue.Code {
		case audits.InspectorIssueCodeGenericIssue: // hints about forms, for autofill
		case "LazyLoadImageIssue": // nobody knows how large an author's picture is
		default:
			tb.complain("issue: %s", issue(e.Issue))
		}
	}
}

func (tb *tab) complain(format string, args ...any) {
	tb.said = append(tb.said, fmt.Sprintf(format, args...))
}

// expected tells whether a page that is missing is what was asked for.
func (tb *tab) expected(url string, status int64) bool { return url == tb.url && status == tb.status }

func (tb *tab) close(id network.RequestID) {
	delete(tb.open, id)
	if len(tb.open) > 0 {
		return
	}
	select {
	case tb.idle <- struct{}{}:
	default:
	}
}

func (tb *tab) logged(e *log.Entry) {
	bad := e.Level == log.EntryLevelError || e.Level == log.EntryLevelWarning
	if bad && !(e.Source == log.EntrySourceNetwork && tb.expected(e.URL, 404)) {
		tb.complain("log: %s %s", e.Text, e.URL)
	}
}

func description(o *runtime.RemoteObject) string {
	if o == nil {
		return ""
	}
	if o.Description != "" {
		return o.Description
	}
	return string(o.Value)
}

func texts(args []*runtime.RemoteObject) string {
	var out []string
	for _, a := range args {
		out = append(out, description(a))
	}
	return strings.Join(out, " ")
}

// issue is one line on what the browser's own audits found.
func issue(i *audits.InspectorIssue) string {
	if d := i.Details; d != nil && d.ContentSecurityPolicyIssueDetails != nil {
		c := d.ContentSecurityPolicyIssueDetails
		return fmt.Sprintf("%s: %s %s", c.ContentSecurityPolicyViolationType, c.ViolatedDirective, c.BlockedURL)
	}
	details, err := json.Marshal(i.Details)
	if err != nil {
		return string(i.Code)
	}
	return fmt.Sprintf("%s %s", i.Code, details)
}

// heard is what is wrong with the page, as far as it was heard.
func (tb *tab) heard() []string {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	return slices.Clone(tb.said)
}

// expect names the page that comes next and forgets the last.
func (tb *tab) expect(p *portal, url string, status int64) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	tb.origin, tb.url, tb.status, tb.said = p.origin, url, status, nil
	clear(tb.open)
	clear(tb.ran)
}

// load opens a page.
func (tb *tab) load(t testing.TB, p *portal, path string) {
	t.Helper()
	status := int64(200)
	if strings.HasPrefix(path, "no/") {
		status = 404
	}
	tb.expect(p, p.url(path), status)
	tb.do(t, chromedp.Navigate(p.url(path)))
}

// visit opens a page and waits until it has come to rest.
func (tb *tab) visit(t testing.TB, p *portal, path string) {
	t.Helper()
	tb.load(t, p, path)
	tb.settle(t)
}

// rest resolves when the page has nothing to do, twice in a row: what waits for
// the page to be idle has then run.
const rest = `new Promise(done => requestIdleCallback(() => requestIdleCallback(() => done(true))))`

// settle waits until nothing is being loaded and nothing is being done.
func (tb *tab) settle(t testing.TB) {
	t.Helper()
	for quiet := 0; quiet < 2; quiet++ {
		eval[bool](t, tb, rest)
		if tb.loading() > 0 {
			quiet = -1
			tb.await(t)
		}
	}
}

func (tb *tab) loading() int {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	return len(tb.open)
}

// await waits for the last open request. The browser does not always tell how one
// ended, such as that of a worker's script: what has been open for so long is named
// and not waited for any more. What a page lacks for it, its test finds.
func (tb *tab) await(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience/2)
	defer cancel()
	for tb.loading() > 0 {
		select {
		case <-tb.idle:
		case <-ctx.Done():
			t.Logf("%s: nothing is told of %q", tb.url, tb.forget())
		}
	}
}

// forget gives up on the requests that are open.
func (tb *tab) forget() (urls []string) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	urls = slices.Sorted(maps.Values(tb.open))
	clear(tb.open)
	return urls
}

// quiet fails the test for each thing that is wrong with the page.
func (tb *tab) quiet(t testing.TB) {
	t.Helper()
	for _, s := range tb.heard() {
		t.Error(s)
	}
}
