package mermaid

import (
	"strings"

	"callboard/internal/lazyregexp"
)

// umlKinds are the words that declare who takes part.
var umlKinds = map[string]actorKind{
	"participant": plainActor, "actor": person, "boundary": boundary, "control": control, "entity": entity,
	"database": database, "collections": collections, "queue": queue,
}

var (
	umlDeclared = lazyregexp.New(`^(?:(` + umlName + `)[ \t]+as[ \t]+(` + umlName + `)|(` + umlName + `))(?:[ \t<\[#]|$)`)
	umlExtra    = lazyregexp.New(`^[ \t]*(?:<<(.*?)>>|order[ \t]+(-?\d{1,6})|\[\[(.*?)\]\]|#\S+)`)
	umlSpot     = lazyregexp.New(`^\([^()]*\)[ \t]*`)
)

// actor is the index of an actor, who appears where first named, by an identifier
// or, in quotes, by a text.
func (p *umlParser) actor(name string) int {
	id := strings.Trim(name, `"`)
	i, ok := p.byID[id]
	if !ok {
		i = len(p.actors)
		p.byID[id] = i
		p.actors = append(p.actors, &actor{id: id, name: creole(id, textSize, wrapAt), box: p.box})
	}
	return i
}

// aliased is the actor of "text as id" or 'id as "text"'. Of two identifiers, the
// second is the one by which the actor is called.
func (p *umlParser) aliased(first, second string) int {
	if strings.HasPrefix(second, `"`) && !strings.HasPrefix(first, `"`) {
		first, second = second, first
	}
	i := p.actor(second)
	p.actors[i].name = creole(strings.Trim(first, `"`), textSize, wrapAt)
	return i
}

func (p *umlParser) participant(word, line string) error {
	_, err := p.declare(word, line)
	return err
}

// declare reads a name with what may follow it: a stereotype, an order, a link and
// a colour.
func (p *umlParser) declare(word, line string) (int, error) {
	m := umlDeclared.FindStringSubmatchIndex(line)
	if m == nil {
		return 0, p.fail("expected the name of a participant")
	}
	var i, end int
	if m[2] >= 0 {
		i, end = p.aliased(line[m[2]:m[3]], line[m[4]:m[5]]), m[5]
	} else {
		i, end = p.actor(line[m[6]:m[7]]), m[7]
	}
	a := p.actors[i]
	a.kind = umlKinds[word]
	if p.box >= 0 {
		a.box = p.box
	}
	return i, p.extras(i, line[end:])
}

func (p *umlParser) extras(i int, rest string) error {
	a := p.actors[i]
	for strings.TrimSpace(rest) != "" {
		m := umlExtra.FindStringSubmatch(rest)
		if m == nil {
			return p.fail("not understood behind the name of a participant")
		}
		rest = rest[len(m[0]):]
		switch {
		case m[1] != "":
			p.stereotype(a, m[1])
		case m[2] != "":
			p.order[i] = signed(m[2])
		case m[3] != "":
			a.href, _, _ = strings.Cut(strings.TrimSpace(m[3]), " ")
			a.href, _, _ = strings.Cut(a.href, "{")
		}
	}
	return nil
}

func signed(digits string) int {
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		return -atoi(rest)
	}
	return atoi(digits)
}

// stereotype puts a stereotype above a name; a letter in a circle is left out.
func (p *umlParser) stereotype(a *actor, text string) {
	text = umlSpot.ReplaceAllString(strings.TrimSpace(text), "")
	if text == "" {
		return
	}
	above := creole("//«"+text+"»//", textSize, wrapAt)
	a.name = layLines(append(above.lines, a.name.lines...), textSize, wrapAt)
}

// create reads "create name" and "create kind name": the next message makes it.
func (p *umlParser) create(_, line string) error {
	kind, rest := "participant", line
	if word, after, ok := strings.Cut(line, " "); ok {
		if _, known := umlKinds[strings.ToLower(word)]; known {
			kind, rest = strings.ToLower(word), strings.TrimSpace(after)
		}
	}
	i, err := p.declare(kind, rest)
	if err != nil {
		return err
	}
	p.created, p.actors[i].made = i, true
	return nil
}

var umlBox = lazyregexp.New(`^(?:"([^"]*)"|([^#"]*?))[ \t]*(?:<<[^<>]*>>)?[ \t]*(?:#(\S+))?$`)

func (p *umlParser) openBox(_, line string) error {
	m := umlBox.FindStringSubmatch(line)
	if m == nil {
		return p.fail("expected the title of a box")
	}
	if p.box >= 0 {
		return p.fail("a box in a box")
	}
	p.box = len(p.boxes)
	p.boxes = append(p.boxes, actorBox{title: creole(m[1]+m[2], textSize, 2*wrapAt), tone: umlTone(m[3])})
	return nil
}

// umlTone is the tone of a colour, or of the first of two that run into each other.
func umlTone(colour string) string {
	if i := strings.IndexAny(colour, `|/\-`); i >= 0 {
		colour = colour[:i]
	}
	if t := nearest(colour); t != "" {
		return t
	}
	return nearest("#" + colour)
}
