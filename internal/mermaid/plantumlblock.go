package mermaid

import (
	"strings"

	"callboard/internal/lazyregexp"
)

var (
	umlColours = lazyregexp.New(`^(?:#\S+[ \t]*){1,2}`)
	umlGroup   = lazyregexp.New(`^(.*?)[ \t]*\[(.*)\]$`)
	umlEndWord = lazyregexp.New(`(?i)^(?:box|alt|opt|loop|par|par2|break|critical|group)?\b`)
)

// block begins alt, opt and so on, with its condition; of a group, the text is in
// the place of the word if it is short, and the condition in brackets.
func (p *umlParser) block(word, line string) error {
	line = umlColours.ReplaceAllString(line, "")
	e := event{what: blockBegin, word: strings.TrimSuffix(word, "2")}
	if word == "group" {
		name, condition := line, ""
		if m := umlGroup.FindStringSubmatch(line); m != nil {
			name, condition = m[1], "["+m[2]+"]"
		}
		if l := creole(name, smallSize, wrapAt); !l.empty() && len(l.lines) == 1 {
			e.word, line = l.plain(), condition
		}
	}
	e.text = creole(line, smallSize, 2*wrapAt)
	p.depth++
	return p.add(e)
}

func (p *umlParser) otherwise(word, line string) error {
	if p.depth == 0 {
		return p.fail("%s without its block", word)
	}
	return p.add(event{what: blockElse, text: creole(umlColours.ReplaceAllString(line, ""), smallSize, 2*wrapAt)})
}

// end reads "end", with or without what it ends.
func (p *umlParser) end(word, line string) error {
	ends := strings.ToLower(strings.TrimPrefix(word, "end") + umlEndWord.FindString(line))
	switch {
	case ends == "box" && p.box >= 0:
		p.box = -1
		return nil
	case ends == "" && line != "" || ends == "box":
		return p.fail("an end of something that has not begun")
	case p.depth == 0:
		return p.fail("an end without a block")
	}
	p.depth--
	return p.add(event{what: blockEnd})
}

const umlNames = umlName + `(?:[ \t]*,[ \t]*` + umlName + `)*`

var (
	umlNote    = lazyregexp.New(`(?i)^/?[ \t]*[hr]?note[ \t]+(?:(left|right)(?:[ \t]+of[ \t]+(` + umlName + `))?|over[ \t]+(` + umlNames + `)|(across))[ \t]*(?:<<[^<>]*>>)?[ \t]*(?:#[^\s:]+)?[ \t]*(:.*)?$`)
	umlNoteEnd = lazyregexp.New(`(?i)^end[ \t]*[hr]?note$`)
	umlRef     = lazyregexp.New(`(?i)^over[ \t]+(` + umlNames + `)[ \t]*(?:#[^\s:]+)?[ \t]*(:.*)?$`)
	umlRefEnd  = lazyregexp.New(`(?i)^end[ \t]*ref$`)
	umlEach    = lazyregexp.New(umlName)
)

// note reads a note of one line, or of those up to "end note".
func (p *umlParser) note(m []string) error {
	e := event{what: note, word: strings.ToLower(m[1])}
	switch {
	case m[4] != "":
		e.word = "across"
	case m[3] != "":
		e.word = "over"
		e.from, e.to = p.span(m[3])
	case m[2] != "":
		e.from = p.actor(m[2])
		e.to = e.from
	case p.last == nil:
		return p.fail("a note beside a message that is not there")
	default:
		e.from = p.side(p.last, e.word == "left")
		e.to = e.from
	}
	text, err := p.text(m[5], umlNoteEnd)
	e.text = creole(text, smallSize, wrapAt)
	p.events = append(p.events, e)
	return err
}

// side is the actor at the left or the right end of a message.
func (p *umlParser) side(e *event, left bool) int {
	a, b := min(e.from, e.to), max(e.from, e.to)
	if a < 0 {
		return b
	}
	if before := p.order[a] <= p.order[b]; before == left {
		return a
	}
	return b
}

// span is the first and the last of actors.
func (p *umlParser) span(names string) (first, last int) {
	first, last = -1, -1
	for _, name := range umlEach.FindAllString(names, -1) {
		i := p.actor(name)
		if first < 0 {
			first, last = i, i
		}
		first, last = min(first, i), max(last, i)
	}
	return first, last
}

// text is what stands behind a colon, or else in the lines up to an end.
func (p *umlParser) text(rest string, end *lazyregexp.Regexp) (string, error) {
	if text, ok := strings.CutPrefix(rest, ":"); ok {
		return text, nil
	}
	return p.body(end)
}

// ref reads a reference to another diagram: a block with nothing but a text.
func (p *umlParser) ref(_, line string) error {
	m := umlRef.FindStringSubmatch(line)
	if m == nil {
		return p.fail("expected whom the reference is over")
	}
	from, to := p.span(m[1])
	text, err := p.text(m[2], umlRefEnd)
	p.events = append(p.events, event{what: blockBegin, word: "ref"},
		event{what: caption, from: from, to: to, text: creole(text, smallSize, 2*wrapAt)}, event{what: blockEnd})
	return err
}
