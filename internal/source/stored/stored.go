// Package stored is the source of what was crawled: the state that crawls have
// left in one directory, or the shards of several. It asks no host.
package stored

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"callboard/internal/crawl/state"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/repofs"
	"callboard/internal/source"
)

// CodeStale marks a repository of which the last known good is shown.
const CodeStale = diag.Code("repo-stale")

// Options say what is made of repositories.
type Options struct {
	// Entries are the glob patterns of catalog files, for sources that were
	// crawled without patterns of their own.
	Entries []string
}

// Source is one source as it was crawled.
type Source struct {
	name string
	opt  Options
	dirs []*state.Dir
	// unread tells that nothing of it was ever crawled.
	unread bool

	mu    sync.Mutex
	parts []*state.Source // one per directory that knows the source
	known map[string]known
}

// known is a repository and where it is.
type known struct {
	state.Repo
	dir     *state.Dir
	part    *state.Source
	annexes []annex // of all directories
}

// annex is what only others name of a repository.
type annex struct {
	state.Annex
	dir *state.Dir
}

// Open opens the sources of directories of state, in order of their names. A
// source of which several directories have a part is one. If several have the
// same repository, the first directory counts.
func Open(dirs []string, opt Options) ([]*Source, error) {
	byName := map[string]*Source{}
	for _, path := range dirs {
		d, err := state.Read(path)
		if err != nil {
			return nil, err
		}
		names, err := d.Sources()
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			if byName[n] == nil {
				byName[n] = &Source{name: n, opt: opt}
			}
			byName[n].dirs = append(byName[n].dirs, d)
		}
	}
	out := make([]*Source, 0, len(byName))
	for _, n := range slices.Sorted(maps.Keys(byName)) {
		s := byName[n]
		if err := s.load(); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// Unread is a source that was configured and that no crawl has left anything of.
// It has no repositories, and says why.
func Unread(name string) *Source { return &Source{name: name, unread: true} }

// notCrawled is the kind of the trouble of a source that was never crawled.
const notCrawled = "not-crawled"

// PartMissing is the kind of the trouble of a source that was crawled in parts of
// which some are not there.
const PartMissing = "part-missing"

// Name is the source's name, such as "github:acme".
func (s *Source) Name() string { return s.name }

// Listed is when the source was listed last, as a whole: the first of the times of
// its parts. It is zero if none is known.
func (s *Source) Listed() (at time.Time) {
	for _, d := range s.dirs {
		t := d.Times(s.name).Listed
		if at.IsZero() || !t.IsZero() && t.Before(at) {
			at = t
		}
	}
	return at
}

// load reads what is known of the repositories.
func (s *Source) load() error {
	var parts []*state.Source
	repos := map[string]known{}
	annexes := map[string][]annex{}
	for _, d := range s.dirs {
		part, err := d.Source(s.name)
		if err != nil {
			return err
		}
		if part == nil {
			continue
		}
		parts = append(parts, part)
		times := d.Times(s.name)
		for _, r := range part.Repos {
			if _, taken := repos[r.Name]; r.Revision != "" && !taken {
				r.Facts.Observed = times.Observed[r.Key]
				if len(r.Facts.AskedFor) > 0 {
					r.Facts.Asked = times.Enriched[r.Key]
				}
				repos[r.Name] = known{Repo: r, dir: d, part: part}
			}
		}
		for _, a := range part.Annexes {
			annexes[a.Of] = append(annexes[a.Of], annex{a, d})
		}
	}
	for name, k := range repos {
		k.annexes = annexes[k.Key]
		repos[name] = k
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.parts, s.known = parts, repos
	return nil
}

// Repos lists the repositories that a crawl has fetched, by name.
func (s *Source) Repos(ctx context.Context) iter.Seq2[source.Repo, error] {
	return func(yield func(source.Repo, error) bool) {
		if err := s.load(); err != nil {
			yield(source.Repo{}, err)
			return
		}
		repos := s.repos()
		for _, name := range slices.Sorted(maps.Keys(repos)) {
			if err := ctx.Err(); err != nil {
				yield(source.Repo{}, err)
				return
			}
			if !yield(repos[name].repo(), nil) {
				return
			}
		}
	}
}

func (s *Source) repos() map[string]known {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known
}

func (k known) repo() source.Repo {
	return source.Repo{Name: k.Name, ID: k.ID, Revision: k.Revision, Branch: k.Branch, WebURL: k.WebURL, CloneURL: k.CloneURL, Topics: k.Topics, Facts: k.Facts}
}

// Fetch makes the snapshot of a repository that Repos named. One whose file is
// damaged is empty, with a diagnostic: the next crawl repairs it.
func (s *Source) Fetch(_ context.Context, r source.Repo, sink diag.Sink) (*repofs.Snapshot, error) {
	k, ok := s.repos()[r.Name]
	if !ok {
		return nil, fmt.Errorf("%s: no repository %q was crawled", s.name, r.Name)
	}
	index, err := k.dir.Repository(s.name, k.Key)
	if err != nil {
		return nil, err
	}
	if index == nil {
		sink.Report(diag.Diagnostic{Pos: diag.Pos{Repo: r.Name}, Severity: diag.Warning, Code: repofs.CodeUnreadable,
			Message: "the state of the crawl has no readable copy of the repository", Hint: "crawl again"})
		index = &state.Repository{}
	}
	all, err := s.withAnnexes(k, index, sink)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		for _, d := range x.Diagnostics {
			d.Pos.Repo = r.Name
			sink.Report(d)
		}
	}
	snap := snapshot(r.Name, all)
	s.describe(snap, k, index)
	if snap.Stale != nil && !k.forAll() {
		sink.Report(diag.Diagnostic{Pos: diag.Pos{Repo: r.Name}, Severity: diag.Warning, Code: CodeStale, Message: "this is not the present state of the repository: " + snap.Stale.Cause})
	}
	return snap, nil
}

// forAll tells that the repository is not in its present state because the whole
// source is not, which is told once for all of them.
func (k known) forAll() bool {
	f := k.part.Fault
	return f != nil && k.Fault != nil && f.Kind == k.Fault.Kind && f.Cause == k.Fault.Cause
}

// withAnnexes are an index and those of what only others name.
func (s *Source) withAnnexes(k known, index *state.Repository, sink diag.Sink) ([]*state.Repository, error) {
	all := []*state.Repository{index}
	for _, a := range k.annexes {
		x, err := a.dir.Repository(s.name, a.Key())
		if err != nil {
			return nil, err
		}
		if x != nil {
			all = append(all, x)
		}
		if a.Fault != nil && k.Fault == nil {
			sink.Report(diag.Diagnostic{Pos: diag.Pos{Repo: k.Name}, Severity: diag.Warning, Code: CodeStale, Message: "files that other repositories name are not as they are now: " + a.Fault.Cause})
		}
	}
	return all, nil
}

// snapshot is that of the files of several indexes, of which the first counts.
// Each file has a stamp of its content, so that nobody has to read it to see that
// it is as it was.
func snapshot(name string, all []*state.Repository) *repofs.Snapshot {
	var files []repofs.File
	var sums []repofs.Known
	for i, index := range all {
		for _, f := range index.Files {
			if i > 0 && find(all[:i], f.Path) != nil {
				continue
			}
			files = append(files, repofs.File{Path: f.Path, Size: f.Size, Stamp: stamp(f.Sum)})
			sums = append(sums, repofs.Known{Path: f.Path, Size: f.Size, Stamp: stamp(f.Sum), Sum: f.Sum})
		}
	}
	if len(all) > 1 {
		slices.SortFunc(files, func(a, b repofs.File) int { return strings.Compare(a.Path, b.Path) })
		slices.SortFunc(sums, func(a, b repofs.Known) int { return strings.Compare(a.Path, b.Path) })
	}
	snap := repofs.Given(name, files, func(path string, max int64) ([]byte, error) {
		index := find(all, path)
		if index == nil {
			return nil, fmt.Errorf("%s: %w", path, state.ErrDamaged)
		}
		f, _ := index.Find(path)
		if f.Size > max {
			return nil, fmt.Errorf("%s: %w", path, state.ErrDamaged)
		}
		return index.Read(f)
	})
	snap.Remember(sums)
	return snap
}

// find is the first index with a path, nil if none has it.
func find(all []*state.Repository, path string) *state.Repository {
	for _, index := range all {
		if _, ok := index.Find(path); ok {
			return index
		}
	}
	return nil
}

// stamp tells contents apart, and says that nothing was changed lately.
func stamp(sum digest.Sum) repofs.Stamp {
	return repofs.Stamp{ModTime: 1, Inode: binary.LittleEndian.Uint64(sum[:])}
}

func (s *Source) describe(snap *repofs.Snapshot, k known, index *state.Repository) {
	snap.Revision, snap.Branch, snap.Topics = index.Revision, k.Branch, k.Topics
	snap.WebURL = strings.TrimSuffix(k.WebURL, "/")
	snap.Generated = index.Generated
	switch {
	case index.Entries != nil:
		snap.Entries = index.Entries
	case k.part.Entries != nil:
		snap.Entries = k.part.Entries
	default:
		snap.Entries = s.opt.Entries
	}
	if f := k.Facts; !index.Generated {
		snap.Facts = &f
	}
	if k.Fault != nil {
		snap.Stale = &repofs.Stale{Since: k.Fault.Since, Cause: k.Fault.Cause}
	}
}

// Troubles are what is wrong with the source as a whole, and with repositories
// that were listed and never fetched. What several shards say in the same words
// is said once, since the first of them.
func (s *Source) Troubles() (out []source.Trouble) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unread {
		return []source.Trouble{{Kind: notCrawled, Cause: "it has not been crawled yet"}}
	}
	if missing := missingParts(s.parts); missing != "" {
		out = append(out, source.Trouble{Kind: PartMissing, Cause: missing})
	}
	for _, p := range s.parts {
		if p.Fault != nil {
			out = append(out, trouble("", p.Fault))
		}
		for _, r := range p.Repos {
			if r.Revision == "" && r.Fault != nil {
				out = append(out, trouble(r.Name, r.Fault))
			}
		}
	}
	slices.SortFunc(out, func(a, b source.Trouble) int {
		return cmp.Or(cmp.Compare(a.Repo, b.Repo), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Cause, b.Cause), a.Since.Compare(b.Since))
	})
	return slices.CompactFunc(out, func(a, b source.Trouble) bool { return a.Repo == b.Repo && a.Kind == b.Kind && a.Cause == b.Cause })
}

// missingParts says which parts of a source are not there, "" if it is whole. Parts
// of several divisions do not complete each other; the finest one is told of.
func missingParts(parts []*state.Source) string {
	there, most := map[int]map[int]bool{}, 0 // by the number of parts
	for _, p := range parts {
		i, n := state.ParseShard(p.Shard)
		if n <= 1 {
			return ""
		}
		if there[n] == nil {
			there[n] = map[int]bool{}
		}
		there[n][i] = true
		most = max(most, n)
	}
	var lost []string
	for n, have := range there {
		if len(have) == n {
			return ""
		}
	}
	for i := 1; i <= most; i++ {
		if !there[most][i] {
			lost = append(lost, strconv.Itoa(i))
		}
	}
	switch len(lost) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("part %s of %d is not there", lost[0], most)
	}
	if more := len(lost) - maxLost; more > 0 {
		lost = append(lost[:maxLost], fmt.Sprintf("%d others", more))
	}
	last := len(lost) - 1
	return fmt.Sprintf("parts %s and %s of %d are not there", strings.Join(lost[:last], ", "), lost[last], most)
}

// maxLost is how many missing parts are named.
const maxLost = 8

func trouble(repo string, f *state.Fault) source.Trouble {
	return source.Trouble{Repo: repo, Kind: f.Kind, Cause: f.Cause, Since: f.Since}
}

// Events are the changes of the source that are kept, oldest first.
func (s *Source) Events() (out []state.Event) {
	for _, p := range s.parts {
		out = append(out, p.Events...)
	}
	slices.SortStableFunc(out, state.Event.Compare)
	return out
}
