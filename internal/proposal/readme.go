package proposal

import (
	"strings"

	"callboard/internal/lazyregexp"
)

// readmeFile is the README at the root, or in .github or docs, as hosts show it.
func (r *repository) readmeFile() string {
	return r.oneOf("README.md", "readme.md", "Readme.md", "README.markdown", "README", "README.txt", ".github/README.md", "docs/README.md")
}

// ended finds where a README says of the whole that nobody looks after it any
// more: READMEs also tell of options and versions that are deprecated.
var ended = lazyregexp.New(`[\[(]deprecated[\])]|\b(?:this|the) (?:\w+ ){0,2}?(?:repo|repository|project|package|module|library|plugin|chart|action|tool|sdk|service|client|website) (?:is|has been) (?:now |officially )?(?:deprecated|archived|unmaintained|no longer (?:actively )?(?:maintained|supported|developed))\b`)

// headed is a line of a README that says the same in a word.
var headed = lazyregexp.New(`^[^\w-]*deprecated[^\w]*(?:$|[:.!])`)

// endOf is what a README says of the end of what it describes, "" if it says
// nothing of it.
func endOf(md, name string) string {
	plain := strings.ToLower(inline(md))
	if said := ended.FindString(plain); said != "" {
		return said
	}
	for line := range strings.Lines(md) {
		if headed.MatchString(strings.ToLower(inline(line))) {
			return "deprecated"
		}
	}
	for _, end := range []string{" is deprecated", " is now deprecated", " is no longer maintained", " has been archived"} {
		if name != "" && strings.Contains(" "+plain, " "+strings.ToLower(name)+end) {
			return strings.ToLower(name) + end
		}
	}
	return ""
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
	lines := withoutFrontMatter(strings.Split(strings.TrimPrefix(md, "\ufeff"), "\n"))
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
		if i+1 < len(lines) && title == "" && len(paragraph) == 0 && isProse(line) && (isRule(lines[i+1], "=") || isRule(lines[i+1], "-")) {
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

// withoutFrontMatter are the lines after the metadata that a file may begin with.
func withoutFrontMatter(lines []string) []string {
	if strings.TrimSpace(lines[0]) != "---" {
		return lines
	}
	for i, line := range lines[1:] {
		if strings.TrimSpace(line) == "---" {
			return lines[i+2:]
		}
	}
	return lines
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
