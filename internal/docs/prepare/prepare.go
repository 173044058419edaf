package prepare

import (
	"fmt"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/pymarkdown"
)

// step is one plugin or extension.
type step interface {
	apply(p *page, t text) text
}

// Preparer prepares the pages of one site. It may be used from several
// goroutines.
type Preparer struct {
	site  Site
	steps []step
	key   digest.Sum
}

// New makes the preparer of a site; nil if none of its plugins changes the text
// of pages. What is wrong with the configuration goes to the sink.
//
// include-markdown comes first, wherever mkdocs.yml names it, then the others in
// their order; extensions come after plugins.
func New(site Site, sink diag.Sink) *Preparer {
	p := &Preparer{site: site}
	h := digest.New(Version).String(site.Dir).String(site.DocsDir)
	for _, early := range []bool{true, false} {
		for _, x := range site.Plugins {
			if (x.Name == "include-markdown") == early {
				p.add(x, sink, h)
			}
		}
	}
	for _, x := range site.Extensions {
		p.add(x, sink, h)
	}
	if len(p.steps) == 0 {
		return nil
	}
	p.key = h.Sum()
	return p
}

// Known tells whether a plugin is one of this package.
func Known(plugin string) bool {
	switch plugin {
	case "include-markdown", "macros", "markdownextradata":
		return true
	}
	return false
}

// KnownExtension tells whether an extension of Markdown is one of this package,
// which the Markdown dialect does not see.
func KnownExtension(name string) bool {
	switch name {
	case "markdown_include", "markdown_include.include", "mdx_include", "mdx_include.mdx_include":
		return true
	}
	return false
}

func (p *Preparer) add(x Plugin, sink diag.Sink, h *digest.Hasher) {
	o := pymarkdown.Options(x.Options)
	var s step
	switch x.Name {
	case "include-markdown":
		s = newInclusion(o, p.site.DocsDir)
	case "macros":
		s = newMacros(p.site, x, sink, h)
	case "markdownextradata":
		s = newExtraData(p.site, x, sink, h)
	case "markdown_include", "markdown_include.include":
		s = newBraces(o, p.site.Dir)
	case "mdx_include", "mdx_include.mdx_include":
		s = newSlices(o, p.site.Dir, x, sink)
	default:
		return
	}
	p.steps = append(p.steps, s)
	h.String(x.Name).JSON(plain(x.Options))
}

// Key is what the text of pages depends on beside the page and what it reads:
// the configuration.
func (p *Preparer) Key() digest.Sum { return p.key }

// page is one that is being prepared.
type page struct {
	Page
	site       *Site
	files      *Files
	meta       map[string]any
	at         diag.Pos // of the tag that is being read
	found      []diag.Diagnostic
	bytes      int
	spent      bool // a limit is reached, nothing more is included
	revisioned bool
}

// Page prepares one page, which reads other files by files.
func (p *Preparer) Page(of Page, source []byte, files *Files) Prepared {
	head, meta, body := frontMatter(string(source))
	pg := &page{Page: of, site: &p.site, files: files}
	pg.readMeta(meta)
	t := newText(unix(body), strings.Count(head, "\n")+1)
	for _, s := range p.steps {
		t = s.apply(pg, t)
	}
	out := Prepared{Text: []byte(head + t.s), Lines: pg.lines(head, t), Revisioned: pg.revisioned}
	out.Diagnostics = diag.Sort(pg.found)
	return out
}

// lines are those of the front matter and of the text behind it.
func (p *page) lines(head string, t text) (out []int) {
	for i := range strings.Count(head, "\n") {
		out = append(out, i+1)
	}
	return append(out, t.lines...)
}

// include says what is wrong with the tag that is being read.
func (p *page) include(message, hint string) {
	p.report(diag.Diagnostic{Pos: p.at, Severity: diag.Warning, Code: CodeInclude, Message: message, Hint: hint})
}

func (p *page) report(d diag.Diagnostic) {
	if len(p.found) < maxFindings {
		p.found = append(p.found, d)
	}
}

// stop says that a limit is reached, once.
func (p *page) stop(why string) {
	if !p.spent {
		p.include(why, "the page is shown without the rest of what it includes")
	}
	p.spent = true
}

// read is the text of a file for an include.
func (p *page) read(file string) (string, bool) {
	s, err := p.files.Read(file)
	switch {
	case err == nil:
		return s, true
	case p.files.count > MaxReads || p.files.bytes > MaxBytes:
		p.stop(err.Error())
	default:
		p.include(fmt.Sprintf("%q cannot be included: %s", file, err), "")
	}
	return "", false
}

// spend counts what a page becomes.
func (p *page) spend(s string) string {
	if p.bytes += len(s); p.bytes > MaxBytes {
		p.stop(fmt.Sprintf("the page becomes larger than %d bytes", MaxBytes))
		return ""
	}
	return s
}
