package site

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

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
	text := n.Text
	if n.Link != nil {
		text += " " + n.Link.Text + "." // what it leads to is part of this text
	}
	t.line("- " + escape(n.Title) + ": " + join(append([]string{escape(text), escape(at)}, links(n.Entities)...)...))
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
