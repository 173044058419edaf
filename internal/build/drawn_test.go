package build_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// TestDrawnByServer holds that a server draws what the configuration gives it, once;
// that pages show the source while it fails, and the drawing when it does not any
// more.
func TestDrawnByServer(t *testing.T) {
	var asked atomic.Int32
	var broken atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		asked.Add(1)
		b, _ := io.ReadAll(q.Body)
		if broken.Load() {
			http.Error(w, "out of order", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" onload="evil()"><style>.c{fill:#123}</style><script>evil()</script><rect class="c" id="cb-main"/><text>%s at %s</text></svg>`, strings.TrimSpace(string(b)), q.URL.Path)
	}))
	defer server.Close()
	dir := t.TempDir()
	write(t, dir, "org/pay/catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: pay, annotations: {backstage.io/techdocs-ref: \"dir:.\"}}\nspec: {type: service, lifecycle: production, owner: team}\n")
	write(t, dir, "org/pay/docs/index.md", "# Pay\n\n```d2\na to b\n```\n\n```d2\na to b\n```\n\n```go\nvar x int\n```\n")
	write(t, dir, "org/pay/docs/more.md", "# More\n")
	o := at(t, filepath.Join(dir, "org"), filepath.Join(dir, "out"), filepath.Join(dir, "cache"))
	o.Config.Diagrams.Kroki.URL = server.URL
	page := func() string { return read(t, o, "docs/default/component/pay/index.html") }

	broken.Store(true)
	if r := mustRun(t, o); !strings.Contains(fmt.Sprint(r.Diagnostics), "the d2 diagram is shown as its source: "+server.URL+"/d2/svg answers 503") {
		t.Errorf("%v", r.Diagnostics)
	}
	if p := page(); !strings.Contains(p, "a to b") || strings.Contains(p, "drawn made") {
		t.Errorf("a diagram that was not drawn: %s", p)
	}
	broken.Store(false)
	asked.Store(0)
	mustRun(t, o)
	p := page()
	for _, want := range []string{`<rect id="dg1-cb-main" fill="#123"></rect>`, `<rect id="dg2-cb-main" fill="#123"></rect>`, "<text>a to b at /d2/svg</text>"} {
		if !strings.Contains(p, want) {
			t.Errorf("there is no %s in %s", want, p)
		}
	}
	if strings.Contains(p, "evil") {
		t.Error("a script came through")
	}
	write(t, dir, "org/pay/docs/more.md", "# More\n\nof it\n")
	mustRun(t, o)
	walk(t, o.Out)
	if n := asked.Load(); n != 1 {
		t.Errorf("the server was asked %d times", n)
	}
	if page() != p {
		t.Error("the page has changed")
	}
}
