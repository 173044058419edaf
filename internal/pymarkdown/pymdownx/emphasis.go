package pymdownx

import "callboard/internal/pymarkdown"

// Short names for the tables of shapes.
const (
	blank = pymarkdown.NearBlank
	word  = pymarkdown.NearWord
	sign  = pymarkdown.NearSign
	// joined is what a smart sign must not touch: words and signs, but for "_".
	joined = pymarkdown.NearAlnum | pymarkdown.NearSign
)

type (
	marks = []pymarkdown.Mark

	contents = []pymarkdown.Content
	shape    = pymarkdown.Delimited
)

// run is a run of signs, and what must not stand before and behind it.
func run(notAfter pymarkdown.Neighbour, count int, notBefore pymarkdown.Neighbour) pymarkdown.Mark {
	return pymarkdown.Mark{NotAfter: notAfter, Count: count, NotBefore: notBefore}
}

// pair are the two elements that a sign makes, once and twice: of "*" they are
// em and strong.
type pair struct{ once, twice string }

func (p pair) twiceOnce() []string { return []string{p.twice, p.once} }
func (p pair) onceTwice() []string { return []string{p.once, p.twice} }

// setupBetterEm is pymdownx.betterem: emphasis that looks at what stands beside the
// signs; smart_enable says for which signs words stay whole.
func setupBetterEm(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	smart := o.String("smart_enable", "underscore")
	for _, name := range []string{"strong_em", "em_strong", "em_strong2", "strong", "emphasis", "strong2", "emphasis2"} {
		d.Inline.Deregister(name)
	}
	d.Inline.Register("not_strong", 70, pymarkdown.NotDelimiters("*_", 0))
	stars := plainEmphasis()
	if smart == "asterisk" || smart == "all" {
		stars = smartStars()
	}
	d.Inline.Register("strong_em", 50, pymarkdown.DelimitedBy('*', stars))
	underscores := plainEmphasis()
	if smart == "underscore" || smart == "all" {
		underscores = smartUnderscores()
	}
	d.Inline.Register("strong_em2", 40, pymarkdown.DelimitedBy('_', underscores))
	return nil
}

// plainEmphasis are the shapes of a sign that is not smart.
func plainEmphasis() []shape {
	p := pair{"em", "strong"}
	const c = pymarkdown.SpacedSigns
	return []shape{
		{Marks: marks{run(0, 3, blank), run(blank, 3, 0)}, Contents: contents{pymarkdown.OneTwo}, Build: pymarkdown.Inner, Tags: p.twiceOnce()},
		{Marks: marks{run(0, 3, blank|sign), run(blank, 2, 0), run(blank, 1, 0)}, Contents: contents{c, c}, Build: pymarkdown.Inner, Tags: p.onceTwice()},
		{Marks: marks{run(0, 3, blank|sign), run(blank, 1, 0), run(blank, 2, 0)}, Contents: contents{c, c}, Build: pymarkdown.Inner, Tags: p.twiceOnce()},
		{Marks: marks{run(0, 2, blank|sign), run(0, 1, blank|sign), run(blank, 3, 0)}, Contents: contents{c, c}, Build: pymarkdown.Trailing, Tags: p.twiceOnce()},
		{Marks: marks{run(0, 2, blank), run(blank, 2, 0)}, Contents: contents{pymarkdown.ShortRuns}, Tags: p.twiceOnce()},
		{Marks: marks{run(sign, 1, blank|sign), run(0, 2, 0), run(0, 3, 0)}, Contents: contents{c, c}, Build: pymarkdown.Trailing, Tags: p.onceTwice()},
		{Marks: marks{run(sign, 1, blank|sign), run(blank|sign, 1, sign)}, Contents: contents{pymarkdown.LongRuns}, Tags: p.onceTwice(), Anywhere: true},
		{Marks: marks{run(0, 1, blank), run(blank, 1, 0)}, Contents: contents{c}, Tags: p.onceTwice()},
	}
}

func smartUnderscores() []shape {
	p := pair{"em", "strong"}
	const c = pymarkdown.BetweenRuns
	return []shape{
		{Marks: marks{run(word, 3, blank|sign), run(blank, 3, word)}, Contents: contents{pymarkdown.Any}, Build: pymarkdown.Inner, Tags: p.twiceOnce()},
		{Marks: marks{run(word, 3, blank|sign), run(blank, 2, word), run(blank, 1, word)}, Contents: contents{c, c}, Build: pymarkdown.Inner, Tags: p.onceTwice()},
		{Marks: marks{run(word, 3, blank|sign), run(blank, 1, word), run(blank, 2, word)}, Contents: contents{c, c}, Build: pymarkdown.Inner, Tags: p.twiceOnce()},
		{Marks: marks{run(word, 2, blank|sign), run(word, 1, blank|sign), run(blank, 3, word)}, Contents: contents{c, c}, Build: pymarkdown.Trailing, Tags: p.twiceOnce()},
		{Marks: marks{run(word, 2, blank|sign), run(blank, 2, word)}, Contents: contents{pymarkdown.Any}, Tags: p.twiceOnce()},
		{Marks: marks{run(word, 1, blank|sign), run(word, 2, blank|sign), run(blank, 3, word)}, Contents: contents{c, c}, Build: pymarkdown.Trailing, Tags: p.onceTwice()},
		{Marks: marks{run(word, 1, blank|sign), run(blank|sign, 1, word)}, Contents: contents{pymarkdown.LongRuns}, Tags: p.onceTwice(), Anywhere: true},
		{Marks: marks{run(word, 1, blank|sign), run(blank, 1, word)}, Contents: contents{pymarkdown.Any}, Tags: p.onceTwice()},
	}
}

func smartStars() []shape {
	p := pair{"em", "strong"}
	const c = pymarkdown.BetweenRuns
	return []shape{
		{Marks: marks{run(joined, 3, blank|sign), run(blank, 3, joined)}, Contents: contents{pymarkdown.Any}, Build: pymarkdown.Inner, Tags: p.twiceOnce()},
		{Marks: marks{run(joined, 3, blank|sign), run(blank|sign, 2, joined), run(blank|sign, 1, joined)}, Contents: contents{c, c}, Build: pymarkdown.Inner, Tags: p.onceTwice()},
		{Marks: marks{run(joined, 3, blank|sign), run(blank|sign, 1, joined), run(blank|sign, 2, joined)}, Contents: contents{c, c}, Build: pymarkdown.Inner, Tags: p.twiceOnce()},
		{Marks: marks{run(joined, 2, blank|sign), run(joined, 1, blank|sign), run(blank|sign, 3, joined)}, Contents: contents{c, c}, Build: pymarkdown.Trailing, Tags: p.twiceOnce()},
		{Marks: marks{run(joined, 2, blank|sign), run(blank, 2, joined)}, Contents: contents{pymarkdown.Any}, Tags: p.twiceOnce()},
		{Marks: marks{run(joined, 1, blank|sign), run(joined, 2, blank|sign), run(blank, 3, joined)}, Contents: contents{c, c}, Build: pymarkdown.Trailing, Tags: p.onceTwice()},
		{Marks: marks{run(joined, 1, blank|sign), run(blank|sign, 1, joined)}, Contents: contents{pymarkdown.LongRuns}, Tags: p.onceTwice(), Anywhere: true},
		{Marks: marks{run(joined, 1, blank|sign), run(blank, 1, joined)}, Contents: contents{pymarkdown.Any}, Tags: p.onceTwice()},
	}
}
