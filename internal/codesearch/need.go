package codesearch

import (
	"cmp"
	"regexp/syntax"
	"slices"
	"strings"
)

// need is what the terms of a file must be for it to match: all of terms and all
// of subs if it is a conjunction, one of subs if not. Nil is nothing: every file may
// match.
type need struct {
	or    bool
	never bool // no file matches
	terms []term
	subs  []*need
}

// and joins needs, of which any may be nil.
func and(ns ...*need) *need {
	out := &need{}
	for _, n := range ns {
		switch {
		case n == nil:
		case n.never:
			return n
		case n.or:
			out.subs = append(out.subs, n)
		default:
			out.terms = append(out.terms, n.terms...)
			out.subs = append(out.subs, n.subs...)
		}
	}
	slices.SortFunc(out.terms, func(a, b term) int { return cmp.Compare(a.key, b.key) })
	out.terms = slices.Compact(out.terms)
	switch {
	case len(out.terms) == 0 && len(out.subs) == 0:
		return nil
	case len(out.terms) == 0 && len(out.subs) == 1:
		return out.subs[0]
	}
	return out
}

// or is the need of one of several.
func or(ns ...*need) *need {
	out := &need{or: true}
	for _, n := range ns {
		switch {
		case n == nil:
			return nil
		case n.never:
		case n.or:
			out.subs = append(out.subs, n.subs...)
		default:
			out.subs = append(out.subs, n)
		}
	}
	switch len(out.subs) {
	case 0:
		return &need{never: true}
	case 1:
		return out.subs[0]
	}
	return out
}

// textNeed is that of a text, folded, in one line.
func textNeed(kind uint32, s string) *need {
	n := &need{}
	for i := 0; i+3 <= len(s); i++ {
		switch {
		case strings.IndexByte(s[i:i+3], '\n') >= 0:
		case kind == inContent && i+4 <= len(s) && s[i+3] != '\n' && frequent(three(s[i:])):
			n.terms = append(n.terms, fourGram(s[i:]))
		default:
			n.terms = append(n.terms, gram(kind, s[i:]))
		}
	}
	return and(n)
}

// oneOf is the need of one of the texts.
func oneOf(set []string) *need {
	ns := make([]*need, len(set))
	for i, s := range set {
		ns[i] = textNeed(inContent, s)
	}
	return or(ns...)
}

// needOf is what a query's pattern needs of a content.
func (q Query) needOf() *need {
	if q.Pattern == "" {
		return nil
	}
	if !q.Regexp {
		return textNeed(inContent, foldString(q.Pattern))
	}
	re, err := syntax.Parse(q.Pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	x := analyse(re.Simplify())
	if x.exact != nil {
		return oneOf(x.exact)
	}
	return x.need
}

// Limits of what is known of an expression.
const (
	maxSet   = 16  // texts
	maxClass = 100 // characters of a class that are looked at
	maxText  = 256 // bytes of a text
)

// known is what is known of the texts that an expression matches, all folded:
// all of them, if exact is not nil; else how each begins and how each ends, and
// what a line with one must have.
type known struct {
	exact          []string
	prefix, suffix []string
	need           *need
}

var unknown = known{prefix: []string{""}, suffix: []string{""}}

func exactly(s ...string) known { return known{exact: s} }

// analyse finds what is known, from the leaves up. The idea is Russ Cox's
// ("Regular Expression Matching with a Trigram Index").
func analyse(re *syntax.Regexp) known {
	switch re.Op {
	case syntax.OpNoMatch:
		return known{prefix: []string{""}, suffix: []string{""}, need: &need{never: true}}
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return exactly("")
	case syntax.OpLiteral:
		return exactly(foldString(string(re.Rune))).bounded()
	case syntax.OpCharClass:
		return class(re.Rune)
	case syntax.OpCapture:
		return analyse(re.Sub[0])
	case syntax.OpConcat:
		x := exactly("")
		for _, s := range re.Sub {
			x = concat(x, analyse(s))
		}
		return x
	case syntax.OpAlternate:
		x := analyse(re.Sub[0])
		for _, s := range re.Sub[1:] {
			x = alternate(x, analyse(s))
		}
		return x
	case syntax.OpQuest:
		return alternate(analyse(re.Sub[0]), exactly(""))
	case syntax.OpPlus:
		return analyse(re.Sub[0]).open()
	}
	return unknown // any character, a star
}

// class is a class of few characters, each of which may be what is there.
func class(ranges []rune) known {
	n := 0
	for i := 0; i+1 < len(ranges); i += 2 {
		if n += int(ranges[i+1]-ranges[i]) + 1; n > maxClass {
			return unknown
		}
	}
	var set []string
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			set = append(set, string(fold(r)))
		}
	}
	if set = tidy(set); len(set) == 0 || len(set) > maxSet {
		return unknown
	}
	return exactly(set...)
}

// open is x without knowing all of it: what begins and ends as it does and has
// what it has.
func (x known) open() known {
	if x.exact == nil {
		return x
	}
	return known{prefix: x.exact, suffix: x.exact, need: oneOf(x.exact)}.short()
}

// bounded is x with no more known than is useful.
func (x known) bounded() known {
	if x.exact == nil {
		return x.short()
	}
	if len(x.exact) > maxSet || slices.ContainsFunc(x.exact, func(s string) bool { return len(s) > maxText }) {
		return x.open()
	}
	return x
}

// short cuts beginnings and ends to what a term across them could need.
func (x known) short() known {
	x.need = and(x.need, oneOf(x.prefix), oneOf(x.suffix))
	for n := 3; ; n-- {
		x.prefix = cut(x.prefix, func(s string) string { return s[:min(n, len(s))] })
		if len(x.prefix) <= maxSet {
			break
		}
	}
	for n := 3; ; n-- {
		x.suffix = cut(x.suffix, func(s string) string { return s[max(0, len(s)-n):] })
		if len(x.suffix) <= maxSet {
			break
		}
	}
	return x
}

func cut(set []string, f func(string) string) []string {
	out := make([]string, len(set))
	for i, s := range set {
		out[i] = f(s)
	}
	return tidy(out)
}

func tidy(set []string) []string {
	slices.Sort(set)
	return slices.Compact(set)
}

func cross(a, b []string) []string {
	out := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			out = append(out, x+y)
		}
	}
	return tidy(out)
}

func concat(a, b known) known {
	if a.exact != nil && b.exact != nil {
		return exactly(cross(a.exact, b.exact)...).bounded()
	}
	x := known{prefix: a.prefix, suffix: b.suffix, need: and(a.need, b.need)}
	switch {
	case a.exact != nil:
		x.prefix = cross(a.exact, b.prefix)
	case b.exact != nil:
		x.suffix = cross(a.suffix, b.exact)
	default:
		x.need = and(x.need, oneOf(cross(a.suffix, b.prefix)))
	}
	return x.short()
}

func alternate(a, b known) known {
	if a.exact != nil && b.exact != nil {
		return exactly(tidy(slices.Concat(a.exact, b.exact))...).bounded()
	}
	a, b = a.open(), b.open()
	return known{prefix: tidy(slices.Concat(a.prefix, b.prefix)), suffix: tidy(slices.Concat(a.suffix, b.suffix)), need: or(a.need, b.need)}.short()
}

// needs is what a query needs of a file. languages are those of the index.
func (q Query) needs(languages map[string]int) *need {
	all := []*need{q.needOf()}
	var repos, langs []*need
	for _, f := range q.Filters {
		switch {
		case f.Not:
		case f.Key == "file":
			all = append(all, nameNeed(inPath, f.Value))
		case f.Key == "repo":
			repos = append(repos, nameNeed(inRepository, f.Value))
		case f.Key == "lang":
			if id, ok := languages[strings.ToLower(f.Value)]; ok {
				langs = append(langs, &need{terms: []term{languageTerm(id)}})
			} else {
				langs = append(langs, &need{never: true})
			}
		}
	}
	if repos != nil {
		all = append(all, or(repos...))
	}
	if langs != nil {
		all = append(all, or(langs...))
	}
	return and(all...)
}

func nameNeed(kind uint32, value string) *need {
	var ns []*need
	for _, s := range literals(value) {
		ns = append(ns, textNeed(kind, s))
	}
	return and(ns...)
}
