package markdown

import (
	"encoding/json"

	"callboard/internal/digest"
	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
	"callboard/internal/pymarkdown/pymdownx"
)

// Dialect is Python-Markdown with a choice of extensions.
type Dialect struct {
	py  *pymarkdown.Dialect
	key string
}

// NewDialect makes a dialect of extensions with their options, in the order in
// which a site names them. An extension that is not known, or whose options it
// does not take, is a Problem; the dialect does without it.
func NewDialect(exts []pymarkdown.Extension, tabLength int) (*Dialect, []pymarkdown.Problem) {
	d := &Dialect{}
	var problems []pymarkdown.Problem
	d.py, problems = pymarkdown.New(exts, tabLength, Extension)
	named, err := json.Marshal(exts)
	if err != nil { // an option that is no data, such as NaN
		named = []byte(err.Error())
	}
	d.key = digest.Of(named).String()
	return d, problems
}

// Extension finds an extension of Python-Markdown by the name it is configured
// by, or nil.
func Extension(name string) pymarkdown.Setup {
	if s := extensions.Table[name]; s != nil {
		return s
	}
	return pymdownx.Table[name]
}

// Key tells dialects apart, for cache keys. It is "" for none.
func (d *Dialect) Key() string {
	if d == nil {
		return ""
	}
	return d.key
}

// Convert gives the HTML that Python-Markdown gives, neither sanitised nor with
// anything of a portal's.
func (d *Dialect) Convert(source string) string { return d.py.Convert(source, pymarkdown.Env{}) }
