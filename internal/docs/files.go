package docs

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/repofs"
)

// source is a Markdown file of a set.
type source struct {
	repo string // path in the repository
	rel  string // path below docs_dir
}

// markdownFiles lists a set's pages as MkDocs 1.6 walks them: without dot files
// and the templates directory, each directory's index first, then its files by
// code point, then its subdirectories.
func markdownFiles(snap *repofs.Snapshot, docsDir string, exclude ignoreList) []source {
	var out []source
	for _, f := range snap.Under(docsDir) {
		rel := below(docsDir, f.Path)
		if !isMarkdown(rel) || hidden(rel) || exclude.match(rel) {
			continue
		}
		out = append(out, source{f.Path, rel})
	}
	slices.SortFunc(out, func(a, b source) int { return compareDocs(a.rel, b.rel) })
	return dropReadmes(out)
}

func below(dir, p string) string {
	if dir == "." || dir == "" {
		return p
	}
	return strings.TrimPrefix(p, dir+"/")
}

func isMarkdown(p string) bool {
	switch strings.ToLower(path.Ext(p)) {
	case ".md", ".markdown", ".mdown", ".mkdn", ".mkd":
		return true
	}
	return false
}

func hidden(rel string) bool {
	return strings.HasPrefix(rel, ".") || strings.Contains(rel, "/.") || strings.HasPrefix(rel, "templates/")
}

// compareDocs orders the files of a directory before those of its
// subdirectories, and an index before everything else.
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
// as on code hosts.
func isIndex(name string) bool {
	stem := strings.ToLower(strings.TrimSuffix(name, path.Ext(name)))
	return stem == "index" || stem == "readme"
}

// dropReadmes leaves a README out where the directory has an index.
func dropReadmes(in []source) []source {
	index := map[string]bool{}
	for _, s := range in {
		if strings.HasPrefix(strings.ToLower(path.Base(s.rel)), "index.") {
			index[path.Dir(s.rel)] = true
		}
	}
	return slices.DeleteFunc(in, func(s source) bool {
		return strings.HasPrefix(strings.ToLower(path.Base(s.rel)), "readme.") && index[path.Dir(s.rel)]
	})
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

// ignoreList is a list of patterns in the form of .gitignore, as exclude_docs
// and not_in_nav use it.
type ignoreList []ignoreRule

type ignoreRule struct {
	glob   string
	negate bool
}

const maxIgnoreRules = 500

// parseIgnore reads patterns, one a line. A pattern without a slash matches at
// any depth, one with a slash only from the root; a match of a directory is a
// match of all that is in it.
func parseIgnore(text string) ignoreList {
	var out ignoreList
	for line := range strings.Lines(text) {
		g := strings.TrimSpace(line)
		if g == "" || strings.HasPrefix(g, "#") || len(out) >= maxIgnoreRules {
			continue
		}
		r := ignoreRule{}
		g, r.negate = strings.CutPrefix(g, "!")
		g = strings.TrimSuffix(g, "/")
		if strings.Contains(g, "/") {
			g = strings.TrimPrefix(g, "/")
		} else {
			g = "**/" + g
		}
		if r.glob = g; doublestar.ValidatePattern(g) {
			out = append(out, r)
		}
	}
	return out
}

func (l ignoreList) match(rel string) bool {
	hit := false
	for _, r := range l {
		if hit != r.negate {
			continue // this rule could only say again what holds already
		}
		for p := rel; p != "."; p = path.Dir(p) {
			if ok, err := doublestar.Match(r.glob, p); err == nil && ok {
				hit = !r.negate
				break
			}
		}
	}
	return hit
}
