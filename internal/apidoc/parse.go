package apidoc

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"callboard/internal/diag"
)

// maxFindings is how many diagnostics one definition gives.
const maxFindings = 20

// parse is the reading of one definition.
type parse struct {
	ref     *Reference
	used    map[string]bool
	next    map[string]int // per wanted id, the number that may be free
	groups  map[string]int
	items   int
	full    bool // of items or schemas; said once
	finding []diag.Diagnostic
}

func newParse() *parse {
	return &parse{used: map[string]bool{}, next: map[string]int{}, groups: map[string]int{}}
}

func (p *parse) report(s diag.Severity, code diag.Code, at diag.Pos, message, hint string) {
	if len(p.finding) < maxFindings {
		p.finding = append(p.finding, diag.Diagnostic{Pos: at, Severity: s, Code: code, Message: message, Hint: hint})
	}
}

func (p *parse) found() []diag.Diagnostic { return diag.Sort(p.finding) }

// id makes a unique fragment of a prefix and a name that a stranger chose.
func (p *parse) id(prefix, name string) string {
	base := prefix + "-" + slug(name)
	id := base
	for p.used[id] {
		p.next[base]++
		id = fmt.Sprintf("%s~%d", base, p.next[base]+1)
	}
	p.used[id] = true
	return id
}

// maxSlug is how many bytes of a name go into an id.
const maxSlug = 80

// slug keeps what is safe in a fragment as it is (letters, digits, "-", "_",
// ".") and joins runs of anything else by one hyphen.
func slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range name {
		if !isWord(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		if b.WriteRune(r); b.Len() >= maxSlug {
			break
		}
	}
	if b.Len() == 0 {
		return "x"
	}
	return b.String()
}

func isWord(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.'
}

// text cuts a text to MaxText bytes and takes out what is no text.
func text(s string) string {
	s = strings.ToValidUTF8(strings.TrimSpace(s), "\ufffd")
	if len(s) <= MaxText {
		return s
	}
	end := MaxText
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

// line is a text in one line.
func line(s string) string { return strings.Join(strings.Fields(text(s)), " ") }

// add appends an item to the group of a name, which is made when it is new.
func (p *parse) add(group string, it Item) {
	if p.items++; p.items > MaxItems {
		p.tooMany("items", MaxItems)
		return
	}
	g := p.group(group)
	g.Items = append(g.Items, it)
}

// group finds or makes the group of a name. It is valid until the next call.
func (p *parse) group(name string) *Group {
	i, ok := p.groups[name]
	if !ok {
		i = len(p.ref.Groups)
		p.groups[name] = i
		p.ref.Groups = append(p.ref.Groups, Group{Name: line(name)})
	}
	return &p.ref.Groups[i]
}

func (p *parse) schema(kind, name, description string, deprecated bool, at int) {
	if len(p.ref.Schemas) >= MaxSchemas {
		p.tooMany("schemas", MaxSchemas)
		return
	}
	p.ref.Schemas = append(p.ref.Schemas, Schema{
		ID: p.id("schema", name), Name: line(name), Kind: kind,
		Description: text(description), Deprecated: deprecated, Line: at,
	})
}

func (p *parse) tooMany(what string, limit int) {
	if !p.full {
		p.full = true
		p.report(diag.Warning, CodeTooLarge, diag.Pos{}, fmt.Sprintf("the definition has more than %d %s", limit, what), "the rest is left out of the outline")
	}
}
