package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
)

func setupQuotes(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	q := quotes{callouts: o.Bool("callouts", false)}
	d.Blocks.Register("quote", 20, q)
	d.Shared["pymdownx.quotes"] = true // superfences asks: quotes are not joined
	if q.callouts {
		d.Tree.Register("quotes", 19.99, convertCallouts)
	}
	return nil
}

// quotes reads quotes; two that follow each other stay two. With callouts, one
// that begins with `[!type]` becomes an admonition, with a sign behind it
// details.
type quotes struct {
	pymarkdown.BlockQuote
	callouts bool
}

// Attributes of callouts until inline markup has been read.
const (
	calloutTypes    = "data-alert"
	calloutCollapse = "data-alert-collapse"
)

// Run implements pymarkdown.BlockProcessor.
func (q quotes) Run(d *pymarkdown.Document, parent *pymarkdown.Element, blocks *pymarkdown.Blocks) bool {
	before, lines := pymarkdown.SplitQuote(blocks.Pop())
	d.ParseBlock(parent, before)
	quote := parent.Sub("blockquote")
	if q.callouts {
		lines = readCallout(quote, lines)
	}
	for i, line := range lines {
		lines[i] = pymarkdown.Unquote(line)
	}
	d.PushState("blockquote")
	d.ParseChunk(quote, strings.Join(lines, "\n"))
	d.PopState()
	return true
}

// readCallout looks at the first line of a quote that is not empty. If it begins
// a callout, its title takes the line's place.
func readCallout(quote *pymarkdown.Element, lines []string) []string {
	for i, line := range lines {
		if line == "" || strings.Trim(line, pymarkdown.Space) == ">" {
			continue
		}
		types, collapse, title, ok := calloutHead(line)
		if !ok {
			return lines
		}
		if title == "" {
			title = pymarkdown.Title(types[0])
		}
		types[0] = strings.ToLower(types[0])
		quote.Set(calloutTypes, strings.Join(types, " "))
		quote.Set(calloutCollapse, collapse)
		return append(append(append([]string{}, lines[:i]...), title, ""), lines[i+1:]...)
	}
	return lines
}

// calloutHead reads `> [!type|class]+ title`.
func calloutHead(line string) (types []string, collapse, title string, ok bool) {
	line, ok = strings.CutPrefix(line, ">")
	if !ok {
		return nil, "", "", false
	}
	line, ok = strings.CutPrefix(strings.TrimLeft(line, " "), "[!")
	if !ok {
		return nil, "", "", false
	}
	list, rest, ok := strings.Cut(line, "]")
	if !ok {
		return nil, "", "", false
	}
	for i, t := range strings.Split(list, "|") {
		// The first follows the sign at once, and nothing follows the last.
		if i == 0 && strings.HasPrefix(t, " ") || strings.HasSuffix(list, " ") {
			return nil, "", "", false
		}
		if t = strings.Trim(t, " "); !isWords(t) {
			return nil, "", "", false
		}
		types = append(types, t)
	}
	switch {
	case strings.HasPrefix(rest, "+"):
		collapse, rest = "open", rest[1:]
	case strings.HasPrefix(rest, "-"):
		collapse, rest = "closed", rest[1:]
	}
	return types, collapse, strings.Trim(rest, pymarkdown.Space), true
}

// isWords tells whether s is one word of letters, digits, hyphens and
// underscores.
func isWords(s string) bool {
	for _, r := range s {
		if r != '-' && !pymarkdown.IsWord(r) {
			return false
		}
	}
	return s != ""
}

// convertCallouts makes admonitions and details of callouts.
func convertCallouts(_ *pymarkdown.Document, root *pymarkdown.Element) {
	for e := range root.Iter() {
		types := e.Attr(calloutTypes)
		if e.Tag != "blockquote" || types == "" {
			continue
		}
		title := e.First()
		if title != nil && !strings.EqualFold(title.Tag, "p") {
			title = nil
		}
		classes := strings.Fields(e.Attr("class"))
		if collapse := e.Attr(calloutCollapse); collapse != "" {
			e.Tag = "details"
			if collapse == "open" {
				e.Set("open", "open")
			}
			if title != nil {
				title.Tag = "summary"
			}
		} else {
			e.Tag = "div"
			classes = append(classes, "admonition")
			if title != nil {
				title.Set("class", strings.Join(append(strings.Fields(title.Attr("class")), "admonition-title"), " "))
			}
		}
		e.Set("class", strings.Join(append(classes, types), " "))
		e.Unset(calloutTypes)
		e.Unset(calloutCollapse)
	}
}
