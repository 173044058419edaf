package sanitize

import "strings"

// Limits of an author's style.
const (
	MaxStyle      = 256 << 10 // bytes of a file; what follows is left out
	maxStyleDepth = 4         // blocks in blocks
)

// Style is an author's style sheet as it may be used on a page: every rule holds
// within scope, a selector of ours, and nothing in it loads anything or leaves
// that place. What cannot be kept is left out, rule by rule and declaration by
// declaration. Material's colour schemes become those of the page.
//
// The scope confines what is drawn by "contain: paint", which no rule can lift.
func Style(src, scope string) string {
	s := styler{src: withoutComments(src[:min(len(src), MaxStyle)]), scope: scope}
	s.rules(0)
	if s.out.Len() == 0 {
		return ""
	}
	return "@layer custom{" + scope + "{contain:paint}" + s.out.String() + "}\n"
}

type styler struct {
	src   string
	at    int
	scope string
	out   strings.Builder
}

// withoutComments puts a space in the place of each comment outside of strings.
func withoutComments(src string) string {
	if !strings.Contains(src, "/*") {
		return src
	}
	var b strings.Builder
	quote := byte(0)
	for i := 0; i < len(src); i++ {
		c := src[i]
		switch {
		case quote != 0 && c == '\\' && i+1 < len(src):
			b.WriteByte(c)
			i++
			c = src[i]
		case quote != 0 && (c == quote || c == '\n'):
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote == 0 && c == '/' && strings.HasPrefix(src[i:], "/*"):
			end := strings.Index(src[i+2:], "*/")
			if end < 0 {
				return b.String()
			}
			i += end + 3
			c = ' '
		}
		b.WriteByte(c)
	}
	return b.String()
}

// rules writes rules up to the end of the block that they stand in.
func (s *styler) rules(depth int) {
	for {
		prelude, end := s.until("{;}")
		prelude = strings.TrimSpace(prelude)
		switch {
		case end == 0 || end == '}' && depth > 0:
			return
		case end != '{':
			continue // a statement such as @import, or a stray brace
		case strings.HasPrefix(prelude, "@"):
			s.conditional(prelude, depth)
		default:
			body := s.block()
			s.rule(prelude, body)
		}
	}
}

// until reads up to one of the ends outside of strings and brackets, and returns
// which it was; 0 for the end of the text.
func (s *styler) until(ends string) (text string, end byte) {
	from, depth, quote := s.at, 0, byte(0)
	for ; s.at < len(s.src); s.at++ {
		c := s.src[s.at]
		switch {
		case c == '\\':
			s.at++
		case quote != 0:
			if c == quote || c == '\n' {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(' || c == '[':
			depth++
		case (c == ')' || c == ']') && depth > 0:
			depth--
		case (depth == 0 || c == '{' || c == '}') && strings.IndexByte(ends, c) >= 0:
			s.at++
			return s.src[from : s.at-1], c
		}
	}
	s.at = min(s.at, len(s.src))
	return s.src[from:s.at], 0
}

// block reads up to the brace that closes the block, with the blocks in it.
func (s *styler) block() string {
	from := s.at
	for depth := 1; depth > 0; {
		switch _, end := s.until("{}"); end {
		case '{':
			depth++
		case '}':
			depth--
		default:
			return s.src[from:s.at]
		}
	}
	return s.src[from : s.at-1]
}

// conditional keeps the rules that hold under a condition; other at-rules go with
// what they hold.
func (s *styler) conditional(prelude string, depth int) {
	name, condition, _ := strings.Cut(prelude, " ")
	name = strings.ToLower(name)
	if name != "@media" && name != "@supports" || depth >= maxStyleDepth || !isPlain(condition, " \t\n\r:().,<>=/%-") {
		s.block()
		return
	}
	before := s.out.Len()
	s.out.WriteString(name + " " + strings.Join(strings.Fields(condition), " ") + "{")
	open := s.out.Len()
	s.rules(depth + 1)
	if s.out.Len() == open {
		kept := s.out.String()[:before]
		s.out.Reset()
		s.out.WriteString(kept)
		return
	}
	s.out.WriteByte('}')
}

// isPlain tells whether a text is of letters, digits and these characters.
func isPlain(text, others string) bool {
	for i := range len(text) {
		c := text[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return true
}

func (s *styler) rule(prelude, body string) {
	declarations := declarationsOf(body)
	if declarations == "" {
		return
	}
	var any, dark, light []string
	for _, sel := range split(prelude, ',') {
		to, scheme := s.within(strings.Join(strings.Fields(sel), " "))
		switch {
		case to == "":
		case scheme == "dark":
			dark = append(dark, to)
		case scheme == "light":
			light = append(light, to)
		default:
			any = append(any, to)
		}
	}
	s.write("", any, declarations)
	s.themed("dark", "light", dark, declarations)
	s.themed("light", "dark", light, declarations)
}

func (s *styler) write(before string, selectors []string, declarations string) {
	if len(selectors) == 0 {
		return
	}
	for i, sel := range selectors {
		if i > 0 {
			s.out.WriteByte(',')
		}
		s.out.WriteString(before + sel)
	}
	s.out.WriteString("{" + declarations + "}")
}

// themed writes a rule of one colour scheme: for readers who chose it, and for
// those whose system has it.
func (s *styler) themed(scheme, other string, selectors []string, declarations string) {
	if len(selectors) == 0 {
		return
	}
	s.write(":root[data-theme="+scheme+"] ", selectors, declarations)
	s.out.WriteString("@media (prefers-color-scheme:" + scheme + "){")
	s.write(":root:not([data-theme="+other+"]) ", selectors, declarations)
	s.out.WriteByte('}')
}

// roots are the ways in which a style names the page or its article.
var roots = []string{":root", "html", "body", "article", ".md-typeset", ".md-content__inner", ".md-content"}

// schemes are the ways in which a style asks for a colour scheme of Material's.
var schemes = []struct{ written, scheme string }{
	{`[data-md-color-scheme="slate"]`, "dark"}, {`[data-md-color-scheme=slate]`, "dark"},
	{`[data-md-color-scheme="default"]`, "light"}, {`[data-md-color-scheme=default]`, "light"},
}

// within is a selector within the scope, "" if it cannot be, and the colour
// scheme that it asks for.
func (s *styler) within(sel string) (to, scheme string) {
	for _, m := range schemes {
		if strings.Contains(sel, m.written) {
			sel, scheme = strings.TrimSpace(strings.Replace(sel, m.written, "", 1)), m.scheme
		}
	}
	if sel == "" && scheme != "" {
		return s.scope, scheme
	}
	for cut := true; cut; {
		cut = false
		for _, r := range roots {
			rest, found := strings.CutPrefix(sel, r)
			if found && (rest == "" || strings.HasPrefix(rest, " ")) {
				sel, cut = strings.TrimPrefix(strings.TrimPrefix(rest, " "), "> "), true
				if sel == "" {
					return s.scope, scheme
				}
			}
		}
	}
	if sel == "" || !isPlain(sel, ` .#:()[]="'*^$|~>+,-`) || strings.ContainsAny(sel[:1], ">+~,)]|") || strings.Contains(strings.ToLower(sel), ":host") || !balanced(sel) {
		return "", ""
	}
	return s.scope + " " + sel, scheme
}

// balanced tells whether brackets and quotes close: an open one would swallow
// what follows.
func balanced(text string) bool {
	s := styler{src: text + "{"}
	_, end := s.until("{")
	return end == '{' && s.at == len(s.src) && strings.Count(text, "(") == strings.Count(text, ")") && strings.Count(text, "[") == strings.Count(text, "]")
}

// split cuts a text at a separator outside of strings and brackets.
func split(text string, at byte) []string {
	s := styler{src: text}
	var out []string
	for {
		part, end := s.until(string(at))
		out = append(out, part)
		if end == 0 {
			return out
		}
	}
}
