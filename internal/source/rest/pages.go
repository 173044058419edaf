package rest

import (
	"context"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"callboard/internal/source"
)

// maxPages is how many pages of one list are read. A host with more, or one that
// never ends, breaks the list; a million repositories fit in.
const maxPages = 10_000

// Pages asks for a list page by page. next tells from a page and its header what
// is different in the query for the next one, nil after the last. A page that
// was asked for before ends the list with a fault: the host leads us in a
// circle, and whatever it lists then is not all.
func Pages[P any](ctx context.Context, a *API, c Call, next func(h http.Header, page *P) url.Values) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		seen := map[string]bool{}
		for {
			var page P
			key := c.Query.Encode()
			if seen[key] || len(seen) == maxPages {
				yield(page, a.Fault(source.Broken, c.What, "its pages have no end"))
				return
			}
			seen[key] = true
			h, err := a.JSON(ctx, c, &page)
			if err != nil {
				yield(page, err)
				return
			}
			if !yield(page, nil) {
				return
			}
			more := next(h, &page)
			if more == nil {
				return
			}
			q := maps.Clone(c.Query)
			if q == nil {
				q = url.Values{}
			}
			maps.Copy(q, more)
			c.Query = q
		}
	}
}

// Items are the items of pages, for lists whose pages are made of nothing else.
// next is that of Pages.
func Items[T any](ctx context.Context, a *API, c Call, next func(h http.Header, page *[]T) url.Values) iter.Seq2[T, error] {
	return Flat(Pages(ctx, a, c, next), func(p []T) []T { return p })
}

// Flat are the items of pages that hold them in a field.
func Flat[P, T any](pages iter.Seq2[P, error], items func(P) []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for p, err := range pages {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, it := range items(p) {
				if !yield(it, nil) {
					return
				}
			}
		}
	}
}

// All collects a sequence that ends with its first error.
func All[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var out []T
	for it, err := range seq {
		if err != nil {
			return nil, err
		}
		out = append(out, it)
	}
	return out, nil
}

// Linked is next for hosts that name the next page in the header Link (RFC 8288).
// Only the query is taken of the address there: behind a proxy hosts often know
// themselves by another name, and a page must not lead to another machine.
func Linked[P any](h http.Header, _ *P) url.Values {
	for _, line := range h.Values("Link") {
		for line != "" {
			_, link, ok := strings.Cut(line, "<")
			if !ok {
				break
			}
			address, rest, ok := strings.Cut(link, ">")
			if !ok {
				break
			}
			params, after, _ := strings.Cut(rest, "<")
			if isNext(params) {
				return QueryOf(address)
			}
			if line = ""; after != "" {
				line = "<" + after
			}
		}
	}
	return nil
}

func isNext(params string) bool {
	for p := range strings.FieldsFuncSeq(params, func(r rune) bool { return r == ';' || r == ',' }) {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(name, "rel") && strings.Trim(value, `"`) == "next" {
			return true
		}
	}
	return false
}

// QueryOf is the query of an address, nil if it has none.
func QueryOf(address string) url.Values {
	u, err := url.Parse(address)
	if err != nil || u.RawQuery == "" {
		return nil
	}
	return u.Query()
}
