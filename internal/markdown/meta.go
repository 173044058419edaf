package markdown

import (
	"bytes"

	"callboard/internal/diag"
	"callboard/internal/yamldoc"
)

const maxMeta = 64 << 10 // bytes of front matter

// frontMatter reads YAML between lines of three hyphens at the beginning of a
// file, and returns the text behind it and the number of lines before that.
func frontMatter(src []byte, doc *Doc) (rest []byte, lines int) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	first, body, ok := bytes.Cut(src, []byte("\n"))
	if !ok || string(bytes.TrimRight(first, " \r\t")) != "---" {
		return src, 0
	}
	for at := 0; at < min(len(body), maxMeta); {
		end := bytes.IndexByte(body[at:], '\n')
		line, next := body[at:], len(body)
		if end >= 0 {
			line, next = body[at:at+end], at+end+1
		}
		if s := string(bytes.TrimRight(line, " \r\t")); s == "---" || s == "..." {
			readMeta(body[:at], doc)
			return body[next:], bytes.Count(src[:len(src)-len(body)+next], []byte("\n"))
		}
		at = next
	}
	return src, 0
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
