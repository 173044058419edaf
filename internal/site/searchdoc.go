package site

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"callboard/internal/apidoc"
	"callboard/internal/entity"
	"callboard/internal/search"
)

// Limits of what the search index has of an entity besides what it is called.
const (
	maxSearchedItems = 500 // operations of an API
	maxSearchedTypes = 500 // its named types
	maxSearchedText  = 300 // bytes of the description of an operation
	maxSearchedAlias = 100 // bytes of an annotation's value; longer ones are no names
)

// Searched tells whether the search index has an entity.
func (s *Site) Searched(e *entity.Entity) bool {
	return !s.faces[e.Ref].NoPage && e.Kind != entity.KindLocation
}

// SearchDoc is an entity for the search index.
func (s *Site) SearchDoc(e *entity.Entity) search.Doc {
	d := search.Doc{
		URL: strings.TrimPrefix(s.entityURL(e.Ref, ""), s.base), Kind: e.Ref.Kind, Ref: e.Ref.String(), Name: e.Name,
		Title: e.Title(), Type: e.Type(), Lifecycle: e.Lifecycle(), Tags: e.Metadata.Tags,
		Description: e.Metadata.Description, Aliases: aliases(e), Links: s.links(e.Ref),
	}
	if o, ok := s.owner(e.Ref); ok {
		d.Owner = o.Target.Short("")
	}
	if sys, ok := s.system(e.Ref); ok {
		d.Crumb = sys.Short("")
	}
	if definition := e.SpecString("definition"); e.Kind == entity.KindAPI && definition != "" {
		if ref := s.in.Outline(e.Type(), definition); ref != nil {
			addOperations(&d, ref)
		}
	}
	return d
}

// links is about how many relations there are to an entity because it is of use
// to others: a power of two, so that the document does not change with each.
func (s *Site) links(r entity.Ref) int {
	n := 0
	for _, x := range s.relations(r) {
		switch x.Type {
		case entity.OwnerOf, entity.HasPart, entity.APIConsumedBy, entity.DependencyOf, entity.HasMember, entity.ParentOf:
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return 1 << (bits.Len(uint(n)) - 1)
}

// aliases are the names that other systems know an entity by: what its
// annotations say, as far as that is a name, and a person's address.
func aliases(e *entity.Entity) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(e.Metadata.Annotations)) {
		value := e.Metadata.Annotations[key]
		named := value != "" && len(value) <= maxSearchedAlias && value != "true" && value != "false"
		// Those of Backstage itself say where a file lies; all of them would be
		// found by the name of the host.
		if named && !strings.HasPrefix(key, "backstage.io/") && !strings.Contains(value, "://") && !slices.Contains(out, value) {
			out = append(out, value)
		}
	}
	if profile, _ := e.Spec["profile"].(map[string]any); profile != nil {
		for _, key := range []string{"displayName", "email"} {
			if v, _ := profile[key].(string); v != "" && v != e.Title() {
				out = append(out, v)
			}
		}
	}
	return out
}

// addOperations makes what an API offers findable: each operation is a section,
// by its path and what is said of it, its name an alias.
func addOperations(d *search.Doc, ref *apidoc.Reference) {
	if text := strings.TrimSpace(clipText(ref.Description, maxSearchedText)); text != "" {
		d.Sections = append(d.Sections, search.Section{Text: text})
	}
	left := maxSearchedItems
	for _, g := range ref.Groups {
		for _, x := range g.Items[:min(len(g.Items), left)] {
			d.Sections = append(d.Sections, search.Section{ID: x.ID, Title: operationTitle(x), Text: operationText(x)})
			d.Aliases = append(d.Aliases, operationNames(x)...)
		}
		left -= min(len(g.Items), left)
	}
	var types []string
	for _, x := range ref.Schemas[:min(len(ref.Schemas), maxSearchedTypes)] {
		types = append(types, x.Name)
	}
	if len(types) > 0 {
		d.Sections = append(d.Sections, search.Section{Title: "Types", Text: strings.Join(types, ", ")})
	}
}

// operationTitle is how an operation is called: "POST /payments/{id}".
func operationTitle(x apidoc.Item) string {
	return strings.TrimSpace(x.Method + " " + cmp.Or(x.Path, x.Name))
}

// operationNames are the operation's id and its path.
func operationNames(x apidoc.Item) []string {
	var out []string
	for _, name := range []string{x.Name, x.Path} {
		if name != "" && len(name) <= maxSearchedAlias && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func operationText(x apidoc.Item) string {
	parts := []string{x.Summary, clipText(x.Description, maxSearchedText)}
	if x.Name != x.Path {
		parts = append(parts, x.Name)
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n")
}

// clipText is at most n bytes of a text, up to the end of a word.
func clipText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:max(strings.LastIndexAny(s[:n], " \n"), 0)]
}
