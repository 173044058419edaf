package yamldoc

import (
	"bytes"
	"strings"
	"sync"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Nearly all files of people are written in a small part of YAML. usual reads
// that part, at a tenth of what yaml.v3 costs, and nothing else: it gives up at
// anything that it does not know or that is wrong, and yaml.v3 decides. What it
// reads is to the last column what yaml.v3 reads, which tests hold over a corpus
// of real files and over text that is made up.
//
// It knows mappings and lists in block form; plain text, also over several
// lines; text in quotes, in one line and without backslashes; block scalars
// without digits; lists and mappings in brackets, in one line; and comments that
// nobody can take for a part of a value. It works by lines: a value ends where
// the next line that says something begins.
type usual struct {
	src   string
	ascii bool
	bad   bool // it has given up

	// The line that is read: its number from 1, where it begins, where what it
	// says begins and how far that is indented, and where it ends, at the line
	// feed. Within a line "- a: b" the reader goes from the dash to the key by
	// moving at and indent.
	line             int32
	begin, at, until int
	indent           int
	over             bool // there is none
	// What was passed over before it.
	empty     int
	commented bool

	depth    int
	stack    []tree // what is complete of the mappings and lists that are open
	*nursery        // for what they come to hold
}

const (
	usualDepth = 60  // of nesting
	usualKey   = 900 // bytes of a key; yaml.v3 ends at 1,024 code points
)

// stacks are kept for the next document: they grow to what its values need.
var stacks = sync.Pool{New: func() any { return new([]tree) }}

// readUsual reads a document; false means nothing.
func readUsual(text []byte, n *nursery) (root tree, ok bool) {
	if len(text) == 0 || text[len(text)-1] != '\n' || bytes.IndexByte(text, '\r') >= 0 {
		return tree{}, false
	}
	src := string(text)
	stack := stacks.Get().(*[]tree)
	u := usual{src: src, ascii: isASCII(src), stack: (*stack)[:0], nursery: n}
	root = u.document()
	clear(u.stack[:cap(u.stack)])
	*stack = u.stack[:0]
	stacks.Put(stack)
	return root, !u.bad
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (u *usual) document() tree {
	start := 0
	if strings.HasPrefix(u.src, "---") {
		end := strings.IndexByte(u.src, '\n')
		if strings.Trim(u.src[3:end], " ") != "" {
			return u.giveUp()
		}
		start, u.line = end+1, 1
	}
	u.next(start)
	if u.bad || u.over {
		return u.giveUp()
	}
	root := u.block(-1)
	if !u.over || root.Kind == yaml.ScalarNode || root.Style != 0 {
		return u.giveUp()
	}
	return root
}

func (u *usual) giveUp() tree {
	u.bad, u.over = true, true
	return tree{}
}

// next goes to the next line that says something, from where a line begins.
func (u *usual) next(from int) {
	u.empty, u.commented = 0, false
	for from < len(u.src) {
		end := from + strings.IndexByte(u.src[from:], '\n')
		at := from
		for u.src[at] == ' ' {
			at++
		}
		u.line++
		switch c := u.src[at]; {
		case c == '\n':
			u.empty++
		case c == '#' && harmless(u.src[at:end]):
			u.commented = true
		case c == '#', c == '\t', at == from && (c == '%' || strings.HasPrefix(u.src[from:end], "---") || strings.HasPrefix(u.src[from:end], "...")):
			u.giveUp()
			return
		default:
			u.begin, u.at, u.until, u.indent = from, at, end, at-from
			return
		}
		from = end + 1
	}
	u.over = true
}

// harmless tells whether a comment cannot have been meant as part of a value:
// see hidden.
func harmless(comment string) bool {
	return len(comment) == 1 || strings.IndexByte(" \t#!", comment[1]) >= 0
}

// col is the column of an offset in the line.
func (u *usual) col(at int) int32 {
	if u.ascii {
		return int32(at - u.begin + 1)
	}
	return int32(utf8.RuneCountInString(u.src[u.begin:at]) + 1)
}

func (u *usual) node(kind yaml.Kind, at int) tree {
	return tree{Kind: kind, Line: u.line, Column: u.col(at)}
}

// done closes a mapping or list: what was put on the stack since from is its
// content.
func (u *usual) done(t tree, from int) tree {
	n := len(u.stack) - from
	if n == 0 {
		return t
	}
	t.Content = u.room(n, len(u.src))
	copy(t.Content, u.stack[from:])
	u.stack = u.stack[:from]
	return t
}

// block reads the value that begins the line, inside something that is indented
// by parent.
func (u *usual) block(parent int) tree {
	if u.depth++; u.depth > usualDepth {
		return u.giveUp()
	}
	defer func() { u.depth-- }()
	if u.dash(u.at) {
		return u.list()
	}
	if _, _, isKey := u.key(u.at); isKey {
		return u.mapping()
	}
	return u.value(u.at, parent)
}

// dash tells whether an entry of a list begins at an offset.
func (u *usual) dash(at int) bool {
	return u.src[at] == '-' && (u.src[at+1] == ' ' || u.src[at+1] == '\n')
}

// content is where something is said after an offset in the line; false if
// nothing is.
func (u *usual) content(at int) (int, bool) {
	spaced := u.src[at] == ' '
	for u.src[at] == ' ' {
		at++
	}
	switch {
	case at == u.until:
		return at, false
	case u.src[at] != '#':
		return at, true
	case !spaced || !harmless(u.src[at:u.until]):
		u.giveUp()
	}
	return at, false
}

// list reads a list whose first dash begins the line.
func (u *usual) list() tree {
	indent, from := u.indent, len(u.stack)
	t := u.node(yaml.SequenceNode, u.at)
	for !u.over && u.indent == indent && u.dash(u.at) {
		at, said := u.content(u.at + 1)
		var entry tree
		switch {
		case !said:
			entry = u.node(yaml.ScalarNode, u.at+1)
			if u.next(u.until + 1); !u.over && u.indent > indent {
				entry = u.block(indent)
			}
		default:
			u.at, u.indent = at, at-u.begin
			entry = u.block(indent)
		}
		u.stack = append(u.stack, entry)
	}
	return u.done(t, from)
}

// mapping reads a mapping whose first key begins the line.
func (u *usual) mapping() tree {
	indent, from := u.indent, len(u.stack)
	t := u.node(yaml.MappingNode, u.at)
	for !u.over && u.indent == indent {
		key, after, ok := u.key(u.at)
		if !ok || u.dash(u.at) {
			return u.giveUp()
		}
		u.stack = append(u.stack, key)
		at, said := u.content(after)
		if said {
			u.stack = append(u.stack, u.value(at, indent))
			continue
		}
		val := u.node(yaml.ScalarNode, after)
		switch u.next(u.until + 1); {
		case u.over:
		case u.indent > indent:
			val = u.block(indent)
		case u.indent == indent && u.dash(u.at):
			val = u.list()
		}
		u.stack = append(u.stack, val)
	}
	if !u.over && u.indent > indent {
		return u.giveUp()
	}
	return u.done(t, from)
}

// key reads a key and its colon.
func (u *usual) key(at int) (key tree, after int, ok bool) {
	end := -1
	switch c := u.src[at]; {
	case c == '"' || c == '\'':
		if key, end = u.quoted(at); end < 0 || u.src[end] != ':' {
			return tree{}, 0, false
		}
	case !u.plainStart(at):
		return tree{}, 0, false
	default:
		if end = u.colon(at); end < 0 {
			return tree{}, 0, false
		}
		key = u.node(yaml.ScalarNode, at)
		key.Value = u.src[at:end]
	}
	if after = end + 1; u.src[after] != ' ' && u.src[after] != '\n' {
		return tree{}, 0, false
	}
	if end-at > usualKey || u.src[end-1] == ' ' {
		u.giveUp()
	}
	return key, after, !u.bad
}

// colon is where plain text at an offset ends in a colon that makes it a key, or
// -1.
func (u *usual) colon(at int) int {
	for i := at; i < u.until; i++ {
		switch u.src[i] {
		case ':':
			if u.src[i+1] == ' ' || u.src[i+1] == '\n' {
				return i
			}
		case '#':
			if u.src[i-1] == ' ' {
				return -1
			}
		case '\t':
			u.giveUp()
			return -1
		}
	}
	return -1
}

// plainStart tells whether plain text begins at an offset. YAML allows a few
// more characters.
func (u *usual) plainStart(at int) bool {
	c := u.src[at]
	if c == '-' {
		c = u.src[at+1]
		return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	return strings.IndexByte("?:,[]{}#&*!|>'\"%@` \t\n", c) < 0
}

// value reads a scalar, or what is in brackets, from an offset in the line, and
// goes to the next one.
func (u *usual) value(at, parent int) tree {
	var t tree
	end := -1
	switch u.src[at] {
	case '"', '\'':
		t, end = u.quoted(at)
	case '[', '{':
		t, end = u.flow(at)
	case '|', '>':
		return u.blockScalar(at, parent)
	default:
		return u.plain(at, parent)
	}
	if end < 0 {
		return u.giveUp()
	}
	if _, said := u.content(end); said || u.bad {
		return u.giveUp()
	}
	if u.next(u.until + 1); !u.over && u.indent > parent {
		return u.giveUp()
	}
	return t
}

// quoted reads text in quotes, and where it ends: -1 if it does not end here.
func (u *usual) quoted(at int) (t tree, end int) {
	t = u.node(yaml.ScalarNode, at)
	quote, rest := u.src[at], u.src[at+1:u.until]
	if quote == '"' {
		t.Style = yaml.DoubleQuotedStyle
		n := strings.IndexByte(rest, '"')
		if n < 0 || strings.ContainsAny(rest[:n], "\\\t") {
			return tree{}, -1
		}
		t.Value = rest[:n]
		return t, at + n + 2
	}
	t.Style = yaml.SingleQuotedStyle
	n, twice := 0, false
	for {
		i := strings.IndexByte(rest[n:], '\'')
		if i < 0 {
			return tree{}, -1
		}
		if n += i; n+1 == len(rest) || rest[n+1] != '\'' {
			break
		}
		n, twice = n+2, true
	}
	if t.Value = rest[:n]; twice {
		t.Value = strings.ReplaceAll(t.Value, "''", "'")
	}
	if strings.IndexByte(t.Value, '\t') >= 0 {
		return tree{}, -1
	}
	return t, at + n + 2
}
