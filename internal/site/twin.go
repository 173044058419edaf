package site

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/apidoc"
	"callboard/internal/entity"
	"callboard/internal/urlpath"
)

// Every page with something to read has a twin in Markdown, for programs and for
// those who paste a page somewhere. That of a page of documentation is its text;
// that of an entity is all its pages in one; the others are made of their views,
// so that what a page says, its twin says.

// twinFile is the name of the twin of a directory's page.
const twinFile = "index.md"

// TwinVersion is part of the key of twins. Change it when other Markdown is made
// of the same view.
const TwinVersion = "twin/1"

// maxTwinCode is how much of an entry stands in a twin, in bytes: those of APIs
// hold their definitions.
const maxTwinCode = 8 << 10

// twinOf is the path of the twin of an entity, zero if there is none.
func (s *Site) twinOf(ref entity.Ref) urlpath.Path {
	if !s.twins {
		return urlpath.Path{}
	}
	p, err := urlpath.Entity(ref.Namespace, ref.Kind, ref.Name, twinFile)
	if err != nil {
		return urlpath.Path{}
	}
	return p
}

// twinAt is the path of the twin of the page of a directory, such as "about/".
func (s *Site) twinAt(dir string) urlpath.Path {
	p, err := urlpath.New(dir + twinFile)
	if err != nil || !s.twins {
		return urlpath.Path{}
	}
	return p
}

// twinURL is the address of that twin, "" if there is none.
func (s *Site) twinURL(dir string) string {
	if !s.twins {
		return ""
	}
	return s.url(dir + twinFile)
}

// DocTwin is the beginning of the twin of page i of a set, before its text, and
// its path, which is zero if there is none.
func (d *DocPages) DocTwin(i int) (head string, path urlpath.Path) {
	pg := d.set.Pages[i]
	path, err := d.s.docPath(d.set.Of, pg.Markdown)
	page, bad := d.s.docPath(d.set.Of, pageFile(pg.Path))
	if err != nil || bad != nil || pg.Markdown == "" || !d.s.twins {
		return "", urlpath.Path{}
	}
	var t twin
	t.matter("title", pg.Title)
	t.matter("url", d.s.docCanonical(d.set, page))
	if !d.s.alone {
		t.matter("of", d.set.Of.String())
		t.matter("owner", d.context.OwnerRef)
	}
	t.matter("documentation", strings.Join(append([]string{d.set.Title}, pg.Trail...), " / "))
	t.matter("source", pg.ViewURL)
	t.endMatter()
	if !pg.HasH1 {
		t.line("# " + escape(pg.Title))
		t.line("")
	}
	return t.String(), path
}

// Markdown is the twin of pages: of one, or of all that there are of an entity.
func Markdown(views ...View) []byte {
	var t twin
	t.Grow(4 << 10)
	for i, v := range views {
		switch v := v.(type) {
		case Entity:
			if i == 0 {
				t.entity(v)
				t.blocks(untabbed(v, len(views)), 2)
			} else {
				t.heading(2, v.Heading, 0)
				t.blocks(v.Main, 3)
			}
		case Plain:
			t.begin(v.Chrome, v.Title)
			t.blocks(v.Main, 2)
		case Catalog:
			t.catalog(v)
		}
	}
	return []byte(t.String())
}

// untabbed are the blocks of an overview without those that a tab has in full, for
// an entity of so many pages.
func untabbed(v Entity, pages int) []Block {
	var out []Block
	for _, b := range slices.Concat(v.Main, v.Side) {
		if pages > 1 {
			b.Cards = slices.DeleteFunc(slices.Clone(b.Cards), func(c Card) bool { return c.Tabbed })
		}
		if b.Tabbed && pages > 1 || b.Title == relationsTitle && len(b.Cards) == 0 {
			continue
		}
		out = append(out, b)
	}
	return out
}

// twin is Markdown being written. All that comes from outside is escaped, so that
// a name is a name and not a link.
type twin struct {
	strings.Builder
	began bool   // the front matter has
	last  string // heading
}

// gap makes sure that an empty line stands before what comes.
func (t *twin) gap() {
	if s := t.String(); s != "" && !strings.HasSuffix(s, "\n\n") {
		t.WriteByte('\n')
	}
}

func (t *twin) line(s string) {
	t.WriteString(s)
	t.WriteByte('\n')
}

// matter is a line of the front matter; what is empty has none. JSON strings are
// strings of YAML.
func (t *twin) matter(key, value string) {
	if value == "" {
		return
	}
	if !t.began {
		t.began = true
		t.line("---")
	}
	b, err := json.Marshal(value)
	if err != nil {
		return
	}
	t.line(key + ": " + string(b))
}

func (t *twin) endMatter() {
	if t.began {
		t.line("---")
		t.gap()
	}
}

func (t *twin) begin(c Chrome, title string) {
	t.matter("title", title)
	t.matter("url", c.Canonical)
	t.endMatter()
	t.line("# " + escape(title))
}

// heading has an empty line before and behind it; n is a number of things, 0 for
// none.
func (t *twin) heading(level int, text string, n int) {
	t.gap()
	t.last = text
	t.WriteString(strings.Repeat("#", level) + " " + escape(text))
	if n > 0 {
		t.WriteString(" (" + strconv.Itoa(n) + ")")
	}
	t.WriteString("\n\n")
}

func (t *twin) entity(v Entity) {
	h := v.Head
	t.matter("title", h.Title)
	t.matter("ref", h.Ref)
	t.matter("kind", h.KindWord)
	t.matter("url", v.Chrome.Canonical)
	t.endMatter()
	t.line("# " + escape(h.Title))
	if h.Lead != "" {
		// A description is Markdown without HTML; as a quotation it begins no
		// heading of the page's.
		t.gap()
		for l := range strings.Lines(strings.TrimSpace(h.Lead)) {
			t.line("> " + strings.ReplaceAll(strings.TrimRight(l, "\r\n"), "<", `\<`))
		}
	}
	t.gap()
	for _, f := range h.Facts {
		t.line("- " + escape(f.Label) + ": " + join(append(links(f.Entities), linked(f.Text, f.URL))...))
	}
	for _, n := range h.Notes {
		t.note(n)
	}
	if len(h.Actions) > 0 {
		t.heading(2, "Links", 0)
		for _, a := range h.Actions {
			t.line("- " + linked(a.Text, a.URL))
		}
	}
}

func (t *twin) note(n Note) {
	at := ""
	if n.Time != nil {
		at = n.Time.Text
	}
	t.line("- " + escape(n.Title) + ": " + join(append([]string{escape(n.Text), escape(at)}, links(n.Entities)...)...))
}

func (t *twin) catalog(v Catalog) {
	t.begin(v.Chrome, v.Title)
	t.gap()
	t.line(strconv.Itoa(v.Total) + " in all.")
	t.table(v.Table)
	for _, l := range v.Pager {
		t.gap()
		t.line(linked(l.Text, twinLink(l.URL)))
	}
}

func (t *twin) blocks(bs []Block, level int) {
	for _, b := range bs {
		t.block(b, level)
	}
}

func (t *twin) block(b Block, level int) {
	if b.Undeclared != nil {
		t.gap()
		t.line("Not declared: " + escape(strings.Join(b.Undeclared.Missing, ", ")) + ".")
		return
	}
	if b.Diagram != nil && b.Table == nil && len(b.Rows) == 0 {
		return // what it draws stands in lists, too
	}
	if len(b.Cards) > 0 {
		for _, c := range b.Cards {
			t.heading(level, c.Title, c.Count)
			t.rows(c.Rows)
		}
		return
	}
	if b.Title != t.last {
		t.heading(level, b.Title, b.Count)
	}
	if b.Intro != "" {
		t.line(escape(b.Intro))
	}
	for _, l := range strings.Split(b.Prose, "\n") {
		if l != "" {
			t.line("> " + strings.ReplaceAll(l, "<", `\<`))
		}
	}
	for _, n := range b.Notes {
		t.note(n)
	}
	t.rows(b.Rows)
	if b.Table != nil {
		t.table(*b.Table)
	}
	if c := b.Code; c != nil {
		switch {
		case c.Raw != nil:
			t.line("The text is in " + linked(c.Title, c.Raw.URL) + ".")
		case len(c.Text) > maxTwinCode:
			t.line("It is long; entity.json beside this file has all of it.")
		default:
			t.code(c)
		}
	}
	t.terms(b.Terms, "")
	t.outline(b.Outline)
	for _, l := range b.Tags {
		t.line("- " + linked(l.Text, twinLink(l.URL)))
	}
	t.links(b.Links)
	t.tree(b.Tree, "")
	t.findings(b.Finds)
	t.repository(b.Repository)
}

func (t *twin) rows(rs []Row) {
	for _, r := range rs {
		text := escape(r.Text)
		switch {
		case r.Entity != nil:
			text = entityText(*r.Entity)
		case r.Link != nil:
			text = linked(r.Link.Text, r.Link.URL)
		}
		if r.Sub != "" {
			text += ": " + escape(r.Sub)
		}
		t.line("- " + text)
	}
}

func (t *twin) links(ls []Link) {
	for _, l := range ls {
		t.line("- " + linked(l.Text, l.URL))
	}
}

// table is one in the form that GitHub's dialect has.
func (t *twin) table(x Table) {
	t.gap()
	for _, c := range x.Columns {
		t.WriteString("| " + escape(c.Title) + " ")
	}
	t.line("|")
	t.line(strings.Repeat("| --- ", len(x.Columns)) + "|")
	for _, row := range x.Rows {
		for _, c := range row {
			t.WriteString("| " + cellText(c) + " ")
		}
		t.line("|")
	}
}

func cellText(c Cell) string {
	out := links(c.Entities)
	if c.Link != nil {
		out = append(out, linked(c.Link.Text, c.Link.URL))
	}
	out = append(out, escape(c.Text))
	if c.Time != nil {
		out = append(out, escape(c.Time.Text))
	}
	return join(append(out, escape(c.Sub))...)
}

// code is a block of code. The fence is longer than any in it.
func (t *twin) code(c *Code) {
	longest, run := 2, 0
	for _, r := range c.Text {
		if r == '`' {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	fence := strings.Repeat("`", longest+1)
	t.gap()
	t.line(fence + strings.Map(wordOnly, c.Lang))
	t.line(strings.TrimSuffix(c.Text, "\n"))
	t.line(fence)
}

func wordOnly(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '+' {
		return r
	}
	return -1
}

func (t *twin) terms(ts []Term, indent string) {
	for _, x := range ts {
		text := join(append([]string{linked(x.Text, x.URL)}, links(x.Entities)...)...)
		t.line(indent + "- " + escape(x.Name) + ": " + text)
		t.terms(x.Terms, indent+"  ")
	}
}

func (t *twin) outline(r *apidoc.Reference) {
	if r == nil {
		return
	}
	for _, g := range r.Groups {
		t.gap()
		t.line("**" + escape(g.Name) + "**")
		t.gap()
		for _, i := range g.Items {
			text := join(escape(i.Method), escape(i.Path))
			if i.Summary != "" {
				text += ": " + escape(i.Summary)
			}
			if i.Deprecated {
				text += " (deprecated)"
			}
			t.line("- " + text)
		}
	}
	if len(r.Schemas) > 0 {
		names := make([]string, len(r.Schemas))
		for i, x := range r.Schemas {
			names[i] = x.Name
		}
		t.gap()
		t.line("Types: " + escape(strings.Join(names, ", ")))
	}
}

func (t *twin) tree(items []TreeItem, indent string) {
	for _, x := range items {
		t.line(indent + "- " + join(entityText(x.Entity), escape(x.Sub)))
		t.tree(x.Children, indent+"  ")
	}
}

func (t *twin) findings(fs []Finding) {
	for _, f := range fs {
		text := escape(f.Severity) + " " + linked(f.Code, f.CodeURL) + ": " + escape(f.Message)
		if f.Hint != "" {
			text += " (" + escape(f.Hint) + ")"
		}
		t.line("- " + text + ", " + linked(f.Place, f.URL))
	}
}

func (t *twin) repository(r *Repository) {
	if r == nil {
		return
	}
	t.line("- " + linked(r.Name, r.URL))
	for _, text := range []string{r.Description, strings.Join(r.Topics, ", ")} {
		if text != "" {
			t.line("- " + escape(text))
		}
	}
	for _, l := range r.Lines {
		at := ""
		if l.Time != nil {
			at = l.Time.Text
		}
		t.line("- " + escape(l.Name) + ": " + join(linked(l.Text, l.URL), escape(at), escape(l.Sub)))
	}
}

// links are references to entities as Markdown.
func links(es []EntityLink) []string {
	out := make([]string, 0, len(es)+1)
	for _, e := range es {
		out = append(out, entityText(e))
	}
	return out
}

// entityText leads to the other's twin, and says which entity is meant: a name
// alone does not tell.
func entityText(e EntityLink) string {
	ref := "`" + strings.ReplaceAll(e.Title, "`", "") + "`"
	switch {
	case e.Missing:
		return escape(e.Name) + " " + ref + " (missing)"
	case e.URL == "":
		return escape(e.Name) + " " + ref
	}
	return linked(e.Name, twinLink(e.URL)) + " " + ref
}

// twinLink is the twin of the page at an address of the portal's own.
func twinLink(at string) string {
	if strings.HasSuffix(at, "/") {
		return at + twinFile
	}
	return at
}

// linked is a text that leads to an address, which may be "".
func linked(text, at string) string {
	if at == "" || text == "" {
		return escape(text)
	}
	return "[" + escape(text) + "](<" + address4md.Replace(at) + ">)"
}

// address4md keeps an address between its brackets.
var address4md = strings.NewReplacer("<", "%3C", ">", "%3E", "\n", "", "\r", "", `\`, "%5C")

// join puts a space between what is not empty.
func join(parts ...string) string {
	out := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " ")
}

// escape is a text as Markdown that means nothing but the text, on one line.
// Names are full of hyphens and underscores, which mean nothing within a word and
// stay as they are.
func escape(s string) string {
	if strings.ContainsAny(s, "\r\n") {
		s = strings.Join(strings.Fields(s), " ")
	}
	if strings.ContainsAny(s, "\\`*[]<>|") {
		s = escaper.Replace(s)
	}
	if strings.HasPrefix(s, "#") {
		s = `\` + s
	}
	return s
}

var escaper = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "|", `\|`)
