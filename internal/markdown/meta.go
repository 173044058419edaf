package markdown

import (
	"bytes"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/yamldoc"
)

const maxMeta = 64 << 10 // bytes of front matter

// frontMatter reads YAML between lines of three hyphens at the beginning of a
// file, and returns the text behind it and the number of lines before that. In
// MkDocs' way, front matter that is no mapping stays in the text, and without any
// there may be lines of "key: value" (mkdocs.utils.meta).
func frontMatter(src []byte, doc *Doc, mkdocs bool) (rest []byte, lines int) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	text, n, ok := fenced(src)
	switch {
	case !ok && mkdocs:
		n = multiMarkdown(src, doc)
	case ok:
		readMeta(text, doc)
		if mkdocs && doc.Meta == nil {
			return src, 0
		}
	}
	if mkdocs && n > 0 {
		for n < len(src) && src[n] == '\n' {
			n++
		}
	}
	return src[n:], bytes.Count(src[:n], []byte("\n"))
}

// fenced is the text between the lines of hyphens, and where the page begins.
func fenced(src []byte) (text []byte, end int, ok bool) {
	first, body, ok := bytes.Cut(src, []byte("\n"))
	if !ok || string(bytes.TrimRight(first, " \r\t")) != "---" {
		return nil, 0, false
	}
	for at := 0; at < min(len(body), maxMeta); {
		end := bytes.IndexByte(body[at:], '\n')
		line, next := body[at:], len(body)
		if end >= 0 {
			line, next = body[at:at+end], at+end+1
		}
		if s := string(bytes.TrimRight(line, " \r\t")); s == "---" || s == "..." {
			return body[:at], len(src) - len(body) + next, true
		}
		at = next
	}
	return nil, 0, false
}

func readMeta(text []byte, doc *Doc) {
	var sink diag.List
	d := yamldoc.One(text, diag.Pos{}, &sink)
	for _, x := range sink.All() {
		x.Severity, x.Code = diag.Warning, CodeMeta
		x.Pos.Line++
		doc.Diagnostics = append(doc.Diagnostics, x)
	}
	if d == nil {
		return
	}
	yamldoc.Finite(d.Value)
	doc.Meta, _ = d.Value.(map[string]any)
}

// multiMarkdown reads lines of "key: value" up to the first that is none. A line
// that is indented goes on with the value before it. It returns where the page
// begins.
func multiMarkdown(src []byte, doc *Doc) int {
	at, last := 0, ""
	values := map[string][]string{}
	for at < min(len(src), maxMeta) {
		line, _, _ := bytes.Cut(src[at:], []byte("\n"))
		next := min(at+len(line)+1, len(src))
		if len(bytes.TrimSpace(line)) == 0 {
			at = next
			break
		}
		key, value, ok := metaLine(string(line))
		if !ok || key == "" && last == "" {
			break
		}
		if key != "" {
			last = key
		}
		values[last] = append(values[last], value)
		at = next
	}
	if len(values) == 0 {
		return 0
	}
	doc.Meta = make(map[string]any, len(values))
	for k, v := range values {
		doc.Meta[k] = strings.Join(v, " ")
	}
	return at
}

// metaLine is a line of a key and a value, or of more of a value.
func metaLine(line string) (key, value string, ok bool) {
	if rest, indented := strings.CutPrefix(line, "\t"); indented || strings.HasPrefix(line, "    ") {
		return "", strings.TrimSpace(rest), true
	}
	key, value, ok = strings.Cut(strings.TrimLeft(line, " "), ":")
	if !ok || key == "" || strings.Trim(key, metaKey) != "" {
		return "", "", false
	}
	return strings.ToLower(key), strings.TrimSpace(value), true
}

// metaKey are the characters of a key.
const metaKey = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
