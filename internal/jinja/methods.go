package jinja

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// library are the methods and filters by name.
type library struct{ str, list, dict, filters map[string]builtin }

func newLibrary() *library {
	l := &library{str: stringMethods(), list: listMethods(), dict: dictMethods(), filters: textFilters()}
	maps.Copy(l.filters, listFilters())
	maps.Copy(l.filters, numberFilters())
	maps.Copy(l.filters, pickingFilters())
	return l
}

// builtins are the same for all renderings, which come by it over run.lib.
var builtins = sync.OnceValue(newLibrary)

// methodOf is a method of a value by its name: those of Python's str, list and
// dict that are functions of data, and those that change a list or dict the
// template has made itself.
func (l *library) methodOf(of any, name string) (method, bool) {
	var table map[string]builtin
	switch of := of.(type) {
	case string, safe:
		table = l.str
	case *List:
		table = l.list
	case *Dict:
		if of.open {
			return method{}, false
		}
		table = l.dict
	}
	b, ok := table[name]
	return method{of, b}, ok
}

// onText makes a method of a function of the text alone.
func onText(f func(string) string) builtin {
	return builtin{call: func(r *run, b *bound) any { return r.string(f(text(b.of))) }}
}

// about makes a method that tells something of the text.
func about(f func(rune) bool) builtin {
	return builtin{call: func(r *run, b *bound) any {
		s := text(b.of)
		r.step(len(s) / 16)
		return s != "" && strings.IndexFunc(s, func(c rune) bool { return !f(c) }) < 0
	}}
}

// stripped makes strip, lstrip and rstrip.
func stripped(left, right bool) builtin {
	return builtin{params: []string{"chars"}, call: func(r *run, b *bound) any {
		s := text(b.of)
		in := unicode.IsSpace
		if b.has(0) && b.args[0] != nil {
			chars := b.str(r, 0, "")
			r.step(len(s) / 16)
			in = func(c rune) bool { return strings.ContainsRune(chars[:min(len(chars), 256)], c) }
		}
		if left {
			s = strings.TrimLeftFunc(s, in)
		}
		if right {
			s = strings.TrimRightFunc(s, in)
		}
		return s
	}}
}

// affix makes startswith and endswith, which take one text or several.
func affix(has func(s, part string) bool) builtin {
	return builtin{params: []string{"part"}, call: func(r *run, b *bound) any {
		parts := []any{b.need(r, 0)}
		if l, ok := parts[0].(*List); ok {
			parts = r.items(l)
		}
		return slices.ContainsFunc(parts, func(p any) bool { return has(text(b.of), r.text(p)) })
	}}
}

// lookup makes find, index and the like.
func lookup(f func(s, sub string) int, must bool) builtin {
	return builtin{params: []string{"sub"}, call: func(r *run, b *bound) any {
		s := text(b.of)
		r.step(len(s) / 16)
		n := f(s, b.str(r, 0, ""))
		if n < 0 && must {
			r.fail("the text is not in it")
		}
		if n > 0 {
			n = runeLen(s[:n])
		}
		return int64(n)
	}}
}

func stringMethods() map[string]builtin {
	return map[string]builtin{
		"upper":        onText(upper),
		"lower":        onText(strings.ToLower),
		"casefold":     onText(strings.ToLower),
		"title":        onText(pyTitle),
		"capitalize":   onText(capitalized),
		"swapcase":     onText(swapped),
		"strip":        stripped(true, true),
		"lstrip":       stripped(true, false),
		"rstrip":       stripped(false, true),
		"startswith":   affix(strings.HasPrefix),
		"endswith":     affix(strings.HasSuffix),
		"find":         lookup(strings.Index, false),
		"rfind":        lookup(strings.LastIndex, false),
		"index":        lookup(strings.Index, true),
		"rindex":       lookup(strings.LastIndex, true),
		"isdigit":      about(unicode.IsDigit),
		"isnumeric":    about(unicode.IsNumber),
		"isdecimal":    about(unicode.IsDigit),
		"isalpha":      about(unicode.IsLetter),
		"isalnum":      about(func(c rune) bool { return unicode.IsLetter(c) || unicode.IsNumber(c) }),
		"isspace":      about(unicode.IsSpace),
		"isupper":      {call: func(_ *run, b *bound) any { s := text(b.of); return s != strings.ToLower(s) && s == strings.ToUpper(s) }},
		"islower":      {call: func(_ *run, b *bound) any { s := text(b.of); return s != strings.ToUpper(s) && s == strings.ToLower(s) }},
		"split":        {params: []string{"sep", "maxsplit"}, call: split},
		"rsplit":       {params: []string{"sep", "maxsplit"}, call: rsplit},
		"splitlines":   {params: []string{"keepends"}, call: splitLines},
		"partition":    {params: []string{"sep"}, call: partition},
		"rpartition":   {params: []string{"sep"}, call: partition},
		"join":         {params: []string{"items"}, call: joinItems},
		"replace":      {params: []string{"old", "new", "count"}, call: replaced},
		"count":        {params: []string{"sub"}, call: countOf},
		"zfill":        {params: []string{"width"}, call: zfill},
		"center":       {params: []string{"width", "fill"}, call: padded(1, 1)},
		"ljust":        {params: []string{"width", "fill"}, call: padded(0, 1)},
		"rjust":        {params: []string{"width", "fill"}, call: padded(1, 0)},
		"removeprefix": {params: []string{"prefix"}, call: func(r *run, b *bound) any { return strings.TrimPrefix(text(b.of), b.str(r, 0, "")) }},
		"removesuffix": {params: []string{"suffix"}, call: func(r *run, b *bound) any { return strings.TrimSuffix(text(b.of), b.str(r, 0, "")) }},
		"format":       {rest: true, call: formatted},
	}
}

func split(r *run, b *bound) any {
	s, n := text(b.of), b.int(r, 1, -1)
	if !b.has(0) || b.args[0] == nil {
		return r.texts(fields(s, n))
	}
	sep := b.str(r, 0, "")
	if sep == "" {
		r.fail("the separator is empty")
	}
	r.step(strings.Count(s, sep) + len(s)/64)
	if n >= 0 {
		return r.texts(strings.SplitN(s, sep, n+1))
	}
	return r.texts(strings.Split(s, sep))
}

// fields cuts at blanks, at most n times if n is not negative.
func fields(s string, n int) (out []string) {
	for {
		s = strings.TrimLeftFunc(s, unicode.IsSpace)
		if s == "" {
			return out
		}
		i := strings.IndexFunc(s, unicode.IsSpace)
		if i < 0 || len(out) == n {
			return append(out, s)
		}
		out = append(out, s[:i])
		s = s[i:]
	}
}

func rsplit(r *run, b *bound) any {
	sep, n := b.str(r, 0, ""), b.int(r, 1, -1)
	if n < 0 || sep == "" {
		return split(r, b)
	}
	parts := strings.Split(text(b.of), sep)
	r.elements(len(parts))
	if cut := len(parts) - n; cut > 1 {
		parts = append([]string{strings.Join(parts[:cut], sep)}, parts[cut:]...)
	}
	return r.texts(parts)
}

func splitLines(r *run, b *bound) any {
	var out []string
	for l := range strings.Lines(text(b.of)) {
		if !b.bool(0, false) {
			l = strings.TrimRight(l, "\r\n")
		}
		out = append(out, l)
	}
	return r.texts(out)
}

func partition(r *run, b *bound) any {
	s, sep := text(b.of), b.str(r, 0, "")
	before, after, ok := strings.Cut(s, sep)
	if !ok {
		sep = ""
	}
	return &List{Items: []any{before, sep, after}, Tuple: true}
}

// texts is a list of texts.
func (r *run) texts(ss []string) *List {
	r.elements(len(ss))
	l := &List{Items: make([]any, len(ss))}
	for i, s := range ss {
		l.Items[i] = s
	}
	return l
}

func joinItems(r *run, b *bound) any {
	items := r.items(b.need(r, 0))
	parts := make([]string, len(items))
	sep := text(b.of)
	for i, v := range items {
		s, ok := str(v)
		if !ok {
			r.fail("only texts can be joined, and there is %s", r.name(v))
		}
		r.made(len(s) + len(sep))
		parts[i] = s
	}
	return strings.Join(parts, sep)
}

func replaced(r *run, b *bound) any {
	s, from, to, n := text(b.of), b.str(r, 0, ""), b.str(r, 1, ""), b.int(r, 2, -1)
	times := strings.Count(s, from)
	if n >= 0 {
		times = min(times, n)
	}
	r.made(len(s) + times*len(to))
	return strings.Replace(s, from, to, n)
}

func countOf(r *run, b *bound) any {
	s := text(b.of)
	r.step(len(s) / 16)
	return int64(strings.Count(s, b.str(r, 0, "")))
}

func zfill(r *run, b *bound) any {
	s := text(b.of)
	n := b.int(r, 0, 0) - runeLen(s)
	if n <= 0 {
		return s
	}
	r.made(n)
	sign := ""
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign, s = s[:1], s[1:]
	}
	return sign + strings.Repeat("0", n) + s
}

// padded makes a method that fills up a text to a width: on the left, on the
// right, or both.
func padded(left, right int) func(r *run, b *bound) any {
	return func(r *run, b *bound) any {
		s, width, fill := text(b.of), b.int(r, 0, 80), b.str(r, 1, " ")
		n := width - runeLen(s)
		if n <= 0 {
			return s
		}
		r.made(n * len(fill))
		before := n * left
		if right > 0 {
			before = left * (n/2 + n&width&1)
		}
		return strings.Repeat(fill, before) + s + strings.Repeat(fill, n-before)
	}
}
