package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"callboard/internal/codesearch"
)

// codeSearcher are the flags of a search in code.
type codeSearcher struct {
	regexp, fold, leftOut bool
	context, lines        int
}

func (s *codeSearcher) flags(c *cobra.Command) {
	f := c.Flags()
	f.BoolVarP(&s.regexp, "regexp", "e", false, "with --code: the query is a regular expression")
	f.BoolVarP(&s.fold, "ignore-case", "i", false, "with --code: case does not matter")
	f.IntVarP(&s.context, "context", "C", 0, "with --code: how many lines before and after one that matches are printed")
	f.IntVar(&s.lines, "lines", 0, "with --code: how many matching lines of a file are printed, 0 being all")
	f.BoolVar(&s.leftOut, "left-out", false, "with --code: which files are not in the index, and why")
}

// maxCodeContext is how many lines before and after a match may be asked for.
const maxCodeContext = 100

func (s *codeSearcher) check(c *cobra.Command, code bool) error {
	for _, name := range []string{"regexp", "ignore-case", "context", "lines", "left-out"} {
		if c.Flags().Changed(name) && !code {
			return &usageError{"--" + name + " is for searching code", "give --code, too"}
		}
	}
	if s.context < 0 || s.context > maxCodeContext {
		return &usageError{fmt.Sprintf("--context must be 0 to %d", maxCodeContext), ""}
	}
	if s.lines < 0 {
		return &usageError{"--lines must not be negative", ""}
	}
	return nil
}

// Bounds on a search through an index at an address, where every file of it is a
// request.
const remoteFragments = 128

// foundCode is the JSON form of a search in code: fields are added, never changed.
type foundCode struct {
	Query      string     `json:"query"`
	Pattern    string     `json:"pattern"`
	Regexp     bool       `json:"regexp"`
	IgnoreCase bool       `json:"ignoreCase"`
	Candidates int        `json:"candidates"` // files that may match
	Examined   int        `json:"examined"`   // of these; fewer if there were hits enough
	Partial    bool       `json:"partial"`    // there may be more
	Hits       []codeHit  `json:"hits"`
	Index      codeIndex  `json:"index"`
	Loaded     codeLoaded `json:"loaded"`

	gaps bool // lines that do not follow on each other are kept apart
}

// codeIndex is what is in the index and what is not.
type codeIndex struct {
	Files        int                       `json:"files"`
	Repositories int                       `json:"repositories"`
	LeftOut      map[codesearch.Reason]int `json:"leftOut"` // files by reason
	Passed       []string                  `json:"passed"`  // patterns of what was not looked at
}

// codeLoaded is what of the index was read for the query.
type codeLoaded struct {
	Files int `json:"files"`
	Bytes int `json:"bytes"`
}

type codeHit struct {
	Repository string     `json:"repository"`
	Path       string     `json:"path"`
	Language   string     `json:"language"`
	Revision   string     `json:"revision,omitempty"`
	URL        string     `json:"url,omitempty"` // of the first line, at the host
	Matches    int        `json:"matches"`       // lines, told or not
	Lines      []codeLine `json:"lines"`
}

type codeLine struct {
	Number int      `json:"number"`
	Text   string   `json:"text"`
	Match  bool     `json:"match"`
	Marks  [][2]int `json:"marks,omitempty"` // bytes of text
	URL    string   `json:"url,omitempty"`
}

func (a *app) searchCode(ctx context.Context, s searcher, c codeSearcher, query string) (err error) {
	if s.limit < 0 {
		return &usageError{"--limit must not be negative", ""}
	}
	q, err := codeQuery(c, query)
	if err != nil {
		return err
	}
	portal, err := a.openPortal(ctx, s.site)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, portal.close()) }()
	r, err := openCode(portal, s.site)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(a.Stdout)
	if c.leftOut {
		return a.tellLeftOut(w, r, q, s)
	}
	o := codesearch.Options{Files: s.limit, Lines: c.lines, Context: c.context}
	if portal.address != "" {
		o.Fragments = remoteFragments
	}
	res, err := r.Find(ctx, q, o)
	if err != nil {
		return codeMistake(err)
	}
	f := newFoundCode(query, q, res, r)
	f.gaps = c.context > 0
	if s.format.value != "text" {
		return errors.Join(encodeFound(w, f, f.Hits, s.format.value == "ndjson"), w.Flush())
	}
	f.write(w, a.flags.color.on(a.Stdout, a.Getenv))
	a.talk("%s", f.summary())
	return w.Flush()
}

// codeQuery reads the query. One that only narrows what was left out may be empty.
func codeQuery(c codeSearcher, query string) (codesearch.Query, error) {
	if c.leftOut && strings.TrimSpace(query) == "" {
		return codesearch.Query{}, nil
	}
	q, err := codesearch.ParseQuery(query, c.regexp)
	q.Fold = q.Fold || c.fold
	return q, codeMistake(err)
}

// codeMistake is an error as the command's user can use it.
func codeMistake(err error) error {
	if q, ok := errors.AsType[*codesearch.QueryError](err); ok {
		return &usageError{q.Message, q.Hint}
	}
	return err
}

func openCode(portal fs.FS, site string) (*codesearch.Reader, error) {
	meta, err := codeMeta(portal, site)
	if err != nil {
		return nil, err
	}
	data, err := fs.Sub(portal, "data")
	if err != nil {
		return nil, err
	}
	return codesearch.Open(data, meta)
}

func newFoundCode(query string, q codesearch.Query, res *codesearch.Result, r *codesearch.Reader) foundCode {
	f := foundCode{Query: query, Pattern: q.Pattern, Regexp: q.Regexp, IgnoreCase: q.Fold, Candidates: res.Candidates, Examined: res.Examined,
		Partial: res.Examined < res.Candidates, Hits: []codeHit{}, Loaded: codeLoaded{r.Loaded, r.LoadedBytes}}
	f.Index.Files, f.Index.Repositories = r.Files()
	f.Index.LeftOut, f.Index.Passed = r.Left()
	for _, h := range res.Hits {
		x := codeHit{Repository: h.Repository.Name, Path: h.Path, Language: h.Language, Revision: h.Repository.Revision, Matches: h.Matches, Lines: []codeLine{}, URL: h.Link(1)}
		for _, l := range h.Lines {
			x.Lines = append(x.Lines, codeLine{l.Number, l.Text, l.Match, l.Marks, h.Link(l.Number)})
		}
		if i := slices.IndexFunc(x.Lines, func(l codeLine) bool { return l.Match }); i >= 0 {
			x.URL = x.Lines[i].URL
		}
		f.Hits = append(f.Hits, x)
	}
	return f
}

// write writes hits for people: lines as grep does, below the file and its address.
func (f foundCode) write(w io.Writer, color bool) {
	for i, h := range f.Hits {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s %s\n", paint(color, "1", printable(h.Repository)), paint(color, "1", printable(h.Path)))
		if h.URL != "" {
			fmt.Fprintf(w, "  %s\n", paint(color, "36", printable(h.URL)))
		}
		last := 0
		for _, l := range h.Lines {
			if f.gaps && last > 0 && l.Number > last+1 {
				fmt.Fprintln(w, "  --")
			}
			last = l.Number
			sep := "-"
			if l.Match {
				sep = ":"
			}
			fmt.Fprintf(w, "  %s%s\n", paint(color, "2", fmt.Sprintf("%d%s", l.Number, sep)), l.marked(color))
		}
		if more := h.Matches - countMatches(h.Lines); more > 0 {
			fmt.Fprintf(w, "  %s\n", paint(color, "2", fmt.Sprintf("and %s more", count(more, "line", "lines"))))
		}
	}
}

func countMatches(lines []codeLine) (n int) {
	for _, l := range lines {
		if l.Match {
			n++
		}
	}
	return n
}

// marked is the line with its matches in bold.
func (l codeLine) marked(color bool) string {
	var b strings.Builder
	at := 0
	for _, m := range l.Marks {
		b.WriteString(codeText(l.Text[at:m[0]]))
		if m[1] > m[0] {
			b.WriteString(paint(color, "1;31", codeText(l.Text[m[0]:m[1]])))
		}
		at = m[1]
	}
	return b.String() + codeText(l.Text[at:])
}

// codeText is text of a line, its tabs as they are.
func codeText(s string) string {
	parts := strings.Split(s, "\t")
	for i, p := range parts {
		parts[i] = printable(p)
	}
	return strings.Join(parts, "\t")
}

func (f foundCode) summary() string {
	s := count(len(f.Hits), "file", "files")
	if f.Partial {
		if s = "the first " + s; len(f.Hits) == 0 {
			s = "no file yet"
		}
		s += fmt.Sprintf("; %d more may match, --limit 0 shows all", f.Candidates-f.Examined)
	}
	left := 0
	for _, n := range f.Index.LeftOut {
		left += n
	}
	s += fmt.Sprintf(", of %d in %s", f.Index.Files, count(f.Index.Repositories, "repository", "repositories"))
	if left > 0 {
		s += fmt.Sprintf("; %d were left out, --left-out tells which", left)
	}
	return s
}

// tellLeftOut tells which files are not in the index.
func (a *app) tellLeftOut(w *bufio.Writer, r *codesearch.Reader, q codesearch.Query, s searcher) error {
	left, err := r.LeftOut(q, 0)
	if err != nil {
		return err
	}
	_, passed := r.Left()
	if s.format.value != "text" {
		whole := map[string]any{"leftOut": left, "passed": passed}
		return errors.Join(encodeFound(w, whole, left, s.format.value == "ndjson"), w.Flush())
	}
	for _, l := range left {
		fmt.Fprintf(w, "%s %s: %s", printable(l.Repository), printable(l.Path), l.Because)
		if l.Files > 1 {
			fmt.Fprintf(w, " (%s)", count(l.Files, "file", "files"))
		}
		fmt.Fprintln(w)
	}
	a.talk("%s; catalog.ignore passes over %s", count(len(left), "entry", "entries"), strings.Join(passed, ", "))
	return w.Flush()
}
