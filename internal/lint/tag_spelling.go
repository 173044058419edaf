package lint

import (
	"fmt"
	"strings"

	"callboard/internal/diag"
)

func tagSpelling() Rule {
	return Rule{
		Code: "tag-spelling", Severity: diag.Info, Title: "Two spellings of one tag",
		Why:   "A filter by tag finds one spelling. Where a catalog holds both go and golang, each list is missing some. The rarer spelling is reported, and nothing where a catalog agrees on one.",
		check: checkTags,
	}
}

func checkTags(c *subject, report reporter) {
	uses := map[string]int{}
	for e := range c.All() {
		for _, t := range e.Metadata.Tags {
			uses[t]++
		}
	}
	usual := usualSpellings(uses)
	for e := range c.All() {
		for i, t := range e.Metadata.Tags {
			if u := usual[tagSense(t)]; u != t {
				how := "more often"
				if uses[u] == uses[t] {
					how = "as often"
				}
				report(e, finding{path: []any{"metadata", "tags", i}, message: fmt.Sprintf("the tag %q is %s spelled %q in this catalog (%d to %d)", t, how, u, uses[u], uses[t]),
					hint: fmt.Sprintf("use %q, so that one filter finds all", u)})
			}
		}
	}
}

// usualSpellings tells for each sense which of its spellings is used most; of
// two that are equally common, it is the first in the alphabet.
func usualSpellings(uses map[string]int) map[string]string {
	usual := make(map[string]string, len(uses))
	for t, n := range uses {
		s := tagSense(t)
		u, taken := usual[s]
		if !taken || n > uses[u] || n == uses[u] && t < u {
			usual[s] = t
		}
	}
	return usual
}

// tagSense is the same for tags that mean the same: it ignores hyphens and
// knows the short names of what catalogs are tagged with most.
func tagSense(tag string) string {
	s := strings.ReplaceAll(tag, "-", "")
	switch s {
	case "golang":
		return "go"
	case "k8s":
		return "kubernetes"
	case "js":
		return "javascript"
	case "ts":
		return "typescript"
	case "postgresql", "psql":
		return "postgres"
	case "nodejs":
		return "node"
	case "py":
		return "python"
	case "tf":
		return "terraform"
	}
	return s
}
