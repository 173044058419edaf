package extensions

import (
	"strconv"
	"strings"

	"callboard/internal/pymarkdown"
)

// footnoteOptions are the options of the extension footnotes.
type footnoteOptions struct {
	place, separator                   string
	backlink, backlinkTitle, reference string
	uniqueIDs, inDefinitionOrder       bool
}

// footnotes are a page's footnotes.
type footnotes struct {
	ids    []string          // in the order of their definitions
	texts  map[string]string // by id
	number map[string]int    // by id: its place among ids, from 1
	// referred are the ids in the order of the first references to them.
	referred []string
	rank     map[string]int // by id: its place among referred, from 1
	// used are the ids of references that stand on the page; last is the one
	// given last for a footnote's first, count how many there are.
	used  map[string]bool
	last  map[string]string
	count map[string]int
}

type footnoteKey struct{}

func footnotesOf(d *pymarkdown.Document) *footnotes {
	f := pymarkdown.Value[footnotes](d, footnoteKey{})
	if f.texts == nil {
		*f = footnotes{texts: map[string]string{}, number: map[string]int{}, rank: map[string]int{},
			used: map[string]bool{}, last: map[string]string{}, count: map[string]int{}}
	}
	return f
}

func setupFootnotes(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	x := &footnoteOptions{
		place:             o.String("PLACE_MARKER", "///Footnotes Go Here///"),
		separator:         o.String("SEPARATOR", ":"),
		backlink:          o.String("BACKLINK_TEXT", "&#8617;"),
		backlinkTitle:     o.String("BACKLINK_TITLE", "Jump back to footnote %d in the text"),
		reference:         o.String("SUPERSCRIPT_TEXT", "{}"),
		uniqueIDs:         o.Bool("UNIQUE_IDS", false),
		inDefinitionOrder: o.Bool("USE_DEFINITION_ORDER", true),
	}
	x.backlinkTitle = strings.ReplaceAll(x.backlinkTitle, "%d", "{}")
	d.Blocks.Register("footnote", 17, footnoteBlock{})
	d.Inline.Register("footnote", 175, &pymarkdown.Pattern{Triggers: "[", Find: x.find})
	d.Tree.Register("footnote", 50, x.build)
	if !x.inDefinitionOrder {
		d.Tree.Register("footnote-reorder", 19, x.reorder)
	}
	d.Tree.Register("footnote-duplicate", 15, x.addBacklinks)
	return nil
}

// define keeps a footnote. A second one of the same id replaces the text.
func (f *footnotes) define(id, text string) {
	if _, ok := f.texts[id]; !ok {
		f.ids = append(f.ids, id)
		f.number[id] = len(f.ids)
	}
	f.texts[id] = text
}

func (f *footnotes) refer(id string) {
	if f.rank[id] == 0 {
		f.referred = append(f.referred, id)
		f.rank[id] = len(f.referred)
	}
}

// id is what stands behind the separator in a footnote's ids. Python-Markdown
// counts documents there; each page of a site is the second one of its converter,
// after the one that sets it up.
func (x *footnoteOptions) id(id string) string {
	if x.uniqueIDs {
		return x.separator + "2-" + id
	}
	return x.separator + id
}

// find finds references to footnotes that are defined.
func (x *footnoteOptions) find(d *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
	f := footnotesOf(d)
	if len(f.ids) == 0 {
		return pymarkdown.Match{}, false
	}
	for {
		i := strings.Index(text[from:], "[^")
		if i < 0 {
			return pymarkdown.Match{}, false
		}
		start := from + i
		n := strings.IndexByte(text[start:], ']')
		if n < 0 {
			return pymarkdown.Match{}, false
		}
		from = start + n + 1
		if id := text[start+2 : from-1]; f.number[id] > 0 {
			return pymarkdown.Match{Start: start, End: from, Node: x.mark(f, id)}, true
		}
	}
}

// mark is the raised number that refers to a footnote.
func (x *footnoteOptions) mark(f *footnotes, id string) *pymarkdown.Element {
	f.refer(id)
	number := f.number[id]
	if !x.inDefinitionOrder {
		number = f.rank[id]
	}
	sup := pymarkdown.NewElement("sup")
	sup.Set("id", x.referenceID(f, id))
	a := sup.Sub("a")
	a.Set("href", "#fn"+x.id(id))
	a.Set("class", "footnote-ref")
	a.SetText(format(x.reference, number))
	return sup
}

// referenceID is an id for one more reference to a footnote: fnref:x, fnref2:x …
func (x *footnoteOptions) referenceID(f *footnotes, id string) string {
	first := "fnref" + x.id(id)
	ref := first
	if last, ok := f.last[first]; ok {
		ref = last
	}
	for f.used[ref] {
		head, rest, ok := strings.Cut(ref, x.separator)
		if !ok {
			break
		}
		ref = nextReference(head) + x.separator + rest
	}
	f.used[ref] = true
	f.last[first] = ref
	f.count[first]++
	return ref
}

// nextReference counts on: fnref, fnref2, fnref3.
func nextReference(head string) string {
	if digits, ok := strings.CutPrefix(head, "fnref"); ok {
		if n, err := strconv.Atoi(digits); err == nil {
			return "fnref" + strconv.Itoa(n+1)
		}
	}
	return head + "2"
}

// format puts a number for each pair of curly brackets, as Python's str.format.
func format(text string, n int) string {
	number := strconv.Itoa(n)
	return strings.NewReplacer("{{", "{", "}}", "}", "{}", number, "{0}", number).Replace(text)
}
