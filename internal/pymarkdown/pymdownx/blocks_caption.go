package pymdownx

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/pymarkdown"
)

// captionKind is a kind of caption, as the option types has them.
type captionKind struct {
	name    string
	prefix  string // what is written before a caption; "{}" is the number
	classes []string
}

// captions are the options of pymdownx.blocks.caption.
type captions struct {
	kinds   map[string]captionKind
	auto    bool // figures are numbered
	levels  int  // how deep they are numbered; 0 is all
	prepend bool // a caption comes before what it is about
}

func setupCaptionBlocks(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	c := &captions{kinds: map[string]captionKind{}, auto: o.Bool("auto", true), levels: max(0, o.Int("auto_level", 0)), prepend: o.Bool("prepend", false)}
	types := o.List("types")
	if !o.Has("types") {
		types = []any{"caption", map[string]any{"name": "figure-caption", "prefix": "Figure {}."}, map[string]any{"name": "table-caption", "prefix": "Table {}."}}
	}
	for _, v := range types {
		m := pymarkdown.Options{"": v}.Map("")
		if m == nil {
			m = pymarkdown.Options{"name": v}
		}
		k := captionKind{m.String("name", ""), m.String("prefix", ""), strings.Fields(m.String("classes", ""))}
		if k.name == "" {
			return errors.New("one of the types has no name")
		}
		c.kinds[k.name] = k
		begin := func(h slashHead) (slashBody, bool) { return c.begin(k, h) }
		if err := registerSlashBlock(d, k.name, slashKind{mayHaveArgument, "", begin}); err != nil {
			return err
		}
	}
	if c.auto {
		d.Tree.Register("caption-auto", 4, c.number)
	}
	return nil
}

// captionBody is a caption; its element is the figure.
type captionBody struct {
	plainBody
	*captions
	kind   captionKind
	before bool // the caption comes before what it is about
	num    string
	level  string
	own    []pymarkdown.Attr
	figure *pymarkdown.Element
}

// begin reads the argument: where the caption goes, its number or level, and the
// figure's attributes.
func (c *captions) begin(k captionKind, h slashHead) (slashBody, bool) {
	b := &captionBody{captions: c, kind: k, before: c.prepend, own: h.options.attrs}
	arg := h.argument
	if strings.HasPrefix(arg, "<") || strings.HasPrefix(arg, ">") {
		b.before = arg[0] == '<'
		arg = strings.TrimLeft(arg[1:], pymarkdown.Space)
	}
	if num, level, rest, ok := figureNumber(arg); ok {
		if b.num = num; level {
			b.num, b.level = "", num
		}
		arg = strings.TrimLeft(rest, pymarkdown.Space)
	}
	if strings.Count(b.num, ".") >= maxFigureDepth || b.levelNumber() >= maxFigureDepth {
		return nil, false
	}
	if arg == "" {
		return b, true
	}
	_, attrs, ok := readSelector(arg, false)
	b.own = mergeAttrs(b.own, attrs)
	return b, ok
}

// maxFigureDepth is how many levels numbers of figures have at most; a page could
// ask for any number.
const maxFigureDepth = 50

// figureNumber reads a number such as 1.2 at the beginning of an argument, or
// with level one behind "^".
func figureNumber(arg string) (num string, level bool, rest string, ok bool) {
	num, level = strings.CutPrefix(arg, "^")
	end := strings.IndexByte(num, ' ')
	if end < 0 {
		end = len(num)
	}
	num, rest = num[:end], num[end:]
	for part := range strings.SplitSeq(num, ".") {
		if part == "" || part[0] == '0' || strings.Trim(part, "0123456789") != "" {
			return "", false, arg, false
		}
	}
	return num, level, rest, true
}

// levelNumber is the level that the argument asks for, or -1.
func (b *captionBody) levelNumber() int {
	if b.level == "" {
		return -1
	}
	return boundedInt(b.level)
}

// mergeAttrs adds the attributes of a selector to those of the option attrs,
// which win. Classes are joined.
func mergeAttrs(attrs, more []pymarkdown.Attr) []pymarkdown.Attr {
	out := slices.Clone(attrs)
	for _, a := range more {
		at := slices.IndexFunc(out, func(x pymarkdown.Attr) bool { return x.Key == a.Key })
		switch {
		case at < 0:
			if a.Key == "class" {
				a.Val = sortedWords(a.Val)
			}
			out = append(out, a)
		case a.Key == "class":
			out[at].Val = sortedWords(out[at].Val + " " + a.Val)
		}
	}
	return out
}

func sortedWords(list string) string {
	words := strings.Fields(list)
	slices.Sort(words)
	return strings.Join(slices.Compact(words), " ")
}

func (b *captionBody) attrs() []pymarkdown.Attr { return b.own }

// Attributes of figures until they are numbered.
const (
	figureType    = "__figure_type"
	figureLevel   = "__figure_level"
	figureNum     = "__figure_num"
	figurePrepend = "__figure_prepend"
)

func (b *captionBody) create(_ *pymarkdown.Document, parent *pymarkdown.Element) *pymarkdown.Element {
	f := b.place(parent)
	b.figure = f
	if b.auto {
		f.Set(figureType, b.kind.name)
		if b.level != "" {
			f.Set(figureLevel, strconv.Itoa(b.levelNumber()))
		}
		if b.num != "" {
			f.Set(figureNum, b.num)
		}
	}
	b.e = pymarkdown.NewElement("figcaption")
	if !b.before {
		f.Append(b.e)
		return f
	}
	if b.auto {
		f.Set(figurePrepend, "1")
	}
	f.PutAfter(nil, b.e)
	return f
}

// place finds the figure that the caption is for: the one before it if that has
// none yet, else a new one that takes in what stands before.
func (b *captionBody) place(parent *pymarkdown.Element) *pymarkdown.Element {
	last := parent.Last()
	if last != nil && last.Tag == "figure" && childWithTag(last, "figcaption") == nil {
		if len(b.kind.classes) > 0 {
			last.Set("class", addClasses(last.Attr("class"), b.kind.classes))
		}
		return last
	}
	f := parent.Sub("figure")
	if len(b.kind.classes) > 0 {
		f.Set("class", strings.Join(b.kind.classes, " "))
	}
	if last != nil {
		f.Append(last)
	}
	return f
}

func childWithTag(e *pymarkdown.Element, tag string) *pymarkdown.Element {
	for c := e.First(); c != nil; c = c.Next() {
		if c.Tag == tag {
			return c
		}
	}
	return nil
}

func addClasses(list string, classes []string) string {
	list = strings.TrimSpace(list)
	had := strings.Fields(list)
	for _, c := range classes {
		if !slices.Contains(had, c) {
			list = strings.TrimPrefix(list+" "+c, " ")
		}
	}
	return list
}

// end writes a number that the argument gives, unless all figures are numbered
// later.
func (b *captionBody) end(d *pymarkdown.Document) {
	if b.kind.prefix == "" || b.auto {
		return
	}
	num := b.num
	if n := b.levelNumber(); n >= 0 {
		num = strings.TrimSuffix(strings.Repeat("1.", n+1), ".")
	}
	if num != "" {
		writeFigureNumber(d, b.figure, b.kind, num, b.before)
	}
}
