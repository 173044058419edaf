package news

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"callboard/internal/digest"
)

// Atom is a feed of changes as readers of feeds want it (RFC 4287).
type Atom struct {
	// Title is that of the feed, Author the portal's.
	Title, Author string
	// Self is the address of the feed, Page that of the page with the same.
	Self, Page string
	// ID tells the feed from others for all time; any text does.
	ID string
	// Entries are the changes, the latest first.
	Entries []Entry
}

// Entry is a change in a feed.
type Entry struct {
	Change
	At time.Time
	// URL is the entity's page, "" if it has none any more.
	URL string
}

// maxEntries is how many changes a feed has, the latest.
const maxEntries = 100

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID       string       `xml:"id"`
	Title    string       `xml:"title"`
	Updated  string       `xml:"updated"`
	Links    []atomLink   `xml:"link"`
	Category atomCategory `xml:"category"`
	Content  atomText     `xml:"content"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// XML writes the feed. A feed without entries was updated when time began: no
// build that tells nothing may differ from the one before.
func (a Atom) XML() ([]byte, error) {
	f := atomFeed{ID: urn(a.ID), Title: a.Title, Author: cmp.Or(a.Author, "callboard"), Updated: rfc3339(time.Unix(0, 0)),
		Links: []atomLink{{"self", "application/atom+xml", a.Self}, {"alternate", "text/html", a.Page}}}
	for _, e := range a.Entries[:min(len(a.Entries), maxEntries)] {
		f.Entries = append(f.Entries, e.atom(a.ID))
	}
	if len(a.Entries) > 0 {
		f.Updated = rfc3339(a.Entries[0].At)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(f); err != nil {
		return nil, fmt.Errorf("feed %q: %w", a.Title, err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func (e Entry) atom(feed string) atomEntry {
	out := atomEntry{ID: urn(feed, rfc3339(e.At), e.What, e.Ref), Title: e.Title + " " + e.What, Updated: rfc3339(e.At),
		Category: atomCategory{e.What}, Content: atomText{"text", e.Text()}}
	if e.URL != "" {
		out.Links = []atomLink{{"alternate", "text/html", e.URL}}
	}
	return out
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// urn is an identifier of what the parts name, for all time (RFC 9562, version
// 8: made of a digest).
func urn(parts ...string) string {
	h := digest.New("atom id")
	for _, p := range parts {
		h.String(p)
	}
	sum := h.Sum()
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// Text is the change in words.
func (c Change) Text() string {
	out := c.Ref + " " + c.What + "."
	if c.Why != "" {
		return out[:len(out)-1] + ": " + c.Why + "."
	}
	var fields []string
	for _, f := range c.Fields {
		fields = append(fields, f.String())
	}
	if len(fields) > 0 {
		out += " " + strings.Join(fields, "; ") + "."
	}
	return out
}

// String is the field in words, such as "lifecycle: experimental, now production".
func (f Field) String() string {
	switch {
	case f.Old == "" && f.New == "":
		return f.Name
	case f.Old == "":
		return f.Name + ": now " + f.New
	case f.New == "":
		return f.Name + ": no longer " + f.Old
	}
	return f.Name + ": " + f.Old + ", now " + f.New
}
