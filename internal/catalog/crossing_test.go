package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
)

// at is a repository with an address.
func at(name, webURL, branch string, files map[string]string) *repofs.Snapshot {
	s := repofs.Memory(name, []string{"**/catalog-info.yaml"}, files)
	s.WebURL, s.Branch, s.Revision = webURL, branch, strings.Repeat("0123456789", 4)
	return s
}

// readTogether reads repositories as a build does, in the order in which they
// are given.
func readTogether(t *testing.T, snaps ...*repofs.Snapshot) ([]*entity.Entity, []diag.Diagnostic) {
	t.Helper()
	return readAs(t, nil, snaps...)
}

func readAs(t *testing.T, m *catalog.Model, snaps ...*repofs.Snapshot) ([]*entity.Entity, []diag.Diagnostic) {
	t.Helper()
	var out []*entity.Entity
	var sink diag.List
	var leads []catalog.Lead
	read, by := map[string][]string{}, map[string]*repofs.Snapshot{}
	take := func(s *repofs.Snapshot, b *catalog.Beyond) {
		es, err := m.ReadBeyond(t.Context(), s, s.Read, nil, b, &sink)
		if err != nil {
			t.Fatal(err)
		}
		out, leads = append(out, es...), append(leads, b.Leads...)
		read[s.Repo] = append(read[s.Repo], b.Read...)
	}
	for _, s := range snaps {
		by[s.Repo] = s
		take(s, &catalog.Beyond{})
	}
	c := catalog.NewCrossing(snaps, read, &sink)
	for len(leads) > 0 {
		calls := c.Follow(leads)
		leads = nil
		for _, x := range calls {
			b := &catalog.Beyond{Visits: x.Visits, Taken: x.Taken}
			take(by[x.Repo], b)
			c.Took(x.Repo, b.Read)
		}
	}
	return out, sink.All()
}

func told(es []*entity.Entity, ds []diag.Diagnostic) string {
	var out []string
	for _, e := range es {
		out = append(out, e.Name)
	}
	slices.Sort(out)
	for _, d := range ds {
		out = append(out, fmt.Sprintf("| %s %s: %s [%s]", d.Severity, d.Code, d.Message, d.Hint))
	}
	return strings.Join(out, " ")
}

// TestLocationsToOtherRepositories leads from one repository into another, in the
// forms of the hosts.
func TestLocationsToOtherRepositories(t *testing.T) {
	const commit = "0123456789012345678901234567890123456789"
	for _, c := range []struct{ web, target, want string }{
		{"https://github.com/acme/other", "https://github.com/acme/other/blob/main/one.yaml", "one"},
		{"https://github.com/acme/other", "https://github.com/Acme/Other/tree/main/one.yaml", "one"},
		{"https://github.com/acme/other", "https://github.com/acme/other/blob/HEAD/one.yaml", "one"},
		{"https://github.com/acme/other", "https://github.com/acme/other/blob/" + commit + "/one.yaml", "one"},
		{"https://github.com/acme/other", "https://raw.githubusercontent.com/acme/other/main/one.yaml", "one"},
		{"https://gitlab.com/acme/sub/other", "https://gitlab.com/acme/sub/other/-/blob/main/one.yaml", "one"},
		{"https://gitea.acme.example/acme/other", "https://gitea.acme.example/acme/other/src/branch/main/one.yaml", "one"},
		{"https://bitbucket.org/acme/other", "https://bitbucket.org/acme/other/src/main/one.yaml", "one"},
		{"https://bitbucket.acme.example/scm/a/other", "https://bitbucket.acme.example/projects/A/repos/other/browse/one.yaml?at=refs/heads/main", "one"},
		{"https://bitbucket.acme.example/scm/a/other", "https://bitbucket.acme.example/projects/A/repos/other/browse/one.yaml", "one"},
		{"https://dev.azure.com/acme/p/_git/other", "https://dev.azure.com/acme/p/_git/other?path=/one.yaml&version=GBmain", "one"},
		{"https://dev.azure.com/acme/p/_git/other", "https://dev.azure.com/acme/p/_git/other?path=%2Fone.yaml", "one"},
		{"https://github.com/acme/other", "https://github.com/acme/other/blob/main/**/x.yaml", "deep"},
		{"https://github.com/acme/other", "https://github.com/acme/other/blob/main/{dir,.hidden}/*/x.yaml", "deep secret"},
		{"https://github.com/acme/other", "https://github.com/acme/other/blob/main/catalog-info.yaml", ""},
		{"https://github.com/acme/other", "https://github.com/acme/other/blob/dev/one.yaml",
			`| warning location-target-branch: the target "https://github.com/acme/other/blob/dev/one.yaml" is on another branch of other than "main", the one that is read [name main or HEAD in the address, or set the branch of the source]`},
		{"https://dev.azure.com/acme/p/_git/other", "https://dev.azure.com/acme/p/_git/other?path=/one.yaml&version=GBdev",
			`| warning location-target-branch: the target "https://dev.azure.com/acme/p/_git/other?path=/one.yaml&version=GBdev" is on another branch of other than "main", the one that is read [name main or HEAD in the address, or set the branch of the source]`},
		{"https://github.com/acme/other", "https://github.com/acme/other/blob/main/gone/one.yaml",
			`| error location-target-missing: the target "https://github.com/acme/other/blob/main/gone/one.yaml" cannot be read: there is no such file in other [did you mean https://github.com/acme/other/blob/main/one.yaml?]`},
		{"https://github.com/acme/other", "https://github.com/acme/other/blob/main/dir",
			`| error location-target-missing: the target "https://github.com/acme/other/blob/main/dir" cannot be read: it is a directory of other [correct the address, or set presence: optional]`},
		{"https://github.com/acme/other", "https://github.com/acme/other/blob/main/gone/*.yml",
			`| error location-target-missing: the target "https://github.com/acme/other/blob/main/gone/*.yml" cannot be read: no file of other matches [correct the address, or set presence: optional]`},
		{"https://github.com/acme/other", "https://github.com/acme/other/blob/main/%2e%2e/one.yaml",
			`| error location-target-outside: the target "https://github.com/acme/other/blob/main/%2e%2e/one.yaml" leads out of the repository other [an address names a file of its repository]`},
		{"https://github.com/acme/other", "https://github.com/acme/third/blob/main/one.yaml",
			`| info location-target-remote: the target "https://github.com/acme/third/blob/main/one.yaml" lies outside this repository and is not read [add its repository as a source]`},
		{"https://github.com/acme/other", "https://github.com/acme/other",
			`| info location-target-remote: the target "https://github.com/acme/other" lies outside this repository and is not read [add its repository as a source]`},
	} {
		other := at("other", c.web, "main", map[string]string{
			"one.yaml": comp("one"), "dir/a/x.yaml": comp("deep"), ".hidden/a/x.yaml": comp("secret"), "catalog-info.yaml": "# nothing yet\n",
		})
		mine := at("mine", "https://git.acme.example/acme/mine", "main", map[string]string{"catalog-info.yaml": location("root", "{type: url, target: '"+c.target+"'}")})
		es, ds := readTogether(t, mine, other)
		ds = slices.DeleteFunc(ds, func(d diag.Diagnostic) bool { return d.Code == catalog.CodeEmpty })
		if got := strings.TrimSpace(strings.Replace(told(es, ds)+" ", "root ", "", 1)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.target, got, c.want)
		}
		for _, e := range es {
			if e.Name == "one" && (e.Origin.Repo != "other" || e.Origin.RootAt != "url:https://git.acme.example/acme/mine/blob/main/catalog-info.yaml") {
				t.Errorf("%s: %+v", c.target, e.Origin)
			}
		}
	}
}

// TestCrossingEnds: Locations that lead in circles from repository to repository
// come to an end, each file is read once, and what is read does not depend on the
// order of the repositories.
func TestCrossingEnds(t *testing.T) {
	web := func(repo, file string) string { return "https://github.com/acme/" + repo + "/blob/main/" + file }
	leads := func(name string, to ...string) string {
		return location(name, "{targets: ['"+strings.Join(to, "', '")+"']}")
	}
	a := at("a", "https://github.com/acme/a", "main", map[string]string{
		"catalog-info.yaml": leads("a", web("b", "b.yaml"), web("c", "shared.yaml"), web("a", "own.yaml")), "own.yaml": leads("own", web("b", "b.yaml")),
		"back.yaml": leads("back", web("b", "b.yaml"), web("b", "more.yaml"), web("a", "catalog-info.yaml")),
	})
	b := at("b", "https://github.com/acme/b", "main", map[string]string{
		"b.yaml": leads("b", "./beside.yaml", web("a", "back.yaml"), web("c", "*.yaml")), "beside.yaml": comp("beside"), "more.yaml": comp("more"),
	})
	c := at("c", "https://github.com/acme/c", "main", map[string]string{
		"shared.yaml": comp("shared"), "left.yaml": comp("left"), "catalog-info.yaml": leads("c", "./left.yaml", web("b", "b.yaml")),
	})
	want := "a b back beside c left more own shared"
	for _, order := range [][]*repofs.Snapshot{{a, b, c}, {c, b, a}, {b, a, c}} {
		es, ds := readTogether(t, order...)
		if got := told(es, ds); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		for _, e := range es {
			if e.Name == "b" && e.Origin.RootAt != "url:"+web("a", "catalog-info.yaml") {
				t.Errorf("%+v", e.Origin)
			}
		}
	}
}

// TestCrossingIsBounded follows a chain that is longer than Locations may be deep,
// back and forth between two repositories.
func TestCrossingIsBounded(t *testing.T) {
	files := [2]map[string]string{{}, {}}
	for i := range catalog.MaxLocationDepth + 3 {
		files[i%2][fmt.Sprintf("l%02d.yaml", i)] = location(fmt.Sprintf("l%02d", i), fmt.Sprintf("{target: 'https://github.com/acme/%d/blob/main/l%02d.yaml'}", (i+1)%2, i+1))
	}
	files[0]["catalog-info.yaml"] = files[0]["l00.yaml"]
	es, ds := readTogether(t, at("0", "https://github.com/acme/0", "main", files[0]), at("1", "https://github.com/acme/1", "main", files[1]))
	if len(es) != catalog.MaxLocationDepth+1 || len(ds) != 1 || ds[0].Code != catalog.CodeLocationDepth {
		t.Errorf("%s", told(es, ds))
	}
	targets := strings.Repeat("'https://github.com/acme/1/blob/main/gone.yaml', ", catalog.MaxCatalogFiles+2)
	_, ds = readTogether(t, at("0", "https://github.com/acme/0", "main", map[string]string{"catalog-info.yaml": location("many", "{presence: optional, targets: ["+targets+"]}")}),
		at("1", "https://github.com/acme/1", "main", nil))
	if len(ds) != 1 || ds[0].Code != catalog.CodeTooManyFiles {
		t.Errorf("%s", lines(ds))
	}
}

// TestPatternsHideDots: a wildcard of a Location stands for no name that begins
// with a dot.
func TestPatternsHideDots(t *testing.T) {
	for glob, want := range map[string]string{
		"./**/x.yaml": "plain", "./*/x.yaml": "plain", "./.hidden/*.yaml": "hidden", "./**/.deep/x.yaml": "deep", "./{a,.hidden}/x.yaml": "hidden plain",
	} {
		es, ds := entitiesOf(t, repofs.Memory("r", []string{"cat.yaml"}, map[string]string{
			"cat.yaml": location("root", "{target: '"+glob+"'}"), "a/x.yaml": comp("plain"), ".hidden/x.yaml": comp("hidden"), "a/.deep/x.yaml": comp("deep"),
		}))
		if got := strings.TrimSpace(strings.Replace(told(es, ds)+" ", "root ", "", 1)); got != want {
			t.Errorf("%s: %s, want %s", glob, got, want)
		}
	}
}
