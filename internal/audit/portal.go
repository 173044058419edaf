package audit

import (
	"bufio"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/andybalholm/brotli"

	"callboard/internal/diag"
	"callboard/internal/search"
)

const (
	maxFile     = 256 << 20 // bytes of a file that are searched
	maxPerFile  = 20
	maxFindings = 2_000
)

// Result tells what was searched.
type Result struct {
	Files int
	Bytes int64
}

// auditor searches one portal.
type auditor struct {
	fsys   fs.FS
	needle *Needles
	at     string // the portal's directory, for people
	who    string // the audience's name
	sink   diag.Sink
	result Result
	count  int
}

// Portal searches every file of a portal, of which at is the name for people. What
// cannot be searched is an error.
func Portal(ctx context.Context, fsys fs.FS, at string, n *Needles, sink diag.Sink) (Result, error) {
	a := &auditor{fsys: fsys, needle: n, at: at, who: n.view.Audience, sink: sink}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err = errors.Join(err, ctx.Err()); err != nil || d.IsDir() {
			return err
		}
		return a.file(name)
	})
	if err == nil {
		err = a.index()
	}
	if a.count > maxFindings {
		sink.Report(diag.Diagnostic{Pos: diag.Pos{File: at}, Severity: diag.Error, Code: CodeName, Message: fmt.Sprintf("%d more findings are left out", a.count-maxFindings)})
	}
	return a.result, err
}

func (a *auditor) file(name string) error {
	text, err := a.read(name)
	if err != nil {
		return fmt.Errorf("audit %s: %w", name, err)
	}
	a.result.Files++
	a.result.Bytes += int64(len(text))
	f := finder{auditor: a, name: name, said: map[*needle]bool{}}
	address, err := url.PathUnescape(name)
	if err != nil {
		address = name
	}
	f.look("/"+address+"/", "the path")
	if utf8.ValidString(text) {
		f.raw(text)
		for _, form := range forms(name, text) {
			f.look(form, "")
		}
	} else {
		f.look(strings.ToValidUTF8(text, " "), "")
	}
	return nil
}

// read is the content of a file, unpacked.
func (a *auditor) read(name string) (string, error) {
	f, err := a.fsys.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	in := bufio.NewReader(f)
	var r io.Reader = in
	// The files of the search index are packed without being called so.
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return "", err
		}
		r = z
	} else if path.Ext(name) == ".br" {
		r = brotli.NewReader(in)
	}
	// Those of the index of code are raw deflate streams, which nothing marks.
	packed := strings.Contains("/"+name, "/data/code/") && path.Ext(name) == ".bin"
	if packed {
		r = flate.NewReader(in)
	}
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if _, strange := errors.AsType[flate.CorruptInputError](err); packed && (strange || errors.Is(err, io.ErrUnexpectedEOF)) {
		return a.asItIs(name)
	}
	if err == nil && len(b) > maxFile {
		err = fmt.Errorf("more than %d bytes", maxFile)
	}
	return string(b), err
}

// asItIs is the content of a file that is not what its name says.
func (a *auditor) asItIs(name string) (string, error) {
	b, err := fs.ReadFile(a.fsys, name)
	if err == nil && len(b) > maxFile {
		err = fmt.Errorf("more than %d bytes", maxFile)
	}
	return string(b), err
}

var tags = regexp.MustCompile(`<[^>]*>`)

// forms are a text as those who read it see it.
func forms(name, text string) (out []string) {
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".br")
	switch path.Ext(name) {
	case ".html", ".svg", ".xml", ".atom":
		plain := html.UnescapeString(tags.ReplaceAllString(text, " "))
		joined := html.UnescapeString(tags.ReplaceAllString(text, "")) // of words that are marked in part
		out = append(out, plain, joined, html.UnescapeString(text))
	case ".json", ".webmanifest":
		out = jsonTexts(text)
	case ".bin": // a fragment of the search index is JSON
		if strings.HasPrefix(text, "[{") {
			out = jsonTexts(text)
		}
	}
	if strings.Contains(text, "%") {
		if u, err := url.PathUnescape(text); err == nil {
			out = append(out, u)
		}
	}
	return out
}

// jsonTexts are the texts of a JSON file, in order, in pieces that are not too
// large to be looked at as one.
func jsonTexts(text string) []string {
	d := json.NewDecoder(strings.NewReader(text))
	var b strings.Builder
	for {
		t, err := d.Token()
		if err != nil {
			return []string{b.String()} // what is no JSON is searched as it is besides
		}
		if s, ok := t.(string); ok {
			b.WriteString(s)
			b.WriteString("\n")
		}
	}
}

// finder reports what it finds in one file, each thing once.
type finder struct {
	*auditor
	name string
	said map[*needle]bool
}

// raw looks at a file as it is, where lines can be told.
func (f *finder) raw(text string) {
	f.needle.search(text, func(h hit) {
		at := diag.Pos{}
		if h.at >= 0 && h.at <= len(text) {
			before := text[:h.at]
			line := strings.LastIndexByte(before, '\n')
			at.Line, at.Col = 1+strings.Count(before, "\n"), 1+utf8.RuneCountInString(before[line+1:])
		}
		f.report(h, at, "")
	})
}

func (f *finder) look(text, where string) {
	f.needle.search(text, func(h hit) { f.report(h, diag.Pos{}, where) })
}

func (f *finder) report(h hit, at diag.Pos, where string) {
	if f.said[h.needle] || len(f.said) >= maxPerFile {
		return
	}
	f.said[h.needle] = true
	if f.count++; f.count > maxFindings {
		return
	}
	at.File = path.Join(f.at, f.name)
	what := "names it"
	switch {
	case h.code == CodeText:
		what = "has words of it: " + h.what
	case where != "":
		what = "has it in its path: " + h.what
	default:
		what = "tells of it: " + h.what
	}
	severity, hint := diag.Error, "nobody whose text the audience may see says so; the theme, or callboard, puts it there"
	if !h.said.IsZero() && h.code != "" {
		severity, hint = diag.Warning, fmt.Sprintf("%s says so; write it otherwise there, or hide that, too", h.said)
	}
	f.sink.Report(diag.Diagnostic{Pos: at, Severity: severity, Code: cmp.Or(h.code, CodeName), Entity: h.of.String(),
		Message: fmt.Sprintf("%s may not see %s, and the file %s", f.who, h.of, what), Hint: hint})
}

// index asks the search index of the portal for the names.
func (a *auditor) index() error {
	meta, err := fs.ReadFile(a.fsys, "data/site.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil // no portal is here
	}
	if err != nil {
		return err
	}
	var site struct {
		Search string `json:"search"`
	}
	if err := json.Unmarshal(meta, &site); err != nil {
		return fmt.Errorf("audit data/site.json: %w", err)
	}
	data, err := fs.Sub(a.fsys, "data")
	if err != nil {
		return err
	}
	r, err := search.OpenDir(data, site.Search)
	if err != nil {
		return fmt.Errorf("audit the search index: %w", err)
	}
	f := finder{auditor: a, name: "data/" + site.Search, said: map[*needle]bool{}}
	names := make([]string, 0, len(a.needle.tokens))
	for name := range a.needle.tokens {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		x := a.needle.tokens[name]
		if x.plain && x.code == "" {
			continue // a word that others say, too
		}
		res, err := r.Find(`"`+name+`"`, search.Options{Limit: 20})
		if err != nil {
			return fmt.Errorf("search for %s: %w", name, err)
		}
		for _, h := range res.Hits {
			tokens(fmt.Sprintf("%+v", h), func(token string, _, _ int) {
				if token == name && !res.Loose {
					f.report(hit{x, -1}, diag.Pos{}, "")
				}
			})
		}
	}
	return nil
}
