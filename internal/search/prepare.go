package search

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
)

// Limits of one document. What is beyond them is not indexed; the document is
// found by what is before.
const (
	maxDocWords  = 200_000
	maxPositions = 255 // of a term in one document
	maxTags      = 200
	maxAliases   = 1000
	maxFieldRead = 4096         // bytes of a name, title, tag, crumb
	maxKinds     = 200          // different kinds and priors in one index
	maxFilter    = 512          // bytes of a filter's value
	filterMark   = "\x01"       // begins the terms of filters: "\x01owner:team-a"
	fieldGap     = 8            // positions between two fields
	prefixMark   = "\U0010ffff" // ends the terms of prefixes; sorts after all words that begin so
)

// preparer collects the postings of a segment.
type preparer struct {
	scan  scanner
	ids   map[string]uint32
	terms []string

	// Of the document at hand, by term: its flags and count, valid where seen
	// is the document's number plus one.
	seen    []uint32
	flags   []byte
	count   []uint16
	first   []uint32 // by term: its first place in places, plus one; 0 if it has none
	last    []uint32 // and its last
	places  []place
	placed  []byte // by term: how many places it has
	touched []uint32
	whole   []byte // key of the whole name or title
	alikes  *Words
	said    []string      // roots of the words of a title or heading
	same    [2][][]string // by term: what is the same thing, in all texts and in English ones
	english bool          // the document is
	words   int
	at      uint32 // position of the last word

	postings  []posting
	positions []byte // of all postings, in the order they were made
	perTerm   []uint32
}

// place is where a term stands, and its next place in the document, as first.
type place struct{ at, next uint32 }

type posting struct {
	term, doc uint32
	flags     byte
	size      uint16 // bytes of its positions
	from      uint32 // and where they begin
}

// Prepare tokenises the documents of one group, such as a documentation set or
// a block of entities. It depends on docs and this package's version only.
func Prepare(docs []Doc) *Segment { return onlyEnglish().Prepare(docs) }

// Prepare is Prepare for a portal that has words of its own; it depends on their
// Key, too.
func (w *Words) Prepare(docs []Doc) *Segment {
	p := &preparer{ids: make(map[string]uint32, 1024), alikes: w}
	seg := &Segment{}
	for i := range docs {
		seg.rows = append(seg.rows, p.document(&docs[i], uint32(i), seg))
	}
	seg.nterms = len(p.terms)
	seg.terms = p.encode()
	seg.frags = fragments(docs)
	return seg
}

func (p *preparer) document(d *Doc, n uint32, seg *Segment) row {
	p.touched, p.places, p.words, p.at = p.touched[:0], p.places[:0], 0, 0
	p.english = language(d.Lang) == "en"
	p.field(d.Name, inName, n)
	if p.key(d.Name) {
		p.add(p.whole, inName|isWhole, n)
	}
	p.field(d.Title, inTitle, n)
	titleWords := p.telling(d)
	p.called(d.Title, inTitle, n)
	p.field(d.Heading, inAlias, n)
	if d.Kind == "docs" || d.Kind == "template" {
		p.alike(d.Title, inTitle, n)
		p.alike(d.Heading, inTitle, n)
	}
	p.called(d.Heading, inTitle, n)
	for _, name := range []string{d.Name, d.Title, d.Heading} {
		p.joined(name, n)
	}
	p.aliases(d, n)
	p.body(d.Description, n)
	for i := range d.Sections {
		p.field(d.Sections[i].Title, inHeading, n)
		p.alike(d.Sections[i].Title, inHeading, n)
		p.body(d.Sections[i].Text, n)
	}
	length := lengthClass(p.words)<<4 | byte(min(titleWords, 15))
	p.filters(d, n)
	p.flush(n)
	return row{seg.class(docClass{fold(d.Kind), language(d.Lang), prior(d)}), length}
}

func (p *preparer) aliases(d *Doc, n uint32) {
	for _, tag := range d.Tags[:min(len(d.Tags), maxTags)] {
		p.alias(tag, n)
	}
	for _, alias := range d.Aliases[:min(len(d.Aliases), maxAliases)] {
		p.alias(alias, n)
	}
	p.field(d.Type, inAlias, n)
	p.field(d.Crumb, inAlias, n)
	if d.Kind != "docs" {
		p.field(d.Kind, inAlias, n)
	}
}

// alias indexes another name, as a whole, too.
func (p *preparer) alias(s string, n uint32) {
	p.field(s, inAlias, n)
	p.called(s, inAlias, n)
}

// called indexes a text as a whole that the document is called besides its name.
// Where it is a word of what says more, the posting no longer says so: with both
// flags, all of that would be the word.
func (p *preparer) called(s string, flag byte, n uint32) {
	if !p.key(s) {
		return
	}
	if id := p.add(p.whole, flag, n); p.flags[id]&isWhole == 0 {
		p.flags[id] = p.flags[id]&^(flag-1) | isWhole
	}
}

// joined indexes a name or title of two words as one: who looks for the thread
// pool may write threadpool, and for HTTP/2 http2.
func (p *preparer) joined(s string, n uint32) {
	if !p.key(s) {
		return
	}
	if a, b, ok := bytes.Cut(p.whole, []byte("-")); ok && len(a) > 1 && (len(b) > 1 || len(b) == 1 && isDigit(rune(b[0]))) && !bytes.ContainsAny(b, "-/") {
		p.add(cut(append(a, b...)), inAlias, n)
	}
}

// field indexes a short field and returns its number of words.
func (p *preparer) field(s string, flag byte, n uint32) int {
	words := 0
	p.at += fieldGap
	for p.scan.reset(clip(s, maxFieldRead)); p.scan.next(); words++ {
		p.word(flag, n)
	}
	return words
}

// telling is how many words of what a document is called say something.
func (p *preparer) telling(d *Doc) int {
	lang := language(d.Lang)
	said, all := 0, 0
	for _, w := range phraseWords(&p.scan, clip(cmp.Or(d.Title, d.Name), maxFieldRead)) {
		all++
		if !isStopword(lang, w) && !isStopword(lang, stem(lang, w)) {
			said++
		}
	}
	return cmp.Or(said, all)
}

// body indexes text, whose words are counted.
func (p *preparer) body(s string, n uint32) {
	p.at += fieldGap
	for p.scan.reset(s); p.words < maxDocWords && p.scan.next(); p.words++ {
		p.word(inBody, n)
	}
}

// word indexes the scanner's word and its parts. Positions have the smallest
// words, which phrases are made of: those without parts, and parts.
func (p *preparer) word(flag byte, n uint32) {
	s := &p.scan
	id := p.add(cut(s.word), flag, n)
	if len(s.parts) == 0 {
		p.place(id)
		p.sameThing(id, flag, n)
	}
	for _, part := range s.parts {
		if part.end > part.start {
			id := p.add(cut(s.word[part.start:part.end]), flag, n)
			p.place(id)
			p.sameThing(id, flag, n)
		}
	}
	for _, hump := range s.humps {
		p.addPart(s.word[hump.start:hump.end], flag, n)
	}
}

// sameThing indexes what is the same thing as a word.
func (p *preparer) sameThing(id uint32, flag byte, n uint32) {
	which := 0
	if p.english {
		which = 1
	}
	for _, root := range p.same[which][id] {
		p.addAlike(root, flag, n)
	}
}

// alike indexes a title or heading under the words that it might have instead.
func (p *preparer) alike(s string, flag byte, n uint32) {
	near := p.alikes.own.near
	if p.english {
		near = p.alikes.en.near
	}
	if len(near) == 0 {
		return
	}
	p.said = p.said[:0]
	for p.scan.reset(clip(s, maxFieldRead)); p.scan.next(); {
		p.said = p.scan.appendRoots(p.said)
	}
	runs(p.said, func(key string, _, _ int) {
		for _, root := range near[key] {
			p.addAlike(root, flag, n)
		}
	})
}

func (p *preparer) addAlike(root string, flag byte, n uint32) {
	p.add([]byte(alikeMark+root), flag, n)
}

func (p *preparer) addPart(b []byte, flag byte, n uint32) {
	if len(b) > 0 {
		p.add(cut(b), flag, n)
	}
}

// key makes the whole key of s in p.whole: its words and their parts, joined by
// hyphens, so that "Payments Service" and payments_service are one. False if
// there is none, or only the beginning of it would be kept.
func (p *preparer) key(s string) bool {
	p.whole = wholeKey(p.whole[:0], &p.scan, clip(s, maxFieldRead))
	return len(p.whole) > 0 && len(cut(p.whole)) == len(p.whole)
}

func wholeKey(b []byte, scan *scanner, s string) []byte {
	if isPath(s) {
		b = append(b, '/')
	}
	scan.reset(s)
	for first := true; scan.next(); first = false {
		if !first {
			b = append(b, '-')
		}
		at := len(b)
		b = append(b, scan.word...)
		for _, part := range scan.parts[:max(len(scan.parts)-1, 0)] {
			b[at+part.end] = '-'
		}
	}
	return b
}

// isPath tells whether a text is the path of an operation. Its key keeps the
// slash, so that /payments is not what is called payments.
func isPath(s string) bool { return len(s) > 1 && s[0] == '/' }

// place notes that the term stands at the next position.
func (p *preparer) place(id uint32) {
	p.at++
	next := uint32(len(p.places) + 1)
	switch {
	case p.first[id] == 0:
		p.first[id] = next
		p.placed[id] = 0
	case p.placed[id] == maxPositions:
		return
	default:
		p.places[p.last[id]-1].next = next
	}
	p.last[id] = next
	p.placed[id]++
	p.places = append(p.places, place{at: p.at})
}

// add notes that the document has the term, and gives the term's number.
func (p *preparer) add(term []byte, flag byte, n uint32) uint32 {
	id, ok := p.ids[string(term)]
	if !ok {
		id = p.intern(term)
	}
	if p.seen[id] != n+1 {
		p.seen[id], p.flags[id], p.count[id], p.first[id] = n+1, 0, 0, 0
		p.touched = append(p.touched, id)
	}
	p.flags[id] |= flag
	if flag == inBody && p.count[id] < 1<<15 {
		p.count[id]++
	}
	return id
}

// intern gives a term its number.
func (p *preparer) intern(term []byte) uint32 {
	id := uint32(len(p.terms))
	s := string(term)
	p.terms = append(p.terms, s)
	p.ids[s] = id
	p.seen, p.flags, p.count = append(p.seen, 0), append(p.flags, 0), append(p.count, 0)
	p.first, p.last, p.placed = append(p.first, 0), append(p.last, 0), append(p.placed, 0)
	p.perTerm = append(p.perTerm, 0)
	root := rootOf(s)
	p.same[0], p.same[1] = append(p.same[0], p.alikes.own.same[root]), append(p.same[1], p.alikes.en.same[root])
	return id
}

func (p *preparer) flush(n uint32) {
	for _, id := range p.touched {
		flags := p.flags[id] | tfClass(int(p.count[id]))<<tfShift
		from := len(p.positions)
		p.encodePlaces(p.first[id])
		p.postings = append(p.postings, posting{id, n, flags, uint16(len(p.positions) - from), uint32(from)})
		p.perTerm[id]++
	}
}

// encodePlaces appends the positions from the first on; see positionsEnd.
func (p *preparer) encodePlaces(first uint32) {
	if first == 0 {
		p.positions = append(p.positions, 0)
		return
	}
	for before := uint32(0); first != 0; {
		x := p.places[first-1]
		v := uint64(x.at-before) << 1
		if x.next != 0 {
			v |= 1
		}
		p.positions = binary.AppendUvarint(p.positions, v)
		before, first = x.at, x.next
	}
}

// filters indexes what typed filters ask for. A reference is found by each of
// its shorter forms.
func (p *preparer) filters(d *Doc, n uint32) {
	p.filter("type", d.Type, n)
	p.filter("lifecycle", d.Lifecycle, n)
	for _, tag := range d.Tags[:min(len(d.Tags), maxTags)] {
		p.filter("tag", tag, n)
	}
	for _, form := range refForms(d.Owner) {
		p.filter("owner", form, n)
	}
	for _, form := range refForms(d.Ref) {
		p.filter("in", form, n)
	}
}

func (p *preparer) filter(key, value string, n uint32) {
	if value != "" {
		p.add([]byte(filterTerm(key, value)), inAlias, n)
	}
}

// filterTerm is the term of a filter.
func filterTerm(key, value string) string {
	return clip(filterMark+key+":"+fold(clip(strings.TrimSpace(value), maxFilter)), maxFilter)
}

// isFilter tells whether a term is that of a filter.
func isFilter(term []byte) bool { return bytes.HasPrefix(term, []byte(filterMark)) }

// refForms are the ways to write a reference: "component:default/x" is also
// "default/x", "component:x" and "x".
func refForms(ref string) []string {
	if ref == "" {
		return nil
	}
	kind, rest, ok := strings.Cut(ref, ":")
	if !ok {
		kind, rest = "", ref
	}
	name := rest[strings.LastIndexByte(rest, '/')+1:]
	forms := []string{ref, rest, name}
	if ok && (rest == name || strings.HasPrefix(rest, "default/")) {
		forms = append(forms, kind+":"+name)
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// encode writes the postings by term: the term's length and bytes, the number
// of postings, then each as the gap to the document before, the flags and the
// positions.
func (p *preparer) encode() []byte {
	starts := make([]uint32, len(p.terms)+1)
	for i, n := range p.perTerm {
		starts[i+1] = starts[i] + n
	}
	sorted := make([]posting, len(p.postings))
	at := slices.Clone(starts)
	for _, x := range p.postings {
		sorted[at[x.term]] = x
		at[x.term]++
	}
	out := make([]byte, 0, 2*len(sorted)+8*len(p.terms)+len(p.positions))
	for id, term := range p.terms {
		list := sorted[starts[id]:starts[id+1]]
		out = binary.AppendUvarint(out, uint64(len(term)))
		out = append(out, term...)
		out = binary.AppendUvarint(out, uint64(len(list)))
		last := uint32(0)
		for _, x := range list {
			out = binary.AppendUvarint(out, uint64(x.doc-last))
			out = append(out, x.flags)
			out = append(out, p.positions[x.from:x.from+uint32(x.size)]...)
			last = x.doc
		}
	}
	return out
}

// clip is s, or its first n bytes up to a whole character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}

// Version is part of the key of a segment in a cache. Change it when Prepare or
// Encode gives other bytes for the same documents.
const Version = "search/12"
