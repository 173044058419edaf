package crawl

import (
	"path"
	"slices"
	"strings"

	"callboard/internal/catalog"
	"callboard/internal/crawl/state"
	"callboard/internal/diag"
	"callboard/internal/lazyregexp"
	"callboard/internal/repofs"
	"callboard/internal/yamldoc"
)

// maxNamed bounds what one repository may name, so that patterns cannot be
// compared with its files for long.
const maxNamed = 5_000

// naming finds what the files of a repository name: files and directories that
// are wanted, too.
type naming struct {
	Want
	tree           []repofs.Entry
	web, branch    string
	known          map[string]bool // paths in the tree
	wanted         map[string]bool
	catalogs, dirs map[string]bool // what was found: catalog files, directories of documentation
	asked          int
	elsewhere      state.Elsewhere // what is not in this repository
}

func newNaming(w Want, tree []repofs.Entry, web, branch string) *naming {
	n := &naming{Want: w, tree: tree, web: web, branch: branch, known: make(map[string]bool, len(tree)), wanted: map[string]bool{}, catalogs: map[string]bool{}, dirs: map[string]bool{}}
	for _, e := range tree {
		n.known[e.Path] = true
	}
	return n
}

// interested tells whether a file may name others.
func (n *naming) interested(p string) bool {
	return n.IsCatalog(p) || isYAML(p) || isMarkdown(p) || n.catalogs[p]
}

// read looks into a file for what it names. What it is decides what is looked
// for.
func (n *naming) read(p string, text []byte) {
	switch {
	case n.IsCatalog(p) || n.catalogs[p]:
		for _, d := range yamldoc.Parse(text, diag.Pos{File: p}, diag.Discard) {
			n.document(p, d.Value)
		}
	case isMkdocs(p) || n.wanted[p] && isYAML(p):
		if d := yamldoc.One(text, diag.Pos{File: p}, diag.Discard); d != nil {
			n.mkdocs(p, d.Value)
		}
	case isMarkdown(p):
		n.markdown(p, string(text))
	}
}

func isYAML(p string) bool { e := path.Ext(p); return e == ".yml" || e == ".yaml" }

func isMarkdown(p string) bool {
	switch strings.ToLower(path.Ext(p)) {
	case ".md", ".markdown", ".mdown", ".mkdn", ".mkd":
		return true
	}
	return false
}

// document is one document of a catalog file: placeholders (Backstage,
// PlaceholderProcessor) anywhere, targets of a Location, documentation.
func (n *naming) document(p string, v any) {
	n.placeholders(p, v)
	top, _ := v.(map[string]any)
	spec, _ := top["spec"].(map[string]any)
	if kind, _ := top["kind"].(string); strings.EqualFold(kind, "Location") {
		targets, _ := spec["targets"].([]any)
		for _, t := range append(targets, spec["target"]) {
			n.location(p, t)
		}
	}
	meta, _ := top["metadata"].(map[string]any)
	annotations, _ := meta["annotations"].(map[string]any)
	if ref, _ := annotations["backstage.io/techdocs-ref"].(string); ref != "" {
		n.techdocs(p, ref)
	}
}

func (n *naming) placeholders(p string, v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			n.placeholders(p, x)
		}
	case map[string]any:
		for k, x := range v {
			if s, ok := x.(string); ok && len(v) == 1 && isPlaceholder(k) {
				n.file(n.place(p, s))
			}
			n.placeholders(p, x)
		}
	}
}

func isPlaceholder(key string) bool {
	switch key {
	case "$text", "$json", "$yaml", "$openapi", "$asyncapi":
		return true
	}
	return false
}

// place is where a path that stands in a file leads: relative to the file, from
// the root if it begins with a slash, or an address within this repository.
func (n *naming) place(p, to string) string {
	switch {
	case strings.Contains(to, "://"):
		in, ok := catalog.FileOfURL(n.web, n.branch, to)
		if !ok {
			return ""
		}
		return path.Clean(in)
	case strings.HasPrefix(to, "/"):
		return path.Clean(strings.TrimLeft(to, "/"))
	}
	return path.Join(path.Dir(p), to)
}

func (n *naming) file(p string) {
	if n.known[p] && len(n.wanted) < maxNamed {
		n.wanted[p] = true
	}
}

func (n *naming) location(p string, target any) {
	s, ok := target.(string)
	if !ok || s == "" {
		return
	}
	at := n.place(p, s)
	if at == "" {
		lead(&n.elsewhere.Files, s)
		return
	}
	n.pattern(at)
}

// maxLead bounds an address that leads to another repository, in bytes.
const maxLead = 2048

// lead notes an address that leads to another repository.
func lead(to *[]string, address string) {
	if strings.Contains(address, "://") && len(address) <= maxLead && len(*to) < maxNamed && !slices.Contains(*to, address) {
		*to = append(*to, address)
	}
}

func (n *naming) catalog(p string) {
	if n.known[p] && len(n.catalogs) < maxNamed {
		n.file(p)
		n.catalogs[p] = true
	}
}

// techdocs is a reference to documentation: beside it lie the configuration, a
// README and the pages.
func (n *naming) techdocs(p, ref string) {
	typ, to, _ := strings.Cut(ref, ":")
	dir := n.place(p, strings.TrimSpace(to))
	if strings.TrimSpace(typ) == "url" && dir == "" {
		lead(&n.elsewhere.Docs, strings.TrimSpace(to))
		return
	}
	if dir == "" || dir == ".." || strings.HasPrefix(dir, "../") {
		return
	}
	n.documentation(dir)
}

// documentation takes the documentation in a directory.
func (n *naming) documentation(dir string) {
	for _, name := range []string{"mkdocs.yml", "mkdocs.yaml", "README.md", "readme.md", "index.md"} {
		n.file(path.Join(dir, name))
	}
	n.directory(path.Join(dir, "docs"))
}

func (n *naming) directory(dir string) {
	if len(n.dirs) < maxNamed && dir != ".." && !strings.HasPrefix(dir, "../") {
		n.dirs[dir] = true
	}
}

func (n *naming) mkdocs(p string, v any) {
	top, _ := v.(map[string]any)
	if docs, ok := top["docs_dir"].(string); ok && docs != "" {
		n.directory(n.place(p, docs))
	}
	if base, ok := top["INHERIT"].(string); ok && base != "" {
		n.file(n.place(p, base))
	}
}

// What Markdown embeds: images, which must lie here to be shown.
var (
	inlineImage = lazyregexp.New(`!\[[^\]\n]{0,500}\]\(\s*<?([^)>\s]{1,1000})`)
	htmlImage   = lazyregexp.New(`(?i)<img\s[^>]{0,500}?src=["']([^"'\s]{1,1000})["']`)
)

func (n *naming) markdown(p, text string) {
	for _, re := range []*lazyregexp.Regexp{inlineImage, htmlImage} {
		for _, m := range re.Get().FindAllStringSubmatch(text, maxNamed) {
			to, _, _ := strings.Cut(m[1], "#")
			if to, _, _ = strings.Cut(to, "?"); to != "" && !strings.Contains(to, ":") {
				n.file(n.place(p, to))
			}
		}
	}
}

// all are the entries that are named, in order, without those that are there.
func (n *naming) all(there func(p string) bool) (out []repofs.Entry) {
	for _, e := range n.tree {
		if (n.wanted[e.Path] || n.below(e.Path)) && !there(e.Path) {
			out = append(out, e)
		}
	}
	return out
}

// below tells whether a path lies in one of the directories.
func (n *naming) below(p string) bool {
	if len(n.dirs) == 0 {
		return false
	}
	for d := path.Dir(p); ; d = path.Dir(d) {
		if n.dirs[d] {
			return true
		}
		if d == "." || d == "/" {
			return false
		}
	}
}
