// Package slugs makes identifiers of headings and labels: the functions that
// the option slugify of toc, pymdownx.tabbed and others names.
package slugs

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"callboard/internal/pymarkdown"
)

// Func makes an identifier of text; sep stands between words.
type Func func(text, sep string) string

// Default is Python-Markdown's toc.slugify: Latin letters lose their accents,
// everything else that is not ASCII is dropped.
func Default(text, sep string) string {
	return slug(strings.Map(ascii, norm.NFKD.String(text)), sep)
}

// Unicode is Python-Markdown's toc.slugify_unicode.
func Unicode(text, sep string) string { return slug(text, sep) }

func ascii(r rune) rune {
	if r >= 0x80 {
		return -1
	}
	return r
}

// slug drops what is neither of a word nor a space nor a hyphen, and puts one
// separator for each run of spaces and separators.
func slug(text, sep string) string {
	text = lower(strings.TrimFunc(strings.Map(func(r rune) rune {
		if isWord(r) || isSpace(r) || r == '-' {
			return r
		}
		return -1
	}, text), isSpace))
	var b strings.Builder
	gap := false
	for _, r := range text {
		if isSpace(r) || strings.ContainsRune(sep, r) {
			gap = true
			continue
		}
		if gap {
			b.WriteString(sep)
			gap = false
		}
		b.WriteRune(r)
	}
	if gap {
		b.WriteString(sep)
	}
	return b.String()
}

// Named is the function that an option names: one of Python-Markdown's or of
// pymdownx.slugs. ok is false if there is none of this name.
func Named(p pymarkdown.Py) (f Func, ok bool) {
	name := p.Name[strings.LastIndexByte(p.Name, '.')+1:]
	switch name {
	case "slugify_unicode":
		return Unicode, true
	case "slugify", "_uslugify":
		if !strings.HasPrefix(p.Name, "pymdownx.") {
			return Default, true
		}
		return configured(p.Kwargs).slug, true
	case "uslugify":
		return options{fold: "lower"}.slug, true
	case "uslugify_encoded":
		return options{fold: "lower", percent: true}.slug, true
	case "uslugify_cased":
		return options{}.slug, true
	case "uslugify_cased_encoded":
		return options{percent: true}.slug, true
	case "gfm":
		return options{fold: "lower-ascii"}.slug, true
	case "gfm_encoded":
		return options{fold: "lower-ascii", percent: true}.slug, true
	}
	return nil, false
}

// options are those of pymdownx.slugs.slugify.
type options struct {
	fold    string // "lower", "lower-ascii", "fold"; anything else keeps letters
	percent bool   // bytes beyond ASCII as in addresses
	form    string // "NFC" if empty
}

func configured(kwargs map[string]any) options {
	o := pymarkdown.Options(kwargs)
	return options{o.String("case", "none"), o.Bool("percent_encode", false), o.String("normalize", "NFC")}
}

func (o options) slug(text, sep string) string {
	text = strings.TrimFunc(withoutTags(o.normalize(text)), isSpace)
	switch o.fold {
	case "lower":
		text = lower(text)
	case "lower-ascii":
		text = strings.Map(lowerASCII, text)
	case "fold":
		text = cases.Fold().String(text)
	}
	text = strings.Map(func(r rune) rune {
		if isWord(r) || r == '-' || r == ' ' {
			return r
		}
		return -1
	}, text)
	text = strings.ReplaceAll(text, " ", sep)
	if o.percent {
		return percentEncode(text)
	}
	return text
}

func (o options) normalize(text string) string {
	switch o.form {
	case "NFD":
		return norm.NFD.String(text)
	case "NFKC":
		return norm.NFKC.String(text)
	case "NFKD":
		return norm.NFKD.String(text)
	}
	return norm.NFC.String(text)
}

// withoutTags drops all that looks like a tag.
func withoutTags(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		j := strings.IndexByte(s[i:], '>')
		if j < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i+j+1:]
	}
	b.WriteString(s)
	return b.String()
}

// percentEncode is Python's urllib.parse.quote.
func percentEncode(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c < 0x80 && (isWord(rune(c)) || strings.IndexByte("-.~/", c) >= 0) {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}

// lower is Python's str.lower, which minds the form of sigma at the end of words.
func lower(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return cases.Lower(language.Und).String(s)
		}
	}
	return strings.ToLower(s)
}

func lowerASCII(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

// isWord is \w of Python's regular expressions.
func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

// isSpace is \s of Python's regular expressions.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }
