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
		before, rest := body[:i], body[i+1:]
		j := strings.IndexByte(rest, 0)
		if j < 0 {
			b.WriteString(before)
			return b.String()
		}
		to := ""
		if n, err := strconv.Atoi(rest[:j]); err == nil && n >= 0 && n < len(links) {
			to = html.EscapeString(address(n, links[n]))
		}
		body = rest[j+1:]
		if open, ok := withoutAttribute(before, body); ok && to == "" {
			before, body = open, body[1:]
		}
		b.WriteString(before)
		b.WriteString(to)
	}
}

// withoutAttribute is the text before a slot without the attribute that the
// slot is the whole value of: href="" would lead to the page itself.
func withoutAttribute(before, after string) (string, bool) {
	if !strings.HasPrefix(after, `"`) {
		return "", false
	}
	for _, attr := range [...]string{` href="`, ` src="`} {
		if open, ok := strings.CutSuffix(before, attr); ok {
			return open, true
		}
	}
	return "", false
}
