package codesearch

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Options bound a search. Zero is no bound, but for Context.
type Options struct {
	Files   int // how many files are found
	Lines   int // how many matching lines of each are told
	Context int // lines before and after a line that matches
	// Fragments is how many fragments are read, unless all files are wanted. A query
	// that needs nothing of a file, and would take more, is refused by a *QueryError.
	Fragments int
}

// Result is what was found, by repository and path.
type Result struct {
	Hits []Hit
	// Candidates are how many files may match by their terms, of which Examined have
	// been looked at.
	Candidates, Examined int
}

// Hit is a file with lines that match.
type Hit struct {
	Repository Repository
	Path       string
	Language   string
	Lines      []Line
	Matches    int // lines that match, told or not
}

// Line is a line of a file.
type Line struct {
	Number int
	Text   string
	Match  bool     // or it stands near one that does
	Marks  [][2]int // bytes of Text that match
}

// Link is the address of a line at the host, "" if there is none.
func (h Hit) Link(line int) string {
	if h.Repository.Link == "" {
		return ""
	}
	return strings.NewReplacer("{path}", escape(h.Path), "{line}", strconv.Itoa(line)).Replace(h.Repository.Link)
}

// escape is a path as it can stand in the path and in the query of an address.
func escape(p string) string {
	var b strings.Builder
	for i := range len(p) {
		c := p[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("/-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// Find finds what a query asks for.
func (r *Reader) Find(ctx context.Context, q Query, o Options) (*Result, error) {
	re, err := q.compile()
	if err != nil {
		return nil, err
	}
	for _, f := range q.Filters {
		if _, known := r.languages[strings.ToLower(f.Value)]; f.Key == "lang" && !known {
			return nil, &QueryError{fmt.Sprintf("no file is in the language %q", f.Value), "there are " + strings.Join(r.names(), ", ")}
		}
	}
	needs := q.needs(r.languages)
	if needs == nil && o.Fragments > 0 && r.root.Pieces > o.Fragments {
		return nil, &QueryError{"the query says too little for the index to narrow it down", "three characters in a row that must be there do, or file: and repo: filters"}
	}
	files, all, err := r.eval(needs)
	if err != nil {
		return nil, err
	}
	f := &finder{r: r, q: q, o: o, re: re, out: &Result{Hits: []Hit{}, Candidates: len(files)}}
	if all {
		f.out.Candidates = r.root.Files
	}
	err = f.all(ctx, files, all)
	slices.SortFunc(f.out.Hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Repository.Name, b.Repository.Name), cmp.Compare(a.Path, b.Path))
	})
	return f.out, err
}

// names are those of the languages of the index.
func (r *Reader) names() []string {
	out := []string{}
	for _, l := range r.root.Languages {
		out = append(out, l.Name)
	}
	slices.Sort(out)
	return out
}

// enough is how few files there may be for it to be cheaper to read them than more
// of the index.
const enough = 4

// dullTerms is after how many terms that narrow the files by less than an eighth
// no more are read.
const dullTerms = 3

// eval gives the files that have what is needed, or more of them; all is true if
// it may be any.
func (r *Reader) eval(n *need) (files []uint32, all bool, err error) {
	switch {
	case n == nil:
		return nil, true, nil
	case n.never:
		return nil, false, nil
	case n.or:
		return r.evalOr(n)
	}
	x := narrowing{all: true}
	for _, t := range byRarity(n.terms) {
		if x.done() {
			break
		}
		if err := x.by(r.filesOf(t)); err != nil {
			return nil, false, err
		}
	}
	for _, s := range n.subs {
		if !x.all && len(x.files) <= enough {
			break
		}
		if err := x.by(r.eval(s)); err != nil {
			return nil, false, err
		}
	}
	return x.files, x.all, nil
}

// narrowing is how far files have been narrowed down.
type narrowing struct {
	files []uint32
	all   bool // it may be any
	dull  int  // how many terms one after the other told little
}

// done tells that more terms would cost more than they save: those of one text are
// in the same files, mostly.
func (x *narrowing) done() bool { return !x.all && (len(x.files) <= enough || x.dull >= dullTerms) }

// by narrows the files down to those of a term, or of what else is needed.
func (x *narrowing) by(more []uint32, any bool, err error) error {
	before := len(x.files)
	switch {
	case err != nil:
		return err
	case any:
	case x.all:
		x.files, x.all = more, false
		return nil
	default:
		x.files = intersect(x.files, more)
	}
	if len(x.files) > before-before/8 {
		x.dull++
	} else {
		x.dull = 0
	}
	return nil
}

func (r *Reader) evalOr(n *need) (files []uint32, all bool, err error) {
	for _, s := range n.subs {
		more, any, err := r.eval(s)
		if err != nil || any {
			return nil, any, err
		}
		files = append(files, more...)
	}
	slices.Sort(files)
	return slices.Compact(files), false, nil
}

func intersect(a, b []uint32) []uint32 {
	out := []uint32{}
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			out = append(out, a[0])
			a, b = a[1:], b[1:]
		}
	}
	return out
}

// byRarity are terms, those first that few files are likely to have, so that the
// others need not be read.
func byRarity(terms []term) []term {
	out := slices.Clone(terms)
	slices.SortStableFunc(out, func(a, b term) int { return b.weight - a.weight })
	return out
}

// finder looks at candidates.
type finder struct {
	r   *Reader
	q   Query
	o   Options
	re  *regexp.Regexp
	out *Result
}

// all looks at the files, or at every file.
func (f *finder) all(ctx context.Context, files []uint32, every bool) error {
	if every {
		return f.every(ctx)
	}
	for read := 0; len(files) > 0 && !f.full() && !f.enough(read); read++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		e, ok, err := f.r.find(f.r.root.Fragments, files[0])
		if err != nil {
			return err
		}
		if !ok {
			return errDamaged
		}
		left, err := f.fragment(e, files)
		if err != nil {
			return err
		}
		if len(left) == len(files) {
			return errDamaged // a file that no fragment has
		}
		files = left
	}
	return nil
}

// every looks at every file there is, within the bounds.
func (f *finder) every(ctx context.Context) error {
	read := 0
	for i := range f.r.root.Fragments.size() {
		es, err := f.r.entries(f.r.root.Fragments, i)
		if err != nil {
			return err
		}
		for _, e := range es {
			if f.full() || f.enough(read) {
				return nil
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if _, err := f.fragment(e, nil); err != nil {
				return err
			}
			read++
		}
	}
	return nil
}

// enough tells that as many fragments have been read as may be.
func (f *finder) enough(read int) bool {
	return f.o.Files > 0 && f.o.Fragments > 0 && read >= f.o.Fragments
}

func (f *finder) full() bool { return f.o.Files > 0 && len(f.out.Hits) >= f.o.Files }

// fragment looks at those of the files that a fragment has, or if they are nil at
// all it has, and gives those that are left.
func (f *finder) fragment(e entry, files []uint32) ([]uint32, error) {
	in, err := f.r.fragment(e)
	if err != nil {
		return nil, err
	}
	every := files == nil
	for _, x := range in.files {
		if f.full() {
			break
		}
		if !every {
			if len(files) == 0 || files[0] != x.number {
				continue
			}
			files = files[1:]
		}
		if err := f.look(in.repo, x); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// look looks at one file.
func (f *finder) look(repo string, x file) (err error) {
	f.out.Examined++
	if !f.q.passes("repo", repo) || !f.q.passes("file", x.path) || !f.q.passes("lang", x.language) {
		return nil
	}
	h := Hit{Path: x.path, Language: x.language, Lines: []Line{}}
	if f.q.Pattern != "" {
		if !f.q.Regexp && !f.q.Fold && !bytes.Contains(x.content, []byte(f.q.Pattern)) {
			return nil
		}
		if f.lines(&h, x.content); h.Matches == 0 {
			return nil
		}
	}
	if h.Repository, err = f.r.repository(repo); err == nil {
		f.out.Hits = append(f.out.Hits, h)
	}
	return err
}

// lines finds the lines that match.
func (f *finder) lines(h *Hit, content []byte) {
	if len(content) == 0 {
		return
	}
	all := bytes.Split(bytes.TrimSuffix(content, []byte("\n")), []byte("\n"))
	told := -1 // the last line that is
	for i, line := range all {
		if line = bytes.TrimSuffix(line, []byte("\r")); !f.re.Match(line) {
			continue
		}
		if h.Matches++; f.o.Lines > 0 && h.Matches > f.o.Lines {
			continue
		}
		for n := max(told+1, i-f.o.Context); n <= min(i+f.o.Context, len(all)-1); n++ {
			h.Lines = append(h.Lines, Line{Number: n + 1, Text: string(bytes.TrimSuffix(all[n], []byte("\r")))})
			told = n
		}
		at := len(h.Lines) - 1 - (told - i)
		h.Lines[at].Match = true
		for _, m := range f.re.FindAllIndex(line, maxMarks) {
			h.Lines[at].Marks = append(h.Lines[at].Marks, [2]int{m[0], m[1]})
		}
	}
}

// maxMarks is how many matches are marked in a line.
const maxMarks = 50

// passes tells whether the filters of a key let a value through.
func (q Query) passes(key, value string) bool {
	asked, one := false, false
	for _, f := range q.Filters {
		if f.Key != key {
			continue
		}
		var ok bool
		if key == "lang" {
			ok = strings.EqualFold(f.Value, value)
		} else {
			ok = matchName(f.Value, value)
		}
		switch {
		case f.Not && ok, !f.Not && !ok && key == "file":
			return false
		case !f.Not:
			asked, one = true, one || ok
		}
	}
	return !asked || one
}
