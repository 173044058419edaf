package extensions

import (
	"strings"

	"callboard/internal/pymarkdown"
)

type metaKey struct{}

// Meta is what the extension meta found at the head of a page: the values of
// each key, which is in lower case, one a line. It is nil without the extension.
func Meta(d *pymarkdown.Document) map[string][]string {
	return *pymarkdown.Value[map[string][]string](d, metaKey{})
}

func setupMeta(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	d.Pre.Register("meta", 27, readMeta)
	return nil
}

// readMeta takes lines such as "key: value" from the head of the page. The first
// empty line, or a line of dashes or full stops, ends them.
func readMeta(d *pymarkdown.Document, lines []string) []string {
	meta := map[string][]string{}
	*pymarkdown.Value[map[string][]string](d, metaKey{}) = meta
	if len(lines) > 0 && strings.HasPrefix(lines[0], "---") {
		lines = lines[1:]
	}
	key := ""
	for len(lines) > 0 {
		line := lines[0]
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "---") || strings.HasPrefix(line, "...") {
			return lines[1:]
		}
		if k, value, ok := metaLine(line); ok {
			key = k
			meta[key] = append(meta[key], value)
		} else if key != "" && strings.HasPrefix(line, "    ") {
			meta[key] = append(meta[key], strings.TrimSpace(line))
		} else {
			return lines
		}
		lines = lines[1:]
	}
	return lines
}

func metaLine(line string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(line, ":")
	name := strings.TrimLeft(key, " ")
	if !ok || name == "" || len(key)-len(name) > 3 {
		return "", "", false
	}
	for i := range len(name) {
		if c := name[i]; !isAlnum(c) && c != '_' && c != '-' {
			return "", "", false
		}
	}
	return strings.ToLower(name), strings.TrimSpace(value), true
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
