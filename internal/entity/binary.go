package entity

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"callboard/internal/diag"
)

// A catalog is read back from a cache far more often than it is read from its
// files, and JSON takes four times as long as what is here: lengths before
// texts, keys in order, numbers as floating point. Equal entities have equal
// encodings.

// Append writes an entity behind b. The error is for a value that no JSON
// document can hold.
func (e *Entity) Append(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.strings(e.APIVersion, e.Kind, e.Namespace, e.Name)
	m := &e.Metadata
	w.strings(m.Title, m.Description)
	w.texts(m.Labels)
	w.texts(m.Annotations)
	w.number(len(m.Tags))
	w.strings(m.Tags...)
	w.number(len(m.Links))
	for _, l := range m.Links {
		w.strings(l.URL, l.Title, l.Icon, l.Type)
		w.values(l.Extra)
	}
	w.values(m.Extra)
	w.values(e.Spec)
	o := e.Origin
	w.strings(o.Repo, o.File, o.Root, o.RootAt)
	w.flag(o.Generated)
	w.number(o.Line)
	w.number(o.Col)
	w.number(o.Doc)
	w.number(len(e.Edges))
	for _, g := range e.Edges {
		w.strings(g.Type, g.Target.Kind, g.Target.Namespace, g.Target.Name, g.Field, g.Inverse)
		w.pos(g.Pos)
	}
	w.number(len(e.Derived))
	for _, d := range e.Derived {
		w.strings(d.Field, d.By, d.From)
		w.pos(d.Pos)
	}
	return w.b, w.err
}

type writer struct {
	b   []byte
	err error
}

func (w *writer) number(n int) { w.b = binary.AppendVarint(w.b, int64(n)) }

func (w *writer) flag(v bool) { w.b = append(w.b, map[bool]byte{false: 'f', true: 't'}[v]) }

func (w *writer) strings(all ...string) {
	for _, s := range all {
		s = strings.ToValidUTF8(s, "\uFFFD")
		w.number(len(s))
		w.b = append(w.b, s...)
	}
}

func (w *writer) pos(p diag.Pos) {
	w.strings(p.Repo, p.File)
	w.number(p.Line)
	w.number(p.Col)
}

func (w *writer) texts(m map[string]string) {
	w.number(len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		w.strings(k, m[k])
	}
}

func (w *writer) values(m map[string]any) {
	w.number(len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		w.strings(k)
		w.value(m[k])
	}
}

// value writes a JSON value with a letter for its sort before it. Values of
// other types are written as what their JSON is read as.
func (w *writer) value(v any) {
	switch v := v.(type) {
	case nil:
		w.b = append(w.b, '0')
	case bool:
		w.flag(v)
	case string:
		w.b = append(w.b, 's')
		w.strings(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			w.err = fmt.Errorf("%v is no JSON number", v)
		}
		w.b = binary.LittleEndian.AppendUint64(append(w.b, 'n'), math.Float64bits(v))
	case int:
		w.value(float64(v))
	case []any:
		w.b = append(w.b, 'l')
		w.number(len(v))
		for _, x := range v {
			w.value(x)
		}
	case map[string]any:
		w.b = append(w.b, 'm')
		w.values(v)
	default:
		w.other(v)
	}
}

func (w *writer) other(v any) {
	var plain any
	raw, err := json.Marshal(v)
	if err = errors.Join(err, json.Unmarshal(raw, &plain)); err != nil {
		w.err = err
		return
	}
	w.value(plain)
}

var errBinary = errors.New("this is no encoding of an entity")

// maxNesting is how deep values may lie in each other. What is read of files is
// bounded far below.
const maxNesting = 1000

// Read reads an entity that Append wrote and returns what is behind it. share,
// if not nil, makes the strings that are in many entities.
func Read(b []byte, share func([]byte) string) (*Entity, []byte, error) {
	if share == nil {
		share = func(b []byte) string { return string(b) }
	}
	r := reader{b: b, share: share}
	e := &Entity{APIVersion: r.shared(), Kind: r.shared(), Namespace: r.shared(), Name: r.string()}
	e.Metadata = r.metadata()
	e.Spec = r.values(0)
	e.Origin = Origin{Repo: r.shared(), File: r.shared(), Root: r.shared(), RootAt: r.shared(), Generated: r.flag(), Line: r.number(), Col: r.number(), Doc: r.number()}
	e.Edges = list(&r, func() Edge {
		return Edge{Type: r.shared(), Target: Ref{r.shared(), r.shared(), r.shared()}, Field: r.shared(), Inverse: r.shared(), Pos: r.pos()}
	})
	e.Derived = list(&r, func() Derived { return Derived{Field: r.shared(), By: r.shared(), From: r.shared(), Pos: r.pos()} })
	if r.bad {
		return nil, nil, errBinary
	}
	e.Ref = NewRef(e.Kind, e.Namespace, e.Name)
	e.Ref.Kind, e.Ref.Namespace = share([]byte(e.Ref.Kind)), share([]byte(e.Ref.Namespace))
	return e, r.b, nil
}

// reader reads what writer wrote. After the end of its bytes it gives zeros and
// is bad.
type reader struct {
	b     []byte
	share func([]byte) string
	bad   bool
}

func (r *reader) metadata() Metadata {
	m := Metadata{Title: r.string(), Description: r.string(), Labels: r.texts(), Annotations: r.texts(), Tags: list(r, r.shared)}
	m.Links = list(r, func() Link {
		return Link{URL: r.string(), Title: r.string(), Icon: r.shared(), Type: r.shared(), Extra: r.values(0)}
	})
	m.Extra = r.values(0)
	return m
}

func (r *reader) number() int {
	n, used := binary.Varint(r.b)
	if used <= 0 || int64(int(n)) != n {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[used:]
	return int(n)
}

// count is a number of things to come, each of a byte at least.
func (r *reader) count() int {
	n := r.number()
	if n < 0 || n > len(r.b) {
		r.bad, r.b = true, nil
		return 0
	}
	return n
}

func (r *reader) take(n int) []byte {
	if n > len(r.b) {
		r.bad, r.b = true, nil
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) flag() bool { return string(r.take(1)) == "t" }

func (r *reader) string() string { return string(r.take(r.count())) }
func (r *reader) shared() string { return r.share(r.take(r.count())) }
func (r *reader) pos() diag.Pos {
	return diag.Pos{Repo: r.shared(), File: r.shared(), Line: r.number(), Col: r.number()}
}

// list reads so many things, nil if there are none.
func list[T any](r *reader, one func() T) []T {
	n := r.count()
	if n == 0 {
		return nil
	}
	out := make([]T, 0, min(n, 1<<10))
	for range n {
		if r.bad {
			return nil
		}
		out = append(out, one())
	}
	return out
}

func (r *reader) texts() map[string]string {
	n := r.count()
	if n == 0 {
		return nil
	}
	m := make(map[string]string, min(n, 1<<10))
	for range n {
		m[r.shared()] = r.short()
	}
	return m
}

// short is a string that is shared if it is short.
func (r *reader) short() string {
	b := r.take(r.count())
	if len(b) < shortText {
		return r.share(b)
	}
	return string(b)
}

// shortText is the number of bytes from which on two strings of entities are
// seldom the same.
const shortText = 32

func (r *reader) values(depth int) map[string]any {
	n := r.count()
	if n == 0 {
		return nil
	}
	return r.mapping(n, depth)
}

func (r *reader) mapping(n, depth int) map[string]any {
	m := make(map[string]any, min(n, 1<<10))
	for range n {
		if r.bad {
			break
		}
		m[r.shared()] = r.value(depth + 1)
	}
	return m
}

func (r *reader) value(depth int) any {
	sort := r.take(1)
	if r.bad || depth > maxNesting {
		r.bad = true
		return nil
	}
	switch sort[0] {
	case '0':
		return nil
	case 'f', 't':
		return sort[0] == 't'
	case 's':
		return r.short()
	case 'n':
		if b := r.take(8); b != nil {
			return math.Float64frombits(binary.LittleEndian.Uint64(b))
		}
		return nil
	case 'l':
		if out := list(r, func() any { return r.value(depth + 1) }); out != nil {
			return out
		}
		return []any{}
	case 'm':
		return r.mapping(r.count(), depth)
	}
	r.bad = true
	return nil
}
