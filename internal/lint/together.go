package lint

import (
	"slices"
	"strings"

	"callboard/internal/catalog"
	"callboard/internal/diag"
)

// Together leaves out of findings, which are sorted, what another one says already:
// that a reference leads to nothing where it is of a wrong kind, too. If an entity
// of the right kind is near, that is what to write.
func Together(ds []diag.Diagnostic) []diag.Diagnostic {
	gone := make([]bool, len(ds))
	for i := range ds {
		if ds[i].Code != catalog.CodeDangling {
			continue
		}
		for j := i + 1; j < len(ds) && ds[j].Pos == ds[i].Pos; j++ {
			if ds[j].Code == codeRefKind && ds[j].Entity == ds[i].Entity {
				gone[i] = true
				if strings.HasPrefix(ds[i].Hint, "did you mean ") {
					ds[j].Hint = ds[i].Hint
				}
			}
		}
	}
	if !slices.Contains(gone, true) {
		return ds
	}
	kept := ds[:0]
	for i, d := range ds {
		if !gone[i] {
			kept = append(kept, d)
		}
	}
	clear(ds[len(kept):])
	return kept
}
