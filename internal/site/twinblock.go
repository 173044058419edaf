package site

import (
	"strings"

	"callboard/internal/apidoc"
)

// maxTwinCode is how much of an entry stands in a twin, in bytes: those of APIs
// hold their definitions.
const maxTwinCode = 8 << 10

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

// table is one in the form that GitHub's dialect has.
func (t *twin) links(ls []Link) {
	for _, l := range ls {
		t.line("- " + linked(l.Text, l.URL))
	}
}

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
		text := escape(f.Word) + " " + linked(f.Code, f.CodeURL) + ": " + escape(f.Message)
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
