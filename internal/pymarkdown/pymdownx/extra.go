package pymdownx

import "callboard/internal/pymarkdown"

// extras are what pymdownx.extra stands for, in its order. Those of
// Python-Markdown are configured by their long names, as in the original.
var extras = [...]struct{ name, option string }{
	{"pymdownx.betterem", "pymdownx.betterem"},
	{"pymdownx.superfences", "pymdownx.superfences"},
	{"footnotes", "markdown.extensions.footnotes"},
	{"attr_list", "markdown.extensions.attr_list"},
	{"def_list", "markdown.extensions.def_list"},
	{"tables", "markdown.extensions.tables"},
	{"abbr", "markdown.extensions.abbr"},
	{"md_in_html", "markdown.extensions.md_in_html"},
}

// setupExtra sets several extensions up; its options are theirs by name.
func setupExtra(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	if configs := o.Map("configs"); configs != nil {
		o = configs
	}
	for _, x := range extras {
		d.Include(pymarkdown.Extension{Name: x.name, Options: o.Map(x.option)})
	}
	return nil
}
