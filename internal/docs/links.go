package docs

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/markdown"
	"callboard/internal/repofs"
	"callboard/internal/urlpath"
)

// target is what an author's link leads to.
type target struct {
	kind     targetKind
	page     int    // for toPage
	asset    string // for toAsset: path in the repository
	href     string // for toURL: the address; for toPortal: the path below the base
	fragment string // with its "#", or ""
}

type targetKind uint8

const (
	toNothing targetKind = iota // broken
	toPage
	toAsset
	toURL
	toPortal
)

// resolve finds what a link on page i leads to. It looks below the source file
// first, as MkDocs does; an address that is right only for the finished page
// ("../install/") is understood as well.
func (p *Plan) resolve(i int, dest string) target {
	dest = strings.TrimSpace(dest)
	if strings.HasPrefix(dest, "//") {
		dest = "https:" + dest
	}
	u, err := url.Parse(dest)
	if err != nil {
		return p.resolvePath(i, dest, "") // "100%.md" is a file name and no address
	}
	if u.Scheme != "" {
		if href, ok := urlpath.SafeLink(dest); ok {
			return target{kind: toURL, href: href}
		}
		return target{}
	}
	fragment := ""
	if u.Fragment != "" {
		fragment = "#" + u.EscapedFragment()
	}
	if u.Path == "" {
		return target{kind: toPage, page: i, fragment: fragment}
	}
	return p.resolvePath(i, u.Path, fragment)
}

func (p *Plan) resolvePath(i int, to, fragment string) target {
	if strings.HasPrefix(to, "/") {
		if t := p.lookup(path.Join(p.docsDir, to), fragment); t.kind != toNothing {
			return t
		}
		return target{kind: toPortal, href: strings.TrimLeft(to, "/"), fragment: fragment}
	}
	src := p.sources[i]
	if t := p.lookup(path.Join(path.Dir(src.repo), to), fragment); t.kind != toNothing {
		return t
	}
	if at, ok := p.byPath[p.relativeToAddress(src, to)]; ok {
		return target{kind: toPage, page: at, fragment: fragment}
	}
	return p.atHost(path.Join(path.Dir(src.repo), to), fragment)
}

// relativeToAddress reads a link as a browser would on the finished page.
func (p *Plan) relativeToAddress(src source, to string) string {
	at := path.Join("/", path.Dir(address(src.rel, p.conf.directoryURLs)+"x"), to)
	at = strings.TrimPrefix(at, "/")
	if at != "" && !strings.HasSuffix(at, ".html") {
		at += "/"
	}
	return at
}

// lookup finds a page or a file by its path in the repository, also when the
// link leaves out the extension or names a directory.
func (p *Plan) lookup(file, fragment string) target {
	if !inside(file) {
		return target{}
	}
	for _, c := range []string{file, file + ".md", path.Join(file, "index.md"), path.Join(file, "README.md")} {
		if at, ok := p.bySource[c]; ok {
			return target{kind: toPage, page: at, fragment: fragment}
		}
	}
	if _, ok := p.Snap.Lookup(file); ok && assetTypes[strings.ToLower(path.Ext(file))] {
		return target{kind: toAsset, asset: file, fragment: fragment}
	}
	return target{}
}

// atHost is the address at the code host of a file that is in the repository
// but not part of the documentation.
func (p *Plan) atHost(file, fragment string) target {
	_, isFile := p.Snap.Lookup(file)
	if !inside(file) || p.Snap.WebURL == "" || p.Snap.Branch == "" || !isFile && len(p.Snap.Under(file)) == 0 {
		return target{}
	}
	form := "blob"
	if !isFile {
		form = "tree"
	}
	href, ok := urlpath.SafeLink(p.Snap.WebURL + "/" + form + "/" + p.Snap.Branch + "/" + file + fragment)
	if !ok {
		return target{}
	}
	return target{kind: toURL, href: href}
}

// assetTypes are the files that are copied into the portal. Whatever a browser
// would run (HTML, scripts, styles, XML) is not among them.
var assetTypes = map[string]bool{
	".png": true, ".jpg": true, ".jpeg": true, ".gif": true, ".webp": true, ".avif": true, ".ico": true, ".svg": true,
	".pdf": true, ".txt": true, ".csv": true, ".tsv": true, ".json": true, ".yaml": true, ".yml": true, ".proto": true, ".graphql": true,
	".zip": true, ".gz": true, ".tgz": true, ".mp4": true, ".webm": true, ".puml": true, ".drawio": true, ".xlsx": true, ".docx": true, ".pptx": true,
}

// check reports the links that lead nowhere and collects the files that pages
// use.
func (p *Plan) check(docs []*markdown.Doc, sink diag.Sink) {
	used := map[string]bool{}
	for i, d := range docs {
		for _, l := range d.Links {
			t := p.resolve(i, l.Dest)
			if t.kind == toAsset && !used[t.asset] {
				used[t.asset] = p.addAsset(t.asset, p.linkPos(i, l), sink)
			}
			p.checkLink(i, l, t, sink)
		}
	}
	slices.SortFunc(p.set.Assets, func(a, b Asset) int { return cmp.Compare(a.Source, b.Source) })
}

func (p *Plan) linkPos(i int, l markdown.Link) diag.Pos {
	return diag.Pos{Repo: p.Snap.Repo, File: p.sources[i].repo, Line: l.Line, Col: l.Col}
}

func (p *Plan) checkLink(i int, l markdown.Link, t target, sink diag.Sink) {
	what := "link"
	if l.Image {
		what = "image"
	}
	switch {
	case t.kind == toNothing && hasScheme(l.Dest):
		return // the Markdown gate has said that the scheme is refused
	case t.kind == toNothing:
		sink.Report(p.diag(p.linkPos(i, l), diag.Warning, CodeLink, fmt.Sprintf("the %s %q leads to nothing in the repository", what, l.Dest), p.suggest(l.Dest)))
	case t.kind == toPage && t.fragment != "":
		if id, err := url.PathUnescape(t.fragment[1:]); err == nil && !p.ids[t.page][id] {
			sink.Report(p.diag(p.linkPos(i, l), diag.Info, CodeAnchor, fmt.Sprintf("the link %q leads to a heading that %s does not have", l.Dest, p.sources[t.page].repo), ""))
		}
	}
}

func hasScheme(dest string) bool {
	u, err := url.Parse(strings.TrimSpace(dest))
	return err == nil && u.Scheme != ""
}

func (p *Plan) addAsset(file string, pos diag.Pos, sink diag.Sink) bool {
	at := p.assetPath(file)
	if _, err := p.path(at); err != nil {
		sink.Report(p.diag(pos, diag.Warning, CodeAsset, fmt.Sprintf("the file %q cannot have an address: %v", file, err), "rename the file"))
		return true
	}
	if f, _ := p.Snap.Lookup(file); f.Size > repofs.MaxRead {
		sink.Report(p.diag(pos, diag.Warning, CodeAsset, fmt.Sprintf("the file %q has %d bytes, more than the limit of %d", file, f.Size, int64(repofs.MaxRead)), "make it smaller, or link to where it lies"))
		return true
	}
	p.set.Assets = append(p.set.Assets, Asset{Source: file, Path: at})
	return true
}

// assetPath is the address of a file below the set's. Files beside the
// documentation lie below "_/", which no page of MkDocs is called.
func (p *Plan) assetPath(file string) string {
	if rel := below(p.docsDir, file); rel != file || p.docsDir == "." {
		return rel
	}
	return "_/" + file
}

// Address returns the function that puts addresses into the slots of page
// source i, for markdown.Doc.Resolve. base is the path of the portal, with a
// slash at both ends.
func (p *Plan) Address(base string, i int) func(int, markdown.Link) string {
	return func(_ int, l markdown.Link) string {
		t := p.resolve(i, l.Dest)
		switch t.kind {
		case toPage:
			if t.page == i && t.fragment != "" {
				return t.fragment
			}
			return p.href(base, pageFile(address(p.sources[t.page].rel, p.conf.directoryURLs))) + t.fragment
		case toAsset:
			return p.href(base, p.assetPath(t.asset)) + t.fragment
		case toURL:
			return t.href
		case toPortal:
			return (&url.URL{Path: base + t.href}).EscapedPath() + t.fragment
		}
		return ""
	}
}

func (p *Plan) href(base, file string) string {
	at, err := p.path(file)
	if err != nil {
		return ""
	}
	return at.URL(base)
}

// suggest names the page that a broken link most likely means: one with the
// same file name.
func (p *Plan) suggest(dest string) string {
	dest, _, _ = strings.Cut(dest, "#")
	name := strings.ToLower(strings.TrimSuffix(path.Base(strings.TrimSuffix(dest, "/")), ".md"))
	for _, s := range p.sources {
		if strings.ToLower(strings.TrimSuffix(path.Base(s.rel), path.Ext(s.rel))) == name {
			return fmt.Sprintf("did you mean %s?", s.rel)
		}
	}
	return "links are relative to the file they stand in"
}
