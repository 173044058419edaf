package build

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/audience"
	"callboard/internal/catalog"
	"callboard/internal/codesearch"
	"callboard/internal/config"
	"callboard/internal/digest"
	"callboard/internal/output"
	"callboard/internal/par"
	"callboard/internal/repofs"
)

// code makes the index of source code, if the configuration wants one, or takes
// over that of the last build.
func (b *builder) code(ctx context.Context) error {
	if !b.o.Config.Search.Code.Enabled {
		return nil
	}
	snaps := b.withCode()
	pack := b.kept.pack("code", b.audience)
	defer pack.Release()
	key, sure := b.codeKey(snaps)
	if raw, ok := pack.Get(key); sure && ok {
		var n codeNote
		if json.Unmarshal(raw, &n) == nil && b.out.KeepAll(n.Made) {
			b.codeIndex = n.Root
			return pack.Close()
		}
	}
	n, err := b.indexCode(ctx, snaps)
	if err != nil {
		return err
	}
	b.codeIndex = n.Root
	if !sure {
		return nil
	}
	raw, err := json.Marshal(n)
	return errors.Join(err, pack.Put(key, raw), pack.Close())
}

// codeNote is what is remembered of an index.
type codeNote struct {
	Root string        `json:"root"`
	Made []output.Made `json:"made"`
}

// withCode are the repositories whose code is in the index, by name.
func (b *builder) withCode() []*repofs.Snapshot {
	var seen map[string]bool // nil for all
	if s := b.linked.Seen; s != nil && !s.Whole {
		seen = map[string]bool{}
		for _, name := range s.Code {
			seen[name] = true
		}
	}
	var out []*repofs.Snapshot
	for _, p := range b.repos.all {
		if s := p.snap; !s.Generated && (seen == nil || seen[s.Repo]) && chosen(b.o.Config.Search.Code, s.Repo) {
			out = append(out, s)
		}
	}
	return out
}

func chosen(c config.CodeSearch, repo string) bool {
	return len(c.Repositories) == 0 || slices.ContainsFunc(c.Repositories, func(g string) bool { return doublestar.MatchUnvalidated(g, repo) })
}

// seenCode are the repositories whose code an audience may see: those of which it
// sees all entities, with all that they say and that is said of them, and all
// documentation. For a file of code may tell of anything in its repository.
func (b *builder) seenCode(v *audience.View) []string {
	if v.Whole {
		return nil
	}
	known := map[string]bool{}
	for e := range b.ruling.b.loaded.Catalog.All() {
		name := e.Origin.Repo
		if before, ok := known[name]; !ok || before {
			known[name] = v.Untouched(e.Ref)
		}
	}
	for _, s := range b.ruling.specs {
		if len(v.DocsWithheld(s.Of)) > 0 || !v.Shows(s.Of) {
			known[s.Snap.Repo] = false
		}
	}
	out := []string{}
	for _, p := range b.repos.all {
		if known[p.snap.Repo] {
			out = append(out, p.snap.Repo)
		}
	}
	return out
}

// codeKey is the digest of all that the index depends on. It is not sure if a file
// may have changed without its stamp telling so.
func (b *builder) codeKey(snaps []*repofs.Snapshot) (key digest.Sum, sure bool) {
	h := digest.New("code").Int(codesearch.Version).String(b.o.Version).JSON(b.o.Config.Search.Code).JSON(b.o.Config.Catalog.Ignore)
	for _, s := range snaps {
		f, sure := s.Fingerprint(b.o.started())
		if !sure {
			return digest.Sum{}, false
		}
		h.String(s.Repo).String(s.Revision).String(s.WebURL).String(s.Branch).Add(f)
	}
	return h.Sum(), true
}

// codeFile is a file that may come into the index: prepared, or left out.
type codeFile struct {
	snap *repofs.Snapshot
	path string
	why  codesearch.Reason
	codesearch.Prepared
}

// indexCode makes the index. Files are read and prepared at once, a few ahead of the
// one that is added, so that no more of them is in memory.
func (b *builder) indexCode(ctx context.Context, snaps []*repofs.Snapshot) (n codeNote, err error) {
	x := codesearch.NewBuilder(b.o.Config.Catalog.Ignore, func(name string, data []byte) error {
		m, err := b.data(name, data)
		n.Made = append(n.Made, m)
		return err
	})
	defer func() { err = errors.Join(err, x.Close()) }()
	preparers := sync.Pool{New: func() any { return codesearch.NewPreparer() }}
	var repo *repofs.Snapshot
	done := 0
	for f, err := range par.Map(ctx, b.o.jobs(), codeFiles(snaps), func(_ context.Context, f codeFile) (codeFile, error) {
		p := preparers.Get().(*codesearch.Preparer)
		defer preparers.Put(p)
		b.prepareCode(p, &f)
		return f, nil
	}) {
		if err != nil {
			return n, err
		}
		if repo != f.snap {
			b.o.progress("code", done, len(snaps))
			done++
			repo = f.snap
			if err := x.Begin(repositoryOf(repo)); err != nil {
				return n, err
			}
		}
		if f.why != "" {
			x.Leave(f.path, f.why)
		} else if err := x.Add(f.Prepared); err != nil {
			return n, err
		}
	}
	n.Root, err = x.Finish()
	return n, err
}

func codeFiles(snaps []*repofs.Snapshot) iter.Seq[codeFile] {
	return func(yield func(codeFile) bool) {
		for _, s := range snaps {
			for _, f := range s.Files {
				if !yield(codeFile{snap: s, path: f.Path, why: codesearch.ByName(f.Path, f.Size)}) {
					return
				}
			}
		}
	}
}

func repositoryOf(s *repofs.Snapshot) codesearch.Repository {
	at := s.Revision
	if at == "" {
		at = s.Branch
	}
	return codesearch.Repository{Name: s.Repo, Revision: s.Revision, Link: catalog.LineLink(s.WebURL, at)}
}

// prepareCode reads a file, unless it is left out.
func (b *builder) prepareCode(p *codesearch.Preparer, f *codeFile) {
	if ignoresCode(b.o.Config.Search.Code.Ignore, f.path) {
		f.why = codesearch.ReasonIgnored
	}
	if f.why != "" {
		return
	}
	content, err := f.snap.Read(f.path)
	switch {
	case err != nil:
		f.why = codesearch.ReasonUnreadable
	case repofs.IsPointer(content):
		f.why = codesearch.ReasonPointer
	default:
		f.why = codesearch.ByContent(content)
	}
	if f.why == "" {
		f.Prepared = p.Prepare(f.path, content)
	}
}

// ignoresCode tells whether a pattern names the file or a directory above it.
func ignoresCode(patterns []string, p string) bool {
	for _, g := range patterns {
		for at := len(p); at > 0; at = lastSlash(p[:at]) {
			if doublestar.MatchUnvalidated(g, p[:at]) {
				return true
			}
		}
	}
	return false
}

func lastSlash(p string) int {
	for i := len(p) - 1; i > 0; i-- {
		if p[i] == '/' {
			return i
		}
	}
	return 0
}
