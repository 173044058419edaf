package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
)

// slashLine is the line that a block begins with.
type slashLine struct {
	slashes        int
	name, argument string
	hasArgument    bool
}

// cutSlashes takes three or more slashes off a line, and the spaces around them.
func cutSlashes(line string) (n int, rest string, ok bool) {
	at := len(line) - len(strings.TrimLeft(line, " "))
	if at > 3 || !strings.HasPrefix(line[at:], "///") {
		return 0, "", false
	}
	rest = strings.TrimLeft(line[at:], "/")
	return len(line) - at - len(rest), strings.TrimLeft(rest, " "), true
}

func readSlashLine(line string) (s slashLine, ok bool) {
	var rest string
	if s.slashes, rest, ok = cutSlashes(line); !ok {
		return s, false
	}
	s.name, rest = extensions.Words(rest)
	if i := strings.IndexByte(s.name, ' '); i >= 0 {
		return s, false
	}
	rest = strings.TrimLeft(rest, " ")
	if s.name == "" || rest != "" && rest[0] != '|' {
		return s, false
	}
	if rest != "" {
		s.hasArgument = true
		s.argument = strings.Trim(rest[1:], " ")
	}
	return s, true
}

// findSlashHead finds the first line that a block begins with. start is where the
// text before it ends, rest where the next line begins.
func findSlashHead(block string) (s slashLine, start, rest int, ok bool) {
	for from := 0; from < len(block); {
		end := lineEnd(block, from)
		if s, ok = readSlashLine(block[from:end]); ok {
			return s, max(from-1, 0), min(end+1, len(block)), true
		}
		from = end + 1
	}
	return s, 0, 0, false
}

func lineEnd(s string, from int) int {
	if i := strings.IndexByte(s[from:], '\n'); i >= 0 {
		return from + i
	}
	return len(s)
}

// findSlashEnd finds the line that ends a block of so many slashes: where the
// content ends and where the next line begins. The line feed before the line
// belongs to it, unless it belongs to the end of another block.
func findSlashEnd(block string, slashes int) (start, rest int, ok bool) {
	taken := 0
	for from := 0; from < len(block); {
		if !strings.Contains(block[from:], "///") {
			return 0, 0, false
		}
		end := lineEnd(block, from)
		if n, more, ok := cutSlashes(block[from:end]); ok && more == "" {
			start = from
			if from > taken {
				start--
			}
			taken = min(end+1, len(block))
			if n == slashes {
				return start, taken, true
			}
		}
		from = end + 1
	}
	return 0, 0, false
}

// slashRest is what stands behind a block's head in the same block: its content,
// and what begins with its end.
type slashRest struct {
	content, end string
	hasEnd       bool
}

// has tells whether there is anything.
func (r *slashRest) has() bool { return r != nil && (r.content != "" || r.hasEnd) }

// joined is all of it as one block.
func (r *slashRest) joined() string {
	if !r.hasEnd {
		return r.content
	}
	return r.content + "\n" + r.end
}

// cutSlashOptions takes the options off what stands behind a block's head: lines
// that are indented by four spaces or more.
func cutSlashOptions(block string, slashes int) (options string, rest slashRest) {
	if start, _, ok := findSlashEnd(block, slashes); ok {
		rest.end, rest.hasEnd = block[start:], true
		block = block[:start]
	}
	at := 0
	for at < len(block) {
		end := lineEnd(block, at)
		if line := strings.TrimLeft(block[at:end], " "); end-at-len(line) < 4 || line == "" || pymarkdown.BlankAt(line, 0) {
			break
		}
		at = min(end+1, len(block))
	}
	rest.content = block[at:]
	return dedent(block[:at], at), rest
}

// part is the next piece of a block's content.
type part struct {
	text  string
	has   bool // text is there; it may be empty
	after string
	ends  bool
}

// nextPart takes the next piece of a block's content: up to its end, or one
// block. Lines lose an indentation of indent, as far as they have it.
func nextPart(d *pymarkdown.Document, blocks *pymarkdown.Blocks, first *slashRest, indent, slashes int) part {
	if first.has() && indent == 0 && first.hasEnd {
		_, rest, _ := findSlashEnd(first.end, slashes)
		if strings.HasPrefix(first.end, "\n") {
			return part{first.content, true, first.end[rest:], true}
		}
		return part{strings.TrimSuffix(first.content, "\n"), first.content != "", first.end[rest:], true}
	}
	var block string
	if first.has() {
		block = first.joined()
	} else {
		block = blocks.Pop()
	}
	if indent > 0 {
		inside, rest := pymarkdown.Detab(block, indent)
		if len(rest) < len(block) {
			block = inside
			if rest != "" {
				blocks.Push(rest)
			}
		}
	}
	start, rest, ok := findSlashEnd(block, slashes)
	if !ok {
		return part{text: block, has: true}
	}
	return part{strings.TrimSuffix(block[:start], "\n"), start > 0, block[rest:], true}
}

// dedent takes the indentation that all lines have off them, at most so many
// columns. Lines of nothing but spaces become empty.
func dedent(text string, most int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		rest := strings.TrimLeft(line, " ")
		if rest == "" {
			lines[i] = ""
		} else {
			most = min(most, len(line)-len(rest))
		}
	}
	for i, line := range lines {
		if line != "" {
			lines[i] = line[most:]
		}
	}
	return strings.Join(lines, "\n")
}

// restoreMarkup puts back the source of what is stashed already, if it stands
// alone on its line: fences, and with all also raw HTML.
func restoreMarkup(d *pymarkdown.Document, text string, all bool) string {
	if !strings.Contains(text, pymarkdown.STX) {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if source, ok := found(d).restore(line); ok {
			lines[i] = source
			continue
		}
		n, ok := pymarkdown.IsPlaceholder(strings.TrimLeft(line, "> "))
		if !all || !ok || n >= d.Stash.Len() {
			continue
		}
		x := d.Stash.At(n)
		lines[i] = x.HTML
		if x.Element != nil {
			lines[i] = string(d.AppendElement(nil, x.Element))
		}
	}
	return strings.Join(lines, "\n")
}
