package extensions

import (
	"strings"

	"callboard/internal/pymarkdown"
)

func setupAttrList(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	d.Tree.Register("attr_list", 8, attrLists)
	return nil
}

// attrLists sets attributes that stand in curly brackets: behind an inline
// element, at the end of a heading, term or cell, on the last line of other
// blocks.
func attrLists(d *pymarkdown.Document, root *pymarkdown.Element) {
	for e := range root.Iter() {
		if !d.IsBlockLevel(e.Tag) {
			InlineAttrs(e)
			continue
		}
		text := &e.Lead
		if e.Tag == "li" {
			text = itemText(e)
		} else if last := e.Last(); last != nil && last.Tail != "" {
			text = &last.Tail
		}
		if text != nil && strings.Contains(*text, "}") {
			blockAttrs(e, text)
		}
	}
}

// itemText is the text of a list item that attributes may end: that before the
// first list in it.
func itemText(li *pymarkdown.Element) *string {
	last := li.Last()
	if last == nil {
		return &li.Lead
	}
	list := li.First()
	for list != nil && list.Tag != "ul" && list.Tag != "ol" {
		list = list.Next()
	}
	switch {
	case list == nil && last.Tail != "":
		return &last.Tail
	case list != nil && list.Prev() != nil && list.Prev().Tail != "":
		return &list.Prev().Tail
	}
	return &li.Lead
}

// blockAttrs takes an attribute list from the end of a block's text.
func blockAttrs(e *pymarkdown.Element, text *string) {
	sameLine := isHeading(e.Tag) || e.Tag == "dt" || e.Tag == "td" || e.Tag == "th"
	start, list, ok := trailingAttrs(*text, sameLine)
	if !ok {
		return
	}
	attrs, rest := parseAttrs(list)
	if rest != "" {
		return // a bracket too many: it was not meant as attributes
	}
	setAttrs(e, attrs)
	*text = (*text)[:start]
	if isHeading(e.Tag) {
		*text = strings.TrimRight(strings.TrimRight(*text, "#"), pymarkdown.Space)
	}
}

// InlineAttrs takes the attribute list that follows an element at once, if there
// is one, and sets its attributes.
func InlineAttrs(e *pymarkdown.Element) {
	if !strings.HasPrefix(e.Tail, "{") {
		return
	}
	line, _, _ := strings.Cut(e.Tail, "\n")
	end := strings.LastIndexByte(line, '}')
	from, ok := attrsStart(line, 0, end)
	if !ok {
		return
	}
	attrs, rest := parseAttrs(line[from:end])
	setAttrs(e, attrs)
	e.Tail = e.Tail[end+1:] + rest
}

// trailingAttrs finds the attribute list that ends text: on the last line, behind
// other text and a space (sameLine) or alone on a line that is not the first.
func trailingAttrs(text string, sameLine bool) (start int, list string, ok bool) {
	body := strings.TrimRight(strings.TrimSuffix(text, "\n"), " ")
	end := len(body) - 1
	if end < 0 || body[end] != '}' {
		return 0, "", false
	}
	feed := strings.LastIndexByte(body, '\n')
	line := body[feed+1:]
	if !sameLine {
		i := len(line) - len(strings.TrimLeft(line, " "))
		if from, ok := attrsStart(line, i, len(line)-1); ok && feed >= 0 {
			return feed, line[from : len(line)-1], true
		}
		return 0, "", false
	}
	for i := 1; i < len(line); i++ {
		if line[i] != '{' || line[i-1] != ' ' {
			continue
		}
		if from, ok := attrsStart(line, i, len(line)-1); ok {
			start = feed + 1 + len(strings.TrimRight(line[:i], " "))
			return start, line[from : len(line)-1], true
		}
	}
	return 0, "", false
}

// attrsStart tells where the attributes of a list begin that has its brackets at
// open and end.
func attrsStart(s string, open, end int) (from int, ok bool) {
	if open >= end || s[open] != '{' {
		return 0, false
	}
	if s[open+1] == ':' {
		if from, ok = skipToAttrs(s, open+2, end); ok {
			return from, true
		}
	}
	return skipToAttrs(s, open+1, end)
}

func skipToAttrs(s string, at, end int) (int, bool) {
	for at < end && s[at] == ' ' {
		at++
	}
	return at, at < end && s[at] != '}'
}

// parseAttrs reads attributes: .class, #id, key=value, key="value" or key. A
// class has the key ".". What cannot be read is left out, but for what follows
// from the first closing bracket in it, which is rest.
func parseAttrs(s string) (attrs []pymarkdown.Attr, rest string) {
	for s != "" {
		if s[0] == ' ' {
			s = s[1:]
			continue
		}
		n := strings.IndexAny(s, " =}")
		if n < 0 {
			n = len(s)
		}
		if n == 0 {
			break
		}
		key := s[:n]
		if n == len(s) || s[n] != '=' {
			attrs = append(attrs, attrOfWord(key))
			s = s[n:]
			continue
		}
		if val, after, ok := attrValue(s[n+1:]); ok {
			attrs = append(attrs, pymarkdown.Attr{Key: key, Val: val})
			s = after
			continue
		}
		attrs = append(attrs, attrOfWord(key))
		s = s[n:]
	}
	if i := strings.IndexByte(s, '}'); i >= 0 {
		return attrs, s[i:]
	}
	return attrs, ""
}

func attrOfWord(word string) pymarkdown.Attr {
	switch word[0] {
	case '.':
		return pymarkdown.Attr{Key: ".", Val: word[1:]}
	case '#':
		return pymarkdown.Attr{Key: "id", Val: word[1:]}
	}
	return pymarkdown.Attr{Key: word, Val: word}
}

// attrValue reads what stands behind the equals sign.
func attrValue(s string) (val, rest string, ok bool) {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		if i := strings.IndexByte(s[1:], s[0]); i >= 0 {
			return s[1 : 1+i], s[2+i:], true
		}
	}
	n := strings.IndexAny(s, " =}")
	if n < 0 {
		n = len(s)
	}
	return s[:n], s[n:], n > 0
}

func setAttrs(e *pymarkdown.Element, attrs []pymarkdown.Attr) {
	for _, a := range attrs {
		if a.Key != "." {
			e.Set(attrName(a.Key), a.Val)
		} else if class := e.Attr("class"); class != "" {
			e.Set("class", class+" "+a.Val)
		} else {
			e.Set("class", a.Val)
		}
	}
}

// attrName puts an underscore for what an XML name must not contain.
func attrName(name string) string {
	var b strings.Builder
	bad := false
	for _, r := range name {
		if isNameRune(r) {
			b.WriteRune(r)
			bad = false
			continue
		}
		if !bad {
			b.WriteByte('_')
		}
		bad = true
	}
	return b.String()
}

// isNameRune tells whether r may stand in an XML name
// (https://www.w3.org/TR/REC-xml-names/#NT-NCName).
func isNameRune(r rune) bool {
	if r < 0x80 {
		return isAlnum(byte(r)) || strings.ContainsRune("_:-.", r)
	}
	for _, x := range [...][2]rune{{0xb7, 0xb7}, {0xc0, 0xd6}, {0xd8, 0xf6}, {0xf8, 0x37d}, {0x37f, 0x1fff}, {0x200c, 0x200d},
		{0x203f, 0x2040}, {0x2070, 0x218f}, {0x2c00, 0x2fef}, {0x3001, 0xd7ff}, {0xf900, 0xfdcf}, {0xfdf0, 0xfffd}} {
		if r >= x[0] && r <= x[1] {
			return true
		}
	}
	return false
}

func isHeading(tag string) bool {
	return len(tag) == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6'
}
