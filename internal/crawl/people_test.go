package crawl_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/source"
)

// directory is a directory of people whose answer can be set.
type directory struct {
	people source.People
	err    error
}

func (d *directory) People(context.Context) (source.People, error) { return d.people, d.err }

// entities are those that a build makes of the people.
func (s *setup) entities(name string) (map[string]*entity.Entity, []diag.Diagnostic) {
	s.t.Helper()
	snap := snapshots(s.t, s.dir)[name]
	if snap == nil {
		s.t.Fatalf("there is no %q", name)
	}
	if !snap.Generated || snap.Facts != nil {
		s.t.Errorf("%+v", snap)
	}
	var found diag.List
	es, err := catalog.Read(s.t.Context(), snap, snap.Read, &found)
	if err != nil {
		s.t.Fatal(err)
	}
	c := catalog.Link(slices.Values(es), &found)
	out := map[string]*entity.Entity{}
	for _, e := range c.Entities() {
		out[e.Ref.String()] = e
	}
	return out, found.All()
}

func TestPeople(t *testing.T) {
	s := newSetup(t)
	s.people = &directory{people: source.People{
		Users: []source.User{
			{Name: "ada", DisplayName: "Ada: the \"first\"\n#", Email: "ada@acme.example", Picture: "https://acme.example/a.png", Description: "bio", Groups: []string{"pay", "odd name!", "nobody"},
				Annotations: map[string]string{"github.com/user-login": "ada"}, Links: []source.Link{{URL: "https://acme.example/ada", Title: "Ada"}}},
			{Name: "Ada_", Groups: []string{"pay"}},
			{Name: "renovate[bot]"},
			{Name: "ÄÖ"},
			{Name: strings.Repeat("x", 70)},
			{Name: strings.Repeat("x", 71)},
		},
		Groups: []source.Group{
			{Name: "acme", Type: "organization", DisplayName: "Acme"},
			{Name: "pay", Parent: "acme", Members: []string{"ada", "Ada_", "gone"}, Description: "pays", Annotations: map[string]string{"github.com/team-slug": "acme/pay"}},
			{Name: "odd name!", Parent: "acme"},
			{Name: "pay", Namespace: "other", Members: []string{"ada"}},
		},
	}}
	s.run(acme(1))
	es, found := s.entities("test:acme (people)")
	if len(found) != 0 {
		t.Errorf("%+v", found)
	}
	x := strings.Repeat("x", 63)
	want := []string{"group:default/acme", "group:default/odd-name", "group:default/pay", "group:other/pay", "user:default/ada", "user:default/ada-2", "user:default/renovate-bot", "user:default/" + x, "user:default/" + x[:61] + "-2"}
	if got := slices.Sorted(maps.Keys(es)); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("entities %q", got)
	}
	ada := es["user:default/ada"]
	if ada == nil || ada.Metadata.Annotations["github.com/user-login"] != "ada" || fmt.Sprint(ada.Spec["memberOf"]) != "[odd-name pay]" || fmt.Sprint(ada.Spec["profile"].(map[string]any)["displayName"]) != "Ada: the \"first\"\n#" || !ada.Origin.Generated {
		t.Errorf("%+v", ada)
	}
	if pay := es["group:default/pay"]; pay == nil || pay.Spec["parent"] != "acme" || fmt.Sprint(pay.Spec["members"]) != "[Ada-2 ada]" || pay.Spec["type"] != "team" {
		t.Errorf("%+v", pay)
	}
	if other := es["group:other/pay"]; other == nil || fmt.Sprint(other.Spec["members"]) != "[default/ada]" {
		t.Errorf("%+v", other)
	}
	ds := findings(t, s.dir, "test:acme (people)")
	if len(ds) != 1 || ds[0].Code != "people-left-out" || !strings.Contains(ds[0].Message, "ÄÖ") {
		t.Errorf("%+v", ds)
	}
}

// TestPeopleAreKept keeps people when their directory fails, or knows far fewer
// than before, and takes what changes.
func TestPeopleAreKept(t *testing.T) {
	s := newSetup(t)
	d := &directory{}
	for i := range 20 {
		d.people.Users = append(d.people.Users, source.User{Name: fmt.Sprintf("u%02d", i)})
	}
	s.people = d
	h := acme(2)
	s.run(h)
	const name = "test:acme (people)"
	whole := d.people
	for what, harm := range map[string]func(){
		"fails":    func() { d.err = h.Of(source.Denied, "list members") },
		"nonsense": func() { d.err = errors.New("what?") },
		"none":     func() { d.people = source.People{} },
		"few":      func() { d.people = source.People{Users: whole.Users[:15]} },
	} {
		harm()
		s.run(h)
		snap := snapshots(t, s.dir)[name]
		if es, _ := s.entities(name); len(es) != 20 || snap.Stale == nil || snap.Stale.Cause == "" {
			t.Errorf("%s: %d people, %+v", what, len(es), snap.Stale)
		}
		d.people, d.err = whole, nil
		s.run(h)
		if snap := snapshots(t, s.dir)[name]; snap.Stale != nil {
			t.Errorf("%s: %+v afterwards", what, snap.Stale)
		}
	}
	d.people = source.People{Users: whole.Users[:16]}
	s.run(h)
	if es, _ := s.entities(name); len(es) != 16 {
		t.Errorf("%d people", len(es))
	}
	s.opt.AllowDrop = true
	d.people = source.People{Users: whole.Users[:1]}
	s.run(h)
	if es, _ := s.entities(name); len(es) != 1 {
		t.Errorf("%d people when any may go", len(es))
	}
	s.people = nil
	s.run(h)
	if snapshots(t, s.dir)[name] != nil {
		t.Error("people are there that are not asked for any more")
	}
}

// TestManyPeople makes more entities than fit in one file.
func TestManyPeople(t *testing.T) {
	s := newSetup(t)
	d := &directory{}
	for i := range 2_500 {
		d.people.Users = append(d.people.Users, source.User{Name: fmt.Sprintf("u%05d", i)})
	}
	s.people = d
	s.run(acme(1))
	if es, found := s.entities("test:acme (people)"); len(es) != 2_500 || len(found) != 0 {
		t.Errorf("%d people, %+v", len(es), found)
	}
}

// TestPeopleAlone is a source without repositories.
func TestPeopleAlone(t *testing.T) {
	s := newSetup(t)
	s.people = &directory{people: source.People{Users: []source.User{{Name: "ada"}}}}
	s.run(nil)
	if es, _ := s.entities("people:file (people)"); len(es) != 1 {
		t.Errorf("%v", es)
	}
}
