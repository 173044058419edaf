package mermaid

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/lazyregexp"
)

// actor is who takes part in a sequence diagram.
type actor struct {
	id    string
	name  label
	kind  actorKind
	box   int    // index of the box round it, -1 for none
	href  string // of the whole, not yet checked
	links []actorLink
	made  bool // by a message, not at the begin
}

// actorKind is how an actor is drawn. The first ones have their name inside, the
// others below a figure.
type actorKind uint8

const (
	plainActor actorKind = iota
	database
	queue
	collections
	person
	boundary
	control
	entity
)

func (k actorKind) figure() bool { return k >= person }

type actorLink struct{ text, href string }

// happening is what an event of a sequence diagram is.
type happening uint8

const (
	message happening = iota
	note
	activate
	deactivate
	blockBegin
	blockElse
	blockEnd
	destroy
	divider // a line across everything, with a text
	delay   // a while in which nothing is told
	space   // room
	caption // a text over actors
)

// The edges of a drawing, in the place of an actor whom a message comes from or
// goes to.
const (
	leftEdge  = -1
	rightEdge = -2
)

// event is a line of a sequence diagram.
type event struct {
	what       happening
	from, to   int // actors or edges; of a note, the first and the last it is over
	text       label
	word       string // what begins a block; of a note, where it stands: left, right or over
	dotted     bool
	head, tail head
	number     int  // 0 for none
	makes      bool // the actor that the message goes to
	short      bool // the message begins or ends near its actor, not at the edge
	ground     bool // the block is a ground only, and its word a tone
	room       int  // height of a space, in pixels
	fromO, toO bool // a circle is behind the head on that side
}

// talk is a sequence diagram that has been read.
type talk struct {
	actors []*actor
	boxes  []actorBox
	events []event
	title  string
	desc   string
}

// full tells whether there is more than is drawn.
func (t *talk) full() bool { return len(t.actors) > MaxActors || len(t.events) > MaxEvents }

type actorBox struct {
	title label
	tone  string
}

type seqParser struct {
	*source
	*talk
	byID         map[string]int
	blocks       []string // that have not ended
	box          int      // the box that is open, -1
	number, step int
	created      int // the actor that the next message makes, -1
	done         []int
}

func parseTalk(s *source) (*talk, error) {
	p := &seqParser{source: s, talk: &talk{title: s.heading}, byID: map[string]int{}, box: -1, created: -1}
	for {
		p.skip(" \t\n;")
		if p.end() {
			break
		}
		if err := p.statement(); err != nil {
			return nil, err
		}
		if p.full() || len(p.blocks) > MaxNesting {
			return nil, ErrTooLarge
		}
	}
	if len(p.blocks) > 0 || p.box >= 0 {
		return nil, p.fail("a block has no end")
	}
	if len(p.actors) == 0 {
		return nil, p.fail("the diagram is empty")
	}
	p.title = newPlain(p.title)
	return p.talk, nil
}

var (
	firstWord = lazyregexp.New(`^[a-zA-Z_]+`)
	seqArrow  = lazyregexp.New(`^([^:;\n]+?)[ \t]*(<<-->>|<<->>|-->>|->>|-->|->|--x|-x|--\)|-\))[ \t]*([+-]?)[ \t]*([^:;\n]+?)[ \t]*(?::(.*))?$`)
	noteHead  = lazyregexp.New(`(?i)^(left of|right of|over)[ \t]+([^:,]+?)[ \t]*(?:,[ \t]*([^:]+?)[ \t]*)?:(.*)$`)
)

func (p *seqParser) statement() error {
	if p.has("accTitle") || p.has("accDescr") {
		name, text, err := p.accessible()
		if name == "accTitle" {
			p.title = text
		} else {
			p.desc = text
		}
		return err
	}
	word := firstWord.FindString(p.rest())
	after := p.peek(len(word))
	if after == 0 || after == ' ' || after == '\t' || after == '\n' || after == ':' && strings.EqualFold(word, "title") {
		if read := seqWords[strings.ToLower(word)]; read != nil {
			from := p.at
			p.at += len(word)
			line := p.line()
			if !seqArrow.MatchString(word + " " + line) {
				return read(p, strings.ToLower(word), line)
			}
			p.at = from
		}
	}
	return p.message(p.line())
}

// seqWords are the words that begin a statement, and what reads it.
var seqWords = map[string]func(p *seqParser, word, line string) error{
	"participant": (*seqParser).participant, "actor": (*seqParser).participant, "create": (*seqParser).create,
	"destroy": (*seqParser).destroyed, "box": (*seqParser).openBox, "autonumber": (*seqParser).autonumber,
	"activate": (*seqParser).activation, "deactivate": (*seqParser).activation, "note": (*seqParser).note,
	"loop": (*seqParser).block, "alt": (*seqParser).block, "opt": (*seqParser).block, "par": (*seqParser).block,
	"par_over": (*seqParser).block, "critical": (*seqParser).block, "break": (*seqParser).block, "rect": (*seqParser).block,
	"else": (*seqParser).otherwise, "and": (*seqParser).otherwise, "option": (*seqParser).otherwise, "end": (*seqParser).closeBlock,
	"title": (*seqParser).named, "link": (*seqParser).link, "links": (*seqParser).links,
	"properties": (*seqParser).ignore, "details": (*seqParser).ignore,
}

func (p *seqParser) ignore(_, _ string) error { return nil }

func (p *seqParser) named(_, line string) error {
	p.title = strings.TrimSpace(strings.TrimPrefix(line, ":"))
	return nil
}

// actor is the index of an actor, who appears where first named.
func (p *seqParser) actor(id string) int {
	id = strings.TrimSpace(id)
	i, ok := p.byID[id]
	if !ok {
		i = len(p.actors)
		p.byID[id] = i
		p.actors = append(p.actors, &actor{id: id, name: newLabel(id, textSize, wrapAt), box: p.box})
	}
	return i
}

// participant reads "id as name"; data in braces behind the id says how it is
// drawn, of which only that it is a person counts.
func (p *seqParser) participant(word, line string) error {
	id, name, named := strings.Cut(line, " as ")
	id, data, _ := strings.Cut(id, "@{")
	if id = strings.TrimSpace(id); id == "" {
		return p.fail("expected the name of a participant")
	}
	a := p.actors[p.actor(id)]
	a.kind = plainActor
	if word == "actor" || strings.Contains(data, `"actor"`) {
		a.kind = person
	}
	if p.box >= 0 {
		a.box = p.box
	}
	if named {
		a.name = newLabel(unquote(strings.TrimSpace(name)), textSize, wrapAt)
	}
	return nil
}

func (p *seqParser) create(_, line string) error {
	word, rest, _ := strings.Cut(line, " ")
	if word != "participant" && word != "actor" {
		word, rest = "participant", line
	}
	if err := p.participant(word, rest); err != nil {
		return err
	}
	id, _, _ := strings.Cut(rest, " as ")
	id, _, _ = strings.Cut(id, "@{")
	p.created = p.actor(id)
	p.actors[p.created].made = true
	return nil
}

func (p *seqParser) destroyed(_, line string) error {
	p.done = append(p.done, p.actor(line))
	return nil
}

func (p *seqParser) openBox(_, line string) error {
	if p.box >= 0 {
		return p.fail("a box in a box")
	}
	first, rest, _ := strings.Cut(line, " ")
	if open, inside, ok := strings.Cut(line, "("); ok && strings.HasPrefix(strings.ToLower(open), "rgb") {
		if colour, after, ok := strings.Cut(inside, ")"); ok {
			first, rest = colourOf(colour), after
		}
	}
	b := actorBox{title: newLabel(line, textSize, 2*wrapAt)}
	if t := nearest(first); t != "" || strings.EqualFold(first, "transparent") || strings.EqualFold(first, "white") || strings.EqualFold(first, "black") {
		b.tone, b.title = t, newLabel(rest, textSize, 2*wrapAt)
	}
	p.box = len(p.boxes)
	p.boxes = append(p.boxes, b)
	return nil
}

// colourOf is the inside of "rgb(1, 2, 3)" as tone reads it.
func colourOf(inside string) string {
	return "rgb(" + strings.ReplaceAll(strings.ReplaceAll(inside, " ", ""), ",", " ") + ")"
}

func (p *seqParser) autonumber(_, line string) error {
	p.number, p.step = 1, 1
	words := strings.Fields(line)
	if len(words) > 0 && words[0] == "off" {
		p.number = 0
		return nil
	}
	for i, into := range [...]*int{&p.number, &p.step} {
		if i < len(words) {
			n, err := strconv.Atoi(words[i])
			if err != nil || n < 1 || n > 100_000 {
				return p.fail("autonumber needs a number")
			}
			*into = n
		}
	}
	return nil
}

func (p *seqParser) activation(word, line string) error {
	what := activate
	if word == "deactivate" {
		what = deactivate
	}
	p.events = append(p.events, event{what: what, from: p.actor(line)})
	return nil
}

func (p *seqParser) note(_, line string) error {
	m := noteHead.FindStringSubmatch(line)
	if m == nil {
		return p.fail("expected where the note stands, and its text")
	}
	e := event{what: note, word: strings.ToLower(strings.Fields(m[1])[0]), from: p.actor(m[2]), text: newLabel(m[4], smallSize, wrapAt)}
	e.to = e.from
	if m[3] != "" {
		e.to = p.actor(m[3])
	}
	e.from, e.to = min(e.from, e.to), max(e.from, e.to)
	p.events = append(p.events, e)
	return nil
}

func (p *seqParser) block(word, line string) error {
	e := event{what: blockBegin, word: word}
	if word == "rect" {
		if _, inside, ok := strings.Cut(line, "("); ok {
			inside, _, _ = strings.Cut(inside, ")")
			line = colourOf(inside)
		}
		e.word, e.ground = nearest(line), true
	} else {
		e.text = newLabel(line, smallSize, 2*wrapAt)
	}
	p.blocks = append(p.blocks, word)
	p.events = append(p.events, e)
	return nil
}

var otherwise = map[string][]string{"else": {"alt"}, "and": {"par", "par_over"}, "option": {"critical"}}

func (p *seqParser) otherwise(word, line string) error {
	if n := len(p.blocks); n == 0 || !slices.Contains(otherwise[word], p.blocks[n-1]) {
		return p.fail("%s without its block", word)
	}
	p.events = append(p.events, event{what: blockElse, text: newLabel(line, smallSize, 2*wrapAt)})
	return nil
}

func (p *seqParser) closeBlock(_, _ string) error {
	switch n := len(p.blocks); {
	case n > 0:
		p.blocks = p.blocks[:n-1]
		p.events = append(p.events, event{what: blockEnd})
	case p.box >= 0:
		p.box = -1
	default:
		return p.fail("an end without a block")
	}
	return nil
}

// link reads "id: text @ address".
func (p *seqParser) link(_, line string) error {
	id, rest, _ := strings.Cut(line, ":")
	text, href, ok := strings.Cut(rest, "@")
	if !ok {
		return p.fail("expected a link's text, @ and its address")
	}
	a := p.actors[p.actor(id)]
	a.links = append(a.links, actorLink{strings.TrimSpace(text), strings.TrimSpace(href)})
	return nil
}

// links reads "id: {"text": "address"}".
func (p *seqParser) links(_, line string) error {
	id, rest, _ := strings.Cut(line, ":")
	var m map[string]string
	if json.Unmarshal([]byte(rest), &m) != nil {
		return p.fail("expected links in braces")
	}
	a := p.actors[p.actor(id)]
	for _, text := range slices.Sorted(maps.Keys(m)) {
		a.links = append(a.links, actorLink{text, m[text]})
	}
	return nil
}

// arrows are the heads and the lines of messages.
var arrows = map[string]event{
	"->": {}, "-->": {dotted: true},
	"->>": {head: arrow}, "-->>": {head: arrow, dotted: true},
	"<<->>": {head: arrow, tail: arrow}, "<<-->>": {head: arrow, tail: arrow, dotted: true},
	"-x": {head: cross}, "--x": {head: cross, dotted: true},
	"-)": {head: openArrow}, "--)": {head: openArrow, dotted: true},
}

func (p *seqParser) message(line string) error {
	m := seqArrow.FindStringSubmatch(line)
	if m == nil {
		return p.fail("not a message or another statement")
	}
	e := arrows[m[2]]
	e.from, e.to = p.actor(m[1]), p.actor(m[4])
	text := strings.TrimSpace(m[5])
	for _, flag := range [...]string{"wrap:", "nowrap:"} {
		text = strings.TrimPrefix(text, flag)
	}
	e.text = newLabel(text, smallSize, 2*wrapAt)
	if p.number > 0 {
		e.number = p.number
		p.number += p.step
	}
	e.makes = p.created >= 0 && p.created == e.to
	p.created = -1
	p.events = append(p.events, e)
	switch m[3] {
	case "+":
		p.events = append(p.events, event{what: activate, from: e.to})
	case "-":
		p.events = append(p.events, event{what: deactivate, from: e.from})
	}
	for _, i := range p.done {
		p.events = append(p.events, event{what: destroy, from: i})
	}
	p.done = nil
	return nil
}
