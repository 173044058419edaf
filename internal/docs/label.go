package docs

import (
	"html"
	"path"
	"slices"
	"strings"
)

// label is a title of a navigation as text. MkDocs' themes write it as HTML, so
// authors put icons into it; here it is never HTML.
func label(title string) string {
	if !strings.ContainsAny(title, "<&") {
		return title
	}
	var b strings.Builder
	for i := 0; i < len(title); i++ {
		if title[i] == '<' && i+1 < len(title) && beginsTag(title[i+1]) {
			if end := strings.IndexByte(title[i:], '>'); end > 0 {
				i += end
				continue
			}
		}
		b.WriteByte(title[i])
	}
	if text := oneLine(html.UnescapeString(b.String()), maxTitle); text != "" {
		return text
	}
	return title
}

func beginsTag(c byte) bool { return c == '/' || c == '!' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// takeIndexes makes one entry of each section and the index page in it, as
// Material for MkDocs shows them with the feature navigation.indexes.
func (p *Plan) takeIndexes(items []NavItem) {
	for i := range items {
		it := &items[i]
		at := slices.IndexFunc(it.Children, func(c NavItem) bool { return c.Page >= 0 && len(c.Children) == 0 && p.indexPage(c.Page) })
		if it.Page < 0 && at >= 0 {
			it.Page = it.Children[at].Page
			it.Children = slices.Delete(it.Children, at, at+1)
		}
		p.takeIndexes(it.Children)
	}
}

// indexPage tells whether a source is the index of its directory.
func (p *Plan) indexPage(source int) bool { return isIndex(path.Base(p.sources[source].rel)) }
