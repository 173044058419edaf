package lsp

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"

	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/entity"
)

// held is one folder with its catalog, or the surroundings of one file.
type held struct {
	dir, file string
	project   *Project
	live      *build.Live
	roots     []root
	unsaved   map[string]map[string]*document // applied, by repository and path
	shapes    *shapes
	tried     bool // to open the project
	stale     bool // all is to be read again
	dirty     bool // it is to be linked again
	view      *view
}

// root is the directory of a repository.
type root struct{ dir, repo string }

// spot is a file of a repository.
type spot struct{ repo, file string }

func (h *held) name() string {
	if h.file != "" {
		return h.file
	}
	return h.dir
}

// holds tells whether a file belongs to the folder.
func (h *held) holds(path string) bool {
	if path == "" {
		return false
	}
	if h.file == path || len(spots(h.roots, path)) > 0 {
		return true
	}
	_, inside := below(h.dir, path)
	return h.dir != "" && inside
}

// spots are the repositories that a file is in, the innermost first: a directory
// may be read twice, for different files.
func spots(roots []root, path string) []spot {
	var out []spot
	for _, r := range roots {
		if rel, ok := below(r.dir, path); ok && path != "" {
			out = append(out, spot{r.repo, rel})
		}
	}
	return out
}

// load opens the project and reads all of it.
func (h *held) load(ctx context.Context, w *workspace) error {
	p, err := w.o.Open(ctx, Asked{Dir: h.dir, File: h.file, Catalog: w.client.catalog})
	if err != nil {
		return err
	}
	if errs, _, _ := diag.Count(p.Findings); errs > 0 {
		h.broken(p)
		return nil
	}
	s, err := readShapes(p.Editor)
	if err != nil {
		return errors.Join(err, p.Close())
	}
	live, err := build.OpenLive(ctx, p.Options)
	if err != nil {
		return errors.Join(err, p.Close())
	}
	err = h.close()
	h.project, h.live, h.shapes, h.unsaved = p, live, s, map[string]map[string]*document{}
	h.place()
	return err
}

// broken notes a configuration that cannot be worked with: what was read under
// the one before stands.
func (h *held) broken(p *Project) {
	if h.project == nil {
		h.project = p
		return
	}
	h.project.Findings, h.project.File = p.Findings, p.File
	if p.Close != nil {
		p.Close() // nothing of it is open, so that nothing can fail
	}
}

// place finds out where the repositories are.
func (h *held) place() {
	h.roots = nil
	for _, name := range h.live.Repos() {
		if dir := h.project.Abs(diag.Pos{Repo: name}); dir != "" {
			h.roots = append(h.roots, root{filepath.Clean(dir), name})
		}
	}
	slices.SortStableFunc(h.roots, func(a, b root) int { return len(b.dir) - len(a.dir) })
}

func (h *held) close() error {
	var errs []error
	if h.live != nil {
		h.live.Close()
	}
	if h.project != nil && h.project.Close != nil {
		errs = append(errs, h.project.Close())
	}
	h.live, h.project = nil, nil
	return errors.Join(errs...)
}

// update reads what has changed of a folder.
func (w *workspace) update(ctx context.Context, h *held, p pending, docs snapshot) {
	if !h.tried || h.stale || h.reopens(p) {
		h.tried, h.stale, h.dirty = true, false, true
		if err := h.load(ctx, w); err != nil && ctx.Err() == nil {
			w.out.log(logError, "%s: %v", h.name(), err)
		}
		if h.live != nil && ctx.Err() == nil {
			w.opened(h)
		}
	}
	if h.live == nil {
		return
	}
	list := h.listed(ctx, w, p)
	unsaved := h.overlays(docs)
	for _, repo := range h.live.Repos() {
		again, known := list[repo]
		if !known && maps.Equal(h.unsaved[repo], unsaved[repo]) {
			continue
		}
		if err := h.live.Read(ctx, repo, again, contents(unsaved[repo])); err != nil {
			if ctx.Err() == nil {
				w.out.log(logError, "%s: %v", h.name(), err)
			}
			return
		}
		h.unsaved[repo], h.dirty = unsaved[repo], true
	}
}

func (w *workspace) opened(h *held) {
	for _, warning := range h.project.Warnings {
		w.out.log(logWarning, "%s: %s", h.name(), warning)
	}
	w.out.log(logInfo, "%s: %d repositories", h.name(), len(h.live.Repos()))
}

// reopens tells whether what the project is made of has changed.
func (h *held) reopens(p pending) bool {
	if h.project == nil {
		return len(p.disk) > 0 // something may have been done about what was wrong
	}
	for path := range p.disk {
		if path == h.project.File || slices.Contains(h.project.Files, path) || h.dir != "" && path == filepath.Join(h.dir, ConfigName) {
			return true
		}
	}
	return false
}

// listed are the repositories that have changed on disk, with whether files have
// come or gone.
func (h *held) listed(ctx context.Context, w *workspace, p pending) map[string]bool {
	out := map[string]bool{}
	refresh := false
	for path, how := range p.disk {
		in := spots(h.roots, path)
		_, inside := below(h.dir, path)
		refresh = refresh || len(in) == 0 && h.dir != "" && inside
		for _, s := range in {
			_, known := h.live.Snapshot(s.repo).Lookup(s.file)
			out[s.repo] = out[s.repo] || how != changeChanged || !known
		}
	}
	if refresh {
		if err := h.live.Refresh(ctx); err != nil && ctx.Err() == nil {
			w.out.log(logError, "%s: %v", h.name(), err)
		}
		h.dirty = true
		h.place()
	}
	return out
}

// overlays are the open documents that the folder's repositories hold, by
// repository and path.
func (h *held) overlays(docs snapshot) map[string]map[string]*document {
	out := map[string]map[string]*document{}
	for _, doc := range docs {
		for _, s := range spots(h.roots, doc.path) {
			if !h.live.Takes(s.repo, s.file) {
				continue
			}
			if out[s.repo] == nil {
				out[s.repo] = map[string]*document{}
			}
			out[s.repo][s.file] = doc
		}
	}
	return out
}

func contents(docs map[string]*document) map[string][]byte {
	out := make(map[string][]byte, len(docs))
	for p, d := range docs {
		out[p] = []byte(d.all)
	}
	return out
}

// link makes the catalogs anew where something has changed. What one folder has
// is known in the others.
func (w *workspace) link(docs snapshot) {
	dirty := slices.ContainsFunc(w.open, func(h *held) bool { return h.dirty })
	if !dirty {
		return
	}
	var views []*view
	for _, h := range w.open {
		switch {
		case h.project == nil:
			continue
		case h.live == nil:
			h.view = &view{project: h.project, docs: docs}
		case h.dirty || len(w.open) > 1:
			h.view = w.linked(h, docs)
		}
		h.dirty = false
		views = append(views, h.view)
	}
	w.mu.Lock()
	w.views = views
	w.mu.Unlock()
}

// linked is the catalog of a folder, as requests see it.
func (w *workspace) linked(h *held, docs snapshot) *view {
	v := &view{dir: h.dir, project: h.project, shapes: h.shapes, roots: h.roots, docs: docs, elsewhere: map[string]elsewhere{}}
	// What is not open is not shown, and a large catalog has many findings.
	of := func(repo, file string) bool { return h.unsaved[repo][file] != nil }
	v.linted = h.live.Link(build.LintOptions{Of: of, Others: func(read *build.Loaded, own []*entity.Entity) []*entity.Entity {
		mine := make(map[entity.Ref]bool, len(own))
		for _, e := range own {
			mine[e.Ref] = true
		}
		var out []*entity.Entity
		if h.project.Others != nil {
			out = h.project.Others(read, own)
			for _, e := range out {
				mine[e.Ref] = true
			}
		}
		return append(out, w.neighbours(h, v, mine)...)
	}})
	v.index()
	return v
}

// neighbours are the entities of the other folders that this one does not have.
func (w *workspace) neighbours(h *held, v *view, taken map[entity.Ref]bool) []*entity.Entity {
	var out []*entity.Entity
	for _, other := range w.open {
		if other == h || other.live == nil {
			continue
		}
		for _, e := range other.live.Entities() {
			if taken[e.Ref] {
				continue
			}
			taken[e.Ref] = true
			out = append(out, v.foreign(other, e))
		}
	}
	return out
}

// elsewhereMark stands before the names of repositories of other folders.
const elsewhereMark = "folder:"

// elsewhere is a repository of another folder.
type elsewhere struct {
	project *Project
	repo    string
}

// foreign is an entity of another folder, so that no finding about it is taken
// for one about a file of this one.
func (v *view) foreign(from *held, e *entity.Entity) *entity.Entity {
	out := *e
	out.Origin.Repo = elsewhereMark + from.name() + ":" + e.Origin.Repo
	v.elsewhere[out.Origin.Repo] = elsewhere{from.project, e.Origin.Repo}
	out.Edges = slices.Clone(e.Edges)
	for i := range out.Edges {
		out.Edges[i].Pos.Repo = out.Origin.Repo
	}
	return &out
}
