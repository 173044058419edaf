package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/lint"
)

// checkRules reports codes and kinds in the lint section of the configuration
// that there are none of: a rule that is turned off by a name it does not have
// goes on.
func (p *project) checkRules() {
	var codes []string
	for _, c := range lint.Codes() {
		codes = append(codes, string(c))
	}
	for _, c := range slices.Sorted(maps.Keys(p.config.Lint.Rules)) {
		if !slices.Contains(codes, c) {
			p.noSuch("lint.rules names %q, which is no code", c, codes, "the codes are in the manual, under Diagnostics", "lint", "rules", c)
		}
	}
	kinds := entity.Kinds()
	for _, k := range p.config.Kinds {
		kinds = append(kinds, k.Kind)
	}
	for _, k := range slices.Sorted(maps.Keys(p.config.Lint.Types)) {
		if !slices.ContainsFunc(kinds, func(known string) bool { return strings.EqualFold(known, k) }) {
			p.noSuch("lint.types names %q, which is no kind", k, kinds, "the kinds are "+strings.Join(kinds, ", "), "lint", "types", k)
		}
	}
}

func (p *project) noSuch(msg, word string, known []string, hint string, at ...any) {
	if best := config.Nearest(word, known); best != "" {
		hint = fmt.Sprintf("did you mean %q?", best)
	}
	p.findings.Report(diag.Diagnostic{Pos: p.config.KeyPos(at...), Severity: diag.Error, Code: config.CodeValue, Message: fmt.Sprintf(msg, word), Hint: hint})
}
