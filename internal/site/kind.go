package site

import (
	"cmp"
	"slices"
	"strings"

	"callboard/internal/config"
)

// kindClass is the kind as a class and an icon.
func (s *Site) kindClass(kind string) string {
	switch kind {
	case "component", "api", "resource", "system", "domain", "group", "user", "template", "location":
		return kind
	}
	if own := s.ownKind(kind); own != nil && own.Icon != "" {
		return own.Icon
	}
	return "other"
}

// ownKind is what the configuration says of a kind, or nil.
func (s *Site) ownKind(kind string) *config.Kind {
	for i := range s.in.Config.Kinds {
		if strings.EqualFold(s.in.Config.Kinds[i].Kind, kind) {
			return &s.in.Config.Kinds[i]
		}
	}
	return nil
}

// kinds are the kinds in the order in which they are shown.
var kinds = []string{"component", "api", "resource", "system", "domain", "group", "user", "template", "location"}

// kindRank orders kinds; those of the user's own come last, by name.
func kindRank(k string) int {
	if i := slices.Index(kinds, k); i >= 0 {
		return i
	}
	return len(kinds)
}

func compareKinds(a, b string) int {
	return cmp.Or(cmp.Compare(kindRank(a), kindRank(b)), cmp.Compare(a, b))
}

// pluralWord is the word for several entities of a kind.
func (s *Site) pluralWord(kind string) string {
	if own := s.ownKind(kind); own != nil {
		return own.Plural
	}
	switch kind {
	case "api":
		return "APIs"
	case "group":
		return "Teams"
	case "user":
		return "People"
	}
	return s.kindWord(kind) + "s"
}

// kindWord is the word for one entity of a kind.
func (s *Site) kindWord(kind string) string {
	if own := s.ownKind(kind); own != nil {
		return own.Title
	}
	switch kind {
	case "api":
		return "API"
	case "group":
		return "Team"
	case "user":
		return "Person"
	case "":
		return "Entity"
	}
	return strings.ToUpper(kind[:1]) + kind[1:]
}
