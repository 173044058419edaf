package build

import (
	"context"
	"path"
	"strings"

	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/markdown"
	"callboard/internal/search"
)

// blockSize is how many pages share a segment of the search index: a change of
// one page costs tokenising so many again.
const blockSize = 16

// index makes the set's parts of the search index. Those of a set that is alone are
// given to the index one by one, so that it need not be in memory as a whole.
func (w *setWriter) index(ctx context.Context) ([]part, error) {
	var out []part
	for from := 0; from < len(w.set.Pages); from += blockSize {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, err := w.part(ctx, from, min(from+blockSize, len(w.set.Pages)))
		if err != nil {
			return nil, err
		}
		out = append(out, p)
		if !w.plan.Alone {
			continue
		}
		if err := w.b.index(w.b.stored(w.name, out[len(out)-1:])); err != nil {
			return nil, err
		}
		out[len(out)-1].load = nil
	}
	return out, nil
}

func (w *setWriter) part(ctx context.Context, from, to int) (part, error) {
	h := digest.New(search.Version).String(w.b.words.Key())
	all, of := make([]search.Doc, 0, to-from), make([]int, 0, to-from) // and of which pages they are
	for at := from; at < to; at++ {
		if w.set.Pages[at].Unsearched {
			continue
		}
		d := w.pages.Search(at)
		all, of = append(all, d), append(of, at)
		h.JSON(d).Add(w.keys[w.order[at]])
	}
	p, made, err := w.b.part(w.pack, h.Sum(), func() []search.Doc {
		for n, at := range of {
			if d, err := w.whole(ctx, w.order[at]); err == nil {
				all[n].Sections = sections(d.Sections)
				all[n].Heading = heading(&w.set.Pages[at], all[n].Sections)
				all[n].Aliases = section(&w.set.Pages[at])
			}
		}
		return all
	})
	w.made = append(w.made, made...)
	return p, err
}

// heading is what a page calls itself, if the navigation has another title:
// "Overview" is what nobody asks for.
func heading(pg *docs.Page, text []search.Section) string {
	if !pg.HasH1 || len(text) == 0 || strings.EqualFold(text[0].Title, pg.Title) {
		return ""
	}
	return text[0].Title
}

// section is the title of the section of the navigation that a page is the index
// of, if it is one.
func section(pg *docs.Page) []string {
	if file := path.Base(pg.Source); len(pg.Trail) == 0 || file != "index.md" && file != "README.md" {
		return nil
	}
	return pg.Trail[len(pg.Trail)-1:]
}

func sections(in []markdown.Section) []search.Section {
	out := make([]search.Section, len(in))
	for i, s := range in {
		out[i] = search.Section(s)
	}
	return out
}
