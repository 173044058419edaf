package importer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/yamldoc"
)

// node is a value of a document with its place.
type node struct {
	x     *file
	doc   *yamldoc.Doc
	path  []any
	value any
}

func (n node) pos() diag.Pos { return n.doc.Pos(n.path...) }

// key is the last part of the node's path, if it is a key.
func (n node) key() string {
	if len(n.path) == 0 {
		return ""
	}
	s, _ := n.path[len(n.path)-1].(string)
	return s
}

func (n node) child(p, value any) node {
	return node{n.x, n.doc, append(slices.Clone(n.path), p), value}
}

// at is the value of a key. It is empty for one that is not there, and for
// anything that is not a mapping.
func (n node) at(key string) node {
	m, _ := n.value.(map[string]any)
	return n.child(key, m[key])
}

// empty tells whether there is nothing to be said of the value: these files
// are full of keys without a value.
func (n node) empty() bool {
	switch v := n.value.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// scalar is a value as text, if it is not a mapping or list.
func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v), true
	case bool:
		return strconv.FormatBool(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case nil:
		return "", true
	}
	return "", false
}

// str is a value as text; a value that is none is reported.
func (n node) str() string {
	s, ok := scalar(n.value)
	if !ok {
		n.wrong("text")
	}
	return s
}

// list are the entries of a list. A single value stands for a list of one, as
// these formats' users write it.
func (n node) list() []node {
	switch v := n.value.(type) {
	case nil:
		return nil
	case []any:
		out := make([]node, 0, len(v))
		for i, e := range v {
			out = append(out, n.child(i, e))
		}
		return out
	}
	return []node{n}
}

// fields are the values of a mapping by the order of its keys in the file.
func (n node) fields() []node {
	m, ok := n.value.(map[string]any)
	if !ok {
		if !n.empty() {
			n.wrong("a mapping")
		}
		return nil
	}
	var out []node
	for _, k := range n.doc.Keys(n.path...) {
		if v, there := m[k]; there {
			out = append(out, n.child(k, v))
		}
	}
	return out
}

func (n node) wrong(want string) {
	n.x.say(n.pos(), diag.Warning, CodeValue, fmt.Sprintf("%s must be %s", where(n.path), want), "it is kept as an annotation")
}

// where is a path for people.
func where(path []any) string {
	var b strings.Builder
	for _, p := range path {
		switch p := p.(type) {
		case int:
			fmt.Fprintf(&b, "[%d]", p)
		case string:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(short(p))
		}
	}
	return b.String()
}

// short is a text cut to what fits into a message.
func short(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// keep makes annotations of a value: of a scalar its text, of a list of scalars
// what stands between commas, of a mapping one for each of its keys. What lies
// deeper is JSON. name is what stands after the slash of the annotation's key.
func (n node) keep(d *draft.Draft, name, comment string) {
	if n.empty() {
		return
	}
	m, ok := n.value.(map[string]any)
	if !ok || len(m) > keepFields {
		n.keepAs(d, name, comment)
		return
	}
	for _, f := range n.fields() {
		f.keepAs(d, name+"."+f.key(), comment)
	}
}

// keepFields is how many keys of a mapping get an annotation each.
const keepFields = 40

// keepAs makes one annotation of a value, without the secrets in it.
func (n node) keepAs(d *draft.Draft, name, comment string) {
	n = n.concealed()
	if n.empty() {
		return
	}
	base, text := draft.Key(name), flat(n.value)
	for i := 1; i < 10; i++ {
		key := n.x.format.Domain() + "/" + base
		if i > 1 {
			key = fmt.Sprintf("%s/%.60s-%d", n.x.format.Domain(), base, i)
		}
		if was, taken := d.Entity.Metadata.Annotations[key]; !taken || was == text {
			d.Annotate(key, text, comment)
			return
		}
	}
}

// flat is a value as one text.
func flat(v any) string {
	if s, ok := scalar(v); ok {
		return s
	}
	if list, ok := v.([]any); ok {
		var parts []string
		for _, e := range list {
			s, ok := scalar(e)
			if !ok || strings.Contains(s, ",") {
				parts = nil
				break
			}
			parts = append(parts, s)
		}
		if parts != nil {
			return strings.Join(parts, ", ")
		}
	}
	b, err := json.Marshal(yamldoc.Finite(v))
	if err != nil {
		return ""
	}
	return string(b)
}

// others keeps the fields of a mapping that nobody has read. known are the keys
// that the format has beside those; any other is reported.
func (n node) others(d *draft.Draft, prefix string, read []string, known ...string) {
	for _, f := range n.fields() {
		k := f.key()
		switch {
		case slices.Contains(read, k):
			continue
		case !slices.Contains(known, k):
			n.x.say(n.doc.KeyPos(f.path...), diag.Info, CodeUnknownKey, fmt.Sprintf("%s files have no key %q here; it is kept as an annotation", n.x.format, short(k)), "")
			f.keep(d, prefix+k, "not a key of the format")
		default:
			f.keep(d, prefix+k, "")
		}
	}
}
