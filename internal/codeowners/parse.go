package codeowners

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"callboard/internal/diag"
)

// parser reads one file, line by line.
type parser struct {
	dialect  Dialect
	at       diag.Pos
	sink     diag.Sink
	rules    *Rules
	byName   map[string]int // GitLab joins sections of one name, in any case
	current  int            // the section that lines go to
	count    int
	findings int
}

func (p *parser) say(line, col int, code diag.Code, msg, hint string) {
	if p.findings++; p.findings > MaxFindings {
		return
	}
	at := p.at
	at.Line, at.Col = line, col
	p.sink.Report(diag.Diagnostic{Pos: at, Severity: diag.Warning, Code: code, Message: msg, Hint: hint})
}

// word is a part of a line between spaces. text is without the backslashes
// before spaces.
type word struct {
	text string
	col  int
}

// words splits a line at spaces that no backslash stands before. A word that
// begins with "#" begins a comment.
func words(line string) []word {
	var out []word
	var b strings.Builder
	col, start := 0, 0
	flush := func() {
		if b.Len() > 0 {
			out = append(out, word{b.String(), start})
		}
		b.Reset()
	}
	escaped := false
	for _, r := range line {
		col++
		space := r == ' ' || r == '\t'
		switch {
		case space && !escaped:
			flush()
			continue
		case r == '#' && b.Len() == 0 && !escaped:
			return out
		case b.Len() == 0:
			start = col
		}
		if !escaped && r == '\\' {
			escaped = true
			start = min(start, col)
			continue
		}
		if escaped && !space && r != '#' {
			b.WriteByte('\\')
		}
		escaped = false
		b.WriteRune(r)
	}
	flush()
	return out
}

// line reads one line. It returns false when there are too many.
func (p *parser) line(text string, n int) bool {
	if p.dialect == GitLab {
		if h, rest, ok := sectionHead(text); ok {
			p.section(h, rest, n, utf8.RuneCountInString(text)-utf8.RuneCountInString(rest))
			return true
		}
	}
	ws := words(text)
	if len(ws) == 0 {
		return true
	}
	if p.count++; p.count > MaxRules {
		p.findings = 0
		p.say(n, 1, CodeTooLarge, fmt.Sprintf("the file has more than %d lines with a pattern; the rest is left out", MaxRules), "use patterns for directories")
		return false
	}
	r := rule{line: n}
	pat := ws[0].text
	if rest, ok := strings.CutPrefix(pat, "!"); ok {
		if p.dialect == GitHub {
			p.say(n, ws[0].col, CodeInvalid, fmt.Sprintf("the pattern %q begins with an exclamation mark, which GitHub does not know; the line has no effect", short(pat)), "write a line without owners for what nobody owns")
			return true
		}
		pat, r.exclude = rest, true
	}
	if p.dialect == GitHub && strings.Contains(pat, "[") {
		p.say(n, ws[0].col, CodeInvalid, fmt.Sprintf("the pattern %q has a range in brackets, which GitHub does not know; the line has no effect", short(pat)), "write a line for each")
		return true
	}
	var ok bool
	if r.pattern, ok = compile(pat, p.dialect); !ok || len(pat) > MaxPattern {
		p.say(n, ws[0].col, CodeInvalid, fmt.Sprintf("the pattern %q cannot be read", short(pat)), "")
		return true
	}
	if r.owners, ok = p.owners(ws[1:], n); !ok {
		return true
	}
	s := &p.rules.sections[p.current]
	s.rules = append(s.rules, r)
	return true
}

// owners reads the words after a pattern. It returns false if the line has no
// effect because of one that is none.
func (p *parser) owners(ws []word, n int) ([]Owner, bool) {
	var out []Owner
	for _, w := range ws {
		o, ok := parseOwner(w.text, p.dialect)
		if !ok && p.dialect == GitHub {
			p.say(n, w.col, CodeInvalid, fmt.Sprintf("%q is no owner; the line has no effect", short(w.text)), "write @user, @organisation/team or an e-mail address")
			return nil, false
		}
		if !ok {
			p.say(n, w.col, CodeInvalid, fmt.Sprintf("%q is no owner, and is left out", short(w.text)), "write @user, @group/subgroup, @@role or an e-mail address")
			continue
		}
		if o.Col = w.col; len(out) < MaxOwners {
			out = append(out, o)
		}
	}
	return out, true
}

// head is the beginning of a section: [Name], ^[Name] or [Name][2].
type head struct {
	name     string
	optional bool
}

// sectionHead reads the head of a section; rest is what stands after it.
func sectionHead(line string) (h head, rest string, ok bool) {
	line = strings.TrimLeft(line, " \t")
	line, h.optional = strings.CutPrefix(line, "^")
	line, opens := strings.CutPrefix(line, "[")
	name, rest, closes := strings.Cut(line, "]")
	if !opens || !closes || strings.TrimSpace(name) == "" {
		return head{}, "", false
	}
	h.name = strings.TrimSpace(name)
	if n, after, ok := strings.Cut(rest, "]"); ok && strings.HasPrefix(n, "[") && strings.Trim(n[1:], "0123456789") == "" {
		rest = after // the number of approvals
	}
	return h, rest, rest == "" || rest[0] == ' ' || rest[0] == '\t'
}

// section begins a section, or goes on with one that had its name before.
func (p *parser) section(h head, rest string, n, col int) {
	ws := words(rest)
	for i := range ws {
		ws[i].col += col
	}
	key := strings.ToLower(h.name)
	i, known := p.byName[key]
	if !known {
		if p.count++; p.count > MaxRules {
			return
		}
		i = len(p.rules.sections)
		p.byName[key] = i
		p.rules.sections = append(p.rules.sections, section{name: h.name, optional: h.optional})
	}
	p.current = i
	if defaults, _ := p.owners(ws, n); len(defaults) > 0 {
		p.rules.sections[i].defaults = defaults
	}
}

// hasSection tells whether a file is written for GitLab: GitHub knows no
// brackets at the beginning of a line.
func hasSection(src []byte) bool {
	for line := range bytes.Lines(src) {
		if _, _, ok := sectionHead(strings.TrimRight(string(line), "\r\n")); ok {
			return true
		}
	}
	return false
}

// short is a text cut to what fits into a message.
func short(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
