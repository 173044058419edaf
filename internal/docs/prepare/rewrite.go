package prepare

import (
	"path"
	"regexp"
	"strings"
	"unicode"

	"callboard/internal/lazyregexp"
)

// Addresses in a text, as mkdocs-include-markdown-plugin finds them: links,
// images, definitions of references, and attributes of HTML. The group "to" is
// the address.
var (
	linkPattern       = lazyregexp.New(`\[(?:[^\[\]]+(?:\[[^\[\]]+\][^\[\]]*)*)?\]\(\s*<?(?P<to>.*?)>?\s*(?:".*?"|'.*?')?\)`)
	imagePattern      = lazyregexp.New(`!\[.*?\]\([ \t]*<?(?P<to>\S+?)>?[ \t]*(?:(?:".*?"|'.*?')[ \t]*)?\)`)
	definitionPattern = lazyregexp.New(`(?m)^ {0,4}\[.+\]:[ \t]*\n?[ \t]*<?(?P<to>\S+?)>?(?:(?:[ \t]+\n?[ \t]*|[ \t]*\n[ \t]*)["(].+?[")][ \t]*|[ \t]*\n?[ \t]*)(?:\n+|\z)`)
	sourcePattern     = lazyregexp.New(`<(?:img|source)(?:\s+[\w-]+(?:\s*=\s*)?(?:"[^"]*"|'[^']*')?)*?\s+src=["'](?P<to>\S+?)["']`)
	anchorPattern     = lazyregexp.New(`<a(?:\s+[\w-]+(?:\s*=\s*)?(?:"[^"]*"|'[^']*')?)*?\s+href=["'](?P<to>\S+?)["']`)
)

// rewrite makes the relative addresses of a text that was written for one file
// right for another. Code is left as it is.
func rewrite(s, source, destination string) string {
	move := func(to string) string { return moved(to, path.Dir(source), path.Dir(destination)) }
	return outsideCode(s, func(p string) string {
		p = replaceAddresses(p, linkPattern.Get(), "!", move)
		for _, re := range [...]*regexp.Regexp{imagePattern.Get(), definitionPattern.Get(), sourcePattern.Get(), anchorPattern.Get()} {
			p = replaceAddresses(p, re, "", move)
		}
		return p
	})
}

// replaceAddresses changes the addresses that a pattern finds, but not behind
// the mark that makes them something else.
func replaceAddresses(s string, re *regexp.Regexp, behind string, move func(string) string) string {
	var b strings.Builder
	group := 2 * re.SubexpIndex("to")
	done := 0
	for from := 0; from < len(s); {
		m := re.FindStringSubmatchIndex(s[from:])
		if m == nil {
			break
		}
		start, end := from+m[0], from+m[1]
		if behind != "" && strings.HasSuffix(s[:start], behind) {
			from = start + 1
			continue
		}
		b.WriteString(s[done : from+m[group]])
		b.WriteString(move(s[from+m[group] : from+m[group+1]]))
		done = from + m[group+1]
		from = max(end, from+1)
	}
	b.WriteString(s[done:])
	return b.String()
}

// moved is a relative address that was written in one directory as seen from
// another.
func moved(to, from, dir string) string {
	if hasScheme(to) || strings.HasPrefix(to, "/") || strings.HasPrefix(to, "#") {
		return to
	}
	out := relative(path.Join(from, to), dir)
	if strings.HasSuffix(to, "/") {
		out += "/"
	}
	return out
}

// hasScheme tells whether an address begins with a scheme, of more than one
// letter.
func hasScheme(s string) bool {
	i := strings.IndexByte(s, ':')
	return i > 1 && strings.IndexFunc(s[:i], func(c rune) bool {
		return c > unicode.MaxASCII || !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '+' && c != '-' && c != '.'
	}) < 0
}

// relative is the path to a file or directory from a directory. Both are
// relative to the same one and may lead out of it.
func relative(to, dir string) string {
	a, b := names(to), names(dir)
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] && a[0] != ".." {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[0] == ".." && b[0] == ".." {
		a, b = a[1:], b[1:]
	}
	up := make([]string, len(b), len(a)+len(b))
	for i := range up {
		up[i] = ".."
	}
	if out := strings.Join(append(up, a...), "/"); out != "" {
		return out
	}
	return "."
}

func names(p string) []string {
	if p = path.Clean(p); p == "." {
		return nil
	}
	return strings.Split(p, "/")
}

// outsideCode changes the paragraphs of a text, and leaves fences as they are.
// Of indented code it knows only what follows a line of four blanks or more,
// and it leaves the line behind that as it is too, as the plugin does.
func outsideCode(s string, change func(string) string) string {
	c := codeSkipper{change: change}
	for l := range strings.Lines(s) {
		c.line(l)
	}
	c.finish()
	return c.out.String()
}

type codeSkipper struct {
	change func(string) string
	out    strings.Builder
	para   strings.Builder
	maybe  []string // lines of what may be indented code
	fence  string
	empty  bool // the line before was
}

func (c *codeSkipper) flush() {
	c.out.WriteString(c.change(c.para.String()))
	c.para.Reset()
}

func (c *codeSkipper) line(l string) {
	stripped := strings.TrimLeftFunc(l, unicode.IsSpace)
	switch {
	case c.fence != "":
		c.out.WriteString(l)
		if strings.HasPrefix(stripped, c.fence) {
			c.fence = ""
		}
	case strings.HasPrefix(stripped, "```"), strings.HasPrefix(stripped, "~~~"):
		c.fence = stripped[:3]
		c.flush()
		c.out.WriteString(l)
	case strings.HasPrefix(l, "    ") && (stripped == "" || c.maybe != nil):
		c.maybe = append(c.maybe, l)
	case !strings.HasPrefix(l, "    ") && c.maybe != nil:
		c.leave(l)
	default:
		c.para.WriteString(l)
	}
	c.empty = stripped == ""
}

// leave ends what may be indented code: it is if the line before was empty.
func (c *codeSkipper) leave(l string) {
	c.flush()
	code := strings.Join(c.maybe, "")
	c.maybe = nil
	if c.empty {
		c.out.WriteString(code + l)
		return
	}
	c.para.WriteString(code + l)
	c.flush()
}

func (c *codeSkipper) finish() {
	c.flush()
	if c.maybe != nil {
		c.para.WriteString(strings.Join(c.maybe, ""))
		if c.empty {
			c.out.WriteString(c.para.String())
			return
		}
		c.flush()
	}
}
