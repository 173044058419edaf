package pymarkdown

import "strings"

// maxShapeDepth bounds shapes within shapes; only those that may stand anywhere
// nest at all beyond the length of their list.
const maxShapeDepth = 40

// DelimitedBy is the pattern of a list of shapes made with one sign, an ASCII
// character.
func DelimitedBy(sign byte, list []Delimited) *Pattern {
	return &Pattern{
		Triggers: string(rune(sign)),
		Find: func(_ *Document, text string, from int) (Match, bool) {
			return (&shapes{text: text, sign: sign, list: list}).find(from)
		},
		Each: func(text string) func(from int) (Match, bool) {
			return (&shapes{text: text, sign: sign, list: list}).find
		},
	}
}

// find finds the first of the shapes at or after a byte.
func (s *shapes) find(from int) (Match, bool) {
	for at := from; at < len(s.text); at++ {
		i := strings.IndexByte(s.text[at:], s.sign)
		if i < 0 {
			break
		}
		at += i
		if number, end, ok := s.match(at, 0); ok {
			return Match{Start: at, End: end, Node: s.build(number, 0)}, true
		}
	}
	return Match{}, false
}

// build makes the elements of the match that was found last.
func (s *shapes) build(number, depth int) *Element {
	shape := &s.list[number]
	first, second := s.words(0), s.words(1)
	from := number + 1
	if shape.Anywhere {
		from = 0
	}
	outer := NewElement(shape.Tags[0])
	if shape.Build == Single {
		s.fill(first, outer, nil, from, depth)
		return outer
	}
	inner := NewElement(shape.Tags[1])
	if shape.Build == Trailing {
		s.fill(first, outer, nil, from, depth)
		outer.Append(inner)
		s.fill(second, inner, nil, from, depth)
		return outer
	}
	s.fill(first, inner, nil, from, depth)
	outer.Append(inner)
	if len(shape.Contents) == 2 {
		s.fill(second, outer, inner, from, depth)
	}
	return outer
}

func (s *shapes) words(content int) string {
	f := s.found[content]
	if f.end > len(s.text) || f.start > f.end {
		return ""
	}
	return s.text[f.start:f.end]
}

// fill puts text into parent, behind the child last if there is one, with the
// shapes that are in it: those of the list from number from on. At one place
// each is tried once, so that shapes side by side come in the list's order
// (parse_sub_patterns).
func (s *shapes) fill(text string, parent, last *Element, from, depth int) {
	in := shapes{text: text, sign: s.sign, list: s.list}
	said := 0
	say := func(words string) {
		switch {
		case words == "":
		case last != nil:
			last.Tail = words
		default:
			parent.SetText(words)
		}
	}
	for at := 0; at < len(text) && depth < maxShapeDepth; {
		if text[at] != s.sign {
			i := strings.IndexByte(text[at:], s.sign)
			if i < 0 {
				break
			}
			at += i
		}
		matched := false
		for number := from; number < len(s.list); number++ {
			end, ok := in.matchOne(at, number)
			if !ok {
				continue
			}
			say(text[said:at])
			e := in.build(number, depth+1)
			parent.Append(e)
			last, said, at, matched = e, end, end, true
		}
		if !matched {
			at++
		}
	}
	say(text[said:])
}

// NotDelimiters is the pattern of runs of signs that stand alone between white
// space and mean nothing; most limits their length, 0 does not.
func NotDelimiters(signs string, most int) *Pattern {
	return &Pattern{Triggers: signs, Find: func(_ *Document, text string, from int) (Match, bool) {
		for at := from; at < len(text); at++ {
			i := strings.IndexAny(text[at:], signs)
			if i < 0 {
				break
			}
			at += i
			end := at
			for end < len(text) && text[end] == text[at] {
				end++
			}
			if (at == 0 || BlankBefore(text, at)) && (end == len(text) || BlankAt(text, end)) && (most == 0 || end-at <= most) {
				return Match{Start: at, End: end, Text: text[at:end]}, true
			}
			at = end - 1
		}
		return Match{}, false
	}}
}
