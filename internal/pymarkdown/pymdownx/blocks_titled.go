package pymdownx

import (
	"errors"
	"strings"

	"callboard/internal/pymarkdown"
)

// titledKind is a kind of admonition or of details by its own name, as the
// option types has them.
type titledKind struct{ name, class, title string }

// titledKinds reads the option types: names, or mappings with name, class and
// title.
func titledKinds(o pymarkdown.Options, unset string) ([]titledKind, error) {
	var out []titledKind
	if !o.Has("types") {
		for name := range strings.FieldsSeq(unset) {
			out = append(out, titledKind{name, name, titleOf(name)})
		}
		return out, nil
	}
	for _, v := range o.List("types") {
		m := pymarkdown.Options{"": v}.Map("")
		if m == nil {
			m = pymarkdown.Options{"name": v}
		}
		name := m.String("name", "")
		if name == "" {
			return nil, errors.New("one of the types has no name")
		}
		class := m.String("class", name)
		k := titledKind{name, class, m.String("title", titleOf(class))}
		if k.title == "" { // then the original forgets the class
			k.class, k.title = name, titleOf(name)
		}
		out = append(out, k)
	}
	return out, nil
}

// titleOf makes a title of a class.
func titleOf(class string) string {
	words := strings.FieldsFunc(class, func(r rune) bool { return r == '_' || r == '-' })
	title := strings.Join(words, " ")
	if strings.HasPrefix(class, "_") || strings.HasPrefix(class, "-") {
		title = " " + title
	}
	if len(class) > 1 && (strings.HasSuffix(class, "_") || strings.HasSuffix(class, "-")) {
		title += " "
	}
	return pymarkdown.Title(title)
}

func setupAdmonitionBlocks(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	return setupTitled(d, o, "admonition", "note attention caution danger error tip hint warning important", "type", "")
}

func setupDetailsBlocks(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	return setupTitled(d, o, "details", "", "open type", "open")
}

// setupTitled registers the general kind, and one for each type. Those have no
// option type.
func setupTitled(d *pymarkdown.Dialect, o pymarkdown.Options, general, unset, options, typed string) error {
	kinds, err := titledKinds(o, unset)
	if err != nil {
		return err
	}
	begin := func(k *titledKind) func(h slashHead) (slashBody, bool) {
		return func(h slashHead) (slashBody, bool) {
			b := &titledBody{head: h, details: general == "details"}
			if k != nil {
				b.kind = *k
			} else if t := h.options.kind; t != "" {
				b.kind = titledKind{t, t, titleOf(t)}
			}
			return b, true
		}
	}
	if err := registerSlashBlock(d, general, slashKind{mayHaveArgument, options, begin(nil)}); err != nil {
		return err
	}
	for _, k := range kinds {
		if err := registerSlashBlock(d, k.name, slashKind{mayHaveArgument, typed, begin(&k)}); err != nil {
			return err
		}
	}
	return nil
}

// titledBody is an admonition or details.
type titledBody struct {
	plainBody
	head    slashHead
	kind    titledKind
	details bool
}

func (b *titledBody) create(_ *pymarkdown.Document, parent *pymarkdown.Element) *pymarkdown.Element {
	tag, titleTag := "div", "p"
	if b.details {
		tag, titleTag = "details", "summary"
	}
	b.e = parent.Sub(tag)
	switch {
	case !b.details:
		b.e.Set("class", "admonition")
		if b.kind.name != "" && b.kind.name != "admonition" {
			b.e.Set("class", "admonition "+b.kind.class)
		}
	case b.kind.name != "":
		b.e.Set("class", b.kind.class)
	}
	if b.head.options.open {
		b.e.Set("open", "open")
	}
	title, ok := b.head.argument, b.head.argument != ""
	if !b.head.hasArgument {
		title, ok = b.kind.title, b.kind.name != ""
	}
	if ok {
		t := b.e.Sub(titleTag)
		if !b.details {
			t.Set("class", "admonition-title")
		}
		t.SetText(title)
	}
	return b.e
}
