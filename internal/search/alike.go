package search

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// Words that mean the same to those who write of software. Who asks how to
// uninstall something is answered by a page whose heading says that it is
// removed. A document is indexed under the words that its headings do not have
// and might have, so that a query has one more place to look for each of its
// words, and need not know which words mean the same.
//
// Each line of alike/en.txt is a group: every word of it is found by each of the
// others. Words of a line that begins with = are the same thing, such as k8s and
// kubernetes; they are found in texts, too, the rest in titles and headings alone,
// which say what a text is about. They come first: a group has what is the same
// thing as one of its words. What has a + is several words that follow each other,
// and a line that begins with # says what the next are about.
//
//go:embed alike/en.txt
var alikeEnglish string

const (
	alikeMark   = "\x02" // begins the terms under which the words of groups are indexed
	maxAlike    = 3      // words of what is one in a group
	leastOfRoot = 4      // letters that are left of a word without an ending of rootEndings
)

// rootEndings are what other sorts of words have at the end of a root, and what
// is there instead.
var rootEndings = [...][2]string{{"ization", "iz"}, {"isation", "is"}, {"ion", ""}, {"ment", ""}, {"al", ""}}

// Words are the groups of words that mean the same to the readers of one portal:
// those of English, and the portal's own.
type Words struct {
	en, own *alikes
	key     string
}

// MaxSynonyms is the number of groups of its own that a portal may have; more are
// not looked at.
const MaxSynonyms = 1000

// NewWords adds groups of a portal's own to those of English: words, or up to
// three that follow each other, with commas between them. They are the same thing
// to the portal's readers, whatever the language of a text. What CheckSynonyms finds
// a fault with is never found, or finds nothing.
func NewWords(synonyms []string) *Words {
	if len(synonyms) == 0 {
		return onlyEnglish()
	}
	w := &Words{ofEnglish(), newAlikes(), strings.Join(synonyms, "\n")}
	for _, group := range synonyms[:min(len(synonyms), MaxSynonyms)] {
		var roots []string
		for member := range strings.SplitSeq(group, ",") {
			if words, _ := wordsOf(member); len(words) > 0 && len(words) <= maxAlike {
				roots = append(roots, strings.Join(words, " "))
			}
		}
		w.own.add(roots, true)
		w.en.add(roots, true)
	}
	return w
}

// Key is the groups that are a portal's own: it differs where they do.
func (w *Words) Key() string { return w.key }

// onlyEnglish are those of a portal without groups of its own.
var onlyEnglish = sync.OnceValue(func() *Words { return &Words{en: ofEnglish(), own: newAlikes()} })

// alikes are groups, by the roots of their words.
type alikes struct {
	exact, loose [][]string // groups of the same thing, and the others
	// same are the roots that are the same thing as a root, near all that are in a
	// group with it.
	same, near map[string][]string
}

func newAlikes() *alikes { return &alikes{nil, nil, map[string][]string{}, map[string][]string{}} }

func ofEnglish() *alikes {
	a := newAlikes()
	for line := range strings.Lines(alikeEnglish) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		group, same := strings.CutPrefix(strings.TrimSpace(line), "=")
		var roots []string
		for _, member := range strings.Fields(group) {
			words := strings.Split(member, "+")
			for i, w := range words {
				words[i] = rootOf(w)
			}
			roots = append(roots, strings.Join(words, " "))
		}
		a.add(roots, same)
	}
	return a
}

func (a *alikes) add(roots []string, same bool) {
	roots = union(nil, roots)
	if same {
		a.exact = append(a.exact, roots)
	} else {
		for _, r := range slices.Clone(roots) {
			roots = union(roots, a.same[r])
		}
		a.loose = append(a.loose, roots)
	}
	for _, r := range roots {
		a.near[r] = union(a.near[r], roots)
		if same {
			a.same[r] = union(a.same[r], roots)
		}
	}
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// rootOf is what the forms of an English word have in common, those of other
// sorts of words, too: migrate and migration are one.
func rootOf(w string) string {
	w = stem("en", w)
	if !isLowerASCII(w) {
		return w
	}
	for _, e := range rootEndings {
		if rest, ok := strings.CutSuffix(w, e[0]); ok && len(rest) >= leastOfRoot {
			return trimE(rest + e[1])
		}
	}
	return w
}

// appendRoots appends the roots of the smallest words of the scanner's word.
func (s *scanner) appendRoots(roots []string) []string {
	at := len(roots)
	roots = s.appendSmallest(roots)
	for i, w := range roots[at:] {
		roots[at+i] = rootOf(w)
	}
	return roots
}

// appendSmallest appends the smallest words of the scanner's word: what stands
// between joints, or else between humps.
func (s *scanner) appendSmallest(words []string) []string {
	parts := s.parts
	if len(parts) == 0 {
		parts = s.humps
	}
	if len(parts) == 0 {
		return append(words, string(cut(s.word)))
	}
	for _, x := range parts {
		if x.end > x.start {
			words = append(words, string(cut(s.word[x.start:x.end])))
		}
	}
	return words
}

// runs calls fn with the roots of words that follow each other, up to maxAlike of
// them, as they stand in groups, and of which words they are.
func runs(roots []string, fn func(key string, from, to int)) {
	for i := range roots {
		key := ""
		for j := i; j < min(i+maxAlike, len(roots)); j++ {
			if j > i {
				key += " "
			}
			key += roots[j]
			fn(key, i, j+1)
		}
	}
}

// alikeIn is the roots of one word that stand in a group with a root, of groups
// as writer.groups has them; false if no group has the root.
func alikeIn(groups, root string) (out []string, ok bool) {
	for line := range strings.Lines(groups) {
		if !strings.Contains(line, ","+root+",") {
			continue
		}
		ok = true
		for _, r := range strings.Split(strings.Trim(line, ",\n"), ",") {
			if !strings.Contains(r, " ") {
				out = append(out, r)
			}
		}
	}
	return out, ok
}

// isAlike tells whether a term is one that a document is found by besides what it
// says.
func isAlike(term []byte) bool { return len(term) > 0 && term[0] == alikeMark[0] }
