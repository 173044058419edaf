// Package audit proves of a portal that has been written that it tells an
// audience nothing of what that audience may not see. It knows what that is from
// the sources, not from the pages: names and references, and texts that nobody
// has written elsewhere, are looked for in every file that the audience can get,
// as it is and as what reads it makes of it: JSON decoded, HTML without its tags,
// compressed twins unpacked, the search index asked.
package audit

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"callboard/internal/audience"
	"callboard/internal/build"
	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
)

// The codes of what is found.
const (
	CodeName = diag.Code("audience-leak")      // a name or reference
	CodeText = diag.Code("audience-text-leak") // words in the order in which only something hidden has them
)

// Needles are what is looked for in the portal of one audience. They are made of
// all that is hidden, then Shown is told what is not.
type Needles struct {
	view *audience.View
	// tokens are words that stand for something hidden, each with what it is.
	tokens map[string]*needle
	// grams are runs of words by their length and their hash.
	grams map[int]map[uint64]*needle
}

type needle struct {
	of   entity.Ref
	what string // what was found, for people
	// plain words are names that others use, too; they are found where they stand as
	// part of a reference or an address.
	plain bool
	said  diag.Pos // by whom else it is said
	code  diag.Code
}

// run is how many words in a row are taken to be somebody's.
const run = 6

// NewNeedles are those of the entities that a view withholds.
func NewNeedles(v *audience.View) *Needles {
	n := &Needles{view: v, tokens: map[string]*needle{}, grams: map[int]map[uint64]*needle{}}
	for _, e := range v.Withheld() {
		if e.Kind == entity.KindLocation {
			continue // they have the names of repositories and tell nothing but files
		}
		n.name(e.Ref, e.Name)
		if title := words(e.Title()); len(title) > 1 && len(title) < run {
			n.gram(e.Ref, title, CodeName)
		}
		n.hideValue(e.Ref, entityText(e))
	}
	return n
}

// name adds the name of an entity.
func (n *Needles) name(ref entity.Ref, name string) {
	name = strings.ToLower(name)
	n.tokens[name] = &needle{of: ref, what: fmt.Sprintf("%q", name), plain: !compound(name), code: CodeName}
}

// compound tells whether a name is one that nobody writes who does not mean it.
func compound(name string) bool {
	return len(name) > 3 && strings.ContainsAny(strings.Trim(name, "-_."), "-_.0123456789")
}

// gram adds a run of words.
func (n *Needles) gram(ref entity.Ref, run []string, code diag.Code) {
	by := n.grams[len(run)]
	if by == nil {
		by = map[uint64]*needle{}
		n.grams[len(run)] = by
	}
	if h := hash(run); by[h] == nil {
		by[h] = &needle{of: ref, what: fmt.Sprintf("%q", strings.Join(run, " ")), code: code}
	}
}

// Hide adds a text that is hidden: a page of documentation.
func (n *Needles) Hide(ref entity.Ref, text string) { n.hideValue(ref, []string{text}) }

func (n *Needles) hideValue(ref entity.Ref, texts []string) {
	for _, text := range texts {
		if len(strings.Fields(text)) < 4 {
			continue // a reference, an address or a word
		}
		ws := words(text)
		for i := 0; i+run <= len(ws); i++ {
			n.gram(ref, ws[i:i+run], CodeText)
		}
		if len(ws) >= 4 && len(ws) < run {
			n.gram(ref, ws, CodeText)
		}
	}
}

// Show tells of a text that is not hidden, and where it stands. Words and runs of
// words that it has are no longer looked for, since the audience may see them
// there, but for names that cannot be meant otherwise.
func (n *Needles) Show(text string, at diag.Pos) {
	ws := words(text)
	for k, by := range n.grams {
		for i := 0; i+k <= len(ws); i++ {
			delete(by, hash(ws[i:i+k]))
		}
	}
	tokens(text, func(token string, _, _ int) {
		if x := n.tokens[token]; x != nil && x.said.IsZero() {
			if x.said = at; x.plain {
				x.code = "" // only as a reference
			}
		}
	})
}

// ShowEntities tells of all entities that the audience may see.
func (n *Needles) ShowEntities() {
	for _, e := range n.view.Entities {
		for _, text := range entityText(e) {
			n.Show(text, e.Origin.Pos())
		}
		n.Show(e.Name+" "+e.Title(), e.Origin.Pos())
	}
}

// entityText are the texts of an entity that people wrote.
func entityText(e *entity.Entity) (out []string) {
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case *entity.Text:
			out = append(out, v.String())
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(catalog.FlatMetadata(e))
	walk(e.Spec)
	return out
}

// Count is how many names and how many runs of words are looked for.
func (n *Needles) Count() (names, texts int) {
	for _, by := range n.grams {
		texts += len(by)
	}
	return len(n.tokens), texts
}

// Of makes the needles of an audience over a catalog.
func Of(o build.Options, l *build.Loaded, v *audience.View) (*Needles, error) {
	n := NewNeedles(v)
	var shown []build.Text
	err := build.Documentation(o, l, v, func(t build.Text, hidden bool) error {
		if hidden {
			n.Hide(t.Of, t.Text)
		} else {
			shown = append(shown, t)
		}
		return nil
	})
	n.ShowEntities()
	for _, t := range shown {
		n.Show(t.Text, t.Pos)
	}
	return n, err
}

// ShowFiles tells of the words that stand in the files of a theme, which are on
// pages whatever is hidden.
func (n *Needles) ShowFiles(theme fs.FS) error {
	return fs.WalkDir(theme, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch path.Ext(name) {
		case ".html", ".ts", ".css", ".tmpl", ".toml":
			text, err := fs.ReadFile(theme, name)
			n.Show(string(text), diag.Pos{File: name})
			return err
		}
		return nil
	})
}
