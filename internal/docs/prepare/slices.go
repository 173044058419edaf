package prepare

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/pymarkdown"
)

// slicer is the extension mdx_include: {! file !}, with + or - for what the file
// includes itself, > for the indent, [ln:1.2-3.4,7] for parts of it, and | for
// an encoding.
//
// Source: the documentation of mdx_include 1.4 and of rcslice 1.1.
type slicer struct {
	dir                             string
	tag                             *regexp.Regexp
	truncate, local, relative       bool
	always, never                   bool // what is included is read for tags, unless a sign says otherwise
	separator                       []string
	recurse, plain, applyIndent     string
	path, lines, sign, indent, mask int // groups of tag
}

func newSlices(o pymarkdown.Options, dir string, x Plugin, sink diag.Sink) *slicer {
	s := &slicer{dir: path.Join(dir, o.String("base_path", ".")), always: o.Bool("recurs_local", true), never: !o.Bool("recurs_local", true), truncate: o.Bool("truncate_on_failure", true),
		local: o.Bool("allow_local", true), relative: o.Bool("recursive_relative_path", false),
		separator: []string{"", ""}, recurse: o.String("syntax_recurs_on", "+"), plain: o.String("syntax_recurs_off", "-"), applyIndent: o.String("syntax_apply_indent", ">")}
	if v, ok := o["recurs_local"]; ok && v == nil {
		s.always = false // only those with a sign
	}
	if _, ok := o["line_slice_separator"]; ok {
		s.separator = o.Strings("line_slice_separator")
	}
	var err error
	if s.tag, err = s.pattern(o.String("syntax_left", `\{!`), o.String("syntax_right", `!\}`), o.String("syntax_delim", `\|`)); err != nil {
		sink.Report(diag.Diagnostic{Pos: x.Pos, Severity: diag.Warning, Code: CodeInclude, Message: "the syntax of mdx_include is no pattern that can be read; its own is taken", Hint: "syntax_left, syntax_right and syntax_delim are regular expressions"})
		s.recurse, s.plain, s.applyIndent = "+", "-", ">"
		s.tag, _ = s.pattern(`\{!`, `!\}`, `\|`)
	}
	s.mask, s.sign, s.indent = s.tag.SubexpIndex("escape"), s.tag.SubexpIndex("recursive"), s.tag.SubexpIndex("indent")
	s.path, s.lines = s.tag.SubexpIndex("path"), s.tag.SubexpIndex("lines")
	return s
}

const maxSyntax = 100 // bytes of an expression that mkdocs.yml gives

func (x *slicer) pattern(left, right, delim string) (*regexp.Regexp, error) {
	if len(left)+len(right)+len(delim) > maxSyntax {
		return nil, fmt.Errorf("the expressions are longer than %d bytes", maxSyntax)
	}
	q := regexp.QuoteMeta
	return regexp.Compile(`(?P<escape>\\)?` + left + `(?P<recursive>` + q(x.recurse) + `|` + q(x.plain) + `)?(?P<indent>` + q(x.applyIndent) +
		`)?\s*(?P<path>[^\]|\[]+?)(?:\s*\[ln:(?P<lines>[\d.,-]+)\])?\s*(?:` + delim + `\s*.+?\s*)?` + right)
}

func (x *slicer) apply(p *page, t text) text {
	var w writer
	at := 0
	for l := range strings.Lines(t.s) {
		s, end := cutEnd(l)
		if m := x.tag.FindStringIndex(s); m == nil {
			w.keep(t, at, at+len(l))
		} else {
			p.at = t.pos(at + m[0])
			w.put(p.spend(strings.Join(x.line(p, s, "", nil), "\n"))+end, t.line(at))
		}
		at += len(l)
	}
	return w.text()
}

// line are the lines that one becomes. Several tags are put together at their
// ends.
func (x *slicer) line(p *page, l, parent string, stack []string) (out []string) {
	done := 0
	for _, m := range x.tag.FindAllStringSubmatchIndex(l, -1) {
		before := l[done:m[0]]
		lines := x.content(p, l, m, parent, stack)
		done = m[1]
		switch {
		case len(lines) == 0:
			out = joinLines(out, []string{before})
		case len(out) == 0 && m[2*x.indent] >= 0:
			for _, s := range lines {
				out = append(out, p.spend(before+s))
			}
		default:
			out = joinLines(out, append([]string{before + lines[0]}, lines[1:]...))
		}
	}
	return joinLines(out, []string{l[done:]})
}

// joinLines continues the last line by the first of others.
func joinLines(a, b []string) []string {
	if len(a) == 0 {
		return b
	}
	a[len(a)-1] += b[0]
	return append(a, b[1:]...)
}

// content are the lines that a tag stands for.
func (x *slicer) content(p *page, l string, m []int, parent string, stack []string) []string {
	group := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return l[m[2*i]:m[2*i+1]]
	}
	tag := l[m[0]:m[1]]
	if group(x.mask) != "" {
		return []string{tag[1:]}
	}
	if p.spent {
		return nil
	}
	file, lines, ok := x.file(p, group(x.path), parent, stack)
	if !ok && !x.truncate {
		return []string{tag}
	}
	if spec := group(x.lines); spec != "" {
		lines = x.cut(p, lines, spec)
	}
	sign := group(x.sign)
	if x.always && sign != x.plain || !x.never && sign == x.recurse && sign != "" {
		lines = x.nested(p, lines, file, append(slices.Clip(stack), file))
	}
	return lines
}

func (x *slicer) nested(p *page, lines []string, file string, stack []string) (out []string) {
	for _, l := range lines {
		if x.tag.MatchString(l) {
			out = append(out, x.line(p, l, file, stack)...)
		} else {
			out = append(out, l)
		}
		p.spend(l)
	}
	return out
}

// file are the lines of a file.
func (x *slicer) file(p *page, name, parent string, stack []string) (file string, lines []string, ok bool) {
	file = path.Join(x.dir, name)
	if x.relative && parent != "" {
		file = path.Join(path.Dir(parent), name)
	}
	why := ""
	switch {
	case hasScheme(name) || strings.HasPrefix(name, "//"):
		why = fmt.Sprintf("%q is an address; only files of the repository are included", name)
	case !x.local:
		why = fmt.Sprintf("%q is not included, as allow_local is off", name)
	case strings.HasPrefix(name, "/"), strings.HasPrefix(file, "../"):
		why = fmt.Sprintf("%q leads out of the repository", name)
	case slices.Contains(stack, file):
		why = fmt.Sprintf("%q includes itself", file)
	case len(stack) >= MaxDepth:
		why = fmt.Sprintf("files are more than %d deep in each other", MaxDepth)
	case !p.files.has(file):
		why = fmt.Sprintf("there is no file %q to include", name)
	}
	if why != "" {
		p.include(why, "paths are relative to base_path, which is the directory of mkdocs.yml if it is not set")
		return file, nil, false
	}
	s, ok := p.read(file)
	if !ok {
		return file, nil, false
	}
	return file, strings.Split(s, "\n"), true
}

// cut takes parts of a file: rows, ranges of rows, and columns of the first and
// last row of a range (or of every row, if no rows are named).
func (x *slicer) cut(p *page, lines []string, spec string) (out []string) {
	for i, part := range strings.Split(spec, ",") {
		if part == "" {
			continue
		}
		r, ok := readRange(part)
		if !ok {
			p.include(fmt.Sprintf("%q is no range of lines", part), "write [ln:1-3,7] or [ln:1.2-3.4]")
			continue
		}
		if i > 0 {
			out = append(out, x.separator...)
		}
		for _, l := range r.of(lines) {
			out = append(out, p.spend(l))
		}
	}
	return out
}

// rows is a part of a file: 1-based, inclusive; 0 where nothing is said.
type rows struct{ fromRow, fromCol, toRow, toCol int }

func readRange(s string) (r rows, ok bool) {
	first, second, isRange := strings.Cut(s, "-")
	var okA, okB bool
	r.fromRow, r.fromCol, okA = readPlace(first)
	if !isRange {
		r.toRow, okB = r.fromRow, true
	} else {
		r.toRow, r.toCol, okB = readPlace(second)
	}
	oneRow := r.fromRow == r.toRow
	return r, okA && okB && (!oneRow || r.toCol == 0 || r.fromCol <= r.toCol)
}

func readPlace(s string) (row, col int, ok bool) {
	a, b, _ := strings.Cut(s, ".")
	read := func(s string) (int, bool) {
		if s == "" {
			return 0, true
		}
		n, err := strconv.Atoi(s)
		return n, err == nil && n > 0
	}
	row, okA := read(a)
	col, okB := read(b)
	return row, col, okA && okB
}

// of are the rows themselves: backwards if the last comes before the first, or
// if only a last one is given.
func (r rows) of(lines []string) []string {
	every := r.fromRow == 0 && r.toRow == 0
	back := r.toRow > 0 && (r.fromRow == 0 || r.fromRow > r.toRow)
	from, to := max(r.fromRow-1, 0), len(lines)
	switch {
	case back:
		from = r.toRow - 1
		if r.fromRow > 0 {
			to = min(to, r.fromRow)
		}
	case r.toRow > 0:
		to = min(to, r.toRow)
	}
	if from >= to {
		return nil
	}
	out := slices.Clone(lines[from:to])
	if back {
		slices.Reverse(out)
	}
	for i, l := range out {
		rs := []rune(l)
		end := len(rs)
		if r.toCol > 0 && (every || i == len(out)-1) {
			end = min(end, r.toCol)
		}
		start := 0
		if r.fromCol > 0 && (every || i == 0) {
			start = min(r.fromCol-1, end)
		}
		out[i] = string(rs[start:end])
	}
	return out
}
