package search

import (
	"unicode/utf8"

	"callboard/internal/digest"
)

// Limits of the fragments. A reader loads one for nearly each hit it shows, so
// they are small; the text in them is for excerpts and for finding phrases, and
// is not whole where a page is longer: every section keeps its beginning.
const (
	maxFragmentDocs  = 64
	fragmentBytes    = 4 << 10 // a fragment is closed when it is larger
	maxDocText       = 4096    // bytes of a document's text
	maxDescription   = 600
	maxShownSections = 64
	maxShownTags     = 20
	maxShownField    = 300 // bytes of a title, crumb, owner
)

// fragments encodes the documents as they are shown.
//
// A fragment is a JSON array; each document is an object with those of the
// following that are not empty: u address, k kind, r reference, n name, t
// title, c crumb, o owner, y type, l lifecycle, g tags, d description, s
// sections as [id, title, text], x 1 if text was left out.
func fragments(docs []Doc) []fragment {
	var out []fragment
	var w jsonWriter
	n := 0
	for i := range docs {
		w.sep(n)
		w.doc(&docs[i])
		if n++; n == maxFragmentDocs || len(w.b) >= fragmentBytes || i == len(docs)-1 {
			out = append(out, w.close(n))
			n = 0
		}
	}
	return out
}

// jsonWriter writes fragments; encoding/json would be most of Prepare's time.
type jsonWriter struct{ b []byte }

func (w *jsonWriter) sep(n int) {
	if n == 0 {
		w.b = append(w.b, '[')
	} else {
		w.b = append(w.b, ',')
	}
}

func (w *jsonWriter) close(n int) fragment {
	data := pack(append(w.b, ']', '\n'))
	w.b = w.b[:0]
	sum := digest.Of(data)
	return fragment{id: [6]byte(sum[:6]), docs: n, data: data}
}

func (w *jsonWriter) doc(d *Doc) {
	w.b = append(w.b, `{"u":`...)
	w.string(clip(d.URL, 2000))
	w.field(`,"k":`, fold(clip(d.Kind, maxShownField)))
	w.field(`,"r":`, clip(d.Ref, maxShownField))
	w.field(`,"n":`, clip(d.Name, maxShownField))
	w.field(`,"t":`, clip(d.Title, maxShownField))
	w.field(`,"c":`, clip(d.Crumb, maxShownField))
	w.field(`,"o":`, clip(d.Owner, maxShownField))
	w.field(`,"y":`, clip(d.Type, maxShownField))
	w.field(`,"l":`, clip(d.Lifecycle, maxShownField))
	w.tags(d.Tags)
	w.field(`,"d":`, clip(d.Description, maxDescription))
	if w.sections(d.Sections) || len(d.Description) > maxDescription {
		w.b = append(w.b, `,"x":1`...)
	}
	w.b = append(w.b, '}')
}

func (w *jsonWriter) field(key, value string) {
	if value != "" {
		w.b = append(w.b, key...)
		w.string(value)
	}
}

func (w *jsonWriter) tags(tags []string) {
	tags = tags[:min(len(tags), maxShownTags)]
	for i, tag := range tags {
		if i == 0 {
			w.b = append(w.b, `,"g":[`...)
		} else {
			w.b = append(w.b, ',')
		}
		w.string(clip(tag, maxShownField))
	}
	if len(tags) > 0 {
		w.b = append(w.b, ']')
	}
}

// sections writes the sections' beginnings and tells whether anything was left
// out.
func (w *jsonWriter) sections(all []Section) bool {
	shown := all[:min(len(all), maxShownSections)]
	share := fairShare(shown, maxDocText)
	left := len(shown) < len(all)
	for i, s := range shown {
		if i == 0 {
			w.b = append(w.b, `,"s":[[`...)
		} else {
			w.b = append(w.b, ',', '[')
		}
		text := clipWord(s.Text, share)
		left = left || len(text) < len(s.Text)
		w.string(clip(s.ID, maxShownField))
		w.b = append(w.b, ',')
		w.string(clip(s.Title, maxShownField))
		w.b = append(w.b, ',')
		w.string(text)
		w.b = append(w.b, ']')
	}
	if len(shown) > 0 {
		w.b = append(w.b, ']')
	}
	return left
}

// fairShare is the largest number of bytes that every section may have so that
// they have at most total together: the short are whole, the long share the
// rest.
func fairShare(sections []Section, total int) int {
	share, rest, open := 0, total, len(sections)
	for open > 0 && rest >= open {
		share += rest / open
		used, longer := 0, 0
		for i := range sections {
			n := len(sections[i].Text)
			used += min(n, share)
			if n > share {
				longer++
			}
		}
		rest, open = total-used, longer
	}
	return share
}

// clipWord is s, or at most n bytes of it up to the end of a word.
func clipWord(s string, n int) string {
	if len(s) <= n {
		return s
	}
	c := clip(s, n)
	for i := len(c) - 1; i > len(c)-40 && i > 0; i-- {
		if c[i] == ' ' || c[i] == '\n' {
			return c[:i]
		}
	}
	return c
}

const hexDigits = "0123456789abcdef"

// string writes s as JSON; what is not UTF-8 becomes the replacement character.
func (w *jsonWriter) string(s string) {
	w.b = append(w.b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		w.b = append(w.b, s[from:i]...)
		w.escape(c)
		i++
		from = i
	}
	w.b = append(append(w.b, s[from:]...), '"')
}

func (w *jsonWriter) escape(c byte) {
	switch {
	case c >= utf8.RuneSelf:
		w.b = append(w.b, "\uFFFD"...)
	case c == '"' || c == '\\':
		w.b = append(w.b, '\\', c)
	case c == '\n':
		w.b = append(w.b, '\\', 'n')
	default:
		w.b = append(w.b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
}
