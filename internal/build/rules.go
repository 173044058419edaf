package build

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"callboard/internal/cache"
	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/lint"
	"callboard/internal/repofs"
)

// filter is the sink before another one that leaves out what the configuration
// turns off.
func (o Options) filter(next diag.Sink) *lint.Filter {
	s := lint.Settings{Severity: map[diag.Code]diag.Severity{}, Off: map[diag.Code]bool{}, Paths: o.Config.Lint.Ignore}
	for code, word := range o.Config.Lint.Rules {
		if word == "off" {
			s.Off[diag.Code(code)] = true
			continue
		}
		var sev diag.Severity
		if sev.UnmarshalText([]byte(word)) == nil {
			s.Severity[diag.Code(code)] = sev
		}
	}
	return lint.NewFilter(s, next)
}

// rules applies the rules of package lint, and tells of documentation that is
// not where an annotation says. Of the files that of leaves out, not all is found
// and nothing is read; nil leaves out none.
func (o Options) rules(c *catalog.Catalog, snaps map[string]*repofs.Snapshot, of func(repo, file string) bool, kept keepFunc, sink diag.Sink) {
	lo := o.ruleOptions(sourceOf(snaps, of), of)
	lo.Kept = kept
	lint.Check(c, lo, sink)
	at := lint.NewAt(c.Get, lint.PlacesFrom(lo.Source), sink, "metadata", "annotations", docs.AnnotationRef)
	docs.Find(c, snaps, docs.Options{Auto: o.Config.Docs.Auto, Profile: o.Config.Docs.Profile}, at)
	at.Close()
}

// sourceFunc is lint.Options.Source.
type sourceFunc func(repo, file string) ([]byte, error)

func sourceOf(snaps map[string]*repofs.Snapshot, of func(repo, file string) bool) sourceFunc {
	return func(repo, file string) ([]byte, error) {
		if s := snaps[repo]; s != nil && (of == nil || of(repo, file)) {
			return s.Read(file)
		}
		return nil, fmt.Errorf("%s/%s: %w", repo, file, fs.ErrNotExist)
	}
}

func (o Options) ruleOptions(source sourceFunc, of func(repo, file string) bool) lint.Options {
	types := make(map[string][]string, len(o.Config.Lint.Types))
	for kind, list := range o.Config.Lint.Types {
		types[strings.ToLower(kind)] = list
	}
	return lint.Options{Lifecycles: o.Config.Lint.Lifecycles, Types: types, Source: source, Of: of}
}

// keepFunc is lint.Options.Kept.
type keepFunc func(repo string, key digest.Sum, make func() ([]byte, error)) ([]byte, error)

// spots keeps in a pack where the findings of a repository stand while its files
// are as they are.
func (r *repos) spots(pack *cache.Pack) keepFunc {
	if pack == nil {
		return nil
	}
	texts := make(map[string]digest.Sum, len(r.all))
	for _, p := range r.all {
		texts[p.snap.Repo] = p.text
	}
	return func(repo string, key digest.Sum, make func() ([]byte, error)) ([]byte, error) {
		return cache.Do(pack, digest.New("spots").String(r.o.Version).String(repo).Add(texts[repo]).Add(key).Sum(), func(b []byte) ([]byte, error) { return b, nil }, func() ([]byte, []byte, error) {
			b, err := make()
			return b, b, err
		})
	}
}

// heeding reads files of a snapshot and tells the filter of the comments in
// them.
func heeding(snap *repofs.Snapshot, f *lint.Filter) repofs.ReadFunc {
	return func(path string) ([]byte, error) {
		b, err := snap.Read(path)
		f.Heed(snap.Repo, ignores(path, b))
		return b, err
	}
}

// ignores are the comments in the text of a file that say which findings are
// meant to be.
func ignores(file string, src []byte) []lint.Ignore {
	switch path.Ext(file) {
	case ".yaml", ".yml":
		return lint.Ignores(file, src)
	}
	return nil
}
