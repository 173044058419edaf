package extensions

import (
	"cmp"
	"slices"
	"strings"

	"callboard/internal/pymarkdown"
)

// setupGitHubAdmonitions makes admonitions of the alerts of GitHub and GitLab, as
// the MkDocs plugin gh-admonitions does, which techdocs-core brings along. It
// works on the page's text before everything else.
func setupGitHubAdmonitions(d *pymarkdown.Dialect, _ pymarkdown.Options) error {
	d.Pre.Register("gh_admonitions", 1000, func(_ *pymarkdown.Document, lines []string) []string {
		for _, line := range lines {
			if strings.Contains(line, "[!") {
				return convertQuotedAlerts(convertAlerts(lines))
			}
		}
		return lines
	})
	return nil
}

// alertTypes are the kinds of alerts, and the admonitions that they become.
var alertTypes = map[string]string{"note": "note", "tip": "tip", "important": "warning", "caution": "danger", "warning": "warning"}

// alertHead reads `[!type] title` behind the sign of a quote, up to three spaces
// away.
func alertHead(s string) (kind, title string, ok bool) {
	n := indentation(s)
	if n > 3 || !strings.HasPrefix(s[n:], "[!") {
		return "", "", false
	}
	kind, title, ok = strings.Cut(s[n+2:], "]")
	if !ok || alertTypes[strings.ToLower(kind)] == "" {
		return "", "", false
	}
	if title = strings.Trim(title, pymarkdown.Space); title == "" {
		title = pymarkdown.Title(kind)
	}
	return alertTypes[strings.ToLower(kind)], title, true
}

// convertAlerts converts the alerts of GitHub: quotes whose first line is the
// alert's type. The last line of a page without a line feed is not of the quote.
func convertAlerts(lines []string) []string {
	fences := fencedLines(lines)
	out := make([]string, 0, len(lines))
	for i := 0; i < len(lines); i++ {
		head, ok := strings.CutPrefix(lines[i], ">")
		kind, title, ok2 := alertHead(head)
		end := i + 1
		for end < len(lines)-1 && strings.HasPrefix(lines[end], ">") {
			end++
		}
		if !ok || !ok2 || end == i+1 {
			out = append(out, lines[i])
			continue
		}
		if fences.around(i, end) {
			out = append(out, lines[i:end]...)
			i = end - 1
			continue
		}
		out = appendAlert(out, kind, title, lines[i+1:end], func(line string) string {
			line, ok := strings.CutPrefix(line, ">")
			if !ok {
				return line
			}
			return "    " + strings.TrimPrefix(line, " ")
		})
		i = end - 1
	}
	return out
}

// convertQuotedAlerts converts GitLab's alerts of several lines between `>>>`.
// Such an alert ends at the last line of the page that begins so.
func convertQuotedAlerts(lines []string) []string {
	last := len(lines) - 1
	for last >= 0 && !strings.HasPrefix(lines[last], ">>>") {
		last--
	}
	for i := 0; i < last-1; i++ {
		head, ok := strings.CutPrefix(lines[i], ">>>")
		if !ok {
			continue
		}
		kind, title, ok := alertHead(head)
		if !ok {
			continue
		}
		if fencedLines(lines).around(i, last) {
			break
		}
		out := appendAlert(lines[:i:i], kind, title, lines[i+1:last], func(line string) string { return "    " + line })
		out = append(out, strings.TrimPrefix(lines[last], ">>>"))
		return append(out, lines[last+1:]...)
	}
	return lines
}

// appendAlert appends an admonition, its body indented.
func appendAlert(out []string, kind, title string, body []string, indent func(string) string) []string {
	out = append(out, "!!! "+kind+` "`+title+`"`)
	text := strings.Trim(strings.Join(body, "\n"), pymarkdown.Space)
	for line := range strings.SplitSeq(text, "\n") {
		out = append(out, indent(strings.TrimSuffix(line, "\r")))
	}
	return out
}

// fences are blocks of fenced code: the numbers of their first and last lines.
type fences [][2]int

func fencedLines(lines []string) fences {
	var out fences
	open := -1
	for i, line := range lines {
		switch {
		case !strings.HasPrefix(line, "```"):
		case open < 0:
			open = i
		default:
			out = append(out, [2]int{open, i})
			open = -1
		}
	}
	return out
}

// around tells whether the lines from start to end stand in fenced code.
func (f fences) around(start, end int) bool {
	n, _ := slices.BinarySearchFunc(f, start, func(x [2]int, start int) int { return cmp.Compare(x[0], start) })
	return n > 0 && end <= f[n-1][1]
}
