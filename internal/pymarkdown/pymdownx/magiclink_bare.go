package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// bareLinks makes links of addresses.
type bareLinks struct {
	hideProtocol bool
	// noted marks the links for the shortener.
	noted bool
}

// magicMark is the attribute that a link has until the shortener saw it.
const magicMark = "magiclink"

func (b bareLinks) link(href, text, mark string) *pymarkdown.Element {
	if i := strings.Index(text, "://"); b.hideProtocol && i >= 0 {
		text = text[i+3:]
	}
	a := pymarkdown.NewElement("a")
	a.Set("href", href)
	a.SetAtomic(text)
	if b.noted {
		a.Set(magicMark, mark)
	}
	return a
}

// findAuto finds addresses between angle brackets.
func (b bareLinks) findAuto(d *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
	start, end, ok := pymarkdown.FindAutolink(text, from)
	if !ok {
		return pymarkdown.Match{}, false
	}
	link := text[start+1 : end-1]
	return pymarkdown.Match{Start: start, End: end, Node: b.link(d.Unstash(link), link, "2")}, true
}

// find finds addresses that stand bare in text.
func (b bareLinks) find(d *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
	for at := from; at < len(text); at++ {
		i := strings.IndexAny(text[at:], ":.")
		if i < 0 {
			break
		}
		at += i
		start, host, ok := linkStart(text, from, at)
		if !ok {
			continue
		}
		end := linkEnd(text, host)
		if end == 0 {
			continue
		}
		link := text[start:end]
		if text[at] == ':' {
			return pymarkdown.Match{Start: start, End: end, Node: b.link(d.Unstash(link), link, "1")}, true
		}
		a := pymarkdown.NewElement("a")
		a.Set("href", d.Unstash("http://"+link))
		a.SetAtomic(link)
		if b.noted {
			a.Set(magicMark, "1")
		}
		return pymarkdown.Match{Start: start, End: end, Node: a}, true
	}
	return pymarkdown.Match{}, false
}

// linkStart tells where the address begins whose scheme ends in the ":" at byte
// at, or whose "www" ends in the "." there, and where its host begins.
func linkStart(text string, from, at int) (start, host int, ok bool) {
	names := []string{"https", "http", "ftps", "ftp"}
	host = at + len("://")
	if text[at] == '.' {
		names = []string{"www"}
		host = at + 1
	} else if !strings.HasPrefix(text[at:], "://") {
		return 0, 0, false
	}
	for _, name := range names {
		start = at - len(name)
		if start >= from && strings.EqualFold(text[start:at], name) && (!pymarkdown.WordBefore(text, start) || text[start-1] == '_') {
			return start, host, true
		}
	}
	return 0, 0, false
}

// linkEnd is where an address ends whose host begins at a byte, or 0: behind the
// last character of a run that an address may end in.
func linkEnd(text string, host int) int {
	r, ok := pymarkdown.RuneAt(text, host)
	if !ok || r == '_' || !pymarkdown.IsWord(r) {
		return 0
	}
	end := 0
	for at := host + len(string(r)); at < len(text); {
		r, _ := pymarkdown.RuneAt(text, at)
		word := pymarkdown.IsWord(r)
		if !word && (r > '~' || strings.IndexByte("-.?,!'(){}[]/+&@%$#=:\"|~;", byte(r)) < 0) {
			break
		}
		at += len(string(r))
		if word && r != '_' || !word && strings.IndexByte("-/#@$+=", byte(r)) >= 0 {
			end = at
		}
	}
	return end
}

// findMail finds mail addresses that stand bare in text.
func findMail(d *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
	for at := from + 1; at < len(text); at++ {
		i := strings.IndexByte(text[at:], '@')
		if i < 0 {
			break
		}
		at += i
		start, ok := mailStart(text, from, at)
		if !ok {
			continue
		}
		if end := mailEnd(text, at+1); end > 0 {
			mail := d.Unstash(text[start:end])
			return pymarkdown.Match{Start: start, End: end, Node: pymarkdown.MailLink(mail, mail)}, true
		}
	}
	return pymarkdown.Match{}, false
}

func isMailByte(c byte) bool { return isAlnum(c) || c == '-' || c == '_' }

// mailStart is where a mail address begins whose "@" is at a byte.
func mailStart(text string, from, sign int) (start int, ok bool) {
	if text[sign-1] == '.' {
		return 0, false
	}
	start = sign
	for start > from {
		c := text[start-1]
		if !isMailByte(c) && c != '+' && (c != '.' || text[start] == '.') {
			break
		}
		start--
	}
	for ; start < sign; start++ {
		if text[start] != '.' && (start == 0 || !isMailByte(text[start-1]) && strings.IndexByte("/+@", text[start-1]) < 0) {
			return start, true
		}
	}
	return 0, false
}

// mailEnd is where a mail address ends whose domain begins at a byte, or 0.
func mailEnd(text string, at int) int {
	first := at
	for at < len(text) && isMailByte(text[at]) {
		at++
	}
	if at == first || at >= len(text) || text[at] != '.' {
		return 0
	}
	at++
	end := 0
	for at < len(text) {
		c := text[at]
		single := c == '.' && text[at-1] != '.' && (at+1 >= len(text) || text[at+1] != '.')
		if !isMailByte(c) && !single {
			break
		}
		at++
		letter := isAlnum(c) && (c < '0' || c > '9')
		if letter && !pymarkdown.WordAt(text, at) && (at >= len(text) || text[at] != '-' && text[at] != '@') {
			end = at
		}
	}
	return end
}
