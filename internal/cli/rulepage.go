package cli

import (
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"

	"callboard/content"
	"callboard/internal/diag"
	"callboard/internal/lazyregexp"
	"callboard/internal/lint"
)

// manualRule is what the manual says of a code. The manual is a part of the
// program, so that everybody has it: who has not published it, too.
type manualRule struct {
	title    string
	severity diag.Severity // the worst
	// intro is why it is said and what to do, without examples, whole with them.
	// Both are Markdown without links to other pages.
	intro, whole string
}

// ruleHead is what a page begins with: a heading, the code and its severities.
var ruleHead = lazyregexp.New("^# (.+)\n\n`[a-z0-9-]+` · ([a-z]+)[^\n]*\n\n")

// pageLink finds links to other pages of the manual, which are nowhere to be found
// from a report.
var pageLink = lazyregexp.New(`\[([^\]\n]+)\]\((?:\.\.?/|#|[a-z0-9-]+\.md)[^)\n]*\)`)

// fileTitle finds the name of an example's file, which most readers of Markdown
// do not show.
var fileTitle = lazyregexp.New("(?m)^(`{3,}[a-z]+) title=\"([^\"]+)\"$")

func manualRuleOf(code diag.Code) (manualRule, bool) {
	if !slices.Contains(lint.Codes(), code) {
		return manualRule{}, false
	}
	b, err := fs.ReadFile(content.FS, "manual/docs/"+strings.TrimSuffix(lint.Page(code), "/")+".md")
	head := ruleHead.Get().FindSubmatch(b)
	if err != nil || head == nil {
		return manualRule{}, false
	}
	text := pageLink.ReplaceAllString(string(b[len(head[0]):]), "$1")
	intro, _, _ := strings.Cut(text, "\n## ")
	var worst diag.Severity
	if worst.UnmarshalText(head[2]) != nil {
		return manualRule{}, false
	}
	return manualRule{string(head[1]), worst, strings.TrimSpace(intro), strings.TrimSpace(fileTitle.ReplaceAllString(text, "`$2`:\n\n$1"))}, true
}

// ruleOf explains a code to the reader of a report. manual is where the manual is
// published, or "".
func ruleOf(code diag.Code, manual string) (diag.Rule, bool) {
	page, ok := manualRuleOf(code)
	out := diag.Rule{Severity: page.severity, Title: page.title, Why: page.intro, Help: page.whole, Page: pageAt(manual, code)}
	rules := lint.Rules()
	if i := slices.IndexFunc(rules, func(r lint.Rule) bool { return r.Code == code }); i >= 0 {
		out.Severity, out.Title, out.Why = rules[i].Severity, rules[i].Title, rules[i].Why
	}
	return out, ok
}

// pageAt is the address of the page about a code in a manual that is published.
func pageAt(manual string, code diag.Code) string {
	u, err := url.Parse(manual)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	u.Path = path.Join("/", u.Path, lint.Page(code)) + "/"
	return u.String()
}
