package appconfig

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/lazyregexp"
	"callboard/internal/yamldoc"
)

// node is a value of an app-config.yaml with where it was said. What stands for
// something else has been replaced, but for what it stood for in place of a
// secret, which is remembered and never read.
type node struct {
	at, key diag.Pos // of the value, and of the key that it has
	// value is map[string]*node, []*node, a scalar, or nil for null.
	value any
	// undefined is set for text with variables of which one is not set.
	undefined bool
	// variable and file are what the value was replaced from, if it was from one
	// alone.
	variable, file string
	literal        bool // it stands in the file as it is
	// under is what an earlier file says at the same path.
	under *node
}

// get is the value at a path of keys, or nil.
func (n *node) get(keys ...string) *node {
	for _, k := range keys {
		m, _ := n.mapping()
		if n = m[k]; n == nil {
			return nil
		}
	}
	return n
}

// mapping is the value as a mapping. It may be called on nil.
func (n *node) mapping() (map[string]*node, bool) {
	if n == nil {
		return nil, false
	}
	m, ok := n.value.(map[string]*node)
	return m, ok
}

// keys are those of a mapping, in order.
func (n *node) keys() []string {
	m, _ := n.mapping()
	return slices.Sorted(maps.Keys(m))
}

// maxIncludes is how deep files may include each other.
const maxIncludes = 8

// loader makes nodes of files.
type loader struct {
	Options
	sink diag.Sink
}

func (l *loader) report(at diag.Pos, msg, hint string) {
	l.sink.Report(diag.Diagnostic{Pos: at, Severity: diag.Error, Code: CodeValue, Message: msg, Hint: hint})
}

// parse reads a file. depth is how many files include it.
func (l *loader) parse(f File, depth int) *node {
	doc := yamldoc.One(f.Text, diag.Pos{File: f.Name}, l.sink)
	if doc == nil {
		return nil
	}
	c := convert{loader: l, doc: doc, dir: f.Dir, name: f.Name, depth: depth}
	return c.node(doc.Value, nil)
}

// convert makes nodes of one document.
type convert struct {
	*loader
	doc       *yamldoc.Doc
	dir, name string
	depth     int
}

func (c *convert) node(v any, path []any) *node {
	n := &node{at: c.doc.Pos(path...), key: c.doc.KeyPos(path...), value: v}
	at := func(x any) []any { return append(slices.Clone(path), x) }
	switch v := v.(type) {
	case map[string]any:
		if how := including(v); how != "" {
			return c.include(n, how, v)
		}
		m := make(map[string]*node, len(v))
		for k, x := range v {
			m[k] = c.node(x, at(k))
		}
		n.value = m
	case []any:
		list := make([]*node, 0, len(v))
		for i, x := range v {
			if item := c.node(x, at(i)); !item.undefined || item.variable != "" {
				list = append(list, item)
			}
		}
		n.value = list
	case string:
		c.substitute(n, v)
	}
	return n
}

// including is the key by which a mapping stands for something else. Backstage
// knows three.
func including(m map[string]any) string {
	for _, k := range []string{"$file", "$env", "$include"} {
		if _, ok := m[k]; ok {
			return k
		}
	}
	return ""
}

var substitution = lazyregexp.New(`\$?\$\{[^{}]*\}`)

// substitute replaces the variables of a text as Backstage does: ${NAME}, with
// ${NAME:-default} for one that is not set or empty, and $${…} for the text
// ${…}. If one is not set, the whole text is not there.
func (c *convert) substitute(n *node, s string) {
	n.literal = true
	out := substitution.Get().ReplaceAllStringFunc(s, func(part string) string {
		if strings.HasPrefix(part, "$$") {
			return part[1:]
		}
		n.literal = false
		name, def, hasDefault := strings.Cut(strings.TrimSpace(part[2:len(part)-1]), ":-")
		if part == s {
			n.variable = name
		}
		v := strings.TrimSpace(c.Getenv(name))
		if v == "" && !hasDefault {
			n.undefined = true
		}
		if v == "" {
			return def
		}
		return v
	})
	n.value = out
}

// include replaces a mapping that stands for something else.
func (c *convert) include(n *node, how string, m map[string]any) *node {
	text, ok := m[how].(string)
	if len(m) > 1 || !ok {
		c.report(n.at, how+" must be the only key here, and have a text", "")
		return &node{at: n.at, key: n.key, undefined: true}
	}
	target := &node{}
	if c.substitute(target, text); target.undefined {
		c.report(n.at, fmt.Sprintf("%s names %q, of which a variable is not set", how, text), "")
		return &node{at: n.at, key: n.key, undefined: true}
	}
	text, _ = target.value.(string)
	switch how {
	case "$env":
		v := strings.TrimSpace(c.Getenv(text))
		return &node{at: n.at, key: n.key, value: v, undefined: v == "", variable: text}
	case "$file":
		return &node{at: n.at, key: n.key, file: c.path(text), value: lazyFile(c.path(text))}
	}
	return c.includeFile(n, text)
}

// lazyFile is the path of a file whose text is the value. It is read when the
// value is, which that of a secret never is here.
type lazyFile string

func (c *convert) path(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(c.dir, filepath.FromSlash(p))
}

func (c *convert) includeFile(n *node, target string) *node {
	missing := &node{at: n.at, key: n.key, undefined: true}
	file, below, _ := strings.Cut(target, "#")
	if c.depth == maxIncludes {
		c.report(n.at, fmt.Sprintf("files include each other more than %d deep", maxIncludes), "")
		return missing
	}
	src, err := c.ReadFile(c.path(file))
	if err != nil {
		c.report(n.at, fmt.Sprintf("cannot read %q: %s", file, reason(err)), "paths are relative to the file that names them")
		return missing
	}
	top := c.parse(File{Name: filepath.ToSlash(filepath.Join(filepath.Dir(c.name), file)), Dir: filepath.Dir(c.path(file)), Text: src}, c.depth+1)
	if below != "" {
		top = top.get(strings.Split(below, ".")...)
	}
	if top == nil {
		c.report(n.at, fmt.Sprintf("%q holds nothing at %q", file, below), "")
		return missing
	}
	included := *top
	included.key = n.key
	return &included
}

// reason is an error without the path of this machine.
func reason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return err.Error()
}

// merge lays a file over earlier ones as Backstage does: mappings are merged,
// everything else is replaced, and null hides what was there.
func merge(lower, upper *node) *node {
	if lower == nil || upper == nil {
		if upper == nil {
			return lower
		}
		return upper
	}
	a, okA := lower.mapping()
	b, okB := upper.mapping()
	if !okA || !okB {
		out := *upper
		out.under = lower
		return &out
	}
	m := maps.Clone(a)
	for k, v := range b {
		m[k] = merge(a[k], v)
	}
	return &node{at: upper.at, key: upper.key, value: m}
}
