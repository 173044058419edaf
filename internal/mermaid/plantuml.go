package mermaid

import (
	"fmt"
	"slices"
	"strings"

	"callboard/internal/lazyregexp"
)

// PlantUML draws a sequence diagram that is written in PlantUML's language
// (https://plantuml.com/sequence-diagram), in the same look, under the same limits
// and with the same care as Render. Colours of messages, notes and blocks, skins,
// themes and whatever else says only how it should look is passed over, but for
// the tones of boxes.
//
// Diagrams of other kinds, directives of the preprocessor, and statements that say
// something which is not drawn are errors: ErrOther, ErrTooLarge or a
// *SyntaxError, and the caller shows the source.
func PlantUML(src string, opt Options) ([]byte, error) {
	if len(src) > MaxSource {
		return nil, ErrTooLarge
	}
	lines, err := umlLines(src)
	if err != nil {
		return nil, err
	}
	t, err := parseUML(lines)
	if err != nil {
		return nil, err
	}
	return t.draw(&opt), nil
}

// umlLine is a line of the source, or several that a backslash joins.
type umlLine struct {
	text   string
	number int
}

var (
	umlStart = lazyregexp.New(`^(?i)[@\\]start([a-z]+)`)
	umlEnd   = lazyregexp.New(`^(?i)[@\\]end[a-z]+`)
)

// umlLines takes the diagram out of the source: what stands between @startuml and
// @enduml, or all of it if they are not there, without comments.
func umlLines(src string) ([]umlLine, error) {
	src = strings.ReplaceAll(strings.ReplaceAll(src, "\r\n", "\n"), "\r", "\n")
	src = blankUMLComments(strings.TrimPrefix(src, "\ufeff"))
	var lines []umlLine
	started, ended, joined := false, false, false
	for i, raw := range strings.Split(src, "\n") {
		text := strings.TrimSpace(raw)
		switch m := umlStart.FindStringSubmatch(text); {
		case m != nil && !strings.EqualFold(m[1], "uml"):
			return nil, ErrOther
		case m != nil && started:
			return nil, &SyntaxError{i + 1, "a second diagram"}
		case m != nil:
			lines, started, joined = nil, true, false
			continue
		case umlEnd.MatchString(text):
			ended = true
		}
		if ended || strings.HasPrefix(text, "'") {
			continue
		}
		more := strings.HasSuffix(text, `\`) && !strings.HasSuffix(text, `\\`)
		if more {
			text = text[:len(text)-1]
		}
		if joined {
			lines[len(lines)-1].text += raw[:len(raw)-len(strings.TrimLeft(raw, " \t"))] + text
		} else {
			lines = append(lines, umlLine{text, i + 1})
		}
		joined = more
	}
	return lines, nil
}

// blankUMLComments puts spaces in the place of comments between /' and '/.
func blankUMLComments(src string) string {
	b := []byte(src)
	for at := 0; ; {
		i := strings.Index(src[at:], "/'")
		if i < 0 {
			return string(b)
		}
		j := strings.Index(src[at+i+2:], "'/")
		if j < 0 {
			return string(b)
		}
		blank(b[at+i : at+i+2+j+2])
		at += i + 2 + j + 2
	}
}

type umlParser struct {
	*talk
	lines        []umlLine
	at           int // the line that is read
	byID         map[string]int
	order        map[int]int // of actors for whom it is given
	depth        int         // blocks that have not ended
	box          int         // the box that is open, -1
	number, step int         // of the next message
	numbering    bool
	created      int     // the actor that the next message makes, -1
	calls        []event // messages that "return" answers
	last         *event  // the message that was read last
	auto         bool    // messages activate
}

func parseUML(lines []umlLine) (*talk, error) {
	p := &umlParser{talk: &talk{}, lines: lines, byID: map[string]int{}, order: map[int]int{}, box: -1, created: -1, number: 1, step: 1}
	for ; p.at < len(p.lines); p.at++ {
		if err := p.statement(p.lines[p.at].text); err != nil {
			return nil, err
		}
		if p.full() || p.depth > MaxNesting {
			return nil, ErrTooLarge
		}
	}
	if p.depth > 0 || p.box >= 0 {
		return nil, p.fail("a block has no end")
	}
	if len(p.actors) == 0 {
		return nil, p.fail("the diagram is empty")
	}
	p.inOrder()
	p.finish()
	return p.talk, nil
}

func (p *umlParser) fail(format string, args ...any) error {
	line := 1
	if len(p.lines) > 0 {
		line = p.lines[min(p.at, len(p.lines)-1)].number
	}
	return &SyntaxError{line, fmt.Sprintf(format, args...)}
}

// body takes the lines up to one that an expression matches, and passes that.
func (p *umlParser) body(end *lazyregexp.Regexp) (string, error) {
	var b strings.Builder
	for i := p.at + 1; i < len(p.lines); i++ {
		if end.MatchString(p.lines[i].text) {
			p.at = i
			return b.String(), nil
		}
		b.WriteString(p.lines[i].text)
		b.WriteByte('\n')
	}
	return "", p.fail("expected the end of what begins here")
}

// finish does what needs all actors: notes across them, and links in links, which
// there are not.
func (p *umlParser) finish() {
	for i := range p.events {
		if e := &p.events[i]; e.what == note && e.word == "across" {
			e.word, e.from, e.to = "over", 0, len(p.actors)-1
		}
	}
	for _, a := range p.actors {
		if a.href == "" {
			continue
		}
		for _, line := range a.name.lines {
			for j := range line {
				line[j].href = ""
			}
		}
	}
}

// inOrder sorts the actors by the order that is given for them, 0 if none.
func (p *umlParser) inOrder() {
	if len(p.order) == 0 {
		return
	}
	old := make([]int, len(p.actors))
	for i := range old {
		old[i] = i
	}
	slices.SortStableFunc(old, func(a, b int) int { return p.order[a] - p.order[b] })
	actors, now := make([]*actor, len(old)), make([]int, len(old))
	for i, o := range old {
		actors[i], now[o] = p.actors[o], i
	}
	p.actors = actors
	for i := range p.events {
		e := &p.events[i]
		if e.from >= 0 {
			e.from = now[e.from]
		}
		if e.to >= 0 {
			e.to = now[e.to]
		}
		if (e.what == note || e.what == caption) && e.from > e.to {
			e.from, e.to = e.to, e.from
		}
	}
}
