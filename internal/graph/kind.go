package graph

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what a diagram knows of a kind of entity.
type kind struct {
	name, word, plural string
	icon               string // symbol in the sprite
}

// kinds are in the order in which nodes are listed that nothing else sorts.
var kinds = [...]kind{
	{"component", "Component", "components", "component"},
	{"api", "API", "APIs", "api"},
	{"resource", "Resource", "resources", "resource"},
	{"system", "System", "systems", "system"},
	{"domain", "Domain", "domains", "domain"},
	{"group", "Team", "teams", "group"},
	{"user", "Person", "people", "user"},
	{"template", "Template", "templates", "template"},
	{"location", "Location", "locations", "location"},
}

// kindRank is the place of a kind among the known ones; unknown ones are last.
func kindRank(name string) int {
	for i := range kinds {
		if kinds[i].name == name {
			return i
		}
	}
	return len(kinds)
}

// lookup finds a kind. Kinds of a user's own have their name as word and the
// neutral icon; they all share one class, since their names are strangers' text.
func lookup(name string) kind {
	if i := kindRank(name); i < len(kinds) {
		return kinds[i]
	}
	switch name {
	case "more":
		return kind{"more", "Group", "groups", "more"}
	case "":
		return kind{"other", "Entity", "entities", "tag"}
	}
	first, n := utf8.DecodeRuneInString(name)
	return kind{"other", string(unicode.ToUpper(first)) + name[n:], name + "s", "tag"}
}

// plural is "1 component", "2 APIs".
func plural(n int, name string) string {
	k := lookup(name)
	switch {
	case n != 1:
		return strconv.Itoa(n) + " " + k.plural
	case k.word == "API":
		return "1 API"
	}
	return "1 " + strings.ToLower(k.word)
}

// compareNodes is the order of nodes where the layout has no reason for
// another: by kind, then by name; groups after single ones.
func compareNodes(a, b Node) int {
	return cmp.Or(cmp.Compare(min(a.Count, 1), min(b.Count, 1)), cmp.Compare(kindRank(a.Kind), kindRank(b.Kind)),
		cmp.Compare(a.Label, b.Label), cmp.Compare(a.ID, b.ID))
}
