package prepare

import (
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/jinja"
	"callboard/internal/pymarkdown"
	"callboard/internal/yamldoc"
)

// value makes a value of YAML one of a template. keys tells the order of the
// keys of a mapping; nil is for that of the alphabet.
func value(v any, keys func(path ...any) []string, at ...any) any {
	switch v := v.(type) {
	case nil, bool, string, int64, float64:
		return v
	case int:
		return int64(v)
	case uint64:
		return float64(v)
	case []any:
		l := &jinja.List{}
		for i, x := range v {
			l.Items = append(l.Items, value(x, keys, append(slices.Clip(at), i)...))
		}
		return l
	case map[string]any:
		return mapping(v, keys, at)
	case pymarkdown.Py:
		return v.Name
	}
	return nil
}

func mapping(m map[string]any, keys func(path ...any) []string, at []any) *jinja.Dict {
	d := jinja.NewDict()
	put := func(k string) {
		v, ok := m[k]
		if _, have := d.Get(k); ok && !have {
			d.Set(k, value(v, keys, append(slices.Clip(at), k)...))
		}
	}
	if keys != nil {
		for _, k := range keys(at...) {
			put(k)
		}
	}
	rest := make([]string, 0, len(m))
	for k := range m {
		rest = append(rest, k)
	}
	slices.Sort(rest)
	for _, k := range rest {
		put(k)
	}
	return d
}

// plain is a value as JSON knows it, for keys of the cache.
func plain(v any) any {
	switch v := v.(type) {
	case nil, bool, string, int, int64, float64:
		return v
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = plain(x)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = plain(x)
		}
		return out
	case pymarkdown.Py:
		return v.Name
	}
	return nil
}

// maxOrdered is the size of a file up to which its mappings keep their order;
// finding it takes time by their number and depth.
const maxOrdered = 64 << 10

// yamlFile reads a file of variables; ok is false if it is not there or cannot
// be read, which is said at the place that names it.
func yamlFile(site *Site, file string, at diag.Pos, sink diag.Sink) (v any, sum any, ok bool) {
	finding := diag.Diagnostic{Pos: at, Severity: diag.Warning, Code: CodeMacro}
	file = path.Clean(file)
	if _, there := site.Snap.Lookup(file); !there || strings.HasPrefix(file, "/") {
		finding.Message, finding.Hint = "there is no file \""+file+"\" of variables in the repository", "paths are relative to mkdocs.yml"
		sink.Report(finding)
		return nil, nil, false
	}
	b, digest, err := site.Snap.ReadSum(file)
	if err != nil {
		finding.Message = "the file \"" + file + "\" of variables cannot be read"
		sink.Report(finding)
		return nil, nil, false
	}
	d := yamldoc.One(b, diag.Pos{Repo: site.Snap.Repo, File: file}, sink)
	if d == nil {
		return nil, digest, true
	}
	yamldoc.Finite(d.Value)
	keys := d.Keys
	if len(b) > maxOrdered {
		keys = nil
	}
	return value(d.Value, keys), digest, true
}

// merge puts one dict over another, as deep as both have dicts.
func merge(to, from *jinja.Dict) {
	for _, k := range from.Keys() {
		v, _ := from.Get(k)
		have, _ := to.Get(k)
		a, isDict := have.(*jinja.Dict)
		b, both := v.(*jinja.Dict)
		if isDict && both {
			merge(a, b)
			continue
		}
		to.Set(k, v)
	}
}
