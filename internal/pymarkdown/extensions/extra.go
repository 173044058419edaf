package extensions

import "callboard/internal/pymarkdown"

// extras are what the extension extra stands for, in its order.
var extras = [...]string{"fenced_code", "footnotes", "attr_list", "def_list", "tables", "abbr", "md_in_html"}

// setupExtra sets several extensions up; its options are theirs by name.
func setupExtra(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	for _, name := range extras {
		d.Include(pymarkdown.Extension{Name: name, Options: o.Map(name)})
	}
	return nil
}
