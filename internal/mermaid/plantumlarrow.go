package mermaid

import (
	"strings"

	"callboard/internal/lazyregexp"
)

// umlMessage is a message. Its parts are: the name on the left and the one after
// "as", or the left edge; a circle or a cross; a head; dashes, a style and dashes;
// a head; a cross or a circle and a name with its "as"; or a name with its "as";
// or a circle or a cross and the right edge; what happens to the actors; the text.
var umlMessage = lazyregexp.New(`^(?:` + umlSide + `|([\[?]))[ \t]*([ox])?[ \t]*(<<?|//?|\\\\?)?(-+)(?:\[([^\]]*)\](-*))?(>>?|//?|\\\\?)?` +
	`(?:([ox])[ \t]+` + umlSide + `|[ \t]*` + umlSide + `|([ox])?[ \t]*([\]?]))[ \t]*(\+\+[ \t]*--|--[ \t]*\+\+|\+\+|--|\*\*|!!)?[ \t]*(?:#[^\s:]+)?[ \t]*(?::(.*))?$`)

const umlSide = `(` + umlName + `)(?:[ \t]+as[ \t]+(` + umlName + `))?`

// umlArrow is a message before it is known who sends it.
type umlArrow struct {
	left, right         int // actors or edges
	leftHead, rightHead string
	leftEnd, rightEnd   string // "o", "x" or ""
	dotted, short       bool
}

func (p *umlParser) message(m []string) error {
	a := umlArrow{leftEnd: m[4], leftHead: m[5], rightHead: m[9], rightEnd: m[10] + m[15]}
	a.dotted = len(m[6])+len(m[8]) > 1
	for style := range strings.SplitSeq(strings.ToLower(m[7]), ",") {
		switch strings.TrimSpace(style) {
		case "hidden":
			return p.fail("hidden messages are not drawn")
		case "dotted", "dashed":
			a.dotted = true
		}
	}
	p.sides(&a, m)
	e, ok := a.event()
	if !ok {
		return p.fail("a message without direction")
	}
	if e.from < 0 && e.to < 0 {
		return p.fail("a message from edge to edge")
	}
	e.text = creole(m[18], smallSize, 2*wrapAt)
	return p.tell(e, m[17])
}

// sides finds who stands on the left and on the right.
func (p *umlParser) sides(a *umlArrow, m []string) {
	side := func(name, as string) int {
		if as != "" {
			return p.aliased(name, as)
		}
		return p.actor(name)
	}
	if m[3] != "" {
		a.left, a.short = leftEdge, m[3] == "?"
	} else {
		a.left = side(m[1], m[2])
	}
	switch {
	case m[11] != "":
		a.right = side(m[11], m[12])
	case m[13] != "":
		a.right = side(m[13], m[14])
	default:
		a.right, a.short = rightEdge, a.short || m[16] == "?"
	}
}

// event makes an event of an arrow, or reports false if it has no head.
func (a *umlArrow) event() (event, bool) {
	left, right := umlHead(a.leftHead, a.leftEnd), umlHead(a.rightHead, a.rightEnd)
	e := event{what: message, from: a.left, to: a.right, head: right, tail: left, dotted: a.dotted, short: a.short,
		fromO: a.leftEnd == "o", toO: a.rightEnd == "o"}
	if right == noHead {
		e.from, e.to, e.head, e.tail, e.fromO, e.toO = e.to, e.from, left, right, e.toO, e.fromO
	}
	return e, e.head != noHead
}

// umlHead is how a head is drawn; one half of a head is drawn as an open one.
func umlHead(head, end string) head {
	switch {
	case end == "x":
		return cross
	case head == "":
		return noHead
	case head == ">" || head == "<":
		return arrow
	}
	return openArrow
}

// tell adds a message and what it does to those who take part.
func (p *umlParser) tell(e event, does string) error {
	if does == "**" && e.to >= 0 {
		p.created, p.actors[e.to].made = e.to, true
	}
	e.makes = p.created >= 0 && p.created == e.to && e.from != e.to
	p.created = -1
	p.send(e)
	switch does {
	case "":
		p.autoActivation(&e)
	case "!!":
		if e.to >= 0 {
			p.events = append(p.events, event{what: destroy, from: e.to})
		}
	case "++", "--":
		p.bar(&e, does)
	default: // both
		p.bar(&e, does[:2])
		p.bar(&e, does[len(does)-2:])
	}
	return nil
}

func (p *umlParser) send(e event) {
	if p.numbering {
		e.number = p.number
		p.number += p.step
	}
	p.events = append(p.events, e)
	p.last = &e
}

// bar begins a bar of who gets a message, or ends one of who sends it.
func (p *umlParser) bar(e *event, does string) {
	if does == "++" && e.to >= 0 {
		p.activate(e.to)
	}
	if does == "--" && e.from >= 0 {
		p.deactivate(e.from)
	}
}

// autoActivation is what messages do after "autoactivate on": the line tells a call
// from an answer.
func (p *umlParser) autoActivation(e *event) {
	switch {
	case !p.auto || e.head != arrow && e.head != openArrow:
	case e.dotted:
		p.bar(e, "--")
	default:
		p.bar(e, "++")
	}
}

// answer reads "return": a message back to whom the last bar that has not ended
// comes from.
func (p *umlParser) answer(_, line string) error {
	n := len(p.calls)
	if n == 0 {
		return p.fail("a return without an activation")
	}
	e := p.calls[n-1]
	e.from, e.to, e.dotted, e.makes, e.number = e.to, e.from, true, false, 0
	e.tail, e.fromO, e.toO = noHead, false, false
	if e.head == cross {
		e.head = arrow
	}
	e.text = creole(line, smallSize, 2*wrapAt)
	p.send(e)
	if e.from >= 0 {
		p.deactivate(e.from)
	} else {
		p.calls = p.calls[:n-1]
	}
	return nil
}
