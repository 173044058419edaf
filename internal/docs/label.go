package docs

import (
	"html"
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

func beginsTag(c byte) bool {
	return c == '/' || c == '!' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
