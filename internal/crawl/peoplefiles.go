package crawl

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
	"callboard/internal/source"
	"callboard/internal/yamldoc"
)

// perFile is how many entities one generated file holds, below the limits of
// package yamldoc.
const perFile = 1_000

type generated struct {
	name string
	text []byte
}

// peopleFiles are catalog files of people: what Backstage's providers of
// organisations make of them.
func peopleFiles(p source.People, rep *repofs.Reporter) (out []generated) {
	n := newNames(p, rep)
	var groups, users []map[string]any
	for i, g := range n.groups {
		groups = append(groups, n.group(g, n.groupNames[i]))
	}
	for i, u := range n.users {
		users = append(users, n.user(u, n.userNames[i]))
	}
	return append(files("groups", groups), files("users", users)...)
}

func files(stem string, es []map[string]any) (out []generated) {
	i := 0
	for c := range slices.Chunk(es, perFile) {
		var b bytes.Buffer
		for _, e := range c {
			b.WriteString("---\n")
			b.Write(yamldoc.Marshal(e))
		}
		name := stem + ".yaml"
		if i++; i > 1 {
			name = fmt.Sprintf("%s-%d.yaml", stem, i)
		}
		out = append(out, generated{name, b.Bytes()})
	}
	return out
}

// names are people in order, with names that entities can have.
type names struct {
	users                 []source.User
	groups                []source.Group
	userNames, groupNames []string
	userOf, groupOf       map[string][]place // by the host's name, also with the namespace before it
}

// place is where an entity is: the default namespace is "".
type place struct{ namespace, name string }

func newNames(p source.People, rep *repofs.Reporter) *names {
	n := &names{users: slices.Clone(p.Users), groups: slices.Clone(p.Groups), userOf: map[string][]place{}, groupOf: map[string][]place{}}
	slices.SortStableFunc(n.users, func(a, b source.User) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	slices.SortStableFunc(n.groups, func(a, b source.Group) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	n.users = slices.DeleteFunc(n.users, func(u source.User) bool { return unnamed(rep, "user", u.Name, u.Namespace) })
	n.groups = slices.DeleteFunc(n.groups, func(g source.Group) bool { return unnamed(rep, "group", g.Name, g.Namespace) })
	n.userNames = unique(n.userOf, all(n.users, func(u source.User) place { return place{u.Namespace, u.Name} }))
	n.groupNames = unique(n.groupOf, all(n.groups, func(g source.Group) place { return place{g.Namespace, g.Name} }))
	return n
}

// unnamed tells whether nothing of a name can be that of an entity.
func unnamed(rep *repofs.Reporter, what, name, namespace string) bool {
	bad := valid(name) == "" || namespace != "" && entity.CheckNamespace(namespace) != ""
	if bad {
		rep.Report("", diag.Warning, CodePeople, fmt.Sprintf("the %s %q cannot be named in a catalog and is left out", what, name), "")
	}
	return bad
}

// valid is a name as entities may have it: what is not allowed becomes a hyphen.
func valid(name string) string {
	ok := strings.Map(func(c rune) rune {
		if c < 0x80 && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_.", c)) {
			return c
		}
		return '-'
	}, name)
	ok = strings.Trim(ok, "-_.")
	ok = strings.TrimRight(ok[:min(len(ok), entity.MaxName)], "-_.")
	for entity.CheckName(ok) != "" && ok != "" {
		short := strings.NewReplacer("--", "-", "__", "_", "..", ".", "-_", "-", "_-", "-", "-.", "-", ".-", "-", "_.", "_", "._", "_").Replace(ok)
		if short == ok {
			return ""
		}
		ok = short
	}
	return ok
}

// unique gives every place a name that no other has in its namespace, whatever
// the case, and notes it under the host's name. Names that are valid as they are
// come first, so that they stay.
func unique(of map[string][]place, ps []place) []string {
	out := make([]string, len(ps))
	taken := map[place]bool{}
	take := func(i int, name string) bool {
		p := place{ps[i].namespace, strings.ToLower(name)}
		if taken[p] {
			return false
		}
		taken[p], out[i] = true, name
		return true
	}
	for i, p := range ps {
		if valid(p.name) == p.name {
			take(i, p.name)
		}
	}
	for i, p := range ps {
		base := valid(p.name)
		for n := 2; out[i] == "" && !(n == 2 && base != p.name && take(i, base)); n++ {
			suffix := fmt.Sprintf("-%d", n)
			take(i, base[:min(len(base), entity.MaxName-len(suffix))]+suffix)
		}
		of[p.name] = append(of[p.name], place{p.namespace, out[i]})
		if p.namespace != "" {
			whole := p.namespace + "/" + p.name
			of[whole] = append(of[whole], place{p.namespace, out[i]})
		}
	}
	return out
}

// refs are references from a namespace to what the host calls so. What the host
// does not list is not referred to.
func refs(of map[string][]place, namespace string, names []string) []any {
	out := []any{}
	for _, n := range names {
		ps := of[n]
		if len(ps) == 0 {
			continue
		}
		p := ps[0]
		if i := slices.IndexFunc(ps, func(p place) bool { return p.namespace == namespace }); i >= 0 {
			p = ps[i]
		}
		switch {
		case p.namespace == namespace:
			out = append(out, p.name)
		default:
			out = append(out, cmp.Or(p.namespace, "default")+"/"+p.name)
		}
	}
	slices.SortFunc(out, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	return slices.Compact(out)
}

func (n *names) user(u source.User, name string) map[string]any {
	return document("User", metadata{name, u.Namespace, "", u.Description, u.Annotations, u.Links}, map[string]any{
		"profile":  profile(u.DisplayName, u.Email, u.Picture),
		"memberOf": refs(n.groupOf, u.Namespace, u.Groups),
	})
}

func (n *names) group(g source.Group, name string) map[string]any {
	spec := map[string]any{
		"type":     cmp.Or(g.Type, "team"),
		"profile":  profile(g.DisplayName, g.Email, g.Picture),
		"children": []any{},
	}
	if parent := refs(n.groupOf, g.Namespace, []string{g.Parent}); g.Parent != "" && len(parent) > 0 {
		spec["parent"] = parent[0]
	}
	if members := refs(n.userOf, g.Namespace, g.Members); len(members) > 0 {
		spec["members"] = members
	}
	return document("Group", metadata{name, g.Namespace, "", g.Description, g.Annotations, g.Links}, spec)
}

func profile(name, email, picture string) map[string]any {
	return texts("displayName", name, "email", email, "picture", picture)
}

// texts is a mapping of the texts that are not empty.
func texts(pairs ...string) map[string]any {
	out := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out[pairs[i]] = strings.ToValidUTF8(pairs[i+1], "\uFFFD")
		}
	}
	return out
}

type metadata struct {
	name, namespace, title, description string
	annotations                         map[string]string
	links                               []source.Link
}

func document(kind string, m metadata, spec map[string]any) map[string]any {
	meta := texts("name", m.name, "namespace", m.namespace, "title", m.title, "description", m.description)
	if len(m.annotations) > 0 {
		a := map[string]any{}
		for k, v := range m.annotations {
			a[k] = strings.ToValidUTF8(v, "\uFFFD")
		}
		meta["annotations"] = a
	}
	if len(m.links) > 0 {
		meta["links"] = all(m.links, func(l source.Link) any { return texts("url", l.URL, "title", l.Title) })
	}
	return map[string]any{"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": meta, "spec": spec}
}
