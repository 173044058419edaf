package extensions

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// setupSaneLists keeps the kinds of lists apart, and keeps the number that a
// list begins with.
func setupSaneLists(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	d.Blocks.Register("olist", 40, &pymarkdown.List{Tag: "ol", Siblings: "ol", Own: true})
	d.Blocks.Register("ulist", 30, &pymarkdown.List{Tag: "ul", Siblings: "ul", Own: true})
	return nil
}

// maxNestedIndent bounds an option that is a number of columns.
const maxNestedIndent = 32

// setupTrulySaneLists is mdx_truly_sane_lists, which techdocs-core brings along:
// lists nest by fewer columns than the rest, and (unless truly_sane is off) two
// unordered lists with a blank line between them are two.
func setupTrulySaneLists(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	tab := min(max(o.Int("nested_indent", 2), 1), maxNestedIndent)
	unordered := "ul"
	if o.Bool("truly_sane", true) {
		unordered = ""
	}
	d.Blocks.Register("olist", 50, &pymarkdown.List{Tag: "ol", Lazy: true, Siblings: "ol", Own: true, Tab: tab})
	d.Blocks.Register("ulist", 40, &pymarkdown.List{Tag: "ul", Lazy: true, Siblings: unordered, Own: true, Tab: tab})
	d.Blocks.Register("indent", 95, pymarkdown.ListIndent{Tab: tab})
	if d.Blocks.Has("deflist") {
		d.Blocks.Register("deflist", 25, defList{tab: tab})
		d.Blocks.Register("defindent", 85, pymarkdown.ListIndent{Definitions: true, Tab: tab})
	}
	return nil
}

func setupBreaklessLists(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	d.Pre.Register("breakless_lists", 27, breaklessLists)
	return nil
}

// breaklessLists puts a blank line before lists that have none
// (mdx_breakless_lists).
func breaklessLists(_ *pymarkdown.Document, lines []string) []string {
	out := make([]string, 0, len(lines))
	inList := false
	for _, line := range lines {
		switch {
		case isListItem(line):
			if !inList {
				out = append(out, "")
			}
			inList = true
		case line == "":
			inList = false
		}
		out = append(out, line)
	}
	return out
}

// isListItem tells whether a line is an item of any list, however it is indented.
func isListItem(line string) bool {
	line = strings.TrimLeft(line, " ")
	digits := strings.TrimLeft(line, "0123456789")
	if len(digits) < len(line) {
		return strings.HasPrefix(digits, ". ")
	}
	return len(line) > 1 && strings.IndexByte("*+-", line[0]) >= 0 && line[1] == ' '
}
