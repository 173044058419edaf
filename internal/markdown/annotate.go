package markdown

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/lazyregexp"
	"callboard/internal/pymarkdown"
)

// maxAnnotations is how many marks of a page become buttons; a page of more is no
// page for readers.
const maxAnnotations = 1_000

// annotator makes Material's annotations: "(1)" in a comment of a block of code, or
// in an element of the class "annotate", becomes a button that shows the first item
// of the ordered list that follows. Material's script does this in the reader's
// browser; here the items are popovers, which need none.
type annotator struct {
	d    *pymarkdown.Document
	list *pymarkdown.Element // whose items are shown
	// items are those of the list, and asked tells which of them have a button.
	items []*pymarkdown.Element
	asked map[int]bool
	lists int // of the page, so far
	made  int // buttons of the page, so far
}

// annotate goes through a page. With code, all blocks of code have annotations, not
// only those of the class "annotate" (Material's feature content.code.annotate).
func annotate(d *pymarkdown.Document, code bool) {
	a := annotator{d: d}
	a.below(d.Root, code)
	for i := range d.Stash.Len() { // HTML with Markdown in it
		if e := d.Stash.At(i).Element; e != nil {
			a.below(e, code)
		}
	}
}

func (a *annotator) below(root *pymarkdown.Element, code bool) {
	for _, list := range root.IterTag("ol") {
		if of := annotated(list); of != nil {
			a.begin(list)
			a.of(of, code)
			a.end()
		}
	}
}

// annotated is the element that a list may be the annotations of: the one before it,
// empty paragraphs aside.
func annotated(list *pymarkdown.Element) *pymarkdown.Element {
	e := list.Prev()
	for e != nil && e.Tag == "p" && e.First() == nil && strings.TrimSpace(e.Lead) == "" {
		e = e.Prev()
	}
	return e
}

func (a *annotator) begin(list *pymarkdown.Element) {
	a.list, a.items, a.asked = list, nil, map[int]bool{}
	for _, c := range list.Children() {
		if c.Tag == "li" {
			a.items = append(a.items, c)
		}
	}
	a.lists++
}

// of looks for marks in what stands before the list.
func (a *annotator) of(e *pymarkdown.Element, code bool) {
	if hasName(e.Attr("class"), "annotate") {
		a.inside(e)
		return
	}
	n, alone := pymarkdown.IsPlaceholder(strings.TrimSpace(e.Lead))
	if !alone || e.First() != nil || n >= a.d.Stash.Len() {
		return
	}
	x := a.d.Stash.At(n)
	switch {
	case x.Element != nil && hasName(x.Element.Attr("class"), "annotate"):
		a.inside(x.Element)
	case x.Element == nil && wantsAnnotations(x, code):
		// What is added may move the stash.
		html := a.code(x.HTML, x.Safe)
		a.d.Stash.At(n).HTML = html
	}
}

// wantsAnnotations tells whether stashed HTML is a block of code with annotations.
func wantsAnnotations(x *pymarkdown.Stashed, code bool) bool {
	tag, _, _ := strings.Cut(x.HTML, ">")
	_, class, ok := strings.Cut(tag, ` class="`)
	class, _, _ = strings.Cut(class, `"`)
	return ok && x.Plain != "" && (hasName(class, "annotate") || code && !hasName(class, "no-annotate"))
}

func hasName(class, name string) bool {
	return strings.Contains(class, name) && slices.Contains(strings.Fields(class), name)
}

// inside replaces the marks in an element's text. Code and links stay as they are:
// a button in a link is none.
func (a *annotator) inside(e *pymarkdown.Element) {
	if e.Tag == "a" || e.Tag == "summary" || e.Tag == "code" || e.Tag == "button" {
		return
	}
	e.Lead = a.text(e.Lead)
	for _, c := range e.Children() {
		a.inside(c)
		c.Tail = a.text(c.Tail)
	}
}

var annotationMark = lazyregexp.New(`\((\d{1,4})\)(!?)`)

func (a *annotator) text(s string) string {
	if !strings.Contains(s, "(") {
		return s
	}
	return annotationMark.Get().ReplaceAllStringFunc(s, func(mark string) string {
		number, _ := strings.CutSuffix(mark, "!")
		b, ok := a.button(number)
		if !ok {
			return mark
		}
		return a.d.Stash.Add(pymarkdown.Stashed{HTML: b, Safe: true}) + mark[len(number):]
	})
}

// comment begins a comment in highlighted code.
const comment = `<span class="com">`

// code replaces the marks in the comments of highlighted code.
func (a *annotator) code(html string, safe bool) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(html, comment)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		text, rest, _ := strings.Cut(rest, "</span>")
		b.WriteString(comment + a.comment(text, safe) + "</span>")
		html = rest
	}
}

// comment replaces the marks in one comment. Of a comment whose mark is "(1)!"
// nothing but the mark is seen.
func (a *annotator) comment(text string, safe bool) string {
	var b strings.Builder
	for {
		m := annotationMark.Get().FindStringSubmatchIndex(text)
		if m == nil {
			break
		}
		whole, number := text[m[0]:m[1]], strings.TrimSuffix(text[m[0]:m[1]], "!")
		button, ok := a.button(number)
		switch {
		case !ok:
			b.WriteString(text[:m[1]])
		case len(whole) > len(number):
			return b.String() + a.hidden(text[:m[0]], safe) + a.put(button, safe) + a.hidden(text[m[0]+len(number):], safe)
		default:
			b.WriteString(text[:m[0]] + a.put(button, safe))
		}
		text = text[m[1]:]
	}
	return b.String() + text
}

// put is HTML of ours where code is: itself, or what stands for it if the block is
// sanitised.
func (a *annotator) put(html string, safe bool) string {
	if safe {
		return html
	}
	return a.d.Stash.Add(pymarkdown.Stashed{HTML: html, Safe: true})
}

// hidden keeps text in the page that is not shown.
func (a *annotator) hidden(text string, safe bool) string {
	if text == "" {
		return ""
	}
	return a.put("<span hidden>"+text+"</span>", safe)
}

// button is what shows the item of a mark such as "(1)"; false if there is none.
func (a *annotator) button(mark string) (string, bool) {
	n, err := strconv.Atoi(strings.Trim(mark, "()"))
	if err != nil || n < 1 || n > len(a.items) || a.made >= maxAnnotations {
		return "", false
	}
	a.made++
	item := a.items[n-1]
	if !a.asked[n] {
		a.asked[n] = true
		if item.Attr("id") == "" {
			item.Set("id", fmt.Sprintf("__annotation_%d_%d", a.lists, n))
		}
		item.Set("popover", "")
	}
	return fmt.Sprintf(`<button class="annotation" type="button" popovertarget="%s" aria-label="Note %d" data-n="%d">%s</button>`,
		escape(nil, item.Attr("id")), n, n, mark), true
}

// end marks the list. Items without a button stay where they are, with their
// numbers.
func (a *annotator) end() {
	if len(a.asked) == 0 {
		return
	}
	class := "annotations"
	if len(a.asked) == len(a.items) {
		class += " in-notes"
	}
	a.list.Set("class", strings.TrimSpace(a.list.Attr("class")+" "+class))
	for i, item := range a.items {
		if !a.asked[i+1] && len(a.asked) < len(a.items) {
			item.Set("value", strconv.Itoa(i+1))
		}
	}
}
