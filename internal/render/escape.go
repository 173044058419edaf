package render

import (
	"html/template"
	"reflect"
	"strings"
)

// escaping is what html/template put behind an expression, by the context that it
// stands in. These are its escapers over texts, to the letter; a test holds them
// to it.
type escaping struct {
	filter bool    // addresses of other schemes than those of the web are replaced
	url    urlMode // after that
	raw    bool    // nothing is escaped after that
}

type urlMode uint8

const (
	urlAsIs urlMode = iota
	urlNormalized
	urlEscaped
)

// escapingOf reads the names of escapers. The type is that of what is escaped: it
// may be of those that tell what they are good for.
func escapingOf(names []string, typ reflect.Type) (x escaping, ok bool) {
	isHTML, isURL := typ == reflect.TypeFor[template.HTML](), typ == reflect.TypeFor[template.URL]()
	take := func(name string) bool {
		if len(names) == 0 || names[0] != escaperPrefix+name {
			return false
		}
		names = names[1:]
		return true
	}
	x.filter = take("urlfilter") && !isURL
	switch {
	case take("urlnormalizer"):
		x.url = urlNormalized
	case take("urlescaper"):
		x.url = urlEscaped
		if isURL {
			x.url = urlNormalized
		}
	}
	if isHTML {
		x.raw = x == escaping{} && take("htmlescaper")
		return x, x.raw && len(names) == 0
	}
	ok = take("htmlescaper") || take("attrescaper") || take("rcdataescaper")
	return x, ok && len(names) == 0
}

// escaperPrefix is what the names of html/template's escapers begin with.
const escaperPrefix = "_html_template_"

// append appends a text.
func (x escaping) append(b []byte, s string) []byte {
	if x.raw {
		return append(b, s...)
	}
	if x.filter && !isSafeURL(s) {
		s = "#ZgotmplZ"
	}
	if x.url != urlAsIs {
		s = processURL(s, x.url == urlNormalized)
	}
	return appendEscaped(b, s)
}

// entities are what stands for bytes of text in HTML.
var entities = [128]string{0: "\uFFFD", '"': "&#34;", '&': "&amp;", '\'': "&#39;", '+': "&#43;", '<': "&lt;", '>': "&gt;"}

func appendEscaped(b []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 128 && entities[c] != "" {
			b = append(append(b, s[from:i]...), entities[c]...)
			from = i + 1
		}
	}
	return append(b, s[from:]...)
}

func isSafeURL(s string) bool {
	scheme, _, ok := strings.Cut(s, ":")
	return !ok || strings.Contains(scheme, "/") || strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "mailto")
}

// processURL encodes what may not stand in an address. Of one that is normalized,
// what is encoded and what separates its parts stays.
func processURL(s string, norm bool) string {
	from := 0
	var b []byte
	for i := 0; i < len(s); i++ {
		if staysInURL(s, i, norm) {
			continue
		}
		const hex = "0123456789abcdef"
		b = append(append(b, s[from:i]...), '%', hex[s[i]>>4], hex[s[i]&15])
		from = i + 1
	}
	if b == nil {
		return s
	}
	return string(append(b, s[from:]...))
}

func staysInURL(s string, i int, norm bool) bool {
	switch c := s[i]; c {
	case '!', '#', '$', '&', '*', '+', ',', '/', ':', ';', '=', '?', '@', '[', ']':
		return norm
	case '-', '.', '_', '~':
		return true
	case '%':
		return norm && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])
	default:
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
	}
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
