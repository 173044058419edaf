package cli

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"callboard/internal/search"
)

func (a *app) searchCommand() *cobra.Command {
	var code codeSearcher
	s := searcher{format: wordFlag{value: "text", words: []string{"text", "json", "ndjson"}}}
	asJSON := false
	c := &cobra.Command{
		Use:   "search QUERY...",
		Short: "Search a portal that has been built",
		Long: `Search the index of a portal that has been built, as its search page does: best
is what has every word; the last may be the beginning of one, a word that nothing
has is taken for one that is like it, and a question may lack words. A "phrase" in
quotes must stand there as it is. kind:, owner:, tag:, type:, lifecycle: and in:REF
narrow the search; a hyphen before a word or a filter excludes.

--site is the directory of a portal, or the address of one (https), of which only
what the query needs is loaded. CALLBOARD_SITE_HEADERS holds headers, one a line,
that a sign-in before it wants, such as "Authorization: Bearer ...".

--code searches source code instead, in a portal whose configuration has
search.code.enabled: for text as it stands, with --regexp or between /slashes/ for
a regular expression (RE2), line by line. file:, lang: and repo: before or after
it narrow the search, a hyphen before one excludes. --left-out tells which files
are not in the index, and why.`,
		Example: `  callboard search payments
  callboard search --site /srv/portal 'kind:api refund'
  callboard search --site https://portal.acme.example owner:payments
  callboard search --json retries | jq -r '.hits[].url'
  callboard search --code 'lang:go ErrRefused'
  callboard search --code --regexp 'func \(s \*\w+\) Close' file:internal/**
  callboard search --code --left-out repo:payments`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 && !code.leftOut {
				return exactly(1)(c, args)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if asJSON {
				s.format.value = "json"
			}
			if err := code.check(c, s.code); err != nil {
				return err
			}
			if s.code {
				return a.searchCode(c.Context(), s, code, strings.Join(args, " "))
			}
			return a.search(c.Context(), s, strings.Join(args, " "))
		},
	}
	a.siteFlag(c, &s.site)
	c.Flags().IntVarP(&s.limit, "limit", "n", 10, "how many hits are printed; of code, files, 0 being all")
	c.Flags().Var(&s.format, "format", "how hits are written; ndjson is one a line")
	complete(c, "format", s.format.words...)
	c.Flags().BoolVar(&asJSON, "json", false, "the same as --format json")
	c.Flags().BoolVar(&s.code, "code", false, "search source code")
	code.flags(c)
	return c
}

// searcher are the flags of the search command.
type searcher struct {
	site   string
	limit  int
	format wordFlag
	code   bool
}

// found is the JSON form of a search: fields are added, never changed.
type found struct {
	Query   string   `json:"query"`
	Total   int      `json:"total"`
	Partial bool     `json:"partial"` // there may be more
	Loose   bool     `json:"loose"`   // no document has all the words
	Missing []string `json:"missing"` // words that no document has
	// Corrected are words that no document has, and what was looked for instead.
	Corrected []corrected `json:"corrected,omitempty"`
	// Unmatched are, if nothing was found, the filters that no document meets.
	Unmatched []unmatched `json:"unmatched,omitempty"`
	Hits      []hit       `json:"hits"`
}

type corrected struct {
	Word string   `json:"word"`
	As   []string `json:"as"`
}

type unmatched struct {
	Filter string   `json:"filter"` // as a query writes it
	Near   []string `json:"near"`   // filters that are like it and are met
}

type hit struct {
	URL       string    `json:"url"` // below the portal's base
	Kind      string    `json:"kind"`
	Title     string    `json:"title"`
	Ref       string    `json:"ref,omitempty"`
	Owner     string    `json:"owner,omitempty"`
	Type      string    `json:"type,omitempty"`
	Lifecycle string    `json:"lifecycle,omitempty"`
	Tags      []string  `json:"tags,omitempty"`
	Crumb     string    `json:"crumb,omitempty"`
	Excerpt   string    `json:"excerpt,omitempty"`
	Sections  []section `json:"sections,omitempty"`
	Score     float64   `json:"score"`

	marked search.Excerpt
}

type section struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Excerpt string `json:"excerpt,omitempty"`
}

func (a *app) search(ctx context.Context, s searcher, query string) (err error) {
	if s.limit < 1 {
		return &usageError{"--limit must be at least 1", ""}
	}
	portal, err := a.openPortal(ctx, s.site)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, portal.close()) }()
	r, err := openIndex(portal, s.site)
	if err != nil {
		return err
	}
	res, err := r.Find(query, search.Options{Limit: s.limit})
	if err != nil {
		return err
	}
	f := newFound(query, res)
	if s.format.value != "text" {
		return encodeFound(a.Stdout, f, f.Hits, s.format.value == "ndjson")
	}
	w := bufio.NewWriter(a.Stdout)
	f.write(w, portal.address, a.flags.color.on(a.Stdout, a.Getenv))
	a.talk("%s", f.summary())
	return w.Flush()
}

// openIndex opens the index of a portal.
func openIndex(portal fs.FS, site string) (*search.Reader, error) {
	meta, err := searchMeta(portal, site)
	if err != nil {
		return nil, err
	}
	data, err := fs.Sub(portal, "data")
	if err != nil {
		return nil, err
	}
	return search.OpenDir(data, meta)
}

func newFound(query string, res *search.Result) found {
	f := found{Query: query, Total: res.Total, Partial: res.Partial, Loose: res.Loose, Missing: res.Missing, Hits: make([]hit, 0, len(res.Hits))}
	if f.Missing == nil {
		f.Missing = []string{}
	}
	for _, c := range res.Corrected {
		f.Corrected = append(f.Corrected, corrected{c.Word, c.As})
	}
	for _, u := range res.Unmatched {
		x := unmatched{Filter: search.Filter(u.Key, u.Value), Near: make([]string, 0, len(u.Near))}
		for _, v := range u.Near {
			x.Near = append(x.Near, search.Filter(u.Key, v))
		}
		f.Unmatched = append(f.Unmatched, x)
	}
	for _, h := range res.Hits {
		x := hit{
			URL: h.URL, Kind: h.Kind, Title: h.Title, Ref: h.Ref, Owner: h.Owner, Type: h.Type, Lifecycle: h.Lifecycle,
			Tags: h.Tags, Crumb: h.Crumb, Excerpt: h.Excerpt.Text, Score: h.Score, marked: h.Excerpt,
		}
		for _, s := range h.Sections {
			x.Sections = append(x.Sections, section{s.ID, s.Title, s.Excerpt.Text})
		}
		f.Hits = append(f.Hits, x)
	}
	return f
}

// encodeFound writes what was found as JSON, or its hits alone, one a line.
func encodeFound[H any](w io.Writer, whole any, hits []H, lines bool) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if !lines {
		e.SetIndent("", "  ")
		return e.Encode(whole)
	}
	for _, h := range hits {
		if err := e.Encode(h); err != nil {
			return err
		}
	}
	return nil
}

// write writes hits for people, with addresses in full where the portal has one.
func (f found) write(w io.Writer, address string, color bool) {
	for i, h := range f.Hits {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s  %s", paint(color, "1", printable(h.Title)), paint(color, "2", printable(h.Kind)))
		for _, s := range []string{h.Crumb, h.Owner} {
			if s != "" {
				fmt.Fprintf(w, "  %s", paint(color, "2", printable(s)))
			}
		}
		fmt.Fprintf(w, "\n  %s\n", paint(color, "36", cmp.Or(address, "/")+printable(h.URL)))
		if h.Excerpt != "" {
			fmt.Fprintf(w, "  %s\n", marked(h.marked, color))
		}
		for _, s := range h.Sections {
			if s.ID == "" { // the text above the first heading: the page itself
				continue
			}
			fmt.Fprintf(w, "  %s %s\n", paint(color, "2", "#"+printable(s.ID)), printable(s.Title))
		}
	}
}

// marked is an excerpt in one line, with the matches in bold.
func marked(e search.Excerpt, color bool) string {
	var b strings.Builder
	at := 0
	for _, m := range e.Marks {
		if m[0] < at || m[1] < m[0] || m[1] > len(e.Text) {
			continue
		}
		b.WriteString(oneLine(e.Text[at:m[0]]))
		b.WriteString(paint(color, "1", oneLine(e.Text[m[0]:m[1]])))
		at = m[1]
	}
	return b.String() + oneLine(e.Text[at:])
}

func oneLine(s string) string {
	return printable(strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ").Replace(s))
}

func (f found) summary() string {
	s := count(f.Total, "match", "matches")
	if f.Partial {
		s = "at least " + s
	}
	if f.Total > len(f.Hits) {
		s += fmt.Sprintf(", the first %d are shown", len(f.Hits))
	}
	if f.Loose && f.Total > 0 {
		s += "; nothing has all the words"
	}
	if len(f.Missing) > 0 {
		s += "; nothing has " + printable(strings.Join(f.Missing, ", "))
	}
	for _, c := range f.Corrected {
		s += fmt.Sprintf("; looked for %s in place of %s", printable(strings.Join(c.As, ", ")), printable(c.Word))
	}
	for _, u := range f.Unmatched {
		s += "; nothing has " + printable(u.Filter)
		if len(u.Near) > 0 {
			s += fmt.Sprintf(" (did you mean %s?)", printable(strings.Join(u.Near, ", ")))
		}
	}
	return s
}
