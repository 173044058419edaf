package yamldoc

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// plain reads plain text, which goes on in lines that are indented further than
// what it is in.
func (u *usual) plain(at, parent int) tree {
	if !u.plainStart(at) {
		return u.giveUp()
	}
	t := u.node(yaml.ScalarNode, at)
	text, whole := u.plainLine(at)
	for t.Value = text; ; t.Value += text {
		u.next(u.until + 1)
		if u.bad || u.over || u.indent <= parent {
			return t
		}
		if !whole || u.commented || u.indent == 0 {
			return u.giveUp()
		}
		if u.empty == 0 {
			t.Value += " "
		} else {
			t.Value += strings.Repeat("\n", u.empty)
		}
		text, whole = u.plainLine(u.at)
	}
}

// plainLine is the plain text of a line from an offset on, and whether it is all
// that the line says.
func (u *usual) plainLine(at int) (text string, whole bool) {
	if u.colon(at) >= 0 {
		u.giveUp()
	}
	text, whole = u.src[at:u.until], true
	if i := strings.Index(text, " #"); i >= 0 {
		if !harmless(text[i+1:]) {
			u.giveUp()
		}
		text, whole = text[:i], false
	}
	return strings.TrimRight(text, " "), whole
}

// blockScalar reads text that is introduced by | or >.
func (u *usual) blockScalar(at, parent int) tree {
	t := u.node(yaml.ScalarNode, at)
	t.Style = yaml.LiteralStyle
	if u.src[at] == '>' {
		t.Style = yaml.FoldedStyle
	}
	head := strings.TrimRight(u.src[at+1:u.until], " ")
	if head != "" && head != "-" && head != "+" {
		return u.giveUp()
	}
	s := blockText{folded: t.Style == yaml.FoldedStyle}
	from := u.until + 1
	for from < len(u.src) {
		end := from + strings.IndexByte(u.src[from:], '\n')
		if !u.blockLine(&s, u.src[from:end], parent) {
			break
		}
		from = end + 1
		u.line++
	}
	if u.bad || s.indent == 0 {
		return u.giveUp()
	}
	t.Value = s.end(head)
	if u.next(from); !u.over && u.indent > parent {
		return u.giveUp()
	}
	return t
}

// blockLine takes a line of a block scalar, and reports false for one that is
// not part of it. The first line that is not empty says how far all are
// indented.
func (u *usual) blockLine(s *blockText, line string, parent int) bool {
	n := spaces(line)
	if s.indent == 0 {
		switch {
		case n == len(line):
			s.empty++
			s.widest = max(s.widest, n)
			return true
		case n <= parent || line[n] == '\t' || s.widest > n || n == 0:
			u.giveUp()
			return false
		}
		s.indent = n
	}
	switch {
	case n >= s.indent && len(line) > s.indent:
		s.add(line[s.indent:])
	case n == len(line):
		s.empty++
	default:
		if line[n] == '\t' {
			u.giveUp()
		}
		return false
	}
	return true
}

// blockText puts the lines of a block scalar together.
type blockText struct {
	b      strings.Builder
	folded bool
	indent int // of its lines; 0 until that is known
	widest int // empty line before the first that is not
	empty  int // lines since the last that is not
	begun  bool
	spaced bool // the last line begins with space, and does not fold
}

func (s *blockText) add(line string) {
	spaced := line[0] == ' ' || line[0] == '\t'
	switch {
	case !s.begun:
	case !s.folded || spaced || s.spaced:
		s.b.WriteByte('\n')
	case s.empty == 0:
		s.b.WriteByte(' ')
	}
	for ; s.empty > 0; s.empty-- {
		s.b.WriteByte('\n')
	}
	s.b.WriteString(line)
	s.begun, s.spaced = true, spaced
}

// end is the whole text, with the line ends that the indicator asks for.
func (s *blockText) end(chomp string) string {
	if chomp != "-" {
		s.b.WriteByte('\n')
	}
	for ; chomp == "+" && s.empty > 0; s.empty-- {
		s.b.WriteByte('\n')
	}
	return s.b.String()
}

// flow reads a list or mapping in brackets, and where it ends: -1 if it is none
// that is known.
func (u *usual) flow(at int) (t tree, end int) {
	if u.depth++; u.depth > usualDepth {
		return tree{}, -1
	}
	defer func() { u.depth-- }()
	kind, closing := yaml.SequenceNode, byte(']')
	if u.src[at] == '{' {
		kind, closing = yaml.MappingNode, '}'
	}
	t = u.node(kind, at)
	t.Style = yaml.FlowStyle
	from := len(u.stack)
	at = u.skip(at + 1)
	for first := true; u.src[at] != closing || !first; first = false {
		if kind == yaml.MappingNode {
			if at = u.flowKey(at); at < 0 {
				return tree{}, -1
			}
		}
		entry, end := u.flowValue(at)
		if end < 0 {
			return tree{}, -1
		}
		u.stack = append(u.stack, entry)
		if at = u.skip(end); u.src[at] == closing {
			break
		}
		if u.src[at] != ',' {
			return tree{}, -1
		}
		at = u.skip(at + 1)
	}
	return u.done(t, from), at + 1
}

func (u *usual) skip(at int) int {
	for u.src[at] == ' ' {
		at++
	}
	return at
}

// flowKey puts a key on the stack, and tells where its value begins.
func (u *usual) flowKey(at int) int {
	key, end := u.flowScalar(at)
	if end < 0 || u.src[end] != ':' || u.src[end+1] != ' ' || end-at > usualKey {
		return -1
	}
	u.stack = append(u.stack, key)
	return u.skip(end + 1)
}

func (u *usual) flowValue(at int) (tree, int) {
	if c := u.src[at]; c == '[' || c == '{' {
		return u.flow(at)
	}
	return u.flowScalar(at)
}

// flowScalar reads a scalar in brackets. Plain text ends before what ends it.
func (u *usual) flowScalar(at int) (t tree, end int) {
	if c := u.src[at]; c == '"' || c == '\'' {
		return u.quoted(at)
	}
	if !u.plainStart(at) {
		return tree{}, -1
	}
	t = u.node(yaml.ScalarNode, at)
	for end = at; ; end++ {
		switch u.src[end] {
		case ',', ']', '}', '\n':
		case ':':
			if c := u.src[end+1]; c != ' ' && strings.IndexByte(",[]{}\n", c) < 0 {
				continue
			}
		case '?', '[', '{', '\t':
			return tree{}, -1
		case '#':
			if u.src[end-1] == ' ' {
				return tree{}, -1
			}
			continue
		default:
			continue
		}
		break
	}
	t.Value = strings.TrimRight(u.src[at:end], " ")
	if t.Value == "" || u.src[end] == '\n' || u.src[end] == ':' && u.src[end-1] == ' ' {
		return tree{}, -1
	}
	return t, end
}
