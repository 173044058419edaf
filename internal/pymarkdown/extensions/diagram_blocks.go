package extensions

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// diagramBlock is a way to write a diagram that is not a fence in the language of
// its kind. The originals run a program or ask a server; here it is drawn by
// whoever draws for the page, and else shown as its source.
type diagramBlock struct {
	// opens tells whether a line begins a diagram, and of which kind.
	opens func(line string) (kind string, ok bool)
	// closes tells whether a line ends the one that open began.
	closes func(line, open string) bool
}

// setupPlantUML sets up plantuml_markdown: ::uml:: … ::end-uml::, and fences that are
// called uml.
func setupPlantUML(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	b := diagramBlock{
		opens: func(line string) (string, bool) {
			s := strings.TrimSpace(line)
			if mark, rest := cutFenceMark(s); mark != "" {
				word, _, _ := strings.Cut(strings.TrimLeft(rest, " {."), " ")
				word = strings.TrimSuffix(word, "}")
				return "plantuml", word == "uml" || word == "plantuml" || word == "c4plantuml"
			}
			return "plantuml", strings.HasPrefix(s, "::uml::")
		},
		closes: func(line, open string) bool {
			s := strings.TrimSpace(line)
			if mark, _ := cutFenceMark(strings.TrimSpace(open)); mark != "" {
				return s == mark
			}
			return s == "::end-uml::"
		},
	}
	d.Pre.Register("plantuml", 29.5, b.run)
	return nil
}

// setupGraphviz sets up markdown_inline_graphviz: {% dot name.svg … %}, and fences
// ```graphviz dot name.svg.
func setupGraphviz(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	b := diagramBlock{
		opens: func(line string) (string, bool) {
			rest, ok := strings.CutPrefix(line, "{%")
			if !ok {
				rest, ok = strings.CutPrefix(line, "```graphviz")
			}
			f := strings.Fields(rest)
			return "graphviz", ok && len(f) == 2 && isGraphviz(f[0])
		},
		closes: func(line, open string) bool {
			if strings.HasPrefix(open, "{%") {
				return strings.HasSuffix(strings.TrimSpace(line), "%}")
			}
			return strings.TrimSpace(line) == "```"
		},
	}
	d.Pre.Register("graphviz_block", 29.6, b.run)
	return nil
}

func isGraphviz(command string) bool {
	switch command {
	case "dot", "neato", "fdp", "sfdp", "twopi", "circo":
		return true
	}
	return false
}

func cutFenceMark(s string) (mark, rest string) {
	if strings.HasPrefix(s, "```") || strings.HasPrefix(s, "~~~") {
		return cutFence(s)
	}
	return "", s
}

// longFence is the mark of a fence that may hold others, or "".
func longFence(line string) string {
	if mark, _ := cutFenceMark(strings.TrimSpace(line)); len(mark) > 3 {
		return mark
	}
	return ""
}

// find is the line that closes what line i opens, or i. Another opening of the
// same kind behind one that is not closed is not looked at.
func (b diagramBlock) find(lines []string, i int, kind string, unclosed map[string]bool) int {
	for end := i + 1; end < len(lines) && !unclosed[kind]; end++ {
		if long := longFence(lines[i]); long != "" && strings.TrimSpace(lines[end]) == long || long == "" && b.closes(lines[end], lines[i]) {
			return end
		}
	}
	unclosed[kind] = true
	return i
}

func (b diagramBlock) run(d *pymarkdown.Document, lines []string) []string {
	var out []string
	from := 0
	unclosed := map[string]bool{} // what begins diagrams that nothing ends
	for i := 0; i < len(lines); i++ {
		if long := longFence(lines[i]); long != "" {
			i = b.find(lines, i, long, unclosed)
			continue
		}
		kind, ok := b.opens(lines[i])
		if !ok {
			continue
		}
		end := b.find(lines, i, strings.TrimSpace(lines[i])[:2], unclosed)
		if end == i {
			continue
		}
		indent := lines[i][:len(lines[i])-len(strings.TrimLeft(lines[i], " "))]
		inside := make([]string, 0, end-i-1)
		for _, line := range lines[i+1 : end] {
			inside = append(inside, strings.TrimPrefix(line, indent))
		}
		source := strings.Join(inside, "\n") + "\n"
		x, drawn := Draw(d, kind, source)
		if !drawn {
			x = pymarkdown.Stashed{HTML: "<pre><code>" + EscapeFence(source) + "</code></pre>", Safe: true, Plain: source}
		}
		out = append(append(out, lines[from:i]...), "", indent+d.Stash.Add(x), "")
		from, i = end+1, end
	}
	if from == 0 {
		return lines
	}
	return append(out, lines[from:]...)
}
