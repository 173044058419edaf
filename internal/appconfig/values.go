package appconfig

import (
	"fmt"
	"strings"

	"callboard/internal/config"
	"callboard/internal/diag"
)

// defined is the value that counts: that of the last file which has all
// variables of it.
func (n *node) defined() *node {
	for n != nil && n.undefined {
		n = n.under
	}
	return n
}

// wrong reports a value of the wrong type.
func (r *reader) wrong(n *node, want string) {
	r.report(n.at, "this must be "+want, "")
}

// text is a text, or "" if there is none.
func (r *reader) text(n *node) string {
	switch v := r.plain(n).(type) {
	case nil:
	case string:
		return v
	case int64, float64, bool:
		return fmt.Sprint(v)
	default:
		r.wrong(n, "text")
	}
	return ""
}

// bool is a switch, or def if it is not set. Variables give words.
func (r *reader) bool(n *node, def bool) bool {
	switch v := r.plain(n).(type) {
	case nil:
		return def
	case bool:
		return v
	case string:
		switch strings.ToLower(v) {
		case "true":
			return true
		case "false":
			return false
		}
	}
	r.wrong(n, "true or false")
	return def
}

// texts is a list of texts, or a single one.
func (r *reader) texts(n *node) (out []string) {
	n = n.defined()
	if n == nil || n.value == nil {
		return nil
	}
	list, ok := n.value.([]*node)
	if !ok {
		list = []*node{n}
	}
	for _, x := range list {
		if s := r.text(x); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// entries are the entries of a list of mappings, or the mapping that stands for
// the only one.
func (r *reader) entries(n *node) (out []*node) {
	if n = n.defined(); n == nil || n.value == nil {
		return nil
	}
	list, ok := n.value.([]*node)
	if !ok {
		list = []*node{n}
	}
	for _, x := range list {
		if _, ok := x.mapping(); ok {
			out = append(out, x)
		} else if x.value != nil {
			r.wrong(x, "a mapping")
		}
	}
	return out
}

// plain is a value without places.
func (r *reader) plain(n *node) any {
	if n = n.defined(); n == nil {
		return nil
	}
	switch v := n.value.(type) {
	case map[string]*node:
		m := make(map[string]any, len(v))
		for k, x := range v {
			if p := r.plain(x); p != nil {
				m[k] = p
			}
		}
		return m
	case []*node:
		list := make([]any, 0, len(v))
		for _, x := range v {
			if p := r.plain(x); p != nil {
				list = append(list, p)
			}
		}
		return list
	case lazyFile:
		b, err := r.ReadFile(string(v))
		if err != nil {
			r.report(n.at, "cannot read the file: "+reason(err), "paths are relative to the file that names them")
			return nil
		}
		return strings.TrimRight(string(b), " \t\r\n")
	default:
		return v
	}
}

// secret is how a secret is named: by a variable, as callboard.yaml does, or by
// a file. A secret that stands in the file is reported and not taken.
func (r *reader) secret(n *node) (variable, file string) {
	switch {
	case n == nil || n.value == nil && n.variable == "":
		return "", ""
	case n.variable != "" && config.VariableOf("${"+n.variable+"}") != "":
		return "${" + n.variable + "}", ""
	case n.file != "":
		return "", n.file
	case n.value == "":
		return "", ""
	}
	r.sink.Report(diag.Diagnostic{Pos: n.at, Severity: diag.Error, Code: config.CodeSecret,
		Message: "a secret stands in the file, and is not used", Hint: "write ${NAME} or $file, and revoke it if it was committed"})
	return "", ""
}

// places tell config where the values of a mapping are.
type places struct{ *node }

// find is the nearest value to a path.
func (p places) find(path []any) *node {
	n := p.node
	for _, x := range path {
		var next *node
		switch x := x.(type) {
		case string:
			next = n.get(x)
		case int:
			if list, ok := n.defined().list(); ok && x < len(list) {
				next = list[x]
			}
		}
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

func (n *node) list() ([]*node, bool) {
	if n == nil {
		return nil, false
	}
	l, ok := n.value.([]*node)
	return l, ok
}

// Pos is the place of a value.
func (p places) Pos(path ...any) diag.Pos { return p.find(path).at }

// KeyPos is the place of the key of a value.
func (p places) KeyPos(path ...any) diag.Pos { return p.find(path).key }

// Keys are those of a mapping.
func (p places) Keys(path ...any) []string { return p.find(path).keys() }
