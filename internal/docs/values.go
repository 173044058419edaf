package docs

import (
	"bytes"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/pymarkdown"
	"callboard/internal/yamldoc"
)

// Relative is the name of the pymarkdown.Py that stands for a value tagged
// !relative: a directory that MkDocs knows only when it writes a page. Its one
// argument is what is written: "" for the directory of the page, or a path that
// begins with $docs_dir or $config_dir.
const Relative = "mkdocs.relative"

// valueReader turns what YAML says into what MkDocs has of it: the merged
// mapping of all layers, with tags read as data.
type valueReader struct {
	*mkdocsReader
	d *yamldoc.Doc
}

// merged is the content of all layers as one mapping. Mappings are merged, and
// everything else of a layer replaces that of the layers below it (MkDocs'
// yaml_load, by mergedeep).
func (r *mkdocsReader) merged() map[string]any {
	out := map[string]any{}
	for i := len(r.layers) - 1; i >= 0; i-- {
		l := &r.layers[i]
		top := any(l.top)
		if bytes.IndexByte(l.d.Text, '!') >= 0 {
			top = (&valueReader{r, l.d}).value(top, nil)
		}
		if m, ok := top.(map[string]any); ok {
			mergeInto(out, m)
		}
	}
	delete(out, "INHERIT")
	return out
}

// mergeInto puts what is in from over what is in to. Nothing of from is changed.
func mergeInto(to, from map[string]any) {
	for k, v := range from {
		m, ok := v.(map[string]any)
		if !ok {
			to[k] = v
			continue
		}
		old, ok := to[k].(map[string]any)
		if !ok {
			old = make(map[string]any, len(m))
		}
		mergeInto(old, m)
		to[k] = old
	}
}

func (r *valueReader) value(v any, at []any) any {
	if tag := r.d.Tag(at...); tag != "" && len(at) > 0 {
		return r.tagged(tag, v, at)
	}
	return r.inner(v, at)
}

// inner reads the tags of what a value holds.
func (r *valueReader) inner(v any, at []any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for _, k := range sortedKeys(v) {
			out[k] = r.value(v[k], append(at[:len(at):len(at)], k))
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = r.value(x, append(at[:len(at):len(at)], i))
		}
		return out
	}
	return v
}

// Tags of Python's YAML that name an object (PyYAML's constructors).
const (
	tagNames  = "tag:yaml.org,2002:"
	tagName   = "python/name:"
	tagModule = "python/module:"
	tagApply  = "python/object/apply:"
	tagNew    = "python/object/new:"
	tagObject = "python/object:"
)

func (r *valueReader) tagged(tag string, v any, at []any) any {
	switch tag {
	case "!ENV":
		return r.inner(r.environment(v, at), at)
	case "!relative":
		s, _ := v.(string)
		return pymarkdown.Py{Name: Relative, Args: []any{s}}
	case "!include":
		s, _ := v.(string)
		return includeOne + s
	}
	name := strings.TrimPrefix(strings.TrimPrefix(tag, tagNames), "!!")
	for _, prefix := range []string{tagName, tagModule} {
		if n, ok := strings.CutPrefix(name, prefix); ok {
			return pymarkdown.Py{Name: n}
		}
	}
	for _, prefix := range []string{tagApply, tagNew, tagObject} {
		if n, ok := strings.CutPrefix(name, prefix); ok {
			return called(n, r.inner(v, at))
		}
	}
	return r.inner(v, at)
}

// called is a call of a Python object, which is written as a list of arguments or
// as a mapping of "args" and "kwds".
func called(name string, v any) pymarkdown.Py {
	p := pymarkdown.Py{Name: name}
	switch v := v.(type) {
	case []any:
		p.Args = v
	case map[string]any:
		p.Args, _ = v["args"].([]any)
		p.Kwargs, _ = v["kwds"].(map[string]any)
	}
	return p
}

// environment is what stands in for a value that MkDocs would take from the
// environment. A portal must not depend on the environment, or show it; the last
// entry of `!ENV [NAME, default]` is what MkDocs takes without it.
func (r *valueReader) environment(v any, at []any) any {
	r.report(r.d.KeyPos(at...), diag.Info, CodeUnsupported, "the environment is not read; the default of !ENV is taken", "")
	if list, ok := v.([]any); ok && len(list) > 1 {
		return list[len(list)-1]
	}
	return nil
}

// doc is the file that says what is at a path: the first layer that has it, or
// else the first that has its beginning.
func (r *mkdocsReader) doc(path ...any) *yamldoc.Doc {
	for n := len(path); n > 0; n-- {
		for _, l := range r.layers {
			if reaches(l.top, path[:n]) {
				return l.d
			}
		}
	}
	return r.layers[0].d
}

// reaches tells whether a value has something at a path.
func reaches(v any, path []any) bool {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			x, ok := m[p]
			if !ok {
				return false
			}
			v = x
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return false
			}
			v = l[p]
		}
	}
	return true
}

// keys are the keys of a merged mapping as Python keeps them: those of the layer
// that inherits from none first.
func (r *mkdocsReader) keys(path ...any) []string {
	var out []string
	seen := map[string]bool{}
	for i := len(r.layers) - 1; i >= 0; i-- {
		for _, k := range r.layers[i].d.Keys(path...) {
			if !seen[k] {
				seen[k] = true
				out = append(out, k)
			}
		}
	}
	return out
}
