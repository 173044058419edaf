package site

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"callboard/internal/repofs"
	"callboard/internal/urlpath"
)

// maxStale is how many outdated repositories the health page lists; the page of
// sources lists more.
const maxStale = 20

// StaleNotes say that what a page shows of a repository is not its present
// state; there are none if it is.
func StaleNotes(repo string, x *repofs.Stale) []Note {
	if x == nil {
		return nil
	}
	n := Note{Tone: "warn", Title: "Not up to date", Text: fmt.Sprintf("%s could not be read", short(repo, 100)), Time: stamp(x.Since)}
	if x.Cause != "" {
		n.Text += ": " + sentence(x.Cause)
	}
	if n.Text += ". What stands here is the last that is known"; n.Time != nil {
		n.Text += ", of"
	} else {
		n.Text += "."
	}
	return []Note{n}
}

// staleBlocks are a table of the repositories that are not up to date, none if
// all are.
func (s *Site) staleBlocks(most int) []Block {
	t := &Table{Caption: "Not up to date", Columns: []Column{{"Repository", ""}, {"Since", ""}, {"Cause", "opt c1"}}}
	n := 0
	for _, x := range s.in.Sources {
		if x.Stale == nil || slices.ContainsFunc(s.in.Troubles, func(t Trouble) bool { return t.covers(x.Stale) }) {
			continue
		}
		if n++; n > most {
			continue
		}
		name := Cell{Text: short(x.Repo, 100)}
		if href, ok := urlpath.SafeLink(x.WebURL); ok {
			name = Cell{Link: &Link{short(x.Repo, 100), href}}
		}
		cause := begun(short(x.Stale.Cause, 300))
		name.Meta, name.Class = cause, "wrap"
		t.Rows = append(t.Rows, []Cell{name, {Time: stamp(x.Stale.Since)}, {Text: cause, Class: "opt wrap"}})
	}
	if n == 0 {
		return nil
	}
	b := Block{Title: "Not up to date", Count: n, Table: t, Intro: "These repositories could not be read. What the portal shows of them is the last that is known."}
	if n > most {
		b.More = &Link{"All", s.url("health/sources/")}
	}
	return []Block{b}
}

// sentence is a clause of others within a sentence of ours.
func sentence(clause string) string {
	c := short(clause, 300)
	for len(c) > 0 && c[len(c)-1] == '.' {
		c = c[:len(c)-1]
	}
	return c
}

// begun is a clause of others as it begins a sentence, unless it begins with a name,
// such as that of a host.
func begun(clause string) string {
	word, _, _ := strings.Cut(clause, " ")
	if word == "" || strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLower(r) }) {
		return clause
	}
	r, n := utf8.DecodeRuneInString(clause)
	return string(unicode.ToUpper(r)) + clause[n:]
}
