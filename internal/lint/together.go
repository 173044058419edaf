package lint

import (
	"slices"
	"strings"

	"callboard/internal/catalog"
	"callboard/internal/diag"
)

// Together leaves out of findings, which are sorted, what another one says already:
// that a reference leads to nothing where it is of a wrong kind, too. If an entity
// of the right kind is near, that is what to write. That an owner is no group says
// then that it is not there, either.
func Together(ds []diag.Diagnostic) []diag.Diagnostic {
	gone := make([]bool, len(ds))
	for i := range ds {
		if ds[i].Code != catalog.CodeDangling {
			continue
		}
		first := i
		for first > 0 && ds[first-1].Pos == ds[i].Pos {
			first--
		}
		for j := first; j < len(ds) && ds[j].Pos == ds[i].Pos; j++ {
			if ds[j].Entity == ds[i].Entity && takesIn(&ds[j], ds[i]) {
				gone[i] = true
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

// takesIn makes a finding say what that of a reference to nothing does, and tells
// whether it can.
func takesIn(d *diag.Diagnostic, dangling diag.Diagnostic) bool {
	near := "did you mean "
	switch d.Code {
	case codeOwnerKind:
		d.Message += ", and is not in the catalog"
		near += "group:"
	case codeRefKind:
	default:
		return false
	}
	if strings.HasPrefix(dangling.Hint, near) {
		d.Hint = dangling.Hint
	}
	return true
}
