package docs

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"callboard/internal/repofs"
)

// source is a Markdown file of a set.
type source struct {
	repo string // path in the repository
	rel  string // path below docs_dir, with what the set includes
	at   string // address below the set's own; "" for its first page
}

// markdownFiles lists a set's files in the order in which MkDocs 1.6 walks
// them: each directory's index first, then its files by code point, then its
// subdirectories. excluded is what a plugin leaves out.
func (p *Plan) markdownFiles(excluded func(rel string) bool) []source {
	exclude, draft := p.conf.exclude.ignorer(), p.conf.draft.ignorer()
	var out []source
	at := map[string]int{} // path in the set -> place in out
	for _, m := range p.mounts {
		for _, f := range p.Snap.Under(m.dir) {
			if !p.isSource(f.Path) {
				continue
			}
			rel, _ := m.below(f.Path)
			if exclude.match(rel) || !p.Drafts && draft.match(rel) || excluded(rel) {
				continue
			}
			s := source{repo: f.Path, rel: rel, at: address(rel, p.conf.directoryURLs)}
			if i, known := at[rel]; known {
				out[i] = s // what is included lies on top
				continue
			}
			at[rel] = len(out)
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b source) int { return compareDocs(a.rel, b.rel) })
	return out
}

func below(dir, p string) string {
	if dir == "." || dir == "" {
		return p
	}
	return strings.TrimPrefix(p, dir+"/")
}

// isBelow tells whether a file of the repository lies below a directory of it.
func isBelow(dir, p string) bool {
	return dir == "." || dir == "" || strings.HasPrefix(p, dir+"/")
}

func isMarkdown(p string) bool {
	switch strings.ToLower(path.Ext(p)) {
	case ".md", ".markdown", ".mdown", ".mkdn", ".mkd":
		return true
	}
	return false
}

// compareDocs orders the files of a directory before those of its
// subdirectories, and an index before everything else. The files of a
// directory, with all that is below it, thereby stand together.
func compareDocs(a, b string) int {
	for {
		da, ra, subA := strings.Cut(a, "/")
		db, rb, subB := strings.Cut(b, "/")
		switch {
		case subA != subB:
			return cmp.Compare(btoi(subA), btoi(subB))
		case !subA:
			return cmp.Or(cmp.Compare(btoi(!isIndex(da)), btoi(!isIndex(db))), cmp.Compare(da, db))
		case da != db:
			return cmp.Compare(da, db)
		}
		a, b = ra, rb
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// isIndex tells whether a file is its directory's index: index.md, or README.md
// as on code hosts. MkDocs takes these two spellings and no other.
func isIndex(name string) bool {
	stem := strings.TrimSuffix(name, path.Ext(name))
	return stem == "index" || stem == "README"
}

// address is the path of a page below its set's address.
func address(rel string, directoryURLs bool) string {
	stem := strings.TrimSuffix(rel, path.Ext(rel))
	dir := path.Dir(rel)
	switch {
	case isIndex(path.Base(rel)) && dir == ".":
		return ""
	case isIndex(path.Base(rel)):
		return dir + "/"
	case directoryURLs:
		return stem + "/"
	}
	return stem + ".html"
}

// pageFile is the file that is served at an address.
func pageFile(at string) string {
	if at == "" || strings.HasSuffix(at, "/") {
		return at + "index.html"
	}
	return at
}

// has tells whether a file is in the repository.
func has(snap *repofs.Snapshot, p string) bool {
	_, ok := snap.Lookup(p)
	return ok
}

// hasDir tells whether a directory of the repository holds any file.
func hasDir(snap *repofs.Snapshot, dir string) bool {
	if dir == "." || dir == "" {
		return len(snap.Files) > 0
	}
	i, _ := slices.BinarySearchFunc(snap.Files, dir+"/", func(f repofs.File, p string) int { return cmp.Compare(f.Path, p) })
	return i < len(snap.Files) && strings.HasPrefix(snap.Files[i].Path, dir+"/")
}

// inside tells whether a cleaned relative path stays below the root.
func inside(p string) bool {
	return p != ".." && !strings.HasPrefix(p, "../") && !path.IsAbs(p)
}
