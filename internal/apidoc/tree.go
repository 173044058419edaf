package apidoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/yamldoc"
)

// tree is a document of JSON values that knows the order and the lines of keys.
type tree struct {
	value any
	order func(path ...any) []string
	line  func(path ...any) int
}

// keys are those of the mapping at a path, none if there is none.
func (t *tree) keys(path ...any) []string {
	if m, ok := t.at(path...).(map[string]any); !ok || len(m) == 0 {
		return nil
	}
	return t.order(path...)
}

// at is the value at a path, nil if there is none.
func (t *tree) at(path ...any) any { return dig(t.value, path...) }

func dig(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p < 0 || p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

// str is the text at a path; numbers are written out, so that a version 1.0
// that was not quoted is still one.
func str(v any, path ...any) string {
	switch v := dig(v, path...).(type) {
	case string:
		return v
	case int64:
		return fmt.Sprint(v)
	case float64:
		return fmt.Sprint(v)
	}
	return ""
}

// maxHops bounds chains of references within a document.
const maxHops = 8

// resolve follows local references ("#/components/…") from a value; any other
// reference stays as it is.
func (t *tree) resolve(v any) any {
	for range maxHops {
		ref, ok := strings.CutPrefix(str(v, "$ref"), "#/")
		if !ok {
			return v
		}
		v = t.at(pointer(ref)...)
	}
	return nil
}

func pointer(s string) []any {
	var path []any
	for part := range strings.SplitSeq(s, "/") {
		path = append(path, strings.NewReplacer("~1", "/", "~0", "~").Replace(part))
	}
	return path
}

// read reads JSON or YAML, and calls use unless there is nothing to go on. The tree
// is good until use returns.
func (p *parse) read(definition string, use func(*tree)) {
	definition = strings.TrimPrefix(definition, "\ufeff")
	if strings.HasPrefix(strings.TrimLeft(definition, " \t\r\n"), "{") {
		if t, err := readJSON(definition); err == nil {
			use(t)
			return
		} // else it may still be YAML, which has braces too
	}
	var found diag.List
	empty := true
	say := func() {
		for _, d := range found.Take() {
			code := CodeInvalid
			if d.Code == yamldoc.CodeTooLarge {
				code = CodeTooLarge
			}
			p.report(d.Severity, code, d.Pos, d.Message, d.Hint)
		}
	}
	yamldoc.Once([]byte(definition), diag.Pos{}, &found, func(doc *yamldoc.Doc) {
		empty = false
		say()
		use(&tree{
			value: doc.Value,
			order: doc.Keys,
			line:  func(path ...any) int { return doc.KeyPos(path...).Line },
		})
	})
	if say(); empty && len(p.finding) == 0 {
		p.report(diag.Warning, CodeInvalid, diag.Pos{Line: 1, Col: 1}, "the definition is empty", "")
	}
}

// branch is a JSON value with the order of its keys and the line of its own key
// or beginning.
type branch struct {
	value any
	keys  []string
	kids  map[string]*branch
	list  []*branch
	line  int
}

func (b *branch) find(path []any) *branch {
	for _, p := range path {
		var next *branch
		switch p := p.(type) {
		case string:
			next = b.kids[p]
		case int:
			if p >= 0 && p < len(b.list) {
				next = b.list[p]
			}
		}
		if next == nil {
			return &branch{line: b.line}
		}
		b = next
	}
	return b
}

// jsonReader reads one JSON text. JSON is not read as YAML: that forbids tabs
// and pairs of surrogates.
type jsonReader struct {
	src    []byte
	dec    *json.Decoder
	offset int // up to which lines were counted
	lines  int
	nodes  int
}

var errTooLarge = errors.New("too deep or too many values")

func readJSON(src string) (*tree, error) {
	r := &jsonReader{src: []byte(src), lines: 1}
	r.dec = json.NewDecoder(bytes.NewReader(r.src))
	b, err := r.next(0)
	if err != nil {
		return nil, err
	}
	if _, err := r.dec.Token(); err != io.EOF {
		return nil, errors.New("text after the value")
	}
	return &tree{
		value: b.value,
		order: func(path ...any) []string { return b.find(path).keys },
		line:  func(path ...any) int { return b.find(path).line },
	}, nil
}

// line is that of the token just read.
func (r *jsonReader) line() int {
	to := int(r.dec.InputOffset())
	r.lines += bytes.Count(r.src[r.offset:to], []byte{'\n'})
	r.offset = to
	return r.lines
}

func (r *jsonReader) next(depth int) (*branch, error) {
	if r.nodes++; r.nodes > yamldoc.MaxNodes || depth > yamldoc.MaxDepth {
		return nil, errTooLarge
	}
	t, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	b := &branch{line: r.line()}
	switch t {
	case json.Delim('{'):
		err = r.object(b, depth)
	case json.Delim('['):
		err = r.array(b, depth)
	default:
		b.value = t
	}
	return b, err
}

func (r *jsonReader) object(b *branch, depth int) error {
	m := map[string]any{}
	b.value, b.kids = m, map[string]*branch{}
	for r.dec.More() {
		t, err := r.dec.Token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		at := r.line()
		kid, err := r.next(depth + 1)
		if err != nil {
			return err
		}
		kid.line = at
		if b.kids[key] == nil {
			b.keys = append(b.keys, key)
		}
		b.kids[key], m[key] = kid, kid.value
	}
	_, err := r.dec.Token()
	return err
}

func (r *jsonReader) array(b *branch, depth int) error {
	l := []any{}
	for r.dec.More() {
		kid, err := r.next(depth + 1)
		if err != nil {
			return err
		}
		b.list = append(b.list, kid)
		l = append(l, kid.value)
	}
	b.value = l
	_, err := r.dec.Token()
	return err
}
