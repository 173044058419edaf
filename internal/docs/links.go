package docs

import (
	"net/url"
	"path"
	"strings"

	"callboard/internal/catalog"
	"callboard/internal/markdown"
	"callboard/internal/urlpath"
)

// target is what an author's link leads to.
type target struct {
	kind  targetKind
	page  int    // for toPage
	file  string // for toAsset and toOther: path in the repository
	href  string // for toURL: the address; for toPortal: the path below the base
	query string // with its "?", or ""
	// fragment is what was written behind "#", unescaped; found tells whether
	// the page has such a heading.
	fragment string
	found    bool
}

type targetKind uint8

const (
	toNothing targetKind = iota // broken
	toPage
	toAsset
	toOther // a file that is not copied, or a directory without a page
	toURL
	toPortal
)

// resolve finds what a link on page i leads to. It looks below the source file
// first, as MkDocs does; an address that is right only for the finished page
// ("../install/") is understood as well.
func (p *Plan) resolve(i int, l markdown.Link) target {
	dest := strings.TrimSpace(l.Dest)
	if href, ok := external(dest); ok {
		if safe, ok := urlpath.SafeLink(href); ok {
			return target{kind: toURL, href: safe}
		}
		return target{}
	}
	to, t := parts(dest)
	switch {
	case to == "":
		t.kind, t.page = toPage, i
	case strings.HasPrefix(to, "/"):
		t = p.absolute(t, to, l.Image)
	default:
		t = p.relative(t, p.sources[i], to, l.Image)
	}
	if t.kind == toPage && t.fragment != "" {
		var id string
		if id, t.found = p.anchor(t.page, t.fragment); t.found {
			t.fragment = id
		}
	}
	return t
}

// parts takes a relative address apart. What is no address, such as "100%.md",
// is a file name.
func parts(dest string) (to string, t target) {
	if u, err := url.Parse(dest); err == nil {
		t.fragment = u.Fragment
		if u.RawQuery != "" {
			t.query = "?" + u.RawQuery
		}
		return u.Path, t
	}
	to, t.fragment, _ = strings.Cut(dest, "#")
	return to, t
}

func (p *Plan) relative(t target, src source, to string, image bool) target {
	rel := path.Join(path.Dir(src.rel), to)
	if found, ok := p.within(t, rel); ok {
		return found
	}
	file := path.Join(path.Dir(src.repo), to)
	if found, ok := p.lookup(t, file); ok {
		return found
	}
	// As a browser reads it on the finished page. Authors of raw HTML have to
	// write so, because MkDocs leaves raw HTML alone.
	served := path.Join(path.Dir(src.at+"x"), to)
	if at, ok := p.pageAt(served); ok {
		t.kind, t.page = toPage, at
		return t
	}
	if found, ok := p.within(t, served); ok {
		return found
	}
	return p.elsewhere(t, file, image)
}

func (p *Plan) pageAt(at string) (int, bool) {
	if at == "." || at == "index.html" {
		at = ""
	} else if at = strings.TrimSuffix(at, "/index.html"); !strings.HasSuffix(at, ".html") {
		at += "/"
	}
	i, ok := p.byPath[at]
	return i, ok
}

// absolute is a link that begins with a slash: from docs_dir, from the root of
// the repository as code hosts understand it, from the root of the set, or else
// of the portal.
func (p *Plan) absolute(t target, to string, image bool) target {
	rel := strings.TrimPrefix(path.Clean(to), "/")
	if found, ok := p.within(t, rel); ok {
		return found
	}
	if found, ok := p.lookup(t, rel); ok {
		return found
	}
	if at, ok := p.pageAt(path.Join(".", rel)); ok && rel != "" {
		t.kind, t.page = toPage, at
		return t
	}
	if image || isMarkdown(rel) || has(p.Snap, rel) {
		return p.elsewhere(t, rel, image)
	}
	if strings.HasSuffix(to, "/") && rel != "" {
		rel += "/"
	}
	t.kind, t.href = toPortal, rel
	return t
}

// within finds a page or a file by its path in the set.
func (p *Plan) within(t target, rel string) (target, bool) {
	if !inside(rel) {
		return t, false
	}
	for _, c := range spellings(rel) {
		if at, ok := p.byRel[c]; ok {
			t.kind, t.page = toPage, at
			return t, true
		}
		if c == rel && has(p.Snap, p.fileAt(rel)) {
			break // a file, which lookup takes or refuses
		}
	}
	return p.lookup(t, p.fileAt(rel))
}

// spellings are the paths of files that a link may mean: it may leave out the
// extension, name a directory, or have the extension of the finished page.
func spellings(file string) []string {
	return []string{file, file + ".md", path.Join(file, "index.md"), path.Join(file, "README.md"), strings.TrimSuffix(file, ".html") + ".md", path.Join(file, "index.html"), file + ".html"}
}

// lookup finds a page or a file by its path in the repository, also when the
// link leaves out the extension, names a directory, or has the extension of the
// finished page.
func (p *Plan) lookup(t target, file string) (target, bool) {
	if !inside(file) {
		return t, false
	}
	if at, ok := p.bySource[file]; ok {
		t.kind, t.page = toPage, at
		return t, true
	}
	if has(p.Snap, file) {
		copied := p.isCopied(file)
		if copied {
			t.kind, t.file = toAsset, file
		}
		return t, copied
	}
	for _, c := range spellings(file)[1:] {
		if at, ok := p.bySource[c]; ok {
			t.kind, t.page = toPage, at
			return t, true
		}
	}
	return t, false
}

// elsewhere is what is in the repository and not in the documentation: the code
// host shows it, if there is one. An image needs the file itself.
func (p *Plan) elsewhere(t target, file string, image bool) target {
	if !inside(file) {
		return t
	}
	if href, ok := p.atHost(file); ok && !image {
		t.kind, t.href = toURL, href+hash(t.fragment)
	} else if has(p.Snap, file) || hasDir(p.Snap, file) {
		t.kind, t.file = toOther, file
	}
	return t
}

// atHost is the address at the code host of a file or directory.
func (p *Plan) atHost(file string) (string, bool) {
	links := catalog.LinksOf(p.Snap.WebURL, p.Snap.Branch, file)
	if has(p.Snap, file) {
		return urlpath.SafeLink(links.View)
	}
	if hasDir(p.Snap, file) {
		return urlpath.SafeLink(strings.TrimSuffix(catalog.LinksOf(p.Snap.WebURL, p.Snap.Branch, path.Join(file, "_")).Dir, "/"))
	}
	return "", false
}

// Address returns the function that puts addresses into the slots of page
// source i, for markdown.Doc.Resolve. base is the path of the portal, with a
// slash at both ends; for a set that stands alone it is the way from the page to
// the root, such as "../../". It is for after Finish.
func (p *Plan) Address(base string, i int) func(int, markdown.Link) string {
	return func(_ int, l markdown.Link) string {
		t := p.resolve(i, l)
		switch t.kind {
		case toPage:
			if t.page == i && t.fragment != "" && t.query == "" {
				return hash(t.fragment)
			}
			return p.href(base, pageFile(p.sources[t.page].at)) + t.query + hash(t.fragment)
		case toAsset:
			return p.assetHref(base, t, l.Image)
		case toURL:
			return t.href
		case toPortal:
			if p.Alone { // of the host that the site will be at, as MkDocs leaves it
				return escapePath("/"+t.href) + t.query + hash(t.fragment)
			}
			return escapePath(base+t.href) + t.query + hash(t.fragment)
		}
		if p.Alone && t.kind == toNothing { // a link that leads nowhere stays as MkDocs leaves it
			return l.Dest
		}
		return "" // what is there and not in the site has no address in it
	}
}

func (p *Plan) href(base, file string) string {
	at, err := p.path(file)
	if err != nil {
		return ""
	}
	return at.URL(base)
}
