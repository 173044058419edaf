package news_test

import (
	"encoding/xml"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"callboard/internal/news"
)

// element is any element of a feed.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func (e element) all(name string) (out []element) {
	for _, c := range e.Children {
		if c.XMLName == (xml.Name{Space: "http://www.w3.org/2005/Atom", Local: name}) {
			out = append(out, c)
		}
	}
	return out
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

var uuid = regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// valid tells what RFC 4287 asks of a feed (sections 4.1.1 and 4.1.2) and b does
// not do.
func valid(t *testing.T, b []byte) element {
	t.Helper()
	var f element
	if err := xml.Unmarshal(b, &f); err != nil || !utf8.Valid(b) {
		t.Fatalf("%v: %s", err, b)
	}
	if f.XMLName != (xml.Name{Space: "http://www.w3.org/2005/Atom", Local: "feed"}) {
		t.Errorf("the root is %v", f.XMLName)
	}
	ids := map[string]bool{}
	common := func(e element) {
		for _, name := range []string{"id", "title", "updated"} {
			if x := e.all(name); len(x) != 1 || strings.TrimSpace(x[0].Text) == "" {
				t.Errorf("%s: %d %s elements, or an empty one", e.XMLName.Local, len(x), name)
			}
		}
		id, at := e.all("id")[0].Text, e.all("updated")[0].Text
		if ids[id] || !uuid.MatchString(id) {
			t.Errorf("id %q is there twice, or none", id)
		}
		ids[id] = true
		if _, err := time.Parse(time.RFC3339, at); err != nil {
			t.Error(err)
		}
		alternate := map[string]bool{}
		for _, l := range e.all("link") {
			if _, err := url.Parse(l.attr("href")); err != nil || l.attr("href") == "" {
				t.Errorf("link %v", l.Attrs)
			}
			if l.attr("rel") == "alternate" {
				if alternate[l.attr("type")] {
					t.Error("two alternates of one type")
				}
				alternate[l.attr("type")] = true
			}
		}
		for _, c := range e.all("category") {
			if c.attr("term") == "" {
				t.Error("a category without a term")
			}
		}
	}
	common(f)
	if a := f.all("author"); len(a) != 1 || len(a[0].all("name")) != 1 || a[0].all("name")[0].Text == "" {
		t.Error("the feed has no author")
	}
	for _, e := range f.all("entry") {
		common(e)
		if len(e.all("content")) != 1 || e.all("content")[0].attr("type") != "text" {
			t.Error("an entry has no content")
		}
	}
	return f
}

func TestAtom(t *testing.T) {
	hostile := "<b>&\"' \x00\x1b\xff\ufffe ]]>"
	a := news.Atom{Title: "Acme: changes", Author: "Acme", Self: "https://acme.example/p/changes/all.atom", Page: "https://acme.example/p/changes/", ID: "x"}
	empty, err := a.XML()
	if err != nil {
		t.Fatal(err)
	}
	if f := valid(t, empty); f.all("updated")[0].Text != "1970-01-01T00:00:00Z" || len(f.all("entry")) != 0 {
		t.Errorf("%s", empty)
	}
	for i := range 150 {
		a.Entries = append(a.Entries, news.Entry{At: start.Add(-time.Duration(i) * time.Hour), URL: "https://acme.example/p/x/",
			Change: news.Change{What: news.Changed, Ref: "component:default/x", Title: hostile, Fields: []news.Field{{Name: hostile, Old: hostile, New: hostile}}}})
	}
	a.Author = ""
	full, err := a.XML()
	if err != nil {
		t.Fatal(err)
	}
	f := valid(t, full)
	if len(f.all("entry")) != 100 || f.all("updated")[0].Text != "2026-03-04T05:06:07Z" {
		t.Errorf("%d entries, updated %s", len(f.all("entry")), f.all("updated")[0].Text)
	}
	if got := f.all("entry")[0].all("title")[0].Text; !strings.HasPrefix(got, "<b>&\"'") {
		t.Errorf("title %q", got)
	}
	again, err := a.XML()
	if err != nil || string(again) != string(full) {
		t.Error("the same feed is another")
	}
}
