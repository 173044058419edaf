package state

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"callboard/internal/diag"
)

// Merge brings the shards of one crawl together, in a directory that is opened
// for writing: the files are those that one crawl of all would have made. Of a
// repository that several shards have, the first counts.
func (d *Dir) Merge(shards []*Dir) error {
	parts := map[string][]part{}
	for _, s := range shards {
		names, err := s.Sources()
		if err != nil {
			return fmt.Errorf("merge: %w", err)
		}
		for _, n := range names {
			src, err := s.Source(n)
			if err != nil {
				return fmt.Errorf("merge: %w", err)
			}
			parts[n] = append(parts[n], part{s, src})
		}
	}
	for _, n := range slices.Sorted(maps.Keys(parts)) {
		if err := d.merge(n, parts[n]); err != nil {
			return fmt.Errorf("merge source %s: %w", n, err)
		}
	}
	return nil
}

// part is a source in a shard.
type part struct {
	d *Dir
	s *Source
}

func (d *Dir) merge(name string, ps []part) error {
	all := &Source{Name: name, Entries: ps[0].s.Entries}
	times := Times{Observed: map[string]time.Time{}, Enriched: map[string]time.Time{}}
	seen := map[string]bool{}
	for _, p := range ps {
		if f := p.s.Fault; f != nil && (all.Fault == nil || f.Since.Before(all.Fault.Since)) {
			all.Fault = f
		}
		all.Events = append(all.Events, p.s.Events...)
		of := p.d.Times(name)
		if times.Listed.IsZero() || of.Listed.Before(times.Listed) {
			times.Listed = of.Listed
		}
		for _, r := range p.s.Repos {
			if seen[r.Key] {
				continue
			}
			seen[r.Key] = true
			all.Repos = append(all.Repos, r)
			copyTime(times.Observed, of.Observed, r.Key)
			copyTime(times.Enriched, of.Enriched, r.Key)
			if err := d.copy(p.d, name, r.Key); err != nil {
				return err
			}
		}
	}
	if err := d.mergeAnnexes(name, all, ps); err != nil {
		return err
	}
	slices.SortStableFunc(all.Events, Event.Compare)
	slices.SortFunc(all.Repos, func(a, b Repo) int { return strings.Compare(a.Key, b.Key) })
	return d.Conclude(all, times)
}

func copyTime(to, from map[string]time.Time, key string) {
	if t, ok := from[key]; ok {
		to[key] = t
	}
}

// copy copies the file of a repository, if there is one.
func (d *Dir) copy(from *Dir, source, key string) error {
	r, err := from.Repository(source, key)
	if err != nil || r == nil {
		return err
	}
	f, err := os.Open(r.file)
	if err != nil {
		return err
	}
	defer f.Close()
	return d.replace(d.place(source, key), false, func(w *bufio.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
}

// mergeAnnexes makes one annex of those that several shards have of a repository.
func (d *Dir) mergeAnnexes(name string, all *Source, ps []part) error {
	seen := map[string]bool{}
	for i, p := range ps {
		for _, a := range p.s.Annexes {
			if seen[a.Of] {
				continue
			}
			seen[a.Of] = true
			all.Annexes = append(all.Annexes, a)
			if err := d.mergeAnnex(name, a, ps[i:]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Dir) mergeAnnex(name string, a Annex, ps []part) error {
	w := d.Begin(name, a.Key())
	var r Repository
	for _, p := range ps {
		x, err := p.d.Repository(name, a.Key())
		if err != nil || x != nil && (r.Revision == "" || r.Revision == x.Revision) {
			err = errors.Join(err, r.join(x, w))
		}
		if err != nil {
			return errors.Join(err, w.Abort())
		}
	}
	if r.Revision == "" {
		return w.Abort()
	}
	return w.Commit(r, false)
}

// join adds what another annex of the same repository has.
func (r *Repository) join(x *Repository, w *Writer) error {
	if x == nil {
		return nil
	}
	r.Revision, r.Want = x.Revision, x.Want
	r.Seeds = union(r.Seeds, x.Seeds)
	r.Pointers = union(r.Pointers, x.Pointers)
	r.Elsewhere = Elsewhere{union(r.Elsewhere.Files, x.Elsewhere.Files), union(r.Elsewhere.Docs, x.Elsewhere.Docs)}
	if r.Links == nil {
		r.Links = map[string]string{}
	}
	maps.Copy(r.Links, x.Links)
	for _, g := range x.Diagnostics {
		if !slices.ContainsFunc(r.Diagnostics, func(h diag.Diagnostic) bool { return g.Compare(h) == 0 }) {
			r.Diagnostics = append(r.Diagnostics, g)
		}
	}
	for _, f := range x.Files {
		b, err := x.Read(f)
		if err != nil {
			return err
		}
		if err := w.Put(f.Path, b); err != nil {
			return err
		}
	}
	return nil
}

func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}
