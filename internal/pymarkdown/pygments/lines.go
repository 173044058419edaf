package pygments

import "strings"

// Highlight gives code as HTML with classes, line by line without their ends
// (pymarkdown's Env.Highlight).
type Highlight func(language, code string) (lines []string, ok bool)

// Lines gives code as lines of HTML, each with its line feed, as a lexer of
// Pygments is given it: without empty lines at its beginning and end if strip
// says so, and with a line feed at its end. coloured tells whether highlight knew the
// language.
func Lines(language, code string, strip bool, highlight Highlight) (lines []string, coloured bool) {
	code = prepare(code, strip)
	plain := strings.Split(code[:len(code)-1], "\n")
	if highlight != nil && language != "" {
		if html, ok := highlight(language, code); ok && len(html) >= len(plain) {
			return ended(html[:len(plain)]), true
		}
	}
	for i, line := range plain {
		plain[i] = Escape(line)
	}
	return ended(plain), false
}

func prepare(code string, strip bool) string {
	if strings.Contains(code, "\r") {
		code = strings.ReplaceAll(strings.ReplaceAll(code, "\r\n", "\n"), "\r", "\n")
	}
	if strip {
		code = strings.Trim(code, "\n")
	}
	if !strings.HasSuffix(code, "\n") {
		code += "\n"
	}
	return code
}

// ended gives the lines their line feeds, in one piece of memory.
func ended(lines []string) []string {
	var b strings.Builder
	n := len(lines)
	for _, line := range lines {
		n += len(line)
	}
	b.Grow(n)
	for _, line := range lines {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	all := b.String()
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i], all = all[:len(line)+1], all[len(line)+1:]
	}
	return out
}

// Escape escapes text for HTML as Pygments does.
func Escape(s string) string { return escaper.Replace(s) }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")
