package github

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"callboard/internal/source"
	"callboard/internal/source/github/githubtest"
	"callboard/internal/source/sourcetest"
)

// suited is a repository of the suite, whose commits have the suite's names.
type suited struct {
	*githubtest.Files
	r *sourcetest.Repo
}

func (s suited) Tip(branch string) string {
	if s.Files.Tip(branch) == "" {
		return ""
	}
	return s.r.Commit()
}

func (s suited) Tree(oid string) *githubtest.Tree {
	if oid != s.r.Commit() {
		return s.Files.Tree(oid)
	}
	t := *s.Files.Tree(s.Files.Tip(s.r.Branch))
	t.Commit = oid
	return &t
}

// suite fills a server with the repositories of the suite, and returns those that
// a host lists without filters.
func (w *world) suite() []*sourcetest.Repo {
	all := sourcetest.Org("acme")
	for _, r := range all {
		base, files := fstest.MapFS{}, githubtest.NewFiles(r.Branch, nil, "")
		for _, f := range r.Files {
			if f.Kind == source.RegularFile {
				base[f.Path] = &fstest.MapFile{Data: []byte(f.Text)}
			}
		}
		if len(base) > 0 {
			files = githubtest.NewFiles(r.Branch, base, "")
		}
		for _, f := range r.Files {
			switch f.Kind {
			case source.Symlink:
				files.Link(f.Path, f.Text)
			case source.Submodule:
				files.Module(f.Path, f.Text)
			}
		}
		made := &githubtest.Repo{ID: r.ID, Owner: r.Owner, Name: r.Name, Branch: r.Branch, Content: suited{files, r}, Topics: r.Topics, Archived: r.Archived, Fork: r.Fork}
		if r.Old == "" {
			w.Add(made)
			continue
		}
		made.Name = r.Old
		w.Rename(w.Add(made), r.Owner, r.Name)
	}
	return slices.DeleteFunc(all, func(r *sourcetest.Repo) bool { return r.Empty() || r.Archived })
}

func TestSuite(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	repos := w.suite()
	sourcetest.Suite{Host: w.host(), Repos: repos}.Run(t)
}

func TestSuiteByREST(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	repos := w.suite()
	// REST cannot tell that a repository is empty before its tree is asked for.
	h := w.host(rest, func(o *Options) { o.Filters.Repository = "payments|docs|forked|slashed" })
	sourcetest.Suite{Host: onebyone{h}, Repos: repos}.Run(t)
	_, err := h.Tree(t.Context(), source.Repo{Name: "acme/empty", Branch: "main"})
	kind(t, err, source.Empty)
}

// TestArchiveFaults breaks archives at the host that sends them, and before it is
// named.
func TestArchiveFaults(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	w.repo("payments")
	h := w.host()
	r := w.one(h, "payments")
	for _, match := range []func(*http.Request) bool{
		func(r *http.Request) bool { return strings.HasSuffix(w.Archives, r.Host) },
		func(r *http.Request) bool { return strings.Contains(r.URL.Path, "/tarball/") },
	} {
		sourcetest.RunArchives(t, h, r, token, w.clock, func(how http.HandlerFunc) {
			if w.Heal(); how != nil {
				w.Inject(githubtest.Fault{Match: match, Serve: how})
			}
		})
	}
}

// onebyone is a host without its batches.
type onebyone struct{ source.Host }

func TestFaults(t *testing.T) {
	w := newWorld(t, githubtest.Options{})
	w.repo("payments")
	w.AddOrg(&githubtest.Org{Login: "acme", People: []githubtest.Person{{Login: "alice"}}, Teams: []githubtest.Team{{Slug: "a", Name: "A", Members: []string{"alice"}}}})
	h := w.host()
	r := w.one(h, "payments")
	tree, err := h.Tree(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	byREST := w.host(rest)
	for path, ask := range map[string]func() error{
		"/graphql":              func() error { return second(list(h)) },
		"/orgs/acme/members":    func() error { return second(byREST.People(t.Context())) },
		"/orgs/acme/teams":      func() error { return second(byREST.People(t.Context())) },
		"/users/alice":          func() error { return second(byREST.People(t.Context())) },
		"/orgs/acme/repos":      func() error { return second(list(byREST)) },
		"/git/trees/":           func() error { return second(h.Tree(t.Context(), r)) },
		"/commits/":             func() error { return second(h.Tree(t.Context(), source.Repo{Name: r.Name, Branch: "main"})) },
		"/repositories/":        func() error { return second(byREST.Find(t.Context(), r)) },
		"/repos/acme/payments/": func() error { return firstErr(h.Read(t.Context(), r, tree.Entries[:1])) },
	} {
		for name, f := range sourcetest.Faults() {
			if path == "/graphql" && (name == "404" || name == "410") {
				continue // there is no GraphQL then, and REST answers
			}
			w.Inject(githubtest.Fault{Match: func(r *http.Request) bool { return strings.Contains(r.URL.Path, path) }, Serve: f.How})
			err := ask()
			w.Heal()
			w.clock.Jump(48 * time.Hour)
			if k := source.KindOf(err); k != f.Kind {
				t.Errorf("%s, %s: %v, want a fault of kind %s", path, name, err, f.Kind)
			}
			if err == nil || strings.Contains(err.Error(), token) {
				t.Errorf("%s, %s: %v", path, name, err)
			}
		}
		if err := ask(); err != nil {
			t.Errorf("%s, healed: %v", path, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func firstErr(seq func(func([]byte, error) bool)) (err error) {
	seq(func(_ []byte, e error) bool { err = e; return err == nil })
	return err
}
