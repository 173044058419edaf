package docs

import (
	"strings"

	"callboard/internal/markdown"
	"callboard/internal/pymarkdown"
)

// listItem is an item of the list in a navigation file.
type listItem struct {
	title    string
	link     string
	children []listItem
	nested   bool   // there is a list below it, maybe empty
	wrong    string // why it is no entry of a navigation
	line     int
}

// literateName is the name by which the reader of navigation files is an extension
// of Python-Markdown.
const literateName = "callboard.literate-nav"

// navList reads the list of a navigation file: the first behind the last comment
// <!--nav-->, or else the file's last. It is false if there is none
// (mkdocs-literate-nav).
func navList(text string, tabLength int) (items []listItem, ok bool) {
	mark := -1
	setup := func(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
		d.Pre.Register(literateName, 25, func(_ *pymarkdown.Document, lines []string) []string {
			return markNav(lines, &mark)
		})
		d.Tree.Register(literateName, 19, func(_ *pymarkdown.Document, root *pymarkdown.Element) {
			if list := pickList(root, mark >= 0); list != nil {
				items, ok = itemsOf(list), true
			}
		})
		d.Finals = append(d.Finals, func(d *pymarkdown.Dialect) {
			d.Inline.Deregister("html")
			d.Inline.Deregister("entity")
		})
		return nil
	}
	d, _ := pymarkdown.New([]pymarkdown.Extension{{Name: literateName}}, tabLength, func(name string) pymarkdown.Setup {
		if name == literateName {
			return setup
		}
		return markdown.Extension(name)
	})
	d.Parse(text, pymarkdown.Env{})
	return items, ok
}

// navMark stands in the text for the comment that comes before the list. It is a
// paragraph of its own.
const navMark = "callboardnavigationmark"

func markNav(lines []string, mark *int) []string {
	for i, l := range lines {
		if strings.TrimSpace(l) == "<!--nav-->" {
			*mark = i
		}
	}
	if *mark < 0 {
		return lines
	}
	out := append([]string{}, lines[:*mark]...)
	out = append(out, "", navMark, "")
	return append(out, lines[*mark+1:]...)
}

func isList(e *pymarkdown.Element) bool { return e.Tag == "ul" || e.Tag == "ol" }

func pickList(root *pymarkdown.Element, marked bool) *pymarkdown.Element {
	var last *pymarkdown.Element
	behind := false
	for c := root.First(); c != nil; c = c.Next() {
		switch {
		case marked && c.Lead == navMark:
			behind = true
		case isList(c) && behind:
			return c
		case isList(c):
			last = c
		}
	}
	if marked {
		return nil
	}
	return last
}

func itemsOf(list *pymarkdown.Element) []listItem {
	var out []listItem
	for li := list.First(); li != nil; li = li.Next() {
		out = append(out, itemOf(li))
	}
	return out
}

// itemOf reads an item: a link, a text, or either with a list.
func itemOf(li *pymarkdown.Element) listItem {
	it := listItem{title: strings.TrimSpace(li.Lead), line: li.Line}
	c := li.First()
	if c != nil && it.title == "" && c.Tag == "a" {
		it.link, _ = c.Get("href")
		it.link = pymarkdown.Unescape(it.link)
		it.title = strings.TrimSpace(pymarkdown.Unescape(c.InnerText()))
		it.wrong = textBehind(c)
		c = c.Next()
	}
	if c != nil && isList(c) && it.wrong == "" {
		it.children, it.nested = itemsOf(c), true
		it.wrong = textBehind(c)
		c = c.Next()
	}
	switch {
	case it.wrong != "":
	case c != nil:
		it.wrong = "an item is a link, a title with a list, or a pattern, and nothing else"
	case it.title == "":
		it.wrong = "an item has no title"
	case it.link == "" && !it.nested && !strings.Contains(it.title, "*"):
		it.wrong = "an item leads nowhere and has no list"
	}
	it.title = pymarkdown.Unescape(it.title)
	return it
}

func textBehind(e *pymarkdown.Element) string {
	if strings.TrimSpace(e.Tail) != "" {
		return "there is text behind a link or a list"
	}
	return ""
}
