package mermaid

import (
	"strconv"
	"strings"
	"sync"

	"callboard/internal/lazyregexp"
)

const (
	umlID   = `[\p{L}\p{N}_.@]+`
	umlName = `(?:"[^"]+"|` + umlID + `)`
)

var (
	umlWord    = lazyregexp.New(`^[a-zA-Z]+2?\b`)
	umlDivider = lazyregexp.New(`^={2,}[ \t]*(.*?)[ \t]*={2,}$`)
	umlDelay   = lazyregexp.New(`^(?:\.\.\.|…)(?:(.*?)(?:\.\.\.|…))?$`)
	umlSpace   = lazyregexp.New(`^\|\|(?:\||(\d{1,4})\|\|)$`)
	umlBuiltin = lazyregexp.New(`%[a-z_]+\(`)
	umlNoDraw  = lazyregexp.New(`(?i)^(?:skinparam|hide|show|scale|!theme|!pragma|mainframe|<style>)(?:[ \t{]|$)`)
)

func (p *umlParser) statement(line string) error {
	switch {
	case line == "":
		return nil
	case line[0] == '!' && umlNoDraw.MatchString(line):
		return nil
	case line[0] == '!':
		return p.fail("directives of the preprocessor are not run")
	case umlBuiltin.MatchString(line):
		return p.fail("functions of the preprocessor are not run")
	case umlSpace.MatchString(line):
		return p.space(line)
	}
	if m := umlMessage.FindStringSubmatch(line); m != nil {
		return p.message(m)
	}
	if umlNoDraw.MatchString(line) {
		return p.noDraw(line)
	}
	if m := umlDivider.FindStringSubmatch(line); m != nil {
		return p.add(event{what: divider, text: creole(m[1], smallSize, 2*wrapAt)})
	}
	if m := umlDelay.FindStringSubmatch(line); m != nil {
		return p.add(event{what: delay, text: creole(m[1], smallSize, 2*wrapAt)})
	}
	word := umlWord.FindString(line)
	if read := umlWords()[strings.ToLower(word)]; read != nil {
		return read(p, strings.ToLower(word), strings.TrimSpace(line[len(word):]))
	}
	if m := umlNote.FindStringSubmatch(line); m != nil {
		return p.note(m)
	}
	return p.fail("not a statement of a sequence diagram that is drawn")
}

// umlWords are the words that begin a statement, and what reads it.
var umlWords = sync.OnceValue(func() map[string]func(p *umlParser, word, line string) error {
	m := map[string]func(p *umlParser, word, line string) error{
		"create": (*umlParser).create, "destroy": (*umlParser).activation, "activate": (*umlParser).activation, "deactivate": (*umlParser).activation,
		"return": (*umlParser).answer, "autonumber": (*umlParser).autonumber, "autoactivate": (*umlParser).autoactivate,
		"title": (*umlParser).named, "box": (*umlParser).openBox, "endbox": (*umlParser).end, "end": (*umlParser).end, "ref": (*umlParser).ref,
		"else": (*umlParser).otherwise, "also": (*umlParser).otherwise,
	}
	for word := range umlKinds {
		m[word] = (*umlParser).participant
	}
	for _, word := range [...]string{"alt", "opt", "loop", "par", "par2", "break", "critical", "group"} {
		m[word] = (*umlParser).block
	}
	return m
})

func (p *umlParser) add(e event) error {
	p.events = append(p.events, e)
	return nil
}

// noDraw passes what says how the diagram should look, with its braces.
func (p *umlParser) noDraw(line string) error {
	if strings.HasPrefix(strings.ToLower(line), "<style>") {
		_, err := p.body(umlStyleEnd)
		return err
	}
	if strings.HasPrefix(strings.ToLower(line), "mainframe") {
		return p.fail("a frame round everything is not drawn")
	}
	open := strings.Count(line, "{") - strings.Count(line, "}")
	for open > 0 {
		if p.at++; p.at >= len(p.lines) {
			return p.fail("a brace is not closed")
		}
		open += strings.Count(p.lines[p.at].text, "{") - strings.Count(p.lines[p.at].text, "}")
	}
	return nil
}

var (
	umlStyleEnd = lazyregexp.New(`(?i)^</style>`)
	umlTitleEnd = lazyregexp.New(`(?i)^end[ \t]*title$`)
)

// maxSpace is the most room that a diagram can ask for at once, in pixels.
const maxSpace = 300

func (p *umlParser) space(line string) error {
	room := rowGap * 2
	if m := umlSpace.FindStringSubmatch(line); m[1] != "" {
		n, _ := strconv.Atoi(m[1])
		room = min(n, maxSpace)
	}
	return p.add(event{what: space, room: room})
}

func (p *umlParser) named(_, line string) (err error) {
	if line == "" {
		if line, err = p.body(umlTitleEnd); err != nil {
			return err
		}
	}
	l := creole(line, textSize, 1<<20)
	p.title = l.plain()
	return nil
}

var umlNumber = lazyregexp.New(`^(?:(stop|resume)\b[ \t]*)?(\d{1,5})?[ \t]*(\d{1,5})?[ \t]*(?:"[^"]*")?$`)

// autonumber reads "autonumber first step format"; formats are not followed.
func (p *umlParser) autonumber(_, line string) error {
	m := umlNumber.FindStringSubmatch(line)
	if m == nil {
		return p.fail("numbers of this kind are not drawn")
	}
	first, second := atoi(m[2]), atoi(m[3])
	switch m[1] {
	case "stop":
		p.numbering = false
		return nil
	case "resume":
		if first > 0 {
			p.step = first
		}
	default:
		p.number, p.step = 1, 1
		if m[2] != "" {
			p.number = first
		}
		if second > 0 {
			p.step = second
		}
	}
	p.numbering = true
	return nil
}

// atoi is the number that a few digits are, 0 for none.
func atoi(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

func (p *umlParser) autoactivate(_, line string) error {
	p.auto = strings.EqualFold(line, "on")
	return nil
}

var umlActivation = lazyregexp.New(`^(` + umlName + `)(?:[ \t]+#\S+)?(?:[ \t]+#\S+)?$`)

// activation reads activate, deactivate and destroy.
func (p *umlParser) activation(word, line string) error {
	m := umlActivation.FindStringSubmatch(line)
	if m == nil {
		return p.fail("expected the name of a participant")
	}
	i := p.actor(m[1])
	switch word {
	case "activate":
		p.activate(i)
	case "deactivate":
		p.deactivate(i)
	default:
		return p.add(event{what: destroy, from: i})
	}
	return nil
}

// activate begins a bar. The message before it is what "return" answers later.
func (p *umlParser) activate(i int) {
	if p.last != nil {
		p.calls = append(p.calls, *p.last)
	}
	p.events = append(p.events, event{what: activate, from: i})
}

func (p *umlParser) deactivate(i int) {
	if n := len(p.calls); n > 0 {
		p.calls = p.calls[:n-1]
	}
	p.events = append(p.events, event{what: deactivate, from: i})
}
