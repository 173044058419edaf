// Package people reads users and groups from a file: a table (CSV), or YAML or
// JSON. It is for organisations whose people no Git host and no directory server
// tells, and is written by hand or by an export of another system.
package people

import (
	"fmt"
	"path"
	"strings"

	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/source"
	"callboard/internal/yamldoc"
)

// CodeFile is the code of what is wrong with a file of people.
const CodeFile = diag.Code("people-file")

// Limits of a file. One beyond them is refused.
const (
	MaxBytes  = 4 << 20
	MaxPeople = 100_000 // users and groups together
)

// file is what YAML and JSON say.
type file struct {
	Users  []user  `yaml:"users"`
	Groups []group `yaml:"groups"`
}

// user is one person.
type user struct {
	Name        string   `yaml:"name" form:"line" required:"true"`
	DisplayName string   `yaml:"displayName" form:"line"`
	Email       string   `yaml:"email" form:"line"`
	Picture     string   `yaml:"picture" form:"address"`
	Description string   `yaml:"description"`
	Namespace   string   `yaml:"namespace" form:"line"`
	Groups      []string `yaml:"groups" form:"line" single:"true"`
}

// group is one group.
type group struct {
	Name        string   `yaml:"name" form:"line" required:"true"`
	Type        string   `yaml:"type" form:"line" default:"team"`
	DisplayName string   `yaml:"displayName" form:"line"`
	Email       string   `yaml:"email" form:"line"`
	Picture     string   `yaml:"picture" form:"address"`
	Description string   `yaml:"description"`
	Namespace   string   `yaml:"namespace" form:"line"`
	Parent      string   `yaml:"parent" form:"line"`
	Members     []string `yaml:"members" form:"line" single:"true"`
}

// where is where a row or entry is.
type where func(kind string, i int, field string) diag.Pos

// Read reads the text of a file, whose name tells what it is: .csv is a table,
// everything else YAML or JSON. What is wrong is reported, and left out.
func Read(text []byte, at diag.Pos, sink diag.Sink) source.People {
	r := &reader{at: at, sink: sink}
	if len(text) > MaxBytes {
		r.report(diag.Pos{File: at.File, Line: 1, Col: 1}, diag.Error, fmt.Sprintf("the file has %d bytes, more than the limit of %d", len(text), MaxBytes), "split it into several files")
		return source.People{}
	}
	var f file
	var pos where
	if strings.EqualFold(path.Ext(at.File), ".csv") {
		f, pos = r.table(text)
	} else {
		f, pos = r.document(text)
	}
	if n := len(f.Users) + len(f.Groups); n > MaxPeople {
		r.report(diag.Pos{File: at.File, Line: 1, Col: 1}, diag.Error, fmt.Sprintf("the file names %d users and groups, more than the limit of %d", n, MaxPeople), "split it into several files")
		return source.People{}
	}
	r.check(f, pos)
	return f.people()
}

type reader struct {
	at   diag.Pos
	sink diag.Sink
}

func (r *reader) report(at diag.Pos, s diag.Severity, msg, hint string) {
	r.sink.Report(diag.Diagnostic{Pos: at, Severity: s, Code: CodeFile, Message: msg, Hint: hint})
}

// document reads YAML, of which JSON is a part.
func (r *reader) document(text []byte) (f file, pos where) {
	doc := yamldoc.One(text, r.at, r.sink)
	pos = func(kind string, i int, field string) diag.Pos { return doc.Pos(kind, i, field) }
	if doc == nil || doc.Value == nil {
		return f, pos
	}
	m, ok := doc.Value.(map[string]any)
	if !ok {
		r.report(doc.Pos(), diag.Error, "the file must be a mapping with users and groups", "")
		return f, pos
	}
	config.Decode(m, &f, doc, r.sink)
	return f, pos
}

// check reports names that are there twice, and groups and members that are not
// there.
func (r *reader) check(f file, pos where) {
	users, groups := map[string]bool{}, map[string]bool{}
	for i, u := range f.Users {
		r.once(users, u.Namespace, u.Name, "user", pos("users", i, "name"))
	}
	for i, g := range f.Groups {
		r.once(groups, g.Namespace, g.Name, "group", pos("groups", i, "name"))
	}
	for i, u := range f.Users {
		for _, g := range u.Groups {
			r.there(groups, g, "group", pos("users", i, "groups"))
		}
	}
	for i, g := range f.Groups {
		if g.Parent != "" {
			r.there(groups, g.Parent, "group", pos("groups", i, "parent"))
		}
		for _, m := range g.Members {
			r.there(users, m, "user", pos("groups", i, "members"))
		}
	}
}

func (r *reader) once(seen map[string]bool, namespace, name, what string, at diag.Pos) {
	if name == "" {
		return // has been reported
	}
	key := strings.ToLower(name)
	if full := strings.ToLower(namespace) + "/" + key; seen[full] {
		r.report(at, diag.Error, fmt.Sprintf("the %s %q is there twice", what, name), "names differ in more than their case")
	} else {
		seen[full], seen[key] = true, true
	}
}

func (r *reader) there(seen map[string]bool, name, what string, at diag.Pos) {
	if !seen[strings.ToLower(name)] {
		r.report(at, diag.Warning, fmt.Sprintf("there is no %s %q in the file", what, name), "")
	}
}

func (f file) people() (p source.People) {
	for _, u := range f.Users {
		if u.Name != "" {
			p.Users = append(p.Users, source.User{Name: u.Name, DisplayName: u.DisplayName, Email: u.Email, Picture: u.Picture, Description: u.Description, Namespace: u.Namespace, Groups: u.Groups})
		}
	}
	for _, g := range f.Groups {
		if g.Name != "" {
			p.Groups = append(p.Groups, source.Group{Name: g.Name, Type: g.Type, DisplayName: g.DisplayName, Email: g.Email, Picture: g.Picture, Description: g.Description, Namespace: g.Namespace, Parent: g.Parent, Members: g.Members})
		}
	}
	return p
}
