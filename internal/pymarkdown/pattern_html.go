package pymarkdown

import (
	"strconv"
	"strings"
)

// findAutolink finds addresses of the web between angle brackets.
func findAutolink(d *Document, text string, from int) (Match, bool) {
	start, end, ok := FindAutolink(text, from)
	if !ok {
		return Match{}, false
	}
	link := text[start+1 : end-1]
	a := NewElement("a")
	a.Set("href", d.Unstash(link))
	a.SetAtomic(link)
	return Match{Start: start, End: end, Node: a}, true
}

// FindAutolink finds the first address of the web between angle brackets, at or
// after byte from; the brackets are in what it gives.
func FindAutolink(text string, from int) (start, end int, ok bool) {
	for at := from; at < len(text); at++ {
		i := strings.IndexByte(text[at:], '<')
		if i < 0 {
			break
		}
		at += i
		n := schemeLen(text[at+1:])
		if n == 0 {
			continue
		}
		to := strings.IndexAny(text[at+1+n:], "<>")
		if to < 0 {
			break
		}
		if end = at + 1 + n + to; text[end] == '>' {
			return at, end + 1, true
		}
	}
	return 0, 0, false
}

// schemeLen is the length of a scheme at the beginning of s, "://" included: of
// http, https, ftp and ftps in any case.
func schemeLen(s string) int {
	i := strings.Index(s[:min(len(s), 8)], "://")
	if i < 0 {
		return 0
	}
	switch strings.ToLower(s[:i]) {
	case "http", "https", "ftp", "ftps":
		return i + 3
	}
	return 0
}

// findAutomail finds mail addresses between angle brackets.
func findAutomail(d *Document, text string, from int) (Match, bool) {
	for at := from; ; at++ {
		i := strings.IndexByte(text[at:], '<')
		if i < 0 {
			return Match{}, false
		}
		at += i
		to := strings.IndexAny(text[at+1:], "<> ")
		if to < 0 {
			return Match{}, false
		}
		end := at + 1 + to
		mail := text[at+1 : end]
		sign := strings.LastIndexByte(mail, '@')
		if text[end] != '>' || sign < 1 || sign == len(mail)-1 || strings.Contains(mail[:sign], "!") {
			continue
		}
		mail = strings.TrimPrefix(d.Unstash(mail), "mailto:")
		return Match{Start: at, End: end + 1, Node: MailLink(mail, mail)}, true
	}
}

// MailLink is a link to a mail address, in character references throughout, as
// Python-Markdown writes it to be harder to collect.
func MailLink(address, text string) *Element {
	a := NewElement("a")
	a.Set("href", references("mailto:"+address))
	a.SetAtomic(references(text))
	return a
}

func references(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString(AmpSubstitute)
		b.WriteByte('#')
		b.WriteString(strconv.Itoa(int(r)))
		b.WriteByte(';')
	}
	return b.String()
}

// HTMLPattern is the pattern of raw HTML in text: tags, comments, processing
// instructions and CDATA. Strict leaves what another ">" follows, for
// extensions that give ">>" a meaning.
func HTMLPattern(strict bool) *Pattern {
	return &Pattern{Triggers: "<", Find: func(d *Document, text string, from int) (Match, bool) {
		for at := from; ; at++ {
			i := strings.IndexByte(text[at:], '<')
			if i < 0 {
				return Match{}, false
			}
			at += i
			end := htmlEnd(text, at)
			if end < 0 || strict && end < len(text) && text[end] == '>' {
				continue
			}
			html := Unescape(d.UnstashHTML(text[at:end]))
			return Match{Start: at, End: end, Text: d.Stash.Store(html)}, true
		}
	}}
}

// htmlEnd is where the HTML that begins with the "<" at a byte ends, or -1.
func htmlEnd(text string, at int) int {
	s := text[at:]
	var open, closing string
	switch {
	case strings.HasPrefix(s, "<!--"):
		open, closing = "<!--", "-->"
	case strings.HasPrefix(s, "<?"):
		open, closing = "<?", "?>"
	case strings.HasPrefix(s, "<![CDATA["):
		open, closing = "<![CDATA[", "]]>"
	default:
		return tagEnd(text, at)
	}
	inside := s[len(open):]
	if again := strings.Index(inside, open); again >= 0 {
		inside = inside[:again]
	}
	end := strings.Index(inside, closing)
	if end < 0 {
		return -1
	}
	return at + len(open) + end + len(closing)
}

func tagEnd(text string, at int) int {
	p := at + 1
	if p < len(text) && text[p] == '/' {
		p++
	}
	if p >= len(text) || !isLetter(text[p]) {
		return -1
	}
	i := strings.IndexAny(text[p:], "<>@ ")
	if i < 0 {
		return -1
	}
	if p += i; text[p] == ' ' {
		if i = strings.IndexAny(text[p:], "<>"); i < 0 {
			return -1
		}
		p += i
	}
	if text[p] != '>' {
		return -1
	}
	return p + 1
}

// findEntity finds character references.
func findEntity(d *Document, text string, from int) (Match, bool) {
	for at := from; ; at++ {
		i := strings.IndexByte(text[at:], '&')
		if i < 0 {
			return Match{}, false
		}
		at += i
		n := entityLen(text[at:])
		if n == 0 {
			continue
		}
		return Match{Start: at, End: at + n, Text: d.Stash.Add(Stashed{HTML: text[at : at+n], Safe: true})}, true
	}
}

// entityLen is the length of the character reference that s begins with, or 0;
// "&#X…;" is none to Python-Markdown.
func entityLen(s string) int {
	if !isEntity(s) || strings.HasPrefix(s, "&#X") {
		return 0
	}
	return strings.IndexByte(s, ';') + 1
}
