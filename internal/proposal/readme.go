package proposal

import (
	"strings"

	"callboard/internal/lazyregexp"
)

// readmeFile is the README at the root, or in .github or docs, as hosts show it.
func (r *repository) readmeFile() string {
	return r.oneOf("README.md", "readme.md", "Readme.md", "README.markdown", "README", "README.txt", ".github/README.md", "docs/README.md")
}

// maxDescription is where a description is cut, at the end of a sentence if
// there is one.
const maxDescription = 300

// readme is the first heading and the first paragraph of the README, as plain
// text.
func (r *repository) readme() (title, text, file string) {
	file = r.readmeFile()
	if file == "" {
		return "", "", ""
	}
	title, text = summary(string(r.head(file, MaxReadme)))
	return title, text, file
}

// summary finds heading and paragraph in Markdown. Badges, HTML, quotes, lists,
// tables and code are no paragraphs.
func summary(md string) (title, text string) {
	var paragraph []string
	fenced := false
	lines := strings.Split(strings.TrimPrefix(md, "\ufeff"), "\n")
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~") {
			fenced = !fenced
			line = ""
		}
		if fenced {
			line = ""
		}
		if heading, ok := strings.CutPrefix(line, "# "); ok && title == "" {
			title = inline(strings.TrimRight(heading, "# "))
			continue
		}
		if i+1 < len(lines) && title == "" && line != "" && isRule(lines[i+1], "=") {
			title = inline(line)
			continue
		}
		plain := ""
		if isProse(line) {
			plain = inline(line)
		}
		if plain != "" {
			paragraph = append(paragraph, plain)
			continue
		}
		if len(paragraph) > 0 && (line == "" || !isProse(line)) {
			break
		}
	}
	if len(title) > 80 {
		title = ""
	}
	return title, cut(strings.Join(paragraph, " "))
}

func isRule(line, char string) bool {
	line = strings.TrimSpace(line)
	return len(line) >= 2 && strings.Trim(line, char) == ""
}

// isProse tells whether a line can be part of a paragraph.
func isProse(line string) bool {
	return line != "" && !strings.ContainsAny(line[:1], "#<>|=") && !isRule(line, "-") && !isRule(line, "*") &&
		!strings.HasPrefix(line, "- ") && !strings.HasPrefix(line, "* ") && !strings.HasPrefix(line, "+ ") && !strings.HasPrefix(line, "!!!") && !strings.HasPrefix(line, ":::") && !strings.HasPrefix(line, "[!")
}

var (
	image    = lazyregexp.New(`!\[[^\]]*\](\([^)]*\)|\[[^\]]*\])`)
	emptied  = lazyregexp.New(`\[\s*\](\([^)]*\)|\[[^\]]*\])`)
	link     = lazyregexp.New(`\[([^\]]+)\](\([^)]*\)|\[[^\]]*\])`)
	tag      = lazyregexp.New(`<[^>]*>`)
	emphasis = lazyregexp.New("[*`]+|\\b__|__\\b")
)

// inline is a line of Markdown as plain text.
func inline(s string) string {
	s = image.ReplaceAllString(s, "")
	s = emptied.ReplaceAllString(s, "")
	s = link.ReplaceAllString(s, "$1")
	s = tag.ReplaceAllString(s, "")
	s = emphasis.ReplaceAllString(s, "")
	return strings.Join(strings.Fields(s), " ")
}

func cut(s string) string {
	if len(s) <= maxDescription {
		return s
	}
	s = strings.ToValidUTF8(s[:maxDescription], "")
	if i := strings.LastIndex(s, ". "); i > 40 {
		return s[:i+1]
	}
	if i := strings.LastIndexByte(s, ' '); i > 0 {
		s = s[:i]
	}
	return s + "…"
}
