package prepare

import (
	"fmt"
	"html"
	"path"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/jinja"
	"callboard/internal/pymarkdown"
)

// inclusion is include-markdown with the options of mkdocs.yml.
//
// Source: the documentation of mkdocs-include-markdown-plugin 7.2, and what it
// makes of the inputs in testdata.
type inclusion struct {
	syntax
	base    clause
	exclude []string
	docsDir string
}

// clause is what a tag asks for.
type clause struct {
	start, end                       *string
	rewrite, comments, keepIndent    bool
	dedent, trailing, recursive      bool
	offset                           int
	order, encoding                  string
	exclude                          *string
	startGiven, endGiven, isMarkdown bool
}

func newInclusion(o pymarkdown.Options, docsDir string) *inclusion {
	x := &inclusion{docsDir: docsDir, exclude: o.Strings("exclude")}
	names := o.Map("directives")
	x.syntax = syntax{o.String("opening_tag", "{%"), o.String("closing_tag", "%}"), names.String("include", "include"), names.String("include-markdown", "include-markdown")}
	x.base = clause{
		rewrite: o.Bool("rewrite_relative_urls", true), comments: o.Bool("comments", false), keepIndent: o.Bool("preserve_includer_indent", true),
		dedent: o.Bool("dedent", false), trailing: o.Bool("trailing_newlines", true), recursive: o.Bool("recursive", true),
		offset: o.Int("heading_offset", 0), order: o.String("order", "alpha-path"), encoding: o.String("encoding", "utf-8"),
	}
	for key, to := range map[string]**string{"start": &x.base.start, "end": &x.base.end} {
		if s, ok := o[key].(string); ok {
			*to = &s
		}
	}
	return x
}

func (x *inclusion) apply(p *page, t text) text {
	if !strings.Contains(t.s, x.open) || x.excluded(p, p.Source) {
		return t
	}
	var w writer
	done := 0
	for {
		d, ok := x.find(t.s, done)
		if !ok || p.spent {
			break
		}
		w.keep(t, done, d.from)
		p.at = t.pos(d.from + len(d.indent))
		w.put(x.content(p, d, p.Source, nil), t.line(d.from))
		done = d.to
	}
	w.keep(t, done, len(t.s))
	return w.text()
}

// nested is the text of an included file with what it includes itself.
func (x *inclusion) nested(p *page, s, file string, stack []string) string {
	if x.excluded(p, file) {
		return s
	}
	var b strings.Builder
	done := 0
	for {
		d, ok := x.find(s, done)
		if !ok || p.spent {
			break
		}
		b.WriteString(s[done:d.from])
		b.WriteString(x.content(p, d, file, stack))
		done = d.to
	}
	b.WriteString(s[done:])
	return b.String()
}

// excluded tells whether a page is one that the site excludes from this.
func (x *inclusion) excluded(p *page, file string) bool {
	return slices.ContainsFunc(x.exclude, func(g string) bool {
		files, _ := p.files.glob(x.docsDir, g)
		return slices.Contains(files, file)
	})
}

// content is what a tag in a file stands for. What is wrong with it is said, and
// nothing stands in its place.
func (x *inclusion) content(p *page, d directive, file string, stack []string) string {
	c, ok := x.read(p, d)
	if !ok {
		return ""
	}
	files := x.files(p, d, c, file)
	if len(files) == 0 {
		return ""
	}
	var b strings.Builder
	startSeen, endSeen := c.start == nil, c.end == nil
	for _, f := range files {
		s, ok := x.file(p, f, stack)
		if !ok {
			continue
		}
		s, startOK, endOK := between(s, c.start, c.end)
		startSeen, endSeen = startSeen || startOK, endSeen || endOK
		if c.recursive {
			s = x.nested(p, s, f, append(slices.Clip(stack), f))
		}
		b.WriteString(p.spend(x.fitted(s, d, c, f, file)))
	}
	if !startSeen {
		p.include(fmt.Sprintf("the mark %q is not in what is included", *c.start), "text before the start mark is left out; without the mark nothing is included")
	}
	if !endSeen {
		p.include(fmt.Sprintf("the mark %q is not in what is included", *c.end), "text is included up to the end mark; without the mark up to the end of the file")
	}
	return b.String()
}

// fitted makes the text of a file fit where the tag stands.
func (x *inclusion) fitted(s string, d directive, c clause, from, to string) string {
	if !c.trailing {
		s = strings.TrimRight(s, "\r\n")
	}
	if c.keepIndent && strings.Count(s, "\n")*len(d.indent) > MaxBytes {
		return s // it would be too large, and is without the indent
	}
	if !c.isMarkdown {
		if c.dedent {
			s = dedent(s)
		}
		if c.keepIndent {
			return eachLine(s, d.indent, true)
		}
		return d.indent + s
	}
	if c.rewrite {
		s = rewrite(s, from, to)
	}
	if c.comments {
		s = commented(s, d, c)
	}
	s = d.indent + s
	if c.dedent {
		s = dedent(s)
	}
	if c.keepIndent {
		s = eachLine(s, strings.Repeat(" ", len([]rune(d.indent))), false)
	}
	if c.offset != 0 {
		s = shiftHeadings(s, c.offset)
	}
	return s
}

func commented(s string, d directive, c clause) string {
	line, marks := "", ""
	if c.trailing {
		line = "\n"
	}
	if c.startGiven || c.endGiven {
		for _, m := range [...]*string{c.start, c.end} {
			v := ""
			if m != nil {
				v = pyEscape(given(d, m == c.start, *m))
			}
			marks += "'" + v + "' "
		}
	}
	return "<!-- BEGIN INCLUDE " + pyEscape(d.file) + " " + marks + "-->" + line + s + line + "<!-- END INCLUDE -->"
}

// given is a mark as it is written in the tag, before its escapes are read.
func given(d directive, start bool, unset string) string {
	name := "end"
	if start {
		name = "start"
	}
	for _, a := range d.args {
		if a.name == name {
			return a.value
		}
	}
	return unset
}

// pyEscape is Python's html.escape.
func pyEscape(s string) string {
	return strings.NewReplacer("&#34;", "&quot;", "&#39;", "&#x27;").Replace(html.EscapeString(s))
}

// read takes the arguments of a tag over the site's options.
func (x *inclusion) read(p *page, d directive) (c clause, ok bool) {
	c = x.base
	c.isMarkdown = d.markdown
	if !d.named {
		p.include("the tag names no file", "write the file between quotes behind the tag's name")
		return c, false
	}
	for _, a := range d.args {
		known, why := c.set(a)
		if why != "" {
			p.include(why, "")
			return c, false
		}
		if !known {
			p.include(fmt.Sprintf("the argument %q is not known and passed over", a.name), "")
		}
	}
	c.startGiven, c.endGiven = c.start != nil && *c.start != "", c.end != nil && *c.end != ""
	for _, m := range [...]**string{&c.start, &c.end} {
		if *m != nil {
			s := jinja.Unescape(**m)
			*m = &s
		}
	}
	return c, true
}

// set takes one argument. why says what is wrong with its value.
func (c *clause) set(a argument) (known bool, why string) {
	flags := map[string]*bool{"preserve-includer-indent": &c.keepIndent, "dedent": &c.dedent, "trailing-newlines": &c.trailing, "recursive": &c.recursive}
	if c.isMarkdown {
		flags["rewrite-relative-urls"], flags["comments"] = &c.rewrite, &c.comments
	}
	if to := flags[a.name]; to != nil {
		*to = a.value == "true"
		if a.quoted || a.value != "true" && a.value != "false" {
			why = fmt.Sprintf("the argument %q must be true or false, without quotes", a.name)
		}
		return true, why
	}
	if a.name == "heading-offset" && c.isMarkdown {
		n, err := strconv.Atoi(a.value)
		if c.offset = n; err != nil || a.quoted {
			why = fmt.Sprintf("the argument %q must be a whole number, without quotes", a.name)
		}
		return true, why
	}
	return c.setText(a)
}

func (c *clause) setText(a argument) (known bool, why string) {
	v := a.value
	switch a.name {
	case "start":
		c.start = &v
	case "end":
		c.end = &v
	case "exclude":
		c.exclude = &v
	case "order":
		c.order = v
	case "encoding":
		c.encoding = v
	default:
		return false, ""
	}
	if !a.quoted || v == "" {
		why = fmt.Sprintf("the argument %q must be text between quotes", a.name)
	}
	return true, why
}

// files are those that a tag names, in their order.
func (x *inclusion) files(p *page, d directive, c clause, file string) []string {
	if hasScheme(d.file) {
		p.include(fmt.Sprintf("%q is an address; only files of the repository are included", d.file), "put the text into a file of the repository")
		return nil
	}
	if strings.HasPrefix(d.file, "/") {
		p.include(fmt.Sprintf("%q leads out of the repository", d.file), "paths are relative to docs_dir, or to the file if they begin with ./ or ../")
		return nil
	}
	out, err := x.resolve(p, d.file, file)
	ignored := x.ignored(p, c, file)
	out = slices.DeleteFunc(out, func(f string) bool { return slices.Contains(ignored, f) || slices.Contains(ignored, path.Dir(f)) })
	if err != nil {
		p.stop(err.Error())
	} else if len(out) == 0 {
		p.include(fmt.Sprintf("there is no file %q to include", d.file), "paths are relative to docs_dir, or to the file if they begin with ./ or ../")
	}
	p.files.arrange(out, c.order)
	return out
}

// resolve finds the files of a path or pattern.
func (x *inclusion) resolve(p *page, name, file string) ([]string, error) {
	dir := x.docsDir
	if strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../") {
		dir = path.Dir(file)
	}
	if one := path.Join(dir, name); p.files.has(one) {
		return []string{one}, nil
	}
	if !strings.ContainsAny(name, "*?[{") {
		return nil, nil
	}
	return p.files.glob(dir, name)
}

// ignored are the files that the tag and the site leave out. A pattern of a tag
// that is relative to docs_dir leaves out nothing in the plugin, and pages are
// written for what it does.
func (x *inclusion) ignored(p *page, c clause, file string) (out []string) {
	for _, g := range x.exclude {
		files, _ := p.files.glob(x.docsDir, g)
		out = append(out, files...)
	}
	if c.exclude != nil && strings.HasPrefix(*c.exclude, ".") {
		files, _ := x.resolve(p, *c.exclude, file)
		out = append(out, files...)
	}
	return out
}

// file is the text of a file that is included from those of the stack.
func (x *inclusion) file(p *page, file string, stack []string) (string, bool) {
	switch {
	case file == p.Source || slices.Contains(stack, file):
		p.include(fmt.Sprintf("%q includes itself", file), "")
	case len(stack) >= MaxDepth:
		p.include(fmt.Sprintf("files are more than %d deep in each other", MaxDepth), "")
	default:
		return p.read(file)
	}
	return "", false
}
