package pymarkdown

import "strings"

// htmlScanner finds the tags in a page as Python's html.parser does with
// Python-Markdown's changes to it: leniently, and with its own view of what is a
// tag, a comment or just text.
type htmlScanner struct {
	raw string
	at  int // where what is handed out began
	h   htmlHandler
	tag string // the text of the start tag that is handed out
	// cdata is the element that takes everything up to its end tag, or "".
	cdata string
	// missing are the signs that stand nowhere behind what is read.
	missing map[string]bool
	wasted  int // bytes gone through for start tags that do not end
}

// A start tag may be maxTag bytes long. Where each of many is looked for to no
// avail, and that came to maxWasted bytes, they may have fewTag: what begins a
// tag may stand in every other byte, and none may end.
const (
	maxTag    = 64 << 10
	fewTag    = 128
	maxWasted = 1 << 20
)

// find is where a sign stands first at or behind a byte, or -1. Places only
// grow: what is not found once is not looked for again.
func (s *htmlScanner) find(sign string, from int) int {
	if s.missing[sign] || from >= len(s.raw) {
		return -1
	}
	if i := strings.Index(s.raw[from:], sign); i >= 0 {
		return from + i
	}
	s.miss(sign)
	return -1
}

func (s *htmlScanner) miss(sign string) {
	if s.missing == nil {
		s.missing = map[string]bool{}
	}
	s.missing[sign] = true
}

// htmlHandler takes what is found.
type htmlHandler interface {
	startTag(name string, attrs []Attr)
	startEndTag(name string, attrs []Attr)
	endTag(name string)
	text(s string)
	// empty takes what has no content: entities, comments, instructions.
	empty(s string, block bool)
	// declarations tells whether "<!" and "<?" begin something here.
	declarations() bool
}

// scan hands out everything. What cannot be finished is tried once more with
// the page's end known, and is text then.
func (s *htmlScanner) scan() {
	i := s.goAhead(0, false)
	if i < len(s.raw) {
		i = s.goAhead(i, true)
	}
	if i < len(s.raw) {
		s.at = i
		s.h.text(s.raw[i:])
	}
}

func (s *htmlScanner) goAhead(i int, end bool) int {
	for i < len(s.raw) {
		j := s.interesting(i)
		if j < 0 {
			return i // an element whose end tag is missing
		}
		if i < j {
			s.at = i
			s.h.text(s.raw[i:j])
		}
		if i = j; i == len(s.raw) {
			break
		}
		s.at = i
		next, ok := s.token(i, end)
		if !ok {
			if end && s.cdata == "" {
				s.at = next
				s.h.text(s.raw[next:])
				return len(s.raw)
			}
			return next
		}
		i = next
	}
	return i
}

// interesting is where the next sign stands, or -1 if cdata does not end.
func (s *htmlScanner) interesting(i int) int {
	if s.cdata == "" {
		if j := strings.IndexAny(s.raw[i:], "<&"); j >= 0 {
			return i + j
		}
		return len(s.raw)
	}
	for from := i; ; {
		j := strings.Index(s.raw[from:], "</")
		if j < 0 {
			return -1
		}
		from += j
		rest := strings.TrimLeft(s.raw[from+2:min(len(s.raw), from+64)], Space)
		if len(rest) >= len(s.cdata) && strings.EqualFold(rest[:len(s.cdata)], s.cdata) &&
			strings.HasPrefix(strings.TrimLeft(rest[len(s.cdata):], Space), ">") {
			return from
		}
		from += 2
	}
}

// token takes the sign at i. ok is false if it is not finished; then next is
// where to go on.
func (s *htmlScanner) token(i int, end bool) (next int, ok bool) {
	if s.raw[i] == '&' {
		return s.reference(i)
	}
	k := -1
	rest := s.raw[i:]
	switch {
	case len(rest) > 1 && isLetter(rest[1]) || strings.HasPrefix(rest, "</>"):
		k = s.startTag(i)
	case strings.HasPrefix(rest, "</"):
		k = s.endTag(i)
	case strings.HasPrefix(rest, "<!--"):
		k = s.comment(i)
	case strings.HasPrefix(rest, "<?"):
		k = s.instruction(i)
	case strings.HasPrefix(rest, "<!"):
		k = s.declaration(i)
	case len(rest) > 1:
		s.h.text("<")
		k = i + 1
	default:
		return i, false
	}
	if k >= 0 {
		return k, true
	}
	if !end {
		return i, false
	}
	if j := s.find(">", i+1); j >= 0 {
		k = j + 1
	} else if j := s.find("<", i+1); j >= 0 {
		k = j
	} else {
		k = i + 1
	}
	s.h.text(s.raw[i:k])
	return k, true
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// reference takes an entity, or the sign "&" alone.
func (s *htmlScanner) reference(i int) (next int, ok bool) {
	rest := s.raw[i:]
	if strings.HasPrefix(rest, "&#") {
		j := 2
		digits := func(c byte) bool { return c >= '0' && c <= '9' }
		if len(rest) > 2 && (rest[2] == 'x' || rest[2] == 'X') {
			j, digits = 3, func(c byte) bool { return c >= '0' && c <= '9' || isHex(c) }
		}
		from := j
		for j < len(rest) && digits(rest[j]) {
			j++
		}
		if j > from && j < len(rest) && !isHex(rest[j]) {
			s.h.empty(rest[:j]+";", false)
			if rest[j] == ';' {
				j++
			}
			return i + j, true
		}
		if s.find(";", i) >= 0 {
			s.h.text("&#")
			return i + 2, false
		}
		return i, false
	}
	if j := 1; j < len(rest) && isLetter(rest[j]) {
		for j < len(rest) && (isAlnum(rest[j]) || rest[j] == '-' || rest[j] == '.') {
			j++
		}
		if j < len(rest) && rest[j] == ';' {
			s.h.empty(rest[:j+1], false)
			return i + j + 1, true
		}
	}
	if len(rest) > 1 {
		s.h.text("&")
		return i + 1, true
	}
	return i, false
}

func (s *htmlScanner) comment(i int) int {
	for j := i + 4; ; {
		if !s.missing["-->"] {
			j = s.find("--", j)
		}
		if j < 0 || s.missing["-->"] {
			s.miss("-->") // nor does "--!>" follow
			s.h.text("<")
			return i + 1
		}
		rest := strings.TrimPrefix(s.raw[j+2:], "!")
		if strings.HasPrefix(rest, ">") {
			s.h.empty("<!--"+s.raw[i+4:j]+"-->", true)
			return len(s.raw) - len(rest) + 1
		}
		j++
	}
}

func (s *htmlScanner) instruction(i int) int {
	if !s.h.declarations() {
		s.h.text("<?")
		return i + 2
	}
	j := s.find("?>", i+2)
	if j < 0 {
		return -1
	}
	end := j + 2
	s.h.empty(s.raw[i:end], true)
	return end
}

func (s *htmlScanner) declaration(i int) int {
	if !s.h.declarations() {
		s.h.text("<!")
		return i + 2
	}
	rest, gt := s.raw[i:], s.find(">", i)
	switch {
	case strings.HasPrefix(rest, "<![CDATA["):
		j := s.find("]]>", i)
		if j < 0 {
			return -1
		}
		s.h.empty(s.raw[i:j+3], true)
		return j + 3
	case len(rest) >= 9 && strings.EqualFold(rest[:9], "<!doctype"):
		if gt < 0 {
			return -1
		}
		s.h.empty(s.raw[i:gt+1], true)
		return gt + 1
	}
	if gt < 0 {
		if strings.HasPrefix(rest, "<![") {
			s.h.text("<")
			return i + 1
		}
		return -1
	}
	s.h.empty(s.raw[i:gt+1], false)
	return gt + 1
}

func (s *htmlScanner) endTag(i int) int {
	if i+2 >= len(s.raw) || !isLetter(s.raw[i+2]) {
		s.h.text(s.raw[i:min(i+2, len(s.raw))])
		return min(i+2, len(s.raw))
	}
	gt := s.find(">", i+1)
	if gt < 0 {
		return -1
	}
	gt++
	j := i + 2
	for j < len(s.raw) && !isSpace(s.raw[j]) && s.raw[j] != '/' && s.raw[j] != '>' && s.raw[j] != 0 {
		j++
	}
	name := strings.ToLower(s.raw[i+2 : j])
	proper := strings.Trim(s.raw[j:gt-1], Space) == "" && strings.Trim(name, "-.:_0123456789abcdefghijklmnopqrstuvwxyz") == ""
	if s.cdata != "" && (!proper || name != s.cdata) {
		s.h.text(s.raw[i:gt])
		return gt
	}
	s.h.endTag(name)
	s.cdata = ""
	return gt
}

// endTagText is the text of the end tag that is handed out.
func (s *htmlScanner) endTagText() string {
	j := strings.IndexByte(s.raw[s.at:], '>')
	return s.raw[s.at : s.at+j+1]
}

func (s *htmlScanner) startTag(i int) int {
	if strings.HasPrefix(s.raw[i:], "</>") {
		s.h.text("</>")
		return i + 3
	}
	if s.find(">", i) < 0 {
		s.h.text("<")
		return i + 1
	}
	attrs, name, body, end := s.scanTag(i)
	if end < 0 {
		s.wasted += body - i
		s.h.text("<")
		return i + 1
	}
	s.tag = s.raw[i:end]
	switch strings.TrimSpace(s.raw[body:end]) {
	case "/>":
		s.h.startEndTag(name, attrs)
	case ">":
		if name == "script" || name == "style" {
			s.cdata = name
		}
		s.h.startTag(name, attrs)
	default:
		s.h.text(s.tag)
	}
	return end
}

// scanTag reads a start tag: its attributes, its name in lower case, where its
// attributes end, and where it ends; -1 if it does not end.
func (s *htmlScanner) scanTag(i int) (attrs []Attr, name string, body, end int) {
	most := maxTag
	if s.wasted > maxWasted {
		most = fewTag
	}
	raw := s.raw[:min(len(s.raw), i+most)]
	j := i + 1
	for j < len(raw) && !isSpace(raw[j]) && strings.IndexByte("`/>\x00", raw[j]) < 0 {
		j++
	}
	name = strings.ToLower(raw[i+1 : j])
	body = j
	for j < len(raw) && (isSpace(raw[j]) || raw[j] == '/') {
		if raw[j] == '/' && strings.HasPrefix(raw[j:], "/>") {
			break
		}
		j++
		body = j
	}
	for j > i+1 && j < len(raw) && strings.IndexByte("`>/ \t\n\f\r\v", raw[j]) < 0 && strings.IndexByte("'\"/ \t\n\f\r\v", raw[j-1]) >= 0 {
		var a Attr
		a, j = s.scanAttr(raw, j)
		attrs = append(attrs, a)
		for j < len(raw) && (isSpace(raw[j]) || raw[j] == '/' && !strings.HasPrefix(raw[j:], "/>")) {
			j++
		}
		body = j
	}
	switch {
	case j >= len(raw):
		return attrs, name, body, -1
	case raw[j] == '>':
		return attrs, name, body, j + 1
	case strings.HasPrefix(raw[j:], "/>"):
		return attrs, name, body, j + 2
	case isLetter(raw[j]) || raw[j] == '=' || raw[j] == '/':
		return attrs, name, body, -1
	}
	return attrs, name, body, j
}

// scanAttr reads an attribute. One without a value has its own name as value.
func (s *htmlScanner) scanAttr(raw string, j int) (Attr, int) {
	from := j
	for j++; j < len(raw) && !isSpace(raw[j]) && strings.IndexByte("/=>", raw[j]) < 0; j++ {
	}
	a := Attr{Key: strings.ToLower(raw[from:j])}
	a.Val = a.Key
	k := j
	for k < len(raw) && isSpace(raw[k]) {
		k++
	}
	if k >= len(raw) || raw[k] != '=' {
		return a, j
	}
	for k < len(raw) && raw[k] == '=' {
		k++
	}
	equals := k
	for k < len(raw) && isSpace(raw[k]) {
		k++
	}
	if k < len(raw) && (raw[k] == '\'' || raw[k] == '"') {
		if e := strings.IndexByte(raw[k+1:], raw[k]); e >= 0 {
			a.Val = unescapeHTML(raw[k+1 : k+1+e])
			return a, skipCommas(raw, k+1+e+1)
		}
		s.wasted += (len(raw) - k) / 16 // that was quick
		if k == equals {
			return a, j // the quote does not end: the tag does not either
		}
		a.Val = ""
		return a, equals
	}
	from = k
	for k < len(raw) && !isSpace(raw[k]) && raw[k] != '`' && raw[k] != '>' {
		k++
	}
	a.Val = unescapeHTML(raw[from:k])
	return a, skipCommas(raw, k)
}

func skipCommas(raw string, j int) int {
	for {
		k := j
		for k < len(raw) && isSpace(raw[k]) {
			k++
		}
		if k >= len(raw) || raw[k] != ',' {
			return j
		}
		j = k + 1
	}
}
