package markdown

import (
	"bytes"
	"slices"
	"strings"

	xhtml "golang.org/x/net/html"
)

// Entry is an entry of the navigation of a finished site.
type Entry struct {
	Title string
	// Target is the address that it leads to, as it is written; "" for none.
	Target   string
	Children []Entry
}

// Limits of the navigation of a finished site.
const (
	maxEntries    = 5_000
	maxEntryDepth = 10
)

// navMarks are how generators mark the navigation of a whole site, the surest
// first.
var navMarks = []string{"md-nav--primary", "wy-menu", "theme-doc-sidebar-menu", "bd-links", "sphinxsidebarwrapper", "navbar-nav"}

// FinishedNav is the navigation that a page of a finished site shows: the lists in
// the element that its generator has for it. It is nil if there is none.
func FinishedNav(src []byte) []Entry {
	if len(src) > MaxBytes {
		return nil
	}
	for _, mark := range navMarks {
		r := navReader{mark: mark}
		r.read(src)
		if len(r.top) > 0 {
			return r.top
		}
	}
	return nil
}

// navReader reads nested lists.
type navReader struct {
	mark  string
	top   []Entry
	open  []string // elements, from the marked one on
	drop  int      // how many were open when what is passed over began
	items []*Entry // entries that are open
	n     int
	text  strings.Builder
	said  bool // the entry has its title
}

func (r *navReader) read(src []byte) {
	z := xhtml.NewTokenizer(bytes.NewReader(src))
	for {
		t := z.Next()
		switch t {
		case xhtml.ErrorToken:
			return
		case xhtml.TextToken:
			if r.drop == 0 && len(r.items) > 0 && !r.said {
				r.text.Write(z.Text())
			}
		case xhtml.StartTagToken:
			name, attrs := tag(z)
			r.start(name, attrs)
		case xhtml.EndTagToken:
			name, _ := z.TagName()
			if r.end(string(name)) {
				return
			}
		}
	}
}

func (r *navReader) start(name string, attrs map[string]string) {
	if len(r.open) == 0 && !hasClass(attrs, r.mark) || isVoid(name) || len(r.open) >= maxOpen {
		return
	}
	r.open = append(r.open, name)
	if r.drop > 0 {
		return
	}
	switch {
	case hasClass(attrs, "md-nav--secondary") || name == "svg" || name == "script" || name == "button" || hasClass(attrs, "headerlink"):
		r.drop = len(r.open)
	case name == "li" && len(r.items) < maxEntryDepth && r.n < maxEntries:
		r.n++
		r.title()
		r.items, r.said = append(r.items, new(Entry)), false
		r.text.Reset()
	case name == "a" && len(r.items) > 0:
		if e := r.items[len(r.items)-1]; e.Target == "" && !strings.HasPrefix(attrs["href"], "#") {
			e.Target = strings.TrimSpace(attrs["href"])
		}
	case name == "ul" || name == "ol":
		r.title()
	}
}

// title gives the entry that is open the text that was read.
func (r *navReader) title() {
	if len(r.items) == 0 || r.said {
		return
	}
	if t := strings.Join(strings.Fields(r.text.String()), " "); t != "" {
		r.items[len(r.items)-1].Title, r.said = t, true
	}
	r.text.Reset()
}

// end closes an element. It is true at the end of the navigation.
func (r *navReader) end(name string) bool {
	at := len(r.open) - 1
	for at >= 0 && r.open[at] != name {
		at--
	}
	if at < 0 {
		return false
	}
	for _, gone := range slices.Backward(r.open[at:]) {
		r.close(gone)
		r.open = r.open[:len(r.open)-1]
		if len(r.open) < r.drop {
			r.drop = 0
		}
	}
	return len(r.open) == 0
}

func (r *navReader) close(name string) {
	if r.drop > 0 || len(r.items) == 0 {
		return
	}
	switch name {
	case "a", "label", "p":
		r.title()
	case "li":
		r.title()
		e := *r.items[len(r.items)-1]
		r.items, r.said = r.items[:len(r.items)-1], true
		if e.Title == "" || e.Target == "" && len(e.Children) == 0 {
			return
		}
		if len(r.items) == 0 {
			r.top = append(r.top, e)
			return
		}
		up := r.items[len(r.items)-1]
		up.Children = append(up.Children, e)
	}
}
