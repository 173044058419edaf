package extensions

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// Continuation finds what an indented block goes on with: a container that
// stands right before it (an admonition, a tab …), or the innermost item of the
// lists that the container ends with, as far as the block is indented enough. It
// gives the element and the block's indentation within it; nil means that the
// block does not belong to the container. step gives the list that is last in an
// item or in the container, or nil.
func Continuation(d *pymarkdown.Document, container *pymarkdown.Element, block string, step func(e *pymarkdown.Element) *pymarkdown.Element) (target *pymarkdown.Element, indent int) {
	tab := d.TabLength
	target = container
	deep := indentation(block)
	for list := step(container); list != nil && deep >= 2*tab; list = step(target) {
		deep -= tab
		indent += tab
		if target = list.Last(); target == nil {
			return nil, 0
		}
	}
	if deep < tab {
		return nil, 0
	}
	return target, indent + tab
}

// LastList is the list that an element ends with, or nil.
func LastList(e *pymarkdown.Element) *pymarkdown.Element {
	if last := e.Last(); IsList(last) {
		return last
	}
	return nil
}

// IsList tells whether an element is a list of any kind.
func IsList(e *pymarkdown.Element) bool {
	return e != nil && (e.Tag == "ul" || e.Tag == "ol" || e.Tag == "dl")
}

// LoosenItem makes a paragraph of the text of a list's item or of a definition,
// since a block follows it. It stands behind what else is in there already.
func LoosenItem(e *pymarkdown.Element) {
	if (e.Tag != "li" && e.Tag != "dd") || e.Lead == "" {
		return
	}
	text := e.Lead
	e.SetText("")
	e.Sub("p").SetText(text)
}

func indentation(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }

// Heads finds the first line of a block that at reads. at is given the lines
// that begin with prefix, without their ends. start is where the block before
// ends, rest where the next line begins.
func Heads[T any](block, prefix string, at func(line string) (T, bool)) (found T, start, rest int, ok bool) {
	for from := 0; ; {
		if from > 0 || !strings.HasPrefix(block, prefix) {
			i := strings.Index(block[from:], "\n"+prefix)
			if i < 0 {
				return found, 0, 0, false
			}
			from += i + 1
		}
		line := block[from:]
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line = line[:i]
		}
		if found, ok = at(line); ok {
			return found, max(from-1, 0), min(from+len(line)+1, len(block)), true
		}
		if from += len(line); from >= len(block) {
			return found, 0, 0, false
		}
	}
}

// Words reads words of letters, digits, hyphens and underscores with spaces
// between them at the beginning of s, and gives what stands behind the last.
func Words(s string) (words, rest string) {
	end := 0
	for at := 0; ; {
		n := wordLength(s[at:])
		if n == 0 {
			return s[:end], s[end:]
		}
		end = at + n
		at = end + indentation(s[end:])
		if at == end {
			return s[:end], s[end:]
		}
	}
}

func wordLength(s string) int {
	for i, r := range s {
		if r != '-' && !pymarkdown.IsWord(r) {
			return i
		}
	}
	return len(s)
}

// Quoted reads a title in quotes behind one or more spaces, with nothing but
// spaces behind it.
func Quoted(s string) (title string, ok bool) {
	body := strings.TrimLeft(s, " ")
	if len(body) == len(s) || !strings.HasPrefix(body, `"`) {
		return "", false
	}
	body, ok = strings.CutSuffix(strings.TrimRight(body[1:], " "), `"`)
	return body, ok
}

// OneSpace joins words with one space each.
func OneSpace(words string) string {
	if !strings.Contains(words, "  ") {
		return words
	}
	return strings.Join(strings.Fields(words), " ")
}
