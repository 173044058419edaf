package build

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/output"
	"callboard/internal/urlpath"
)

// A site that stands alone also has the search index of MkDocs
// (search/search_index.json, mkdocs/contrib/search): a Backstage that the site is
// published to reads it. What it says of a page is kept, so that a change of one
// page renders no other.

// searchEntry is a page or a part of one.
type searchEntry struct {
	Location string `json:"location"`
	Title    string `json:"title"`
	Text     string `json:"text"`
	// Boost is what the author says that the page counts, 0 for nothing.
	Boost float64 `json:"boost,omitempty"`
}

const (
	searchHead = `{"config":{"lang":["en"],"separator":"[\\s\\-]+","pipeline":["stopWordFilter"],"fields":{"title":{"boost":1000.0},"text":{"boost":1.0},"tags":{"boost":1000000.0}}},"docs":[`
	searchEnd  = "]}\n"
)

// mkdocsSearch writes the index page by page.
func (w *setWriter) mkdocsSearch(ctx context.Context) error {
	p, err := urlpath.New("search/search_index.json")
	if err != nil {
		return err
	}
	h := digest.New("mkdocs-search/1")
	for at := range w.set.Pages {
		h.Add(w.entriesKey(at))
	}
	key := h.Sum()
	w.made = append(w.made, output.Made{Path: p.String(), Key: key})
	if w.b.out.Keep(p, key) {
		for at := range w.set.Pages {
			w.pack.Keep(w.entriesKey(at))
		}
		return nil
	}
	_, err = taken(w.sink, w.b.out.PutFrom(p, key, func(to io.Writer) error { return w.writeEntries(ctx, to) }), w.plan.Pos, "")
	return err
}

func (w *setWriter) entriesKey(at int) digest.Sum {
	pg := &w.set.Pages[at]
	return digest.New("mkdocs-search-page/2").Add(w.keys[w.order[at]]).String(pg.Path).String(pg.Title).Sum()
}

func (w *setWriter) writeEntries(ctx context.Context, to io.Writer) error {
	sep := searchHead
	any := false
	for at := range w.set.Pages {
		if err := ctx.Err(); err != nil {
			return err
		}
		if w.set.Pages[at].Unsearched {
			continue
		}
		raw, err := w.entries(ctx, at)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(to, sep); err != nil {
			return err
		}
		if _, err := to.Write(raw); err != nil {
			return err
		}
		sep, any = ",\n", true
	}
	if !any {
		if _, err := io.WriteString(to, searchHead); err != nil {
			return err
		}
	}
	_, err := io.WriteString(to, searchEnd)
	return err
}

// entries are those of a page, as JSON without the brackets of a list.
func (w *setWriter) entries(ctx context.Context, at int) ([]byte, error) {
	key := w.entriesKey(at)
	if raw, ok := w.pack.Get(key); ok {
		return raw, nil
	}
	d, err := w.whole(ctx, w.order[at])
	if err != nil {
		return nil, err
	}
	pg := &w.set.Pages[at]
	page := searchEntry{Location: address(pg), Title: pg.Title, Boost: pg.Boost}
	list := []searchEntry{page}
	for i, s := range d.Sections {
		if i == 0 && (s.ID == "" || s.Title == pg.Title) {
			list[0].Text = s.Text
			continue
		}
		list = append(list, searchEntry{page.Location + "#" + s.ID, s.Title, s.Text, pg.Boost})
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return nil, fmt.Errorf("search index of %s: %w", pg.Source, err)
	}
	raw = raw[1 : len(raw)-1]
	return raw, w.pack.Put(key, raw)
}

// address is where a page is, below the set's address.
func address(pg *docs.Page) string {
	p, err := urlpath.New(docs.File(pg.Path))
	if err != nil {
		return pg.Path
	}
	return p.URL("")
}
