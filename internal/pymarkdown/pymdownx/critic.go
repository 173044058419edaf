package pymdownx

import (
	"strconv"
	"strings"

	"callboard/internal/pymarkdown"
)

// critic reads the marks of Critic Markup: {++new++}, {--old--}, {~~old~>new~~},
// {==marked==} and {>>comment<<}. It shows them, or takes or refuses what they
// say.
type critic struct {
	view, accept bool
}

// criticPrefix begins a placeholder of HTML, between the marks.
const criticPrefix = "czjqqkd:"

type criticStash struct{ html []string }

type criticKey struct{}

func setupCritic(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	mode := o.String("mode", "view")
	c := &critic{view: mode == "view", accept: mode == "accept"}
	d.Pre.Register("critic", 31.1, c.run)
	d.Post.Register("critic-post", 25, restoreCritic)
	bypassNormalization(d)
	return nil
}

// criticMark is one of the marks: what it is opened and closed by.
type criticMark struct{ open, end string }

var criticMarks = [...]criticMark{{"{++", "++}"}, {"{--", "--}"}, {"{==", "==}"}, {"{>>", "<<}"}, {"{~~", "~~}"}}

func (c *critic) run(d *pymarkdown.Document, lines []string) []string {
	text := strings.Join(lines, "\n")
	var b strings.Builder
	unclosed := map[string]bool{}
	from := 0
	for at := 0; at < len(text); {
		i := strings.IndexByte(text[at:], '{')
		if i < 0 {
			break
		}
		at += i
		for _, m := range criticMarks {
			if !strings.HasPrefix(text[at:], m.open) || unclosed[m.open] {
				continue
			}
			end := strings.Index(text[at+3:], m.end)
			inside := ""
			if end >= 0 {
				inside = text[at+3 : at+3+end]
			}
			old, changed := inside, ""
			if m.open == "{~~" && end >= 0 {
				old, changed, end = substitution(text, at+3)
			}
			if end < 0 {
				unclosed[m.open] = true
				break
			}
			b.WriteString(text[from:at])
			b.WriteString(c.mark(d, m.open, old, changed))
			from = at + 3 + end + 3
			at = from - 1
			break
		}
		at++
	}
	if from == 0 {
		return lines
	}
	b.WriteString(text[from:])
	return strings.Split(b.String(), "\n")
}

// substitution reads "old~>new~~}" from byte at on; end is the length up to the
// closing mark, or negative.
func substitution(text string, at int) (old, changed string, end int) {
	mid := strings.Index(text[at:], "~>")
	if mid < 0 {
		return "", "", -1
	}
	n := strings.Index(text[at+mid+2:], "~~}")
	if n < 0 {
		return "", "", -1
	}
	end = mid + 2 + n
	return text[at : at+mid], text[at+mid+2 : at+end], end
}

// mark is what takes the place of a mark.
func (c *critic) mark(d *pymarkdown.Document, open, old, changed string) string {
	if !c.view {
		return c.decided(open, old, changed)
	}
	switch open {
	case "{++":
		return inserted(d, old)
	case "{--":
		return deleted(d, old)
	case "{==":
		return storeCritic(d, `<mark class="critic">`) + old + storeCritic(d, "</mark>")
	case "{>>":
		return storeCritic(d, `<span class="critic comment">`+strings.ReplaceAll(mathEscaper.Replace(old), "\n", " ")+"</span>")
	}
	return deleted(d, old) + inserted(d, changed)
}

func (c *critic) decided(open, old, changed string) string {
	switch {
	case open == "{==", open == "{++" && c.accept, open == "{--" && !c.accept, open == "{~~" && !c.accept:
		return old
	case open == "{~~":
		return changed
	}
	return ""
}

func inserted(d *pymarkdown.Document, text string) string {
	if isBlockBreak(text) {
		return "\n\n" + storeCritic(d, `<ins class="critic break">&nbsp;</ins>`) + "\n\n"
	}
	return storeCritic(d, `<ins class="critic">`) + text + storeCritic(d, "</ins>")
}

func deleted(d *pymarkdown.Document, text string) string {
	if isBlockBreak(text) {
		return storeCritic(d, `<del class="critic break">&nbsp;</del>`)
	}
	return storeCritic(d, `<del class="critic">`) + text + storeCritic(d, "</del>")
}

// isBlockBreak tells whether text consists of two or more line ends.
func isBlockBreak(text string) bool {
	s := strings.ReplaceAll(text, "\r\n", "\n")
	return len(s) >= 2 && strings.Trim(s, "\n") == ""
}

func storeCritic(d *pymarkdown.Document, html string) string {
	s := pymarkdown.Value[criticStash](d, criticKey{})
	s.html = append(s.html, html)
	return soh + criticPrefix + strconv.Itoa(len(s.html)-1) + eot
}

// restoreCritic puts the HTML of marks into the page's. Marks that make up a
// paragraph become blocks.
func restoreCritic(d *pymarkdown.Document, html string) string {
	s := pymarkdown.Value[criticStash](d, criticKey{})
	if len(s.html) == 0 {
		return html
	}
	var b strings.Builder
	at := 0
	for {
		i := strings.Index(html[at:], pymarkdown.STX+criticPrefix)
		if i < 0 {
			break
		}
		start := at + i
		text, end := s.at(html, start)
		if end < 0 {
			b.WriteString(html[at : start+1])
			at = start + 1
			continue
		}
		b.WriteString(html[at:start])
		if strings.HasSuffix(html[at:start], "<p>") {
			if all, to := s.paragraph(html, start); to > 0 {
				before := b.String()
				b.Reset()
				b.WriteString(before[:len(before)-len("<p>")])
				text, end = all, to
			}
		}
		b.WriteString(text)
		at = end
	}
	b.WriteString(html[at:])
	return b.String()
}

// at is the HTML of the placeholder that begins at byte start, and where it ends;
// end is negative if there is none.
func (s *criticStash) at(html string, start int) (text string, end int) {
	from := start + len(pymarkdown.STX+criticPrefix)
	n := from
	for n < len(html) && html[n] >= '0' && html[n] <= '9' {
		n++
	}
	number, err := strconv.Atoi(html[from:n])
	if err != nil || number >= len(s.html) || !strings.HasPrefix(html[n:], pymarkdown.ETX) {
		return "", -1
	}
	return s.html[number], n + len(pymarkdown.ETX)
}

// paragraph gives the placeholders from byte start on up to the end of the
// paragraph, as blocks; end is negative if something else stands there.
func (s *criticStash) paragraph(html string, start int) (text string, end int) {
	for at := start; ; {
		if strings.HasPrefix(html[at:], "</p>") {
			return text, at + len("</p>")
		}
		if !strings.HasPrefix(html[at:], pymarkdown.STX+criticPrefix) {
			return "", -1
		}
		one, to := s.at(html, at)
		if to < 0 {
			return "", -1
		}
		if class, rest, ok := strings.Cut(one, `class="critic"`); ok && !strings.HasPrefix(class, "<span") {
			one = class + `class="critic block"` + rest
		}
		text += one
		at = to
	}
}
