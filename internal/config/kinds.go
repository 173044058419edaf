package config

import (
	"fmt"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

// checkKinds reports kinds and relations that contradict each other or those of
// Backstage. What is reported is left out.
func (l *Loaded) checkKinds(sink diag.Sink) {
	names := entity.Kinds()
	var kept []Kind
	for i, k := range l.Kinds {
		if j := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, k.Kind) }); j >= 0 && k.Kind != "" {
			l.refuse(sink, fmt.Sprintf("kinds[%d].kind is %q; there is a kind %s already", i, k.Kind, names[j]), "names of kinds differ in more than their case", "kinds", i, "kind")
			continue
		}
		if k.Kind != "" { // else it has been reported
			names, kept = append(names, k.Kind), append(kept, k)
		}
	}
	for i, k := range l.Kinds {
		for j, r := range k.References {
			l.checkReference(sink, r, names, "kinds", i, "references", j)
		}
	}
	l.Kinds = kept
}

func (l *Loaded) checkReference(sink diag.Sink, r Reference, names []string, at ...any) {
	under := func(key string) []any { return append(slices.Clone(at), key) }
	switch inverse := entity.Inverse(r.Relation); {
	case r.Relation == "": // has been reported
	case inverse == "" && r.Inverse == "":
		l.refuse(sink, fmt.Sprintf("%s is %q, which is not a relation of Backstage's, and has no inverse", where(under("relation")), r.Relation), "set inverse to the type of the relation in the other direction", under("relation")...)
	case inverse != "" && r.Inverse != "" && r.Inverse != inverse:
		l.refuse(sink, fmt.Sprintf("%s is %q; the inverse of %s is %s", where(under("inverse")), r.Inverse, r.Relation, inverse), "leave it out", under("inverse")...)
	}
	if r.Kind != "" && !slices.Contains(names, r.Kind) {
		l.refuse(sink, fmt.Sprintf("%s is %q; there is no such kind", where(under("kind")), r.Kind), suggest(r.Kind, names), under("kind")...)
	}
}

func (l *Loaded) refuse(sink diag.Sink, msg, hint string, at ...any) {
	sink.Report(diag.Diagnostic{Pos: l.Pos(at...), Severity: diag.Error, Code: CodeValue, Message: msg, Hint: hint})
}
