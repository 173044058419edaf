package site

import (
	"cmp"
	"net/url"
	"strings"

	"callboard/internal/docs"
	"callboard/internal/entity"
	"callboard/internal/search"
	"callboard/internal/urlpath"
)

// DocContext is what the pages of an entity's documentation show of the
// catalog.
type DocContext struct {
	Of        EntityLink  `json:"of"`
	Owner     *EntityLink `json:"owner,omitempty"`
	OwnerRef  string      `json:"ownerRef,omitempty"`
	Lifecycle string      `json:"lifecycle,omitempty"`
	// Notes stand above each page.
	Notes []Note `json:"notes,omitempty"`
}

// DocContext is that of an entity.
func (s *Site) DocContext(of entity.Ref) DocContext {
	c := DocContext{Of: s.link(of, entity.Ref{})}
	if o, ok := s.owner(of); ok {
		c.Owner, c.OwnerRef = s.linkp(o.Target, of), o.Target.Short("")
	}
	if f := s.face(of); f != nil {
		c.Lifecycle = f.Lifecycle
	}
	return c
}

// DocPages are the pages of a documentation set. They need nothing of the
// catalog but the context.
type DocPages struct {
	s       *Site
	set     *docs.Set
	context DocContext
	tree    *DocTree
	styles  []string
}

// DocPages are those of a set. styles are the paths in the output of the set's
// own styles.
func (s *Site) DocPages(set *docs.Set, c DocContext, styles []string) *DocPages {
	return &DocPages{s, set, c, docTree(set), styles}
}

// Page is page i. Its body is given to the renderer apart. The path is zero for
// a page that cannot have an address.
func (d *DocPages) Page(i int) Page {
	set, c, pg := d.set, d.context, d.set.Pages[i]
	path, err := d.s.docPath(set.Of, pageFile(pg.Path))
	if err != nil {
		return Page{}
	}
	s := d.s.from(path)
	v := Doc{Of: c.Of, SetTitle: set.Title, SetURL: s.docsURL(set.Of, ""), Trail: pg.Trail, Title: pg.Title, HasH1: pg.HasH1, Dir: direction(set.Language), TOC: pg.Headings, EditURL: pg.EditURL, SourceURL: pg.ViewURL, ReportURL: reportURL(pg.ViewURL, pg.Title), Owner: c.Owner, Notes: c.Notes, Copyright: set.Copyright}
	v.Chrome = s.docChrome(set, pg.Title, path)
	v.Chrome.Summary = short(cmp.Or(pg.Description, set.Description, set.Title+": "+pg.Title), 160)
	v.Nav = d.tree.nav(s.docsBase(set.Of), i)
	v.Nav.Expanded = set.Has("navigation.expand")
	if set.Has("navigation.tabs") {
		v.Tabs = v.Nav.tabs()
	}
	v.Layout = layout(set, &pg)
	for _, f := range append([]string{s.in.Assets.Docs}, d.styles...) {
		v.Chrome.Styles = append(v.Chrome.Styles, s.base+f)
	}
	if s.alone && set.RepoURL != "" {
		v.Repo = &Link{cmp.Or(set.RepoName, repoName(set.RepoURL)), set.RepoURL}
	}
	v.Tags, v.TagList = s.docTags(set, i)
	v.Versions = s.versions(set)
	if c := pg.Change; c != nil {
		v.Revised, v.Created, v.Authors = stamp(c.Revised), stamp(c.Created), strings.Join(first(c.Authors, maxAuthors), ", ")
	}
	v.Prev, v.Next = s.docLink(set, pg.Prev), s.docLink(set, pg.Next)
	if at, err := s.docPath(set.Of, pg.Markdown); err == nil && pg.Markdown != "" && s.twins {
		v.Chrome.Markdown = at.URL(s.base)
	}
	return Page{Path: path, View: v, From: []entity.Ref{set.Of}}
}

// maxAuthors is how many people a page names who changed it.
const maxAuthors = 5

// layout are the classes of what a page leaves out or moves, as its front matter
// and the set's theme.features ask for it.
func layout(set *docs.Set, pg *docs.Page) string {
	var out []string
	for _, part := range []string{"navigation", "toc", "path", "footer"} {
		if pg.Hides(part) {
			out = append(out, "no-"+part)
		}
	}
	if set.Has("toc.integrate") && !pg.Hides("toc") {
		out = append(out, "toc-integrated")
	}
	if set.Has("navigation.sections") {
		out = append(out, "nav-sections")
	}
	return strings.Join(out, " ")
}

// reportURL is where what is wrong with a page is told: a new issue at the code
// host that shows its source, with the page's name and address in it.
func reportURL(source, title string) string {
	for _, h := range []struct{ mark, issue, title, body string }{
		{"/-/blob/", "/-/issues/new?", "issue[title]", "issue[description]"},
		{"/blob/", "/issues/new?", "title", "body"},
		{"/src/branch/", "/issues/new?", "title", "body"},
	} {
		if repo, _, ok := strings.Cut(source, h.mark); ok {
			return repo + h.issue + url.Values{h.title: {"Documentation: " + title}, h.body: {source}}.Encode()
		}
	}
	return ""
}

// repoName is what a repository is called by its address: "acme/pay".
func repoName(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	_, path, _ := strings.Cut(strings.Trim(rest, "/"), "/")
	return cmp.Or(strings.TrimSuffix(path, ".git"), rest)
}

// direction is "rtl" for a language that is written from right to left, else "".
func direction(language string) string {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	switch base {
	case "ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi":
		return "rtl"
	}
	return ""
}

// docChrome is the frame of a page of documentation.
func (s *Site) docChrome(set *docs.Set, title string, path urlpath.Path) Chrome {
	full := title
	if title != set.Title {
		full += " · " + set.Title
	}
	if !s.alone {
		c := s.head(full, strings.TrimPrefix(path.URL(""), "/"), "docs/", "reader")
		c.Ref, c.Lang, c.Frames = set.Of.String(), set.Language, s.frames()
		c.Search += "?in=" + url.QueryEscape(c.Ref)
		return c
	}
	c := s.chrome
	c.Frames = s.frames()
	c.Site, c.Title, c.Lang = set.Title, full, set.Language
	c.Scripts = s.modules(readerModule)
	c.Canonical = s.docCanonical(set, path)
	return c
}

// frames are the hosts of which pages of documentation may show frames, as the
// sources of a policy.
func (s *Site) frames() string {
	if hosts := s.in.Config.Docs.Frames; len(hosts) > 0 {
		return "https://" + strings.Join(hosts, " https://")
	}
	return ""
}

// docCanonical is the public address of a page of documentation, "" if that of
// its set is not known.
func (s *Site) docCanonical(set *docs.Set, path urlpath.Path) string {
	switch {
	case !s.alone:
		return s.origin + path.URL(s.base)
	case set.SiteURL != "":
		return path.URL(strings.TrimSuffix(set.SiteURL, "/") + "/")
	}
	return ""
}

// DocFrame is all that the pages of an entity's documentation show and the
// search index holds that is not of the documentation itself: pages are as they
// were if it and the documentation are.
func (s *Site) DocFrame(of entity.Ref, c DocContext) any {
	d := s.DocPages(&docs.Set{Of: of, Pages: make([]docs.Page, 1)}, c, nil)
	return struct {
		Base string
		Page View
		Doc  search.Doc
	}{s.base, d.Page(0).View, d.Search(0)}
}

func pageFile(at string) string {
	if at == "" || strings.HasSuffix(at, "/") {
		return at + "index.html"
	}
	return at
}

// docPath is the path of a file of a set.
func (s *Site) docPath(of entity.Ref, file string) (urlpath.Path, error) {
	if s.alone {
		return urlpath.New(file)
	}
	return urlpath.Docs(of.Namespace, of.Kind, of.Name, file)
}

// docsBase is the address of a set.
func (s *Site) docsBase(of entity.Ref) string {
	if s.alone {
		return s.base
	}
	return s.docsURL(of, "")
}

func (s *Site) docLink(set *docs.Set, i int) *Link {
	if i < 0 || i >= len(set.Pages) {
		return nil
	}
	return &Link{set.Pages[i].Title, s.docsURL(set.Of, set.Pages[i].Path)}
}

// Search is page i for the search index, without its text.
func (d *DocPages) Search(i int) search.Doc {
	pg, of := d.set.Pages[i], d.set.Of
	doc := search.Doc{Kind: "docs", Title: pg.Title, Crumb: strings.Join(append([]string{d.set.Title}, pg.Trail...), " / "), Owner: d.context.OwnerRef, Lifecycle: d.context.Lifecycle, Lang: d.set.Language, Boost: pg.Boost}
	if path, err := d.s.docPath(of, pageFile(pg.Path)); err == nil {
		doc.URL = path.URL("")
	}
	if !d.s.alone {
		doc.Ref = of.String()
	}
	return doc
}
