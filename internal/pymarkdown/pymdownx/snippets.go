package pymdownx

import (
	"fmt"
	"path"
	"strings"

	"callboard/internal/pymarkdown"
)

// Bounds on what snippets put into a page.
const (
	maxSnippetDepth = 20
	maxSnippetBytes = 8 << 20
	maxSnippetFiles = 2000
	maxSnippetName  = 4096 // bytes, with what says which part
)

// CodeSnippet is the code of what is reported about a snippet that is left out.
const CodeSnippet = "docs-snippet-left-out"

// snippets puts files, or parts of them, into a page: --8<-- "file".
type snippets struct {
	base       []string // directories, as paths that Env.Read understands
	restricted bool     // no path leaves them
	dedent     bool     // parts of files lose their indentation
	append     []string
	tab        int
}

func setupSnippets(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	s := &snippets{base: []string{"."}, restricted: o.Bool("restrict_base_path", true), dedent: o.Bool("dedent_subsections", false),
		append: o.Strings("auto_append"), tab: d.TabLength}
	if o.Has("base_path") {
		s.base = o.Strings("base_path")
	}
	d.Pre.Register("snippet", 32, s.run)
	return nil
}

func (s *snippets) run(d *pymarkdown.Document, lines []string) []string {
	if len(s.append) > 0 {
		all := "\n\n-8<-\n" + strings.Join(s.append, "\n\n") + "\n-8<-\n"
		lines = append(lines[:len(lines):len(lines)], strings.Split(all, "\n")...)
	}
	for _, line := range lines {
		if strings.Contains(line, "8<-") {
			r := snippetReader{s: s, d: d, open: map[string]bool{}}
			return r.expand(lines, false)
		}
	}
	return lines
}

// snippetReader expands the snippets of one page.
type snippetReader struct {
	s     *snippets
	d     *pymarkdown.Document
	open  map[string]bool // files that are being read
	line  int             // of the page
	depth int
	bytes int
	files int
	full  bool
}

func (r *snippetReader) report(message, hint string) { r.d.Report(r.line, CodeSnippet, message, hint) }

// expand gives lines with the snippets in them. In the section of a file, marks of
// sections have been dealt with.
func (r *snippetReader) expand(lines []string, section bool) []string {
	var out []string
	block := false
	for i, line := range lines {
		if len(r.open) == 0 {
			r.line = i + 1
		}
		m, ok := parseSnippetLine(line)
		switch {
		case ok && m.escaped:
			out = append(out, strings.Replace(line, ";", "", 1))
		case ok && m.name == "":
			block = !block
		case ok && block:
		case ok:
			out = append(out, r.include(m.space, m.name)...)
		case block:
			name := strings.TrimLeft(strings.TrimSuffix(line, "\r"), " \t")
			space := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
			if name = strings.TrimFunc(name, pymarkdown.IsBlank); name == "" {
				out = append(out, "")
			} else {
				out = append(out, r.include(space, name)...)
			}
		default:
			if line, ok := withoutSection(line, section); ok {
				out = append(out, line)
			}
		}
	}
	return out
}

// withoutSection leaves out a line that marks a section, and takes an escape from
// one that does not.
func withoutSection(line string, section bool) (rest string, ok bool) {
	if section {
		return line, true
	}
	m, ok := parseSection(line)
	switch {
	case !ok:
		return line, true
	case m.escaped:
		return m.unescaped, true
	}
	return "", false
}

// include gives the lines of a file, indented by space.
func (r *snippetReader) include(space, name string) []string {
	name = strings.TrimFunc(name, pymarkdown.IsBlank)
	if name == "" || strings.HasPrefix(name, ";") {
		return nil
	}
	if len(name) > maxSnippetName {
		r.report(fmt.Sprintf("the name of a snippet has more than %d bytes", maxSnippetName), "")
		return nil
	}
	ref := parseSnippetRef(name)
	if ref.file == "" {
		r.report(fmt.Sprintf("a snippet names no file: %q", name), "")
		return nil
	}
	if low := strings.ToLower(ref.file); strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "https://") {
		r.report(fmt.Sprintf("the snippet %q is on another server and is left out", ref.file), "copy it into the repository")
		return nil
	}
	file, text, ok := r.read(ref.file)
	if !ok {
		r.report(fmt.Sprintf("there is no file %q for a snippet", ref.file), "")
		return nil
	}
	if r.open[file] || !r.allowed(len(text)) {
		return nil
	}
	lines := r.part(snippetLines(text), ref)
	r.open[file] = true
	r.depth++
	lines = r.expand(lines, ref.section != "")
	r.depth--
	delete(r.open, file)
	space = pymarkdown.ExpandTabs(space, r.s.tab)
	if r.bytes += len(space) * len(lines); r.bytes > maxSnippetBytes {
		return nil
	}
	for i, line := range lines {
		lines[i] = space + line
	}
	return lines
}

// allowed counts what is included; when that is too much, the rest is left out.
func (r *snippetReader) allowed(bytes int) bool {
	r.bytes += bytes
	r.files++
	if r.depth < maxSnippetDepth && r.bytes <= maxSnippetBytes && r.files <= maxSnippetFiles {
		return true
	}
	if !r.full {
		r.full = true
		r.report(fmt.Sprintf("snippets are left out: a page takes up to %d files with %d bytes in all, %d deep",
			maxSnippetFiles, maxSnippetBytes, maxSnippetDepth), "")
	}
	return false
}

// read finds a file below the base directories.
func (r *snippetReader) read(name string) (file, text string, ok bool) {
	if r.d.Env.Read == nil {
		return "", "", false
	}
	for _, base := range r.s.base {
		base = path.Clean(base)
		file = path.Join(base, name)
		if r.s.restricted && !below(file, base) {
			continue
		}
		if text, ok = r.d.Env.Read(file); ok {
			return file, text, true
		}
		if path.Join(path.Dir(base), name) == base { // a base may be a file
			if text, ok = r.d.Env.Read(base); ok {
				return base, text, true
			}
		}
	}
	return "", "", false
}

// below tells whether a clean path lies below a clean directory.
func below(file, dir string) bool {
	if dir == "." {
		return file != ".." && !strings.HasPrefix(file, "../") && !path.IsAbs(file)
	}
	return strings.HasPrefix(file, strings.TrimSuffix(dir, "/")+"/")
}

// snippetLines splits a file. A line feed at its end makes an empty last line.
func snippetLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
}

// part takes from a file's lines what was asked for.
func (r *snippetReader) part(lines []string, ref snippetRef) []string {
	switch {
	case len(lines) == 0:
		return nil
	case len(ref.ranges) > 0:
		var out []string
		for _, x := range ref.ranges {
			if len(out) > 4*len(lines)+1000 {
				break
			}
			out = append(out, x.of(lines)...)
		}
		return r.dedented(out)
	case ref.section != "":
		out, found := sectionOf(lines, ref.section)
		if !found {
			r.report(fmt.Sprintf("%q has no section %q for a snippet", ref.file, ref.section), "")
		}
		return r.dedented(out)
	}
	return lines
}

func (r *snippetReader) dedented(lines []string) []string {
	if !r.s.dedent {
		return lines
	}
	return dedentLines(lines)
}

// dedentLines takes the indentation that all lines have in common; lines of white
// space become empty.
func dedentLines(lines []string) []string {
	margin, any := "", false
	for i, line := range lines {
		rest := strings.TrimLeft(line, " \t")
		if rest == "" {
			lines[i] = ""
			continue
		}
		space := line[:len(line)-len(rest)]
		if !any {
			margin, any = space, true
		}
		n := 0
		for n < len(margin) && n < len(space) && margin[n] == space[n] {
			n++
		}
		margin = margin[:n]
	}
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, margin)
	}
	return lines
}
