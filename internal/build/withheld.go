package build

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/audience"
	"callboard/internal/diag"
	"callboard/internal/docs"
	"callboard/internal/entity"
	"callboard/internal/repofs"
)

// mayTell tells whether a finding can be shown to an audience. One about an entity
// that it sees as it is speaks of nothing else; others may.
func mayTell(v *audience.View, d diag.Diagnostic) bool {
	if v.Whole {
		return true
	}
	ref, err := entity.ParseRef(d.Entity, "", "")
	return err == nil && v.Untouched(ref) && v.Repo(d.Pos.Repo) && !slices.ContainsFunc(d.Related, func(r diag.Related) bool { return r.Pos.Path() != d.Pos.Path() })
}

// seenSnapshots are the repositories that an audience may know of, without what
// is withheld.
func (b *builder) seenSnapshots(v *audience.View) map[string]*repofs.Snapshot {
	out := map[string]*repofs.Snapshot{}
	for _, p := range b.repos.all {
		name := p.snap.Repo
		if !v.Repo(name) {
			continue
		}
		out[name] = p.snap
		if h := hiddenDirs(v, name, b.ruling.specs); h != nil {
			out[name] = p.snap.Without(h.hides)
		}
	}
	return out
}

// withheld are files of a repository that an audience may not see.
type withheld struct {
	// Dirs are the directories of documentation sets in the repository; those that
	// are true belong to an entity that is seen. A file is of the deepest that it
	// lies in.
	Dirs map[string]bool `json:"dirs,omitempty"`
	// Below is the directory that Patterns are relative to.
	Below    string   `json:"below,omitempty"`
	Patterns []string `json:"patterns,omitempty"`
}

// hiddenDirs are the files of documentation sets of a repository whose entities
// are not seen; nil if there are none.
func hiddenDirs(v *audience.View, repo string, specs []docs.Spec) *withheld {
	dirs, some := map[string]bool{}, false
	for _, s := range specs {
		if s.Snap.Repo == repo {
			dirs[s.Dir] = dirs[s.Dir] || v.Shows(s.Of)
		}
	}
	for _, shown := range dirs {
		some = some || !shown
	}
	if !some {
		return nil
	}
	return &withheld{Dirs: dirs}
}

// withheldOf are the files of a set's repository that the set is made without; nil
// if it is made of all.
func withheldOf(v *audience.View, spec docs.Spec, all []docs.Spec) *withheld {
	if v.Whole {
		return nil
	}
	w := cmp.Or(hiddenDirs(v, spec.Snap.Repo, all), &withheld{})
	w.Below, w.Patterns = spec.Dir, v.DocsWithheld(spec.Of)
	if !slices.ContainsFunc(spec.Snap.Files, func(f repofs.File) bool { return w.hides(f.Path) }) {
		return nil
	}
	return w
}

// hides tells whether a file is withheld.
func (w *withheld) hides(file string) bool {
	for dir := path.Dir(file); len(w.Dirs) > 0; dir = path.Dir(dir) {
		if shown, there := w.Dirs[dir]; there {
			if !shown {
				return true
			}
			break
		}
		if dir == "." {
			break
		}
	}
	rel, below := file, w.Below == "."
	if !below {
		rel, below = strings.CutPrefix(file, w.Below+"/")
	}
	return below && slices.ContainsFunc(w.Patterns, func(g string) bool {
		return doublestar.MatchUnvalidated(g, rel) || doublestar.MatchUnvalidated("**/"+g, rel) || doublestar.MatchUnvalidated("**/"+g+"/**", rel)
	})
}
