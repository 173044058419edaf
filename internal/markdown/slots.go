package markdown

import (
	"html"
	"strconv"
	"strings"
)

// resolveSlots replaces "\x00N\x00" by the escaped address of link N.
func resolveSlots(body string, links []Link, address func(int, Link) string) string {
	if len(links) == 0 {
		return body
	}
	var b strings.Builder
	b.Grow(len(body) + 24*len(links))
	for {
		i := strings.IndexByte(body, 0)
		if i < 0 {
			b.WriteString(body)
			return b.String()
		}
		b.WriteString(body[:i])
		rest := body[i+1:]
		j := strings.IndexByte(rest, 0)
		if j < 0 {
			return b.String()
		}
		if n, err := strconv.Atoi(rest[:j]); err == nil && n >= 0 && n < len(links) {
			b.WriteString(html.EscapeString(address(n, links[n])))
		}
		body = rest[j+1:]
	}
}
