package lint

import (
	"fmt"

	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/lazyregexp"
)

func placeholderText() Rule {
	return Rule{
		Code: "placeholder-as-text", Severity: diag.Warning, Title: "Placeholder that is only text",
		Why: "With a bar before it, the placeholder is the definition: readers see the line $text: and not the file.",
		alone: func(_ *subject, e *entity.Entity, report reporter) {
			if e.Kind != entity.KindAPI || e.SpecLen("definition") > longestPlaceholder {
				return
			}
			if m := placeholderLine.FindStringSubmatch(e.SpecString("definition")); m != nil {
				report(e, finding{path: []any{"spec", "definition"}, key: true, message: fmt.Sprintf("the definition is the text %q, not the file", m[1]+": "+short(m[2])),
					hint: fmt.Sprintf("remove the | after definition:, so that %s stands in a mapping", m[1])})
			}
		},
	}
}

// IsPlaceholder tells whether a definition is a placeholder that was taken for
// text.
func IsPlaceholder(definition string) bool { return placeholderLine.MatchString(definition) }

// longestPlaceholder is the number of bytes of a line that may be a placeholder.
const longestPlaceholder = 1000

// placeholderLine matches a definition that is a placeholder and nothing else.
var placeholderLine = lazyregexp.New(`^\s*(\$(?:text|json|yaml|openapi|asyncapi)):\s*(\S+)\s*$`)
