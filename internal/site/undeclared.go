package site

import (
	"fmt"

	"callboard/internal/entity"
)

// nothing is the one block of an index that has no rows. It says what would make
// some: who builds a portal for the first time has mostly components.
func (s *Site) nothing(text string) Block {
	if s.in.Partial {
		return Block{Title: "Nothing here", Intro: "This portal shows nothing of this kind."}
	}
	return Block{Title: "Nothing yet", Intro: text}
}

// wording is a sentence or title that says that there is none of something, and
// what is said instead where there may be one that is not shown.
func (s *Site) wording(none, notShown string) string {
	if s.in.Partial {
		return notShown
	}
	return none
}

// undeclaredOwners lists the groups that entities name as their owner and that no
// catalog file declares. Without it, the page of the teams would be empty where
// every entity has an owner.
func (s *Site) undeclaredOwners() []Block {
	var rows []Row
	for _, l := range s.lists() {
		if l.group != "owner" {
			continue
		}
		if o, ok := s.owner(l.entities[0].Ref); ok && o.Dangling && o.Target.Kind == "group" {
			rows = append(rows, Row{Link: &Link{l.label, s.url("catalog/" + l.path)}, Sub: fmt.Sprintf("owns %d", len(l.entities))})
		}
	}
	return undeclared(rows, "No catalog file declares these groups; entities name them as their owners.")
}

// undeclaredSystems lists the systems that entities say they are part of and that
// no catalog file declares.
func (s *Site) undeclaredSystems() []Block {
	parts := map[entity.Ref]int{}
	for _, e := range s.in.Catalog.Entities() {
		for _, r := range s.targets(e.Ref, entity.PartOf) {
			if r.Dangling && r.Target.Kind == "system" {
				parts[r.Target]++
			}
		}
	}
	var rows []Row
	for _, r := range sortedKeys(parts, entity.Ref.Compare) {
		l := s.link(r, entity.Ref{})
		rows = append(rows, Row{Entity: &l, Sub: plural(parts[r], "part")})
	}
	return undeclared(rows, "No catalog file declares these systems; entities say that they are part of them.")
}

func undeclared(rows []Row, why string) []Block {
	if len(rows) == 0 {
		return nil
	}
	b := Block{Title: "Not declared", Count: len(rows), Intro: why, Rows: first(rows, maxIndex)}
	if len(rows) > maxIndex {
		b.Intro += fmt.Sprintf(" These are the first %d.", maxIndex)
	}
	return []Block{b}
}
