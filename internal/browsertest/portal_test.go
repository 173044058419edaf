package browsertest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"callboard/internal/cli"
	"callboard/internal/serve"
)

// base is the path of the portal under test. It is not "/", so that an address
// that forgets it leads nowhere.
const base = "/board/"

// portal is the demo, built by the command and served as in production.
type portal struct {
	dir    string
	origin string // of its addresses, without a slash at the end
}

// startPortal builds the demo and serves it with the headers recommended for
// hosting, byte for byte, until the test ends.
func startPortal(t *testing.T) *portal {
	t.Helper()
	return built(t, t.TempDir(), "build", "--base-url", base)
}

// built builds a site by a command that is given in a directory, and serves it
// until the test ends.
func built(t testing.TB, in string, command ...string) *portal {
	t.Helper()
	p := &portal{dir: filepath.Join(t.TempDir(), "public")}
	var said bytes.Buffer
	env := cli.Env{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &said, Dir: in}
	args := append(slices.Clone(command), "--no-cache", "--out", p.dir)
	if code := cli.Main(t.Context(), env, args); code != cli.ExitOK {
		t.Fatalf("%q: exit code %d\n%s", args, code, &said)
	}
	p.serve(t)
	return p
}

// serve serves the directory until the test ends.
func (p *portal) serve(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	up, ended := make(chan string, 1), make(chan error, 1)
	go func() { // ends with cancel in the clean-up
		ended <- serve.Run(ctx, serve.Options{
			Addr: "127.0.0.1:0", Out: p.dir, Listening: func(u string) { up <- u },
			Build: func(context.Context) (serve.Outcome, error) { return serve.Outcome{Base: base}, nil },
		})
	}()
	select {
	case u := <-up:
		p.origin = strings.TrimSuffix(u, base)
	case err := <-ended:
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// url is the address of a path below the portal's base.
func (p *portal) url(path string) string { return p.origin + base + path }

// before stands a server before the portal that answers for some paths itself.
func (p *portal) before(t *testing.T, its func(path string) bool, answer http.HandlerFunc) *portal {
	t.Helper()
	at, err := url.Parse(p.origin)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(at)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if its(r.URL.Path) {
			answer(w, r)
		} else {
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return &portal{dir: p.dir, origin: s.URL}
}

// with is the portal with other files of data, by their paths.
func (p *portal) with(t *testing.T, files map[string]string) *portal {
	t.Helper()
	its := func(path string) bool { _, ok := files[strings.TrimPrefix(path, base)]; return ok }
	return p.before(t, its, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, files[strings.TrimPrefix(r.URL.Path, base)])
	})
}

// without is the portal with files gone.
func (p *portal) without(t *testing.T, gone func(path string) bool) *portal {
	t.Helper()
	return p.before(t, gone, http.NotFound)
}

// signedOut is the portal behind a proxy whose session has ended: it sends whoever
// asks for some files to its sign-in.
func (p *portal) signedOut(t *testing.T, kept func(path string) bool) *portal {
	t.Helper()
	return p.before(t, kept, http.RedirectHandler("https://login.invalid/start?rd=/board/", http.StatusFound).ServeHTTP)
}

// site is the portal's data/site.json with other values.
func (p *portal) site(t *testing.T, values map[string]any) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, "data", "site.json"))
	if err != nil {
		t.Fatal(err)
	}
	var site map[string]any
	if err := json.Unmarshal(text, &site); err != nil {
		t.Fatal(err)
	}
	maps.Copy(site, values)
	return marshal(t, site)
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// kindOfPage puts pages together that the same code makes. What varies in their
// addresses becomes a star; overviews of entities are told apart by the kind of
// entity, their tabs by name.
var kindOfPage = []struct {
	pattern *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`^catalog/-/index/.*`), "catalog/-/index/*"},
	{regexp.MustCompile(`^catalog/-/([a-z]+)/.*`), "catalog/-/$1/*"},
	{regexp.MustCompile(`^catalog/[^/]+/([^/]+)/[^/]+/$`), "catalog/*/$1/*/"},
	{regexp.MustCompile(`^catalog/[^/]+/[^/]+/[^/]+/([^/]+/)$`), "catalog/*/*/*/$1"},
	{regexp.MustCompile(`^catalog/[^/]+/([^/]+/)?$`), "catalog/*/*"},
	{regexp.MustCompile(`^docs/[^/]+/[^/]+/([^/]+)/$`), "docs/*/*/*/"},
	{regexp.MustCompile(`^docs/[^/]+/[^/]+/(callboard|handbook)/.+$`), "docs/*/*/$1/*"}, // the longest, and the one with everything Markdown can
	{regexp.MustCompile(`^docs/[^/]+/[^/]+/[^/]+/.+$`), "docs/*/*/*/*"},
	{regexp.MustCompile(`^health/(rule|team)/.*`), "health/$1/*"},
}

func kind(p string) string {
	for _, k := range kindOfPage {
		if k.pattern.MatchString(p) {
			return k.pattern.ReplaceAllString(p, k.name)
		}
	}
	return p
}

// mustHave are kinds of pages without which the demo would prove little.
var mustHave = []string{
	"", "about/", "apis/", "catalog/", "catalog/-/index/*", "catalog/-/kind/*", "catalog/-/owner/*", "catalog/-/tag/*",
	"catalog/*/api/*/", "catalog/*/component/*/", "catalog/*/*/*/dependencies/", "catalog/*/*/*/source/", "catalog/*/*/*/definition/", "catalog/*/*/*/apis/", "catalog/*/*/*/docs/", "catalog/*/domain/*/",
	"catalog/*/group/*/", "catalog/*/location/*/", "catalog/*/resource/*/", "catalog/*/system/*/", "catalog/*/template/*/", "catalog/*/user/*/",
	"docs/", "docs/*/*/*/", "docs/*/*/callboard/*", "docs/*/*/handbook/*", "graph/", "health/", "health/rule/*", "health/team/*",
	"people/", "search/", "shortcuts/", "systems/", "teams/", "templates/",
}

// kinds yields one page of each kind, the longest, by the name of the kind.
func (p *portal) kinds(t *testing.T) map[string]string {
	t.Helper()
	found, size := map[string]string{}, map[string]int{}
	err := fs.WalkDir(os.DirFS(p.dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || path.Base(name) != "index.html" {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(p.dir), name)
		if err != nil || bytes.Contains(text, []byte(`http-equiv="refresh"`)) {
			return err
		}
		at := strings.TrimSuffix(name, "index.html")
		if k := kind(at); len(text) > size[k] {
			found[k], size[k] = at, len(text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range mustHave {
		if _, ok := found[k]; !ok {
			t.Errorf("the demo has no page of the kind %q", k)
		}
	}
	return found
}

// pages are the pages to look at, in order: one of each kind, and some in other
// states.
func (p *portal) pages(t *testing.T) []string {
	t.Helper()
	out := []string{"search/?q=booking", "search/?q=gate&kind=doc", "catalog/?kind=api", "no/such/page"}
	for _, at := range p.kinds(t) {
		out = append(out, at)
	}
	slices.Sort(out)
	return out
}
