package prepare

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/lazyregexp"
	"callboard/internal/pymarkdown"
)

// braces is the extension markdown_include: {!file!} and {!file!lines=1-3 7}.
// Fences do not protect from it, as it reads the page before there are any.
//
// Source: the documentation of markdown-include 0.8, and what it makes of the
// inputs in testdata.
type braces struct {
	dir     string // to which files are relative
	inherit bool   // headings are put below the one before the tag
	offset  int
}

func newBraces(o pymarkdown.Options, dir string) *braces {
	return &braces{dir: path.Join(dir, o.String("base_path", ".")), inherit: o.Bool("inheritHeadingDepth", false), offset: min(max(o.Int("headingOffset", 0), 0), 6)}
}

var bracesPattern = lazyregexp.New(`\{!\s*(.+?)\s*!(?:\blines\b=([0-9 -]+))?\}`)

func (x *braces) apply(p *page, t text) text {
	if !strings.Contains(t.s, "{!") {
		return t
	}
	var w writer
	depth, at := "", 0
	for l := range strings.Lines(t.s) {
		if !strings.Contains(l, "{!") {
			depth = headingMarks(l, depth)
			w.keep(t, at, at+len(l))
		} else {
			p.at = t.pos(at + strings.Index(l, "{!"))
			s, end := cutEnd(l)
			s = x.line(p, s, &depth, nil)
			w.put(s+end, t.line(at))
		}
		at += len(l)
	}
	return w.text()
}

func cutEnd(l string) (s, end string) {
	if s, ok := strings.CutSuffix(l, "\n"); ok {
		return s, "\n"
	}
	return l, ""
}

// headingMarks are the marks of a heading, or those of the one before.
func headingMarks(l, before string) string {
	if n := len(l) - len(strings.TrimLeft(l, "#")); n > 0 {
		return l[:n]
	}
	return before
}

// line is a line with what its tags stand for. depth are the marks of the last
// heading.
func (x *braces) line(p *page, l string, depth *string, stack []string) string {
	if !strings.Contains(l, "{!") {
		*depth = headingMarks(l, *depth)
		return l
	}
	out := bracesPattern.Get().ReplaceAllStringFunc(l, func(tag string) string {
		m := bracesPattern.FindStringSubmatch(tag)
		if p.spent {
			return ""
		}
		lines, ok := x.file(p, m[1], stack)
		if !ok {
			return ""
		}
		if m[2] != "" {
			lines = x.wanted(p, m[1], lines, m[2])
		}
		return p.spend(x.joined(lines, *depth))
	})
	for part := range strings.Lines(out) {
		*depth = headingMarks(part, *depth)
	}
	return out
}

// joined are the lines of a file as they stand in the page.
func (x *braces) joined(lines []string, depth string) string {
	for i, l := range lines {
		if !strings.HasPrefix(l, "#") {
			continue
		}
		if x.inherit {
			l = depth + l
		}
		lines[i] = strings.Repeat("#", x.offset) + l
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// file are the lines of a file with what it includes itself.
func (x *braces) file(p *page, name string, stack []string) ([]string, bool) {
	file := path.Join(x.dir, name)
	switch {
	case hasScheme(name):
		p.include(fmt.Sprintf("%q is an address; only files of the repository are included", name), "put the text into a file of the repository")
		return nil, false
	case strings.HasPrefix(name, "/"), strings.HasPrefix(file, "../"):
		p.include(fmt.Sprintf("%q leads out of the repository", name), "paths are relative to base_path, which is the directory of mkdocs.yml if it is not set")
		return nil, false
	case slices.Contains(stack, file):
		p.include(fmt.Sprintf("%q includes itself", file), "")
		return nil, false
	case len(stack) >= MaxDepth:
		p.include(fmt.Sprintf("files are more than %d deep in each other", MaxDepth), "")
		return nil, false
	case !p.files.has(file):
		p.include(fmt.Sprintf("there is no file %q to include", name), "paths are relative to base_path, which is the directory of mkdocs.yml if it is not set")
		return nil, false
	}
	s, ok := p.read(file)
	if !ok {
		return nil, false
	}
	var out []string
	depth := ""
	for l := range strings.Lines(s) {
		l, _ := cutEnd(l)
		l = x.line(p, l, &depth, append(slices.Clip(stack), file))
		if strings.Contains(l, "\n") {
			out = append(out, strings.Split(l, "\n")...)
			continue
		}
		out = append(out, l)
	}
	return out, true
}

// wanted are the lines that lines=… asks for: numbers and ranges.
func (x *braces) wanted(p *page, name string, lines []string, spec string) (out []string) {
	n := len(lines)
	size := 0
	for part := range strings.FieldsSeq(spec) {
		first, last, isRange := strings.Cut(part, "-")
		from, err := strconv.Atoi(first)
		to := from
		if isRange && err == nil {
			to, err = strconv.Atoi(last)
		}
		if err != nil || from < 1 {
			p.include(fmt.Sprintf("%q is no range of lines", part), "write lines=1-3 7")
			continue
		}
		if to > n || from > to {
			p.include(fmt.Sprintf("%q has %d lines, and %s are asked for", name, n, part), "")
		}
		if to = min(to, n); from > to {
			from = max(to-1, 1)
			if !isRange {
				from = to
			}
		}
		if n == 0 {
			continue
		}
		for _, l := range lines[from-1 : to] {
			if size += len(l) + 1; size > MaxBytes {
				p.stop(fmt.Sprintf("the page becomes larger than %d bytes", MaxBytes))
				return nil
			}
			out = append(out, l)
		}
	}
	return out
}
