package docs

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"callboard/internal/markdown"
)

// maxTitle is the length of a title in code points. Titles of a navigation
// stand on every page of a set.
const maxTitle = 200

// title follows MkDocs: the navigation's, else the front matter's, else the
// first heading, else the file's name.
func (p *Plan) title(i int, d *markdown.Doc, nav *navBuilder) string {
	for _, t := range []string{nav.title[i], scalarText(d.Meta["title"]), d.Title} {
		if t = oneLine(t, maxTitle); t != "" {
			return t
		}
	}
	if p.sources[i].at == "" && isIndex(path.Base(p.sources[i].rel)) {
		return "Home"
	}
	rel := p.sources[i].rel
	name := strings.TrimSuffix(path.Base(rel), path.Ext(rel))
	if isIndex(path.Base(rel)) {
		name = "index" // README.md as well
	}
	return oneLine(titleOfName(name), maxTitle)
}

// scalarText is a value of front matter as a title: text, or a number such as a
// year.
func scalarText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int, int64, float64:
		return fmt.Sprint(v)
	}
	return ""
}

// titleOfName makes a title of a file's or directory's name as MkDocs does:
// hyphens and underscores become spaces, and a name in lower case gets a
// capital.
func titleOfName(name string) string {
	s := strings.NewReplacer("-", " ", "_", " ").Replace(name)
	if strings.ToLower(s) != s || s == "" {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// oneLine makes one line of at most limit code points out of a stranger's text:
// white space becomes single spaces, and what cannot be seen or turns the
// direction of the text around is dropped.
func oneLine(s string, limit int) string {
	if len(s) > 8*limit {
		s = s[:8*limit] // what follows could not show; the rest is cut by runes
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > limit {
		s = strings.TrimRight(string([]rune(s)[:limit-1]), " ") + "…"
	}
	return s
}
