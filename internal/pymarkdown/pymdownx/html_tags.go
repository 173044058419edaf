package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// htmlTag is a start tag in the HTML of a page.
type htmlTag struct {
	start, end int
	name       string
	attrs      int // where the attributes begin
	close      int // where what closes the tag begins, with the space before it
}

// tagScanner reads tags in a text. It remembers what is not to be found behind
// some place, so that a text of beginnings without ends is gone through once.
type tagScanner struct {
	unquoted bool // values may stand without quotes
	space    bool // white space may stand behind "<"

	missing map[string]bool
}

// find is strings.Index, for ends that are looked for from places that only grow.
func (x *tagScanner) find(s string, at int, end string) int {
	if x.missing[end] {
		return -1
	}
	i := strings.Index(s[at:], end)
	if i < 0 {
		x.miss(end)
	}
	return i
}

func (x *tagScanner) miss(end string) {
	if x.missing == nil {
		x.missing = map[string]bool{}
	}
	x.missing[end] = true
}

// readTag reads a start tag at byte at, the "<" of which is there.
func (x *tagScanner) readTag(s string, at int, name func(s string) int) (t htmlTag, ok bool) {
	p := at + 1
	if x.space {
		p = skipBlank(s, p)
	}
	n := name(s[p:])
	if n == 0 {
		return t, false
	}
	t = htmlTag{start: at, name: s[p : p+n], attrs: p + n}
	p += n
	for {
		next, ok := x.attribute(s, p)
		if !ok {
			break
		}
		p = next
	}
	t.close = p
	p = skipBlank(s, p)
	if strings.HasPrefix(s[p:], "/") {
		p++
	}
	if !strings.HasPrefix(s[p:], ">") {
		return t, false
	}
	t.end = p + 1
	return t, true
}

// attribute reads one attribute with the space before it, and gives its end.
func (x *tagScanner) attribute(s string, at int) (end int, ok bool) {
	p := skipBlank(s, at)
	n := attrNameLen(s[p:])
	if p == at || n == 0 {
		return 0, false
	}
	p += n
	v := skipBlank(s, p)
	if v >= len(s) || s[v] != '=' {
		return p, true
	}
	v = skipBlank(s, v+1)
	if n := x.valueLen(s, v); n > 0 {
		return v + n, true
	}
	return p, true
}

func (x *tagScanner) valueLen(s string, at int) int {
	if at >= len(s) {
		return 0
	}
	if s[at] == '"' || s[at] == '\'' {
		if i := x.find(s, at+1, s[at:at+1]); i >= 0 {
			return i + 2
		}
		return 0
	}
	s = s[at:]
	if !x.unquoted {
		return 0
	}
	n := 0
	for n < len(s) && strings.IndexByte(" \t\n\r\f\v\"'`=<>", s[n]) < 0 {
		n++
	}
	return n
}

func skipBlank(s string, at int) int {
	for at < len(s) && pymarkdown.BlankAt(s, at) {
		at++
	}
	return at
}

func attrNameLen(s string) int {
	for i, r := range s {
		if r != '-' && r != ':' && !pymarkdown.IsWord(r) {
			return i
		}
	}
	return len(s)
}

// skipped is the end of a comment, or of a script or style with what it holds,
// at byte at; 0 if there is none.
func (x *tagScanner) skipped(s string, at int) int {
	if strings.HasPrefix(s[at:], "<!--") {
		if i := x.find(s, at+4, "-->"); i >= 0 {
			return at + 4 + i + 3
		}
		return 0
	}
	p := at + 1
	if x.space {
		p = skipBlank(s, p)
	}
	for _, name := range [...]string{"script", "style"} {
		if strings.HasPrefix(s[p:], name) {
			return x.elementEnd(s, p+len(name), name)
		}
	}
	return 0
}

// elementEnd is where the end tag of an element ends, whose start tag goes on at
// byte at.
func (x *tagScanner) elementEnd(s string, at int, name string) int {
	i := x.find(s, at, ">")
	if i < 0 || x.missing[name] {
		return 0
	}
	for at += i + 1; ; {
		i := x.find(s, at, "</")
		if i < 0 {
			x.miss(name)
			return 0
		}
		at += i + 2
		p := skipBlank(s, at)
		if strings.HasPrefix(s[p:], name) {
			if p = skipBlank(s, p+len(name)); strings.HasPrefix(s[p:], ">") {
				return p + 1
			}
		}
	}
}

// rewriteTags gives every start tag of these names to change, which returns its
// attributes. Comments, scripts and styles are left as they are.
func rewriteTags(html string, names []string, change func(attrs string) string) string {
	x := tagScanner{space: true}
	var b strings.Builder
	from := 0
	for at := 0; at < len(html); {
		i := strings.IndexByte(html[at:], '<')
		if i < 0 {
			break
		}
		at += i
		if end := x.skipped(html, at); end > 0 {
			at = end
			continue
		}
		t, ok := x.readTag(html, at, func(s string) int { return firstPrefix(s, names) })
		if !ok {
			at++
			continue
		}
		attrs := html[t.attrs:t.close]
		if changed := change(attrs); changed != attrs {
			b.WriteString(html[from:t.attrs])
			b.WriteString(changed)
			from = t.close
		}
		at = t.end
	}
	if from == 0 {
		return html
	}
	b.WriteString(html[from:])
	return b.String()
}

// firstPrefix is the length of the first name that s begins with and that a tag
// could have there.
func firstPrefix(s string, names []string) int {
	for _, n := range names {
		if rest, ok := strings.CutPrefix(s, n); ok && (rest == "" || rest[0] == '/' || rest[0] == '>' || pymarkdown.BlankAt(rest, 0)) {
			return len(n)
		}
	}
	return 0
}

// rewriteLinks gives the values of attributes of these names to change, which
// returns what stands in the place of name and value, or false to leave it.
func rewriteLinks(attrs string, names []string, change func(name, value string) (string, bool)) string {
	var b strings.Builder
	from := 0
	x := tagScanner{}
	for at := 0; at < len(attrs); {
		end, ok := x.attribute(attrs, at)
		if !ok {
			break
		}
		name := attrs[at:end]
		if i := strings.IndexByte(name, '='); i >= 0 {
			key := strings.TrimFunc(name[:i], pymarkdown.IsBlank)
			v := skipBlank(attrs, at+i+1)
			for _, n := range names {
				if key != n {
					continue
				}
				if to, ok := change(attrs[at:v], attrs[v+1:end-1]); ok {
					b.WriteString(attrs[from:at] + to)
					from = end
				}
			}
		}
		at = end
	}
	if from == 0 {
		return attrs
	}
	return b.String() + attrs[from:]
}
