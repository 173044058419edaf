package site

import "strings"

// links are references to entities as Markdown.
func links(es []EntityLink) []string {
	out := make([]string, 0, len(es)+1)
	for _, e := range es {
		out = append(out, entityText(e))
	}
	return out
}

// entityText leads to the other's twin, and says which entity is meant: a name
// alone does not tell.
func entityText(e EntityLink) string {
	ref := "`" + strings.ReplaceAll(e.Title, "`", "") + "`"
	switch {
	case e.Missing:
		return escape(e.Name) + " " + ref + " (missing)"
	case e.URL == "":
		return escape(e.Name) + " " + ref
	}
	return linked(e.Name, twinLink(e.URL)) + " " + ref
}

// twinLink is the twin of the page at an address of the portal's own.
func twinLink(at string) string {
	if strings.HasSuffix(at, "/") {
		return at + twinFile
	}
	return at
}

// linked is a text that leads to an address, which may be "".
func linked(text, at string) string {
	if at == "" || text == "" {
		return escape(text)
	}
	return "[" + escape(text) + "](<" + address4md.Replace(at) + ">)"
}

// address4md keeps an address between its brackets.
var address4md = strings.NewReplacer("<", "%3C", ">", "%3E", "\n", "", "\r", "", `\`, "%5C")

// join puts a space between what is not empty.
func join(parts ...string) string {
	out := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " ")
}

// escape is a text as Markdown that means nothing but the text, on one line.
// Names are full of hyphens and underscores, which mean nothing within a word and
// stay as they are.
func escape(s string) string {
	if strings.ContainsAny(s, "\r\n") {
		s = strings.Join(strings.Fields(s), " ")
	}
	if strings.ContainsAny(s, "\\`*[]<>|") {
		s = escaper.Replace(s)
	}
	if strings.HasPrefix(s, "#") {
		s = `\` + s
	}
	return s
}

var escaper = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "|", `\|`)
