package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// fenceWriter finds what writes a custom fence. The originals are functions of
// Python; those that come with the extensions are known here, and anything else is
// shown as code in an element of the fence's class.
func fenceWriter(o pymarkdown.Options) func(f *openFence, source string) pymarkdown.Stashed {
	py, _ := o.Py("format")
	module, name := splitPy(py.Name)
	options := pymarkdown.Options(py.Kwargs)
	if m, ok := mathFormat(module, name, options, "div"); ok {
		return m.fence
	}
	if name == "fence_div_format" || module == "mermaid2" {
		return func(f *openFence, source string) pymarkdown.Stashed { return f.wrapped("<div", source, "</div>") }
	}
	return func(f *openFence, source string) pymarkdown.Stashed {
		return f.wrapped("<pre", source, "</code></pre>")
	}
}

func splitPy(name string) (module, function string) {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[:i], name[i+1:]
	}
	return "", name
}

// drawnAs is the kind of diagram or formula that a custom fence is.
func (k *fenceKind) drawnAs(lang string) string {
	switch k.class {
	case "arithmatex":
		return "math-block"
	case "mermaid":
		return "mermaid"
	}
	return lang
}

// wrapped is escaped source in an element with the fence's attributes.
func (f *openFence) wrapped(tag, source, end string) pymarkdown.Stashed {
	attrs, safe := f.attributes()
	open := ">"
	if tag == "<pre" {
		open = "><code>"
	}
	return pymarkdown.Stashed{
		HTML:  tag + attrs + open + pymarkdown.CodeEscape(source) + end,
		Safe:  safe && !strings.Contains(source, pymarkdown.STX),
		Plain: source,
	}
}

// attributes are those that the fence and its kind give, as HTML, and whether
// they are ours alone.
func (f *openFence) attributes() (attrs string, safe bool) {
	classes := f.classes
	if f.kind.class != "" {
		classes = append([]string{f.kind.class}, classes...)
	}
	attrs = attrText("id", f.id) + attrText("class", strings.Join(classes, " "))
	for _, a := range f.attrs {
		attrs += " " + a.Key + `="` + a.Val + `"`
	}
	return attrs, f.id == "" && len(f.classes) == 0 && len(f.attrs) == 0 && !strings.ContainsAny(f.kind.class, `<>&"'`)
}
