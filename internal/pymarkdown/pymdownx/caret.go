package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// setupCaret is pymdownx.caret: ^^inserted^^ and ^superscript^.
func setupCaret(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	s := scripts{sign: '^', tags: pair{"sup", "ins"}, once: o.Bool("superscript", true), twice: o.Bool("insert", true), smart: o.Bool("smart_insert", true)}
	s.register(d, "not_tilde", "sup_ins")
	return nil
}

// setupTilde is pymdownx.tilde: ~~deleted~~ and ~subscript~.
func setupTilde(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	s := scripts{sign: '~', tags: pair{"sub", "del"}, once: o.Bool("subscript", true), twice: o.Bool("delete", true), smart: o.Bool("smart_delete", true)}
	s.register(d, "not_tilde", "sub_del")
	return nil
}

// setupMark is pymdownx.mark: ==marked==.
func setupMark(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	escapeChars(d, "=")
	one := shape{Marks: marks{run(joined, 2, blank|sign), run(blank, 2, joined)}, Contents: contents{pymarkdown.PastRuns}, Tags: []string{"mark"}}
	if !o.Bool("smart_mark", true) {
		one = shape{Marks: marks{run(0, 2, blank), run(blank, 2, 0)}, Contents: contents{pymarkdown.ShortRuns}, Tags: []string{"mark"}}
	}
	d.Inline.Register("not_tilde", 70, pymarkdown.NotDelimiters("=", 0))
	d.Inline.Register("mark", 65, pymarkdown.DelimitedBy('=', []shape{one}))
	return nil
}

// escapeChars adds characters to those that a backslash makes literal.
func escapeChars(d *pymarkdown.Dialect, chars string) {
	for _, c := range chars {
		if !strings.ContainsRune(d.EscapedChars, c) {
			d.EscapedChars += string(c)
		}
	}
}

// scripts are the shapes of caret and tilde, whose rules are the same.
type scripts struct {
	sign               byte
	tags               pair
	once, twice, smart bool
}

func (s scripts) register(d *pymarkdown.Dialect, not, name string) {
	if s.once || s.twice {
		escapeChars(d, string(rune(s.sign)))
	}
	if s.once {
		escapeChars(d, " ")
	}
	d.Inline.Register(not, 70, pymarkdown.NotDelimiters(string(rune(s.sign)), 0))
	if list := s.shapes(); list != nil {
		d.Inline.Register(name, 65, pymarkdown.DelimitedBy(s.sign, list))
	}
}

func (s scripts) shapes() []shape {
	switch {
	case s.once && s.twice && s.smart:
		return s.both(s.smartBoth())
	case s.once && s.twice:
		return s.both(s.plainBoth())
	case s.twice && s.smart:
		return []shape{s.smartTwice()}
	case s.twice:
		return []shape{s.plainTwice()}
	case s.once:
		return []shape{s.onceOnly()}
	}
	return nil
}

func (s scripts) onceOnly() shape {
	return shape{Marks: marks{run(0, 1, blank), run(blank, 1, 0)}, Contents: contents{pymarkdown.NoBlank}, Tags: s.tags.onceTwice()}
}

func (s scripts) plainTwice() shape {
	return shape{Marks: marks{run(0, 2, blank), run(blank, 2, 0)}, Contents: contents{pymarkdown.ShortRuns}, Tags: s.tags.twiceOnce()}
}

func (s scripts) smartTwice() shape {
	return shape{Marks: marks{run(joined, 2, blank|sign), run(blank, 2, joined)}, Contents: contents{pymarkdown.Any}, Tags: s.tags.twiceOnce()}
}

// both puts the shapes of a sign alone behind those of three.
func (s scripts) both(list []shape) []shape {
	return append(list,
		shape{Marks: marks{run(sign, 1, blank|sign), run(blank|sign, 1, sign)}, Contents: contents{pymarkdown.LongRunsNoBlank}, Tags: s.tags.onceTwice(), Anywhere: true},
		s.onceOnly())
}

func (s scripts) plainBoth() []shape {
	const c = pymarkdown.NoBlank
	return []shape{
		{Marks: marks{run(0, 3, blank), run(blank, 3, 0)}, Contents: contents{pymarkdown.OneTwoNoBlank}, Build: pymarkdown.Inner, Tags: s.tags.twiceOnce()},
		{Marks: marks{run(0, 3, blank|sign), run(blank, 2, 0), run(blank, 1, 0)}, Contents: contents{c, c}, Build: pymarkdown.Inner, Tags: s.tags.onceTwice()},
		{Marks: marks{run(0, 3, blank|sign), run(blank, 1, 0), run(blank, 2, 0)}, Contents: contents{c, pymarkdown.ShortRuns}, Build: pymarkdown.Inner, Tags: s.tags.twiceOnce()},
		{Marks: marks{run(0, 2, blank|sign), run(0, 1, blank|sign), run(blank, 3, 0)}, Contents: contents{pymarkdown.ShortRuns, c}, Build: pymarkdown.Trailing, Tags: s.tags.twiceOnce()},
		s.plainTwice(),
		{Marks: marks{run(sign, 1, blank|sign), run(0, 2, 0), run(0, 3, 0)}, Contents: contents{c, c}, Build: pymarkdown.Trailing, Tags: s.tags.onceTwice()},
	}
}

func (s scripts) smartBoth() []shape {
	const c = pymarkdown.NoBlank
	return []shape{
		{Marks: marks{run(0, 3, blank|sign), run(blank, 3, 0)}, Contents: contents{c}, Build: pymarkdown.Inner, Tags: s.tags.twiceOnce()},
		{Marks: marks{run(0, 3, blank|sign), run(blank, 2, joined), run(blank, 1, 0)}, Contents: contents{c, c}, Build: pymarkdown.Inner, Tags: s.tags.onceTwice()},
		{Marks: marks{run(0, 3, blank|sign), run(blank, 1, joined), run(blank, 2, 0)}, Contents: contents{c, pymarkdown.BetweenRuns}, Build: pymarkdown.Inner, Tags: s.tags.twiceOnce()},
		{Marks: marks{run(sign, 2, blank|sign), run(joined, 1, blank|sign), run(blank, 3, 0)}, Contents: contents{pymarkdown.BetweenRuns, c}, Build: pymarkdown.Trailing, Tags: s.tags.twiceOnce()},
		s.smartTwice(),
		{Marks: marks{run(sign, 1, blank|sign), run(joined, 2, blank|sign), run(blank, 3, 0)}, Contents: contents{c, c}, Build: pymarkdown.Trailing, Tags: s.tags.onceTwice()},
	}
}
