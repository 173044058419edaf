package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Sizes of what is shown of a hit.
const (
	excerptLen  = 160 // bytes of an excerpt, about two lines
	excerptLead = 40  // of these before the first match
	maxMatches  = 400 // matches of a section that are looked at
	maxSections = 4
)

// Hit is a document that was found.
type Hit struct {
	URL, Title, Kind, Owner, Crumb string
	Ref, Name, Type, Lifecycle     string
	Tags                           []string
	Score                          float64
	// Excerpt is the best place of the document.
	Excerpt Excerpt
	// Sections are the best parts under a heading, best first.
	Sections []HitSection
}

// HitSection is a part of a page; ID is the fragment.
type HitSection struct {
	ID, Title string
	Excerpt   Excerpt
}

// Excerpt is a short text, with an ellipsis where it was cut; Marks are the
// matches as [start, end) in bytes.
type Excerpt struct {
	Text  string
	Marks [][2]int
}

func (r *Reader) hits(order []ranked, q *query, words []*sought) ([]Hit, error) {
	out := make([]Hit, 0, len(order))
	for _, x := range order {
		d, err := r.shownAs(x.doc)
		if err != nil {
			return nil, err
		}
		h := Hit{
			URL: d.URL, Title: d.Title, Kind: d.Kind, Owner: d.Owner, Crumb: d.Crumb, Ref: d.Ref,
			Name: d.Name, Type: d.Type, Lifecycle: d.Lifecycle, Tags: d.Tags, Score: float64(x.score) / 1000,
		}
		newMatcher(q, words, r.meta.Langs[r.sorts[x.doc]]).show(&h, d)
		out = append(out, h)
	}
	return out, nil
}

// matcher finds the words of a query in a text.
type matcher struct {
	terms []matchTerm
	alike map[string]int // as which term a root says a word of the query otherwise
	lang  string
	scan  scanner
}

type matchTerm struct {
	term, stem string
	prefix     bool
	word       int // which word of the query it stands for
}

// match is a place in a text: of which word of the query, and of which of the
// matcher's terms, as which the word is looked for.
type match struct{ start, end, word, term int }

// newMatcher finds the words of a query, what they were corrected to and what says
// the same otherwise, in texts of a language.
func newMatcher(q *query, words []*sought, lang string) *matcher {
	m := &matcher{lang: lang, alike: map[string]int{}}
	add := func(term string, prefix bool, word int) {
		m.terms = append(m.terms, matchTerm{term, stem(lang, term), prefix, word})
	}
	next := 0 // of the smallest words
	smallest := func(term string, prefix bool, word int) {
		w := words[next]
		next++
		if w.optional {
			return // what holds a question together is everywhere
		}
		add(term, prefix, word)
		if w.corrected {
			for _, c := range w.terms {
				add(c.term, false, word)
			}
		}
		if len(w.alike) > 0 && lang == "en" {
			for _, root := range w.alike {
				m.alike[root] = len(m.terms)
			}
			m.terms = append(m.terms, matchTerm{word: word})
		}
	}
	for i, w := range q.words {
		if len(w.parts) == 0 {
			smallest(w.term, w.prefix, i)
			continue
		}
		add(w.term, w.prefix, i)
		for j, part := range w.parts {
			smallest(part, w.prefix && j == len(w.parts)-1, i)
		}
	}
	return m
}

// matches are the places in the text, at most maxMatches.
func (m *matcher) matches(text string) (out []match) {
	for m.scan.reset(text); len(out) < maxMatches && m.scan.next(); {
		if term := m.scanned(); term >= 0 {
			out = append(out, match{m.scan.start, m.scan.end, m.terms[term].word, term})
		}
	}
	return out
}

// scanned is the term that the scanner's word stands for, or -1.
func (m *matcher) scanned() int {
	s := &m.scan
	if i := m.token(s.word); i >= 0 {
		return i
	}
	for _, spans := range [2][]span{s.parts, s.humps} {
		for _, x := range spans {
			if i := m.token(s.word[x.start:x.end]); i >= 0 {
				return i
			}
		}
	}
	return -1
}

func (m *matcher) token(b []byte) int {
	token := string(cut(b))
	for i, t := range m.terms {
		if token == t.term || t.prefix && strings.HasPrefix(token, t.term) || stem(m.lang, token) == t.stem {
			return i
		}
	}
	if i, ok := m.alike[rootOf(token)]; ok {
		return i
	}
	return -1
}

// excerpted is a section with what was found in it.
type excerpted struct {
	section int
	score   int
	terms   int // how many of the matcher's are in it
	text    string
	found   []match
}

// compare orders sections, the best first. Of the operations of an API that fit as
// well, that with the shorter path is what was asked for: POST /bookings before
// POST /bookings/search. Sections of a page stay in its order.
func (p excerpted) compare(o excerpted, d *shownDoc) int {
	n := cmp.Or(o.score-p.score, o.terms-p.terms)
	if n == 0 && d.Kind == "api" {
		n = utf8.RuneCountInString(d.Sections[p.section][1]) - utf8.RuneCountInString(d.Sections[o.section][1])
	}
	return n
}

// show fills in the excerpts of a hit.
func (m *matcher) show(h *Hit, d *shownDoc) {
	description := m.matches(d.Description)
	best := excerpted{section: -1, score: distinct(description), text: d.Description, found: description}
	var places []excerpted
	for i, s := range d.Sections {
		found, title := m.matches(s[2]), m.matches(s[1])
		said := found
		if d.Kind == "api" { // what an operation is called need not be said of it again
			said = slices.Concat(found, title)
		}
		if score := 2*distinct(said) + 3*distinct(title); score > 0 {
			places = append(places, excerpted{i, score, m.different(found, title), s[2], found})
		}
	}
	slices.SortStableFunc(places, func(a, b excerpted) int { return a.compare(b, d) })
	if len(places) > 0 && places[0].score >= best.score {
		best = places[0]
	}
	if best.text == "" && len(d.Sections) > 0 {
		best.text = d.Sections[0][2]
	}
	h.Excerpt = excerpt(best.text, best.found)
	for _, p := range places[:min(len(places), maxSections)] {
		s := d.Sections[p.section]
		h.Sections = append(h.Sections, HitSection{s[0], s[1], excerpt(p.text, p.found)})
	}
}

// distinct is the number of different words of the query among the matches.
func distinct(all []match) int {
	var seen uint32
	n := 0
	for _, x := range all {
		if bit := uint32(1) << (x.word % 32); seen&bit == 0 {
			seen |= bit
			n++
		}
	}
	return n
}

// different is how many of the terms are among the matches.
func (m *matcher) different(all ...[]match) (n int) {
	seen := make([]bool, len(m.terms))
	for _, found := range all {
		for _, x := range found {
			if !seen[x.term] {
				seen[x.term] = true
				n++
			}
		}
	}
	return n
}

// excerpt is the stretch of text with the most different matches.
func excerpt(text string, found []match) Excerpt {
	from := 0
	if len(found) > 0 {
		from = densest(found)
	}
	start, end := window(text, from)
	out := Excerpt{}
	if start > 0 {
		out.Text = "… "
	}
	shift := len(out.Text) - start
	out.Text += strings.Map(oneLine, text[start:end])
	if end < len(text) {
		out.Text += " …"
	}
	for _, x := range found {
		if x.start < start || x.end > end {
			continue
		}
		if n := len(out.Marks); n > 0 && out.Marks[n-1][1] >= x.start+shift {
			out.Marks[n-1][1] = x.end + shift
			continue
		}
		out.Marks = append(out.Marks, [2]int{x.start + shift, x.end + shift})
	}
	return out
}

// oneLine makes white space spaces, one for one, so that marks stay in place.
func oneLine(r rune) rune {
	if r == '\n' || r == '\r' || r == '\t' {
		return ' '
	}
	return r
}

// densest is the start of the match from which an excerpt has the most
// different ones.
func densest(found []match) int {
	best, at := 0, found[0].start
	for i, j := 0, 0; i < len(found); i++ {
		for j < len(found) && found[j].end <= found[i].start+excerptLen-excerptLead {
			j++
		}
		if n := distinct(found[i:max(j, i+1)]); n > best {
			best, at = n, found[i].start
		}
	}
	return at
}

// window is an excerpt's place: some text before from, cut between words.
func window(text string, from int) (start, end int) {
	if len(text) <= excerptLen {
		return 0, len(text)
	}
	start = max(min(from-excerptLead, len(text)-excerptLen), 0)
	if start > 0 {
		if i := strings.IndexAny(text[start:from], " \n"); i >= 0 {
			start += i + 1
		} else {
			start = from
		}
	}
	end = start + excerptLen
	if end >= len(text) {
		return start, len(text)
	}
	if i := strings.LastIndexAny(text[start:end], " \n"); i > excerptLen/2 {
		return start, start + i
	}
	return start, start + len(clip(text[start:], excerptLen))
}
