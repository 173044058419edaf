package searchtest

import (
	"hash/fnv"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Query is what somebody asks for, and the addresses of what is right.
type Query struct {
	Class, Text string
	Want        []string
}

// Queries makes at most n queries of each class. Which documents are asked for
// depends on the seed and on each document's address alone, so that a further
// page changes few of the queries.
func Queries(docs []Doc, seed uint64, n int) []Query {
	m := newMaker(docs, seed, n)
	m.entities()
	m.titles()
	m.phrases()
	m.operations()
	m.people()
	m.tags()
	return m.out
}

type maker struct {
	docs  []Doc
	seed  uint64
	n     int
	out   []Query
	asked map[string]bool

	called map[string][]string // addresses by folded name
	titled map[string][]int    // documents by word of title and name
	known  map[string]bool     // all words
}

func newMaker(docs []Doc, seed uint64, n int) *maker {
	m := &maker{docs: docs, seed: seed, n: n, asked: map[string]bool{}, called: map[string][]string{}, titled: map[string][]int{}, known: map[string]bool{}}
	for i, d := range docs {
		if d.Name != "" {
			name := strings.ToLower(d.Name)
			m.called[name] = append(m.called[name], d.URL)
		}
		for _, w := range distinct(words(d.Title + " " + d.Name)) {
			m.titled[w] = append(m.titled[w], i)
		}
		for _, w := range words(d.text()) {
			m.known[w] = true
		}
	}
	return m
}

// text is all that is shown of a document.
func (d *Doc) text() string {
	all := []string{d.Name, d.Title, d.About, strings.Join(d.Tags, "\n")}
	for _, s := range d.Sections {
		all = append(all, s[1], s[2])
	}
	return strings.Join(all, "\n")
}

// words are the words of a text in lower case.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
}

func distinct(all []string) []string {
	slices.Sort(all)
	return slices.Compact(all)
}

// add adds a query, unless there are enough of its class or it has been asked.
func (m *maker) add(count *int, class, text string, want ...string) {
	key := class + "\n" + text
	if *count >= m.n || m.asked[key] || len(want) == 0 {
		return
	}
	m.asked[key] = true
	*count++
	m.out = append(m.out, Query{class, text, slices.Compact(slices.Sorted(slices.Values(want)))})
}

// random is the source of what is random about a thing.
func (m *maker) random(class, thing string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(class + "\n" + thing))
	return rand.New(rand.NewPCG(h.Sum64(), m.seed))
}

// shuffled calls fn with the things that have been chosen, in an order that does
// not depend on what others there are.
func shuffled[T any](m *maker, class string, all []T, id func(T) string, fn func(T, *rand.Rand)) {
	order := slices.Clone(all)
	rank := make(map[string]uint64, len(all))
	for _, x := range all {
		rank[id(x)] = m.random("order of "+class, id(x)).Uint64()
	}
	slices.SortStableFunc(order, func(a, b T) int {
		if x, y := rank[id(a)], rank[id(b)]; x != y {
			return map[bool]int{true: -1, false: 1}[x < y]
		}
		return strings.Compare(id(a), id(b))
	})
	for _, x := range order {
		fn(x, m.random(class, id(x)))
	}
}

func urlOf(d Doc) string { return d.URL }

// entities asks for names: whole, misspelt, half typed, and in a question.
func (m *maker) entities() {
	var all []Doc
	for _, d := range m.docs {
		if d.Name != "" && d.Kind != "user" {
			all = append(all, d)
		}
	}
	whole, typos, starts, questions := 0, m.n/2, m.n/2, 0
	shuffled(m, "entity", all, urlOf, func(d Doc, r *rand.Rand) {
		name := strings.ToLower(d.Name)
		m.add(&whole, "entity", name, m.called[name]...)
		if wrong, ok := m.misspelt(r, name); ok {
			m.add(&typos, "typo", wrong, m.called[name]...)
		}
		if cut := len(name) * 7 / 10; cut >= 4 && m.onlyStart(name[:cut]) {
			m.add(&starts, "prefix", name[:cut], m.called[name]...)
		}
		// As it is written, or as it is said.
		said := []string{name, strings.ReplaceAll(name, "-", " ")}[r.IntN(2)]
		m.add(&questions, "question", strings.ReplaceAll(aboutEntities[r.IntN(len(aboutEntities))], "%", said), m.called[name]...)
	})
}

// onlyStart tells whether one name alone begins so.
func (m *maker) onlyStart(text string) bool {
	n := 0
	for name := range m.called {
		if strings.HasPrefix(name, text) {
			n++
		}
	}
	return n == 1
}

var latin = regexp.MustCompile(`[a-z]+`)

// misspelt is a text with an error in its longest word, if it has one of five
// letters and the error does not make another word that is known.
func (m *maker) misspelt(r *rand.Rand, text string) (string, bool) {
	long := ""
	for _, w := range latin.FindAllString(text, -1) {
		if len(w) > len(long) {
			long = w
		}
	}
	if len(long) < 5 {
		return "", false
	}
	wrong := Misspelt(r, long)
	return strings.Replace(text, long, wrong, 1), wrong != long && !m.known[wrong]
}

// Misspelt is a word of two letters or more with a letter left out, changed or
// swapped with its neighbour.
func Misspelt(r *rand.Rand, word string) string {
	b := []byte(word)
	switch i := 1 + r.IntN(max(len(b)-2, 1)); r.IntN(3) {
	case 0:
		b = slices.Delete(b, i, i+1)
	case 1:
		b[i] = "aeioustrnl"[r.IntN(10)]
	default:
		b[i], b[i-1] = b[i-1], b[i]
	}
	return string(b)
}

// stopwords say nothing of what a title is about.
var stopwords = regexp.MustCompile(`^(a|an|and|are|as|at|be|by|for|from|how|in|into|is|it|its|of|on|or|the|this|to|using|what|when|where|which|why|with|you|your)$`)

func content(title string) []string {
	return slices.DeleteFunc(words(title), stopwords.MatchString)
}

// titles asks for pages by their titles: what they say, half typed, misspelt,
// and in a question. Only titles of which no other has all words are asked for.
func (m *maker) titles() {
	var all []Doc
	for _, d := range m.docs {
		if ws := content(d.Title); d.Kind == "docs" && len(ws) >= 2 && len(ws) <= 6 && m.unique(ws) {
			all = append(all, d)
		}
	}
	whole, typos, starts, questions := 0, m.n/2, m.n/2, 0
	shuffled(m, "title", all, urlOf, func(d Doc, r *rand.Rand) {
		ws := content(d.Title)
		text := strings.Join(ws, " ")
		m.add(&whole, "title", text, d.URL)
		if wrong, ok := m.misspelt(r, text); ok {
			m.add(&typos, "typo", wrong, d.URL)
		}
		last := []rune(ws[len(ws)-1])
		if keep := max(3, len(last)*6/10); len(last) >= 5 {
			m.add(&starts, "prefix", strings.Join(append(ws[:len(ws)-1], string(last[:keep])), " "), d.URL)
		}
		m.add(&questions, "question", question(r, d.Title), d.URL)
	})
}

// unique tells whether one document alone has all the words in title or name.
func (m *maker) unique(ws []string) bool {
	left := m.titled[ws[0]]
	for _, w := range ws[1:] {
		left = slices.DeleteFunc(slices.Clone(left), func(i int) bool {
			_, ok := slices.BinarySearch(m.titled[w], i)
			return !ok
		})
	}
	return len(left) == 1
}

// forms are ways to ask for what a page is about. What is around it are, but for
// the first four, words of which no list says that a question has them. The numbers
// of the ranking were chosen on other forms, but for the weight of a title that is
// asked for as a whole.
var forms = [...]string{
	"what is the %?", "where do i find %?", "how does % work?", "is there anything about %?",
	"who can tell me more on %?", "which chapter treats %", "did somebody write about % yet?", "i want to read up on %",
	"what is known about %?", "give me the page that deals with %", "what does the manual say regarding %?", "who has dealt with % before?",
	"is % explained somewhere", "where does it say something on %?", "background on %, please", "any notes on %?",
}

// question is a title as a question.
func question(r *rand.Rand, title string) string {
	title = strings.ToLower(strings.TrimRight(title, "?!. "))
	if rest, ok := strings.CutPrefix(title, "how to "); ok {
		return []string{"how do i ", "what is the usual way to ", "show me which steps to take to ", "what does one do to "}[r.IntN(4)] + rest + "?"
	}
	return strings.ReplaceAll(forms[r.IntN(len(forms))], "%", title)
}

// aboutEntities are questions about entities, each answered by its page.
var aboutEntities = [...]string{
	"who looks after %?", "which people run %?", "what is % good for?", "what needs %?", "in which state is %?",
	"where does the code of % live?", "who gets the alerts of %?", "tell me what % does",
}

// pair is two words of a text that follow each other.
type pair struct{ url, a, b string }

// phrases asks for two words from the middle of a page that stand together on no
// other.
func (m *maker) phrases() {
	var some []pair
	shuffled(m, "rare phrase", m.docs, urlOf, func(d Doc, r *rand.Rand) {
		if p, ok := middle(d, r); ok && len(some) < 6*m.n {
			some = append(some, p)
		}
	})
	pages := map[[2]string]int{}
	for _, p := range some {
		pages[[2]string{p.a, p.b}] = 0
	}
	for _, d := range m.docs {
		here := map[[2]string]bool{}
		before := ""
		for _, w := range words(d.text()) {
			here[[2]string{before, w}] = true
			before = w
		}
		for p := range here {
			if n, ok := pages[p]; ok {
				pages[p] = n + 1
			}
		}
	}
	count := 0
	for _, p := range some {
		if pages[[2]string{p.a, p.b}] == 1 {
			m.add(&count, "rare phrase", p.a+" "+p.b, p.url)
		}
	}
}

var adjacent = regexp.MustCompile(`\b[a-z]{4,} [a-z]{4,}\b`)

// middle takes two words of a page of some length, neither from its beginning
// nor from its end.
func middle(d Doc, r *rand.Rand) (pair, bool) {
	var all strings.Builder
	for _, s := range d.Sections {
		all.WriteString(s[2] + "\n")
	}
	text := strings.ToLower(all.String())
	if d.Kind != "docs" || len(text) < 400 {
		return pair{}, false
	}
	from := len(text)*3/10 + r.IntN(len(text)/2)
	found := adjacent.FindString(text[from:])
	a, b, ok := strings.Cut(found, " ")
	return pair{d.URL, a, b}, ok && !stopwords.MatchString(a) && !stopwords.MatchString(b)
}

var operation = regexp.MustCompile(`^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (/\S{3,})$`)

// operations asks for APIs by paths and identifiers of operations.
func (m *maker) operations() {
	apis := map[string][]string{}
	for _, d := range m.docs {
		for _, s := range d.Sections {
			found := operation.FindStringSubmatch(s[1])
			if d.Kind != "api" || found == nil {
				continue
			}
			apis[found[1]] = append(apis[found[1]], d.URL)
			if id, ok := strings.CutPrefix(s[0], "op-"); ok && !strings.Contains(id, "-") && len(id) > 4 {
				apis[id] = append(apis[id], d.URL)
			}
		}
	}
	m.keys("api path", apis, func(*rand.Rand, string) string { return "" })
}

// keys asks for things by name; of some, as it is written otherwise, too.
func (m *maker) keys(class string, things map[string][]string, other func(*rand.Rand, string) string) {
	count := 0
	shuffled(m, class, sortedKeys(things), func(s string) string { return s }, func(key string, r *rand.Rand) {
		m.add(&count, class, key, things[key]...)
		if text := other(r, key); text != "" {
			m.add(&count, class, text, things[key]...)
		}
	})
}

func sortedKeys(things map[string][]string) (out []string) {
	for k := range things {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// people asks for users, by name or by identifier.
func (m *maker) people() {
	users := map[string][]string{}
	for _, d := range m.docs {
		if d.Kind != "user" {
			continue
		}
		key := strings.ToLower(d.Name)
		if d.Title != "" {
			key = d.Title
		}
		users[key] = append(users[key], d.URL)
	}
	m.keys("person", users, func(r *rand.Rand, name string) string {
		first, last, ok := strings.Cut(name, " ")
		if !ok || r.IntN(2) == 0 {
			return ""
		}
		return last + " " + first
	})
}

// maxTagged is the number of documents a tag that is asked for may have:
// of one that very many have, anything is right.
const maxTagged = 10

// tags asks for what has a tag, as a filter and as a word. What is called as the
// tag is right as well where it is a word.
func (m *maker) tags() {
	tagged := map[string][]string{}
	for _, d := range m.docs {
		for _, tag := range d.Tags {
			tagged[tag] = append(tagged[tag], d.URL)
		}
	}
	both := map[string][]string{}
	for tag, docs := range tagged {
		if len(docs) > maxTagged {
			continue
		}
		both["tag:"+tag] = docs
		both[tag] = append(slices.Clone(docs), m.called[tag]...)
	}
	m.keys("tag", both, func(*rand.Rand, string) string { return "" })
}
