package pymdownx

import (
	"html"
	"strings"
)

// linkPath is an address in parts, as Python's urlparse splits it, and whether it
// is an address of another kind than a path, or a path from the root.
type linkPath struct {
	scheme, host, path, params, query, fragment string
	url, absolute                               bool
}

// parsePath reads the value of an attribute (util.parse_url of pymdown-extensions).
func parsePath(value string) linkPath {
	l := splitAddress(html.UnescapeString(value))
	switch {
	case urlScheme(l.scheme):
		l.url = true
	case l.scheme == "" && l.host == "" && l.path == "":
		l.url = true // a fragment
	case l.scheme == "file":
		l.absolute = true
	case len(l.scheme) == 1: // a drive
		l.path = "/" + l.scheme + ":" + strings.ReplaceAll(l.path, `\`, "/")
		l.scheme, l.host, l.absolute = "file", "", true
	case l.scheme == "" && l.host != "" && strings.HasPrefix(value, "//"):
		l.path = "//" + l.host + l.path
		l.scheme, l.host, l.absolute = "file", "", true
	case l.scheme != "" && l.host != "":
		l.url = true
	case strings.HasPrefix(l.path, "/"), strings.HasPrefix(l.path, `\`):
		l.absolute = true
	}
	return l
}

func urlScheme(s string) bool {
	for _, p := range [...]string{"http", "ftp", "data", "mailto", "tel", "news"} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// splitAddress is Python's urlparse.
func splitAddress(s string) (l linkPath) {
	s = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(strings.TrimLeft(s, " "))
	if i := strings.IndexByte(s, ':'); i > 0 && isScheme(s[:i]) {
		l.scheme, s = strings.ToLower(s[:i]), s[i+1:]
	}
	if rest, ok := strings.CutPrefix(s, "//"); ok {
		n := strings.IndexAny(rest, "/?#")
		if n < 0 {
			n = len(rest)
		}
		l.host, s = rest[:n], rest[n:]
	}
	s, l.fragment, _ = strings.Cut(s, "#")
	s, l.query, _ = strings.Cut(s, "?")
	l.path = s
	if hasParams(l.scheme) {
		from := strings.LastIndexByte(s, '/') + 1
		if i := strings.IndexByte(s[from:], ';'); i >= 0 {
			l.path, l.params = s[:from+i], s[from+i+1:]
		}
	}
	return l
}

func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if !(c >= 'a' && c <= 'z') && (i == 0 || !(s[i] >= '0' && s[i] <= '9') && s[i] != '+' && s[i] != '-' && s[i] != '.') {
			return false
		}
	}
	return true
}

func hasParams(scheme string) bool {
	switch scheme {
	case "", "ftp", "hdl", "prospero", "http", "imap", "https", "shttp", "rtsp", "rtspu", "sip", "sips", "mms", "sftp", "tel":
		return true
	}
	return false
}

// join is Python's urlunparse with another scheme and path.
func (l linkPath) join(scheme, path string) string {
	if l.params != "" {
		path += ";" + l.params
	}
	s := path
	if l.host != "" || scheme == "file" {
		if path != "" && !strings.HasPrefix(path, "/") {
			path = "/" + path
		}
		s = "//" + l.host + path
	}
	if scheme != "" {
		s = scheme + ":" + s
	}
	if l.query != "" {
		s += "?" + l.query
	}
	if l.fragment != "" {
		s += "#" + l.fragment
	}
	return s
}
