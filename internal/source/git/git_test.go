package git_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/git"
	"callboard/internal/source/sourcetest"
)

const token = "marked-TOKEN-0001"

// server is git http-backend over the repositories of sourcetest.
type server struct {
	t *testing.T
	sourcetest.Breaker
	dir, base, cache string
	repos            []*sourcetest.Repo
}

func newServer(t *testing.T, names ...string) *server {
	s := &server{t: t, dir: t.TempDir(), cache: t.TempDir(), repos: sourcetest.Org("acme")}
	for _, r := range s.repos {
		if slices.Contains(names, r.Name) {
			r.Bare(t, s.path(r))
		}
	}
	s.base = s.Serve(t, sourcetest.Backend(t, s.dir))
	return s
}

func (s *server) path(r *sourcetest.Repo) string { return filepath.Join(s.dir, r.Full()+".git") }

func (s *server) url(name string) string { return s.base + "/acme/" + name + ".git" }

func (s *server) host(o git.Options, names ...string) *git.Host {
	s.t.Helper()
	for _, n := range names {
		o.Repositories = append(o.Repositories, git.Repository{URL: s.url(n)})
	}
	o.Dir, o.Search = s.cache, os.Getenv("PATH")
	h, err := git.New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

func TestSuite(t *testing.T) {
	s := newServer(t, "payments", "docs", "slashed")
	h := s.host(git.Options{}, "payments", "docs", "slashed")
	repos := slices.DeleteFunc(slices.Clone(s.repos), func(r *sourcetest.Repo) bool { return r.SHA == "" })
	sourcetest.Suite{Host: h, Repos: repos, NoSizes: true, NoMoves: true, NoArchive: true}.Run(t)
	found := false
	for _, r := range s.Seen() {
		found = found || strings.Contains(r, "/acme/docs.git/git-upload-pack")
	}
	if !found {
		t.Error("nothing was fetched of the server")
	}
}

// What is wanted of a repository of 241 files is fetched, and no more.
func TestOnlyWhatIsWantedIsFetched(t *testing.T) {
	s := newServer(t, "docs")
	h := s.host(git.Options{}, "docs")
	r, tree := fetch(t, h, "acme/docs")
	s.Seen()
	for b, err := range h.Read(t.Context(), r, tree.Entries[:1]) {
		if err != nil || string(b) != s.repos[1].File(tree.Entries[0].Path).Text {
			t.Fatalf("%q, %v", b, err)
		}
	}
	if n := len(s.Seen()); n > 3 {
		t.Errorf("%d requests for one file", n)
	}
	dirs, _ := filepath.Glob(filepath.Join(s.cache, "*.git"))
	if len(dirs) != 1 {
		t.Fatal(dirs)
	}
	have := sourcetest.Git(t, dirs[0], "", "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)")
	if n := strings.Count(have, "blob"); n != 1 {
		t.Errorf("%d files are here", n)
	}
}

func fetch(t *testing.T, h *git.Host, name string) (source.Repo, source.Tree) {
	t.Helper()
	r, err := h.Find(t.Context(), source.Repo{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	tree, err := h.Tree(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return r, tree
}

func TestWhatMovesOnIsFetched(t *testing.T) {
	s := newServer(t, "payments")
	h := s.host(git.Options{}, "payments")
	r, tree := fetch(t, h, "acme/payments")
	pay := s.repos[0]
	s.Seen()
	if again, err := h.Tree(t.Context(), r); err != nil || again.Revision != tree.Revision || len(s.Seen()) != 0 {
		t.Errorf("what is here was fetched again: %v, %v", again.Revision, err)
	}
	pay.Files[0].Text = "# New\n"
	pay.Push(t, s.path(pay))
	if later, err := h.Tree(t.Context(), source.Repo{Name: r.Name, Branch: r.Branch, Revision: strings.Repeat("1", 40)}); err != nil || later.Revision != pay.SHA {
		t.Errorf("the tree is at %s, want %s: %v", later.Revision, pay.SHA, err)
	}
	dirs, _ := filepath.Glob(filepath.Join(s.cache, "*.git"))
	if log := sourcetest.Git(t, dirs[0], "", "rev-list", "--all", "--max-count=9"); log != pay.SHA {
		t.Errorf("more than one commit is kept: %s", log)
	}
}

// Servers that know no filters, no shallow copies or no protocol of version 2
// are read all the same.
func TestOldServers(t *testing.T) {
	s := newServer(t, "payments")
	pay := s.repos[0]
	read := func(what string) {
		t.Helper()
		s.cache = t.TempDir()
		h := s.host(git.Options{}, "payments")
		r, tree := fetch(t, h, "acme/payments")
		n := 0
		for _, err := range h.Read(t.Context(), r, slices.DeleteFunc(tree.Entries, func(e source.Entry) bool { return e.Kind == source.Submodule })) {
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
			n++
		}
		if n != len(pay.Files)-1 {
			t.Errorf("%s: %d files", what, n)
		}
	}
	sourcetest.Git(t, s.path(pay), "", "config", "uploadpack.allowFilter", "false")
	read("no filters")
	whole := s.Whole
	s.Whole = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Git-Protocol")
		whole.ServeHTTP(w, r)
	})
	read("protocol 0")
	sourcetest.Git(t, s.path(pay), "", "update-server-info")
	s.Whole = http.FileServer(http.Dir(s.dir)) // files alone
	read("no git at the server")
}

func TestReposAreListedThoughTheyDoNotAnswer(t *testing.T) {
	s := newServer(t, "payments", "empty")
	h := s.host(git.Options{}, "payments", "nowhere", "empty")
	var got []string
	for r, err := range h.Repos(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.Name+" "+r.Revision)
	}
	if want := []string{"acme/payments " + s.repos[0].SHA, "acme/nowhere ", "acme/empty "}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	for name, want := range map[string]source.FaultKind{"acme/nowhere": source.Gone, "acme/empty": source.Empty, "other": source.Gone} {
		if _, err := h.Find(t.Context(), source.Repo{Name: name}); source.KindOf(err) != want {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := h.Tree(t.Context(), source.Repo{Name: name}); source.KindOf(err) != want {
			t.Errorf("tree of %s: %v", name, err)
		}
	}
	for branch, want := range map[string]source.FaultKind{"nowhere": source.Gone, "main": ""} {
		h := s.host(git.Options{Repositories: []git.Repository{{URL: s.url("payments"), Branch: branch}}})
		if r, err := h.Find(t.Context(), source.Repo{Name: "acme/payments"}); source.KindOf(err) != want || want == "" && r.Branch != branch {
			t.Errorf("%s: %v", branch, err)
		}
	}
}

func TestFaults(t *testing.T) {
	s := newServer(t, "payments")
	status := func(code int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if len(header) > 0 {
				w.Header().Set(header[0], header[1])
			}
			w.WriteHeader(code)
			_, _ = w.Write([]byte("remote says " + token))
		}
	}
	known := s.repos[0].SHA // so that fetching is what is asked for first
	for name, c := range map[string]struct {
		part string
		how  http.HandlerFunc
		want source.FaultKind
	}{
		"401":                     {"info/refs", status(401, "WWW-Authenticate", `Basic realm="x"`), source.Denied},
		"403":                     {"info/refs", status(403), source.Denied},
		"404":                     {"info/refs", status(404), source.Gone},
		"429":                     {"info/refs", status(429), source.Limited},
		"500":                     {"info/refs", status(500), source.Unreachable},
		"503 while fetching":      {"git-upload-pack", status(503), source.Unreachable},
		"not git":                 {"info/refs", status(200), source.Broken},
		"nonsense while fetching": {"upload-pack", nonsense, source.Broken},
		"cut":                     {"git-upload-pack", cut, source.Unreachable},
		"elsewhere": {"info/refs", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/x", http.StatusMovedPermanently)
		}, source.Broken},
	} {
		s.cache = t.TempDir()
		h := s.host(git.Options{Token: secret.New(token)}, "payments")
		s.Break(c.part, c.how)
		r := source.Repo{Name: "acme/payments"}
		if c.part == "git-upload-pack" {
			r.Revision = known
		}
		_, err := h.Tree(t.Context(), r)
		s.Break("", nil)
		if kind := source.KindOf(err); kind != c.want && !(c.want == source.Broken && kind == source.Unreachable) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if err != nil && (strings.Contains(err.Error(), token) || strings.Contains(err.Error(), s.cache) || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: the error shows too much: %v", name, err)
		}
	}
	if _, err := s.host(git.Options{}, "payments").Tree(t.Context(), source.Repo{Name: "acme/payments"}); err != nil {
		t.Errorf("whole again: %v", err)
	}
}

func nonsense(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-git-upload-pack-"+map[bool]string{true: "result", false: "advertisement"}[r.Method == http.MethodPost])
	_, _ = w.Write(bytes.Repeat([]byte("ffff\x00\xff"), 100))
}

func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/x-git-upload-pack-result")
	w.Header().Set("Content-Length", "100000")
	_, _ = w.Write([]byte("0008"))
	panic(http.ErrAbortHandler)
}

// The token is shown to the host, and nowhere else: not in a command line, not in
// a file, not to where the host leads.
func TestTokens(t *testing.T) {
	s := newServer(t, "payments")
	var shown []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user+password != "" {
			t.Error("the token went elsewhere")
		}
		http.NotFound(w, r)
	}))
	defer elsewhere.Close()
	whole := s.Whole
	s.Whole = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		shown = append(shown, user+":"+password)
		if password != token {
			w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		whole.ServeHTTP(w, r)
	})
	log := recordGit(t)
	o := git.Options{Token: secret.New(token), Username: "bot"}
	h := s.host(o, "payments")
	r, tree := fetch(t, h, "acme/payments")
	for _, err := range h.Read(t.Context(), r, tree.Entries[:2]) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(shown) < 3 || slices.ContainsFunc(shown, func(s string) bool { return s != "bot:"+token }) {
		t.Errorf("%q", shown)
	}
	s.Break("info/refs", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusMovedPermanently)
	})
	if _, err := h.Find(t.Context(), r); source.KindOf(err) != source.Broken || !strings.Contains(err.Error(), "leads on") {
		t.Errorf("a redirect: %v", err)
	}
	s.Break("", nil)
	nothingHolds(t, token, log, s.cache)
	if _, err := s.host(git.Options{}, "payments").Find(t.Context(), source.Repo{Name: "acme/payments"}); source.KindOf(err) != source.Denied {
		t.Errorf("without a token: %v", err)
	}
}

// recordGit puts a git before the real one that writes down its arguments, and
// returns where.
func recordGit(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	program, err := exec.LookPath("git")
	if err != nil {
		t.Skip("there is no git here")
	}
	script := "#!/bin/sh\nprintf '%s\\n' \"$@\" >>'" + dir + "/log'\nexec '" + program + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(dir, "git"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return filepath.Join(dir, "log")
}

func nothingHolds(t *testing.T, what string, roots ...string) {
	t.Helper()
	n := 0
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			n++
			b, err := os.ReadFile(path)
			if bytes.Contains(b, []byte(what)) {
				t.Errorf("%s holds the token", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n < 5 {
		t.Errorf("only %d files were looked at", n)
	}
}

// A host that never answers is left when the crawl ends, by all processes.
func TestNothingIsLeftBehind(t *testing.T) {
	s := newServer(t, "payments")
	arrived, left := make(chan struct{}, 1), make(chan struct{}, 1)
	s.Break("git-upload-pack", func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			_, _ = r.Body.Read(make([]byte, 1<<16))
		}
		arrived <- struct{}{}
		<-r.Context().Done()
		left <- struct{}{}
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	if _, err := s.host(git.Options{}, "payments").Tree(ctx, source.Repo{Name: "acme/payments", Revision: s.repos[0].SHA}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	<-left // the connection is closed: whoever held it is gone
}

func TestLimits(t *testing.T) {
	s := newServer(t)
	const maxBytes = 1 << 18
	big := &sourcetest.Repo{ID: 9, Owner: "acme", Name: "big", Branch: "main", Files: []sourcetest.File{
		{Path: "a.txt", Text: "small\n"}, {Path: "b.bin", Text: noise(1 << 19)},
	}}
	big.Bare(t, s.path(big))
	h := s.host(git.Options{MaxBytes: maxBytes}, "big")
	r, tree := fetch(t, h, "acme/big")
	for _, err := range h.Read(t.Context(), r, tree.Entries) {
		if source.KindOf(err) != source.Unsupported || !strings.Contains(err.Error(), strconv.Itoa(maxBytes)) {
			t.Errorf("more than may be fetched: %v", err)
		}
	}
}

// noise is so many bytes that do not compress.
func noise(n int) string {
	b, x := make([]byte, n), uint64(1)
	for i := range b {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b[i] = byte(x)
	}
	return string(b)
}

func TestRepositoriesOfSHA256(t *testing.T) {
	s := newServer(t)
	r := &sourcetest.Repo{ID: 9, Owner: "acme", Name: "new", Branch: "main", Files: []sourcetest.File{{Path: "a.txt", Text: "x\n"}}}
	r.Bare(t, s.path(r), "--object-format=sha256")
	h := s.host(git.Options{}, "new")
	at, tree := fetch(t, h, "acme/new")
	if len(tree.Revision) != 64 {
		t.Fatal(tree)
	}
	for b, err := range h.Read(t.Context(), at, tree.Entries) {
		if err != nil || string(b) != "x\n" {
			t.Errorf("%q, %v", b, err)
		}
	}
}

func TestDirectoriesAreFetchedIfTheyMayBe(t *testing.T) {
	s := newServer(t, "payments")
	o := git.Options{Repositories: []git.Repository{{URL: s.path(s.repos[0])}}, Dir: s.cache, Search: os.Getenv("PATH")}
	if _, err := git.New(o); err == nil {
		t.Error("a directory was taken")
	}
	o.AllowFiles = true
	h, err := git.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, tree := fetch(t, h, "payments"); tree.Revision != s.repos[0].SHA {
		t.Error(tree.Revision)
	}
}

func TestNamesAndOptions(t *testing.T) {
	at := func(urls ...string) (out []git.Repository) {
		for _, u := range urls {
			out = append(out, git.Repository{URL: u})
		}
		return out
	}
	o := git.Options{Dir: t.TempDir(), Search: os.Getenv("PATH")}
	o.Repositories = at("https://git.example.com/acme/a.git", "git@other.example.com:acme/b.git", "ssh://git@ssh.example.com:2222/~me/c", "https://one.example.com/x/y/", "https://two.example.com/x/y")
	h, err := git.New(o)
	if err != nil {
		t.Skip(err) // without git
	}
	if h.Name() != "git:git.example.com" {
		t.Error(h.Name())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range h.Repos(ctx) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a list that was given up: %v", err)
		}
	}
	for name, want := range map[string]string{"acme/a": "https://git.example.com/acme/a.git", "acme/b": "git@other.example.com:acme/b.git", "~me/c": "ssh://git@ssh.example.com:2222/~me/c",
		"one.example.com/x/y": "https://one.example.com/x/y/", "two.example.com/x/y": "https://two.example.com/x/y"} {
		if _, err := h.Find(ctx, source.Repo{Name: name, ID: want}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range [][]git.Repository{nil, at("ext::sh -c true"), at("https://a.example.com/x", "https://a.example.com/x.git"), {{URL: "https://a.example.com/x", Branch: "--upload-pack=x"}}} {
		o.Repositories = bad
		if _, err := git.New(o); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
