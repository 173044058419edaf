package pymdownx

import (
	"slices"
	"strconv"
	"strings"

	"callboard/internal/pymarkdown"
)

// number numbers the figures that have captions, each kind for itself. A figure
// within another of its kind has a number of one more level.
func (c *captions) number(d *pymarkdown.Document, root *pymarkdown.Element) {
	n := numbering{captions: c, counts: map[string]*figureCount{}}
	for e := range root.Iter() {
		if e.Tag != "figure" {
			continue
		}
		name, ok := e.Get(figureType)
		if !ok {
			continue
		}
		n.figures = append(n.figures, e)
		n.number(d, e, name)
	}
	for _, f := range n.figures {
		f.Unset(figureType)
		f.Unset(figureLevel)
	}
}

type numbering struct {
	*captions
	counts  map[string]*figureCount
	figures []*pymarkdown.Element
}

// figureCount is the number of the last figure of a kind.
type figureCount struct {
	last int // its level
	num  []int
}

// number numbers one figure.
func (n *numbering) number(d *pymarkdown.Document, e *pymarkdown.Element, name string) {
	_, before := e.Get(figurePrepend)
	e.Unset(figurePrepend)
	k := n.kinds[name]
	if k.prefix == "" {
		return
	}
	level, ok := n.level(e, name)
	if !ok {
		return
	}
	var given []int
	if s, ok := e.Get(figureNum); ok {
		e.Unset(figureNum)
		for part := range strings.SplitSeq(s, ".") {
			given = append(given, boundedInt(part))
		}
		e.Set(figureLevel, strconv.Itoa(len(given)-1-level))
		level = len(given) - 1
	}
	count := n.counts[name]
	if count == nil {
		count = &figureCount{num: []int{0}}
		n.counts[name] = count
	}
	count.next(min(max(level, 0), 2*maxFigureDepth), given)
	num := make([]string, 0, len(count.num))
	for _, x := range count.num[:min(level+1, len(count.num))] {
		num = append(num, strconv.Itoa(x))
	}
	writeFigureNumber(d, e, k, strings.Join(num, "."), before)
}

// next counts one figure on.
func (c *figureCount) next(level int, given []int) {
	switch {
	case level > c.last:
		for range level - c.last {
			c.num = append(c.num, 1)
		}
	case level == c.last:
		c.num[level]++
	default:
		c.num = c.num[:level+1]
		c.num[level]++
	}
	c.last = level
	if slices.Compare(given, c.num) > 0 {
		c.num = given
	}
}

// level is how deep a figure stands in others of its kind, from zero, or as deep
// as its caption says. ok is false if it is too deep to be numbered.
func (n *numbering) level(e *pymarkdown.Element, name string) (level int, ok bool) {
	if s, has := e.Get(figureLevel); has {
		level, _ = strconv.Atoi(s)
		if n.levels > 0 && level >= n.levels {
			return 0, false
		}
	}
	for p := e.Up(); p != nil; p = p.Up() {
		if p.Tag != "figure" || p.Attr(figureType) != name {
			continue
		}
		if s, has := p.Get(figureLevel); has {
			own, _ := strconv.Atoi(s)
			level += own + 1
			e.Set(figureLevel, strconv.Itoa(level+1))
		} else {
			level++
		}
		if n.levels > 0 && level >= n.levels {
			return 0, false
		}
	}
	return level, true
}

// writeFigureNumber gives a figure an id, unless it has one, and its caption the
// prefix of its kind.
func writeFigureNumber(d *pymarkdown.Document, figure *pymarkdown.Element, k captionKind, num string, before bool) {
	if _, ok := figure.Get("id"); !ok {
		figure.Set("id", "__"+k.name+"_"+strings.ReplaceAll(num, ".", "_"))
	}
	if k.prefix == "" {
		return
	}
	children := figure.Children()
	if !before {
		slices.Reverse(children)
	}
	for _, c := range children {
		if c.Tag == "figcaption" {
			prefixCaption(c, d.Stash.Store(formatNumber(k.prefix, num)))
		}
	}
}

func prefixCaption(caption *pymarkdown.Element, prefix string) {
	span := pymarkdown.NewElement("span")
	span.Set("class", "caption-prefix")
	span.SetText(prefix)
	p := caption.First()
	if p == nil || p.Tag != "p" {
		p = pymarkdown.NewElement("p")
		p.Tail, p.TailAtomic = caption.Lead, caption.LeadAtomic
		caption.SetText("")
		caption.PutAfter(nil, p)
		p.Append(span)
		return
	}
	if p.Lead != "" {
		span.Tail = " " + p.Lead
	}
	p.SetText("")
	p.PutAfter(nil, span)
}

// formatNumber is Python's str.format with one argument, as far as a prefix needs
// it.
func formatNumber(format, num string) string {
	return strings.NewReplacer("{{", "{", "}}", "}", "{}", num, "{0}", num).Replace(format)
}
