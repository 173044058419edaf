package pymarkdown

import (
	"iter"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// Element is a node of the tree: an HTML element with its text in the way of
// Python's ElementTree, which the rules of Python-Markdown are written against:
// Lead (its "text") stands before the first child, Tail after the element's own end.
type Element struct {
	ast.BaseBlock
	// Tag is the element's name, or one of TagNone, TagComment and
	// TagInstruction.
	Tag   string
	Attrs []Attr
	Lead  string
	Tail  string
	// LeadAtomic and TailAtomic keep inline patterns away from the text
	// (AtomicString).
	LeadAtomic, TailAtomic bool
	// Source is the offset in the page's lines that the element began at, 1-based
	// line number, or 0 if it is not known.
	Line int
}

// Tags that are not names of elements.
const (
	TagNone        = ""    // a group: only its text and children are written
	TagComment     = "!--" // Lead is the comment
	TagInstruction = "?"   // Lead is the processing instruction
)

// Attr is an attribute.
type Attr struct{ Key, Val string }

// KindElement is goldmark's kind of Elements.
var KindElement = ast.NewNodeKind("PythonMarkdownElement")

// Kind implements ast.Node.
func (e *Element) Kind() ast.NodeKind { return KindElement }

// Dump implements ast.Node.
func (e *Element) Dump(source []byte, level int) {
	ast.DumpHelper(e, source, level, map[string]string{"Tag": e.Tag, "Text": e.Lead, "Tail": e.Tail}, nil)
}

// NewElement makes an element that stands nowhere yet.
func NewElement(tag string) *Element { return &Element{Tag: tag} }

// Sub appends a new element to e.
func (e *Element) Sub(tag string) *Element {
	c := &Element{Tag: tag}
	e.AppendChild(e, c)
	return c
}

// Append makes c the last child of e, taking it from where it was.
func (e *Element) Append(c *Element) { e.AppendChild(e, c) }

// Insert puts c before the child of index i, or at the end.
func (e *Element) Insert(i int, c *Element) {
	if at := e.At(i); at != nil {
		e.InsertBefore(e, at, c)
		return
	}
	e.AppendChild(e, c)
}

// PutAfter puts c after e's child at; a nil child means at the beginning.
func (e *Element) PutAfter(at, c *Element) {
	switch {
	case at == nil && e.First() == nil:
		e.AppendChild(e, c)
	case at == nil:
		e.InsertBefore(e, e.First(), c)
	default:
		e.InsertAfter(e, at, c)
	}
}

// Remove takes the child c, with its tail, out of e.
func (e *Element) Remove(c *Element) { e.RemoveChild(e, c) }

// Replace puts c in the place of the child old; c keeps its own tail.
func (e *Element) Replace(old, c *Element) { e.ReplaceChild(e, old, c) }

// Len is the number of children.
func (e *Element) Len() int { return e.ChildCount() }

func asElement(n ast.Node) *Element {
	c, _ := n.(*Element)
	return c
}

// First is the first child or nil.
func (e *Element) First() *Element { return asElement(e.FirstChild()) }

// Last is the last child or nil.
func (e *Element) Last() *Element { return asElement(e.LastChild()) }

// Next is the sibling after e or nil.
func (e *Element) Next() *Element { return asElement(e.NextSibling()) }

// Prev is the sibling before e or nil.
func (e *Element) Prev() *Element { return asElement(e.PreviousSibling()) }

// Up is the element that e is a child of, or nil.
func (e *Element) Up() *Element { return asElement(e.Parent()) }

// At is the child of index i, or nil.
func (e *Element) At(i int) *Element {
	c := e.First()
	for ; c != nil && i > 0; i-- {
		c = c.Next()
	}
	return c
}

// Index is the index of the child c, or -1.
func (e *Element) Index(c *Element) int {
	i := 0
	for x := e.First(); x != nil; x = x.Next() {
		if x == c {
			return i
		}
		i++
	}
	return -1
}

// Children are the children, in a slice that stays when the tree changes.
func (e *Element) Children() []*Element {
	out := make([]*Element, 0, e.Len())
	for c := e.First(); c != nil; c = c.Next() {
		out = append(out, c)
	}
	return out
}

// Iter goes through e and all below it in the order of the document. The tree
// must not change meanwhile, but for the element that was just given out.
func (e *Element) Iter() iter.Seq[*Element] {
	return func(yield func(*Element) bool) { e.walk(yield) }
}

func (e *Element) walk(yield func(*Element) bool) bool {
	if !yield(e) {
		return false
	}
	for c := e.First(); c != nil; c = c.Next() {
		if !c.walk(yield) {
			return false
		}
	}
	return true
}

// IterTag goes through e and all below it that have this tag. The tree may
// change meanwhile.
func (e *Element) IterTag(tag string) []*Element {
	var out []*Element
	for x := range e.Iter() {
		if x.Tag == tag {
			out = append(out, x)
		}
	}
	return out
}

// InnerText is the text of e and all below it, without e's tail (itertext).
func (e *Element) InnerText() string {
	var b strings.Builder
	e.innerText(&b)
	return b.String()
}

func (e *Element) innerText(b *strings.Builder) {
	if e.Tag == TagComment || e.Tag == TagInstruction {
		return
	}
	b.WriteString(e.Lead)
	for c := e.First(); c != nil; c = c.Next() {
		c.innerText(b)
		b.WriteString(c.Tail)
	}
}

// SetText sets Lead, to be read for inline patterns.
func (e *Element) SetText(s string) { e.Lead, e.LeadAtomic = s, false }

// SetAtomic sets Lead, to be left as it is.
func (e *Element) SetAtomic(s string) { e.Lead, e.LeadAtomic = s, true }

// Get is the value of an attribute and whether it is there.
func (e *Element) Get(key string) (string, bool) {
	for _, a := range e.Attrs {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

// Attr is the value of an attribute, or "".
func (e *Element) Attr(key string) string {
	v, _ := e.Get(key)
	return v
}

// Set sets an attribute.
func (e *Element) Set(key, val string) {
	for i := range e.Attrs {
		if e.Attrs[i].Key == key {
			e.Attrs[i].Val = val
			return
		}
	}
	e.Attrs = append(e.Attrs, Attr{key, val})
}

// Unset removes an attribute.
func (e *Element) Unset(key string) {
	e.Attrs = slices.DeleteFunc(e.Attrs, func(a Attr) bool { return a.Key == key })
}
