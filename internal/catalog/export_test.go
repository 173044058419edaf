package catalog_test

import (
	"slices"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/digest"
)

func TestExport(t *testing.T) {
	es, ds := entitiesOf(t, one(`apiVersion: backstage.io/v1alpha1
kind: Resource
metadata:
  name: DB
  title: The DB
  description: ""
  tags: [a]
  labels: {t: "1"}
  annotations: {k: v}
  links: [{url: https://x.example, title: T, own: [1]}]
  owned: {by: [us, 1.50, .inf]}
spec: {type: database, owner: team, dependsOn: [resource:z, resource:a]}
`))
	if len(ds) > 0 {
		t.Fatal(lines(ds))
	}
	c := catalog.Link(slices.Values(es), diag.Discard)
	b, err := digest.Encode(c.Export(c.Entities()[0]))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"ref":"resource:default/db","apiVersion":"backstage.io/v1alpha1","kind":"Resource","namespace":"default","name":"DB",` +
		`"metadata":{"annotations":{"k":"v"},"labels":{"t":"1"},"links":[{"own":[1],"title":"T","url":"https://x.example"}],"name":"DB","namespace":"default","owned":{"by":["us",1.5,null]},"tags":["a"],"title":"The DB"},` +
		`"spec":{"dependsOn":["resource:a","resource:z"],"owner":"team","type":"database"},"origin":{"repo":"r","file":"c.yaml","line":1,"col":1,"doc":0},` +
		`"relations":[{"type":"dependsOn","target":"resource:default/a","dangling":true},{"type":"dependsOn","target":"resource:default/z","dangling":true},{"type":"ownedBy","target":"group:default/team","dangling":true}]}`
	if string(b) != want {
		t.Errorf("got\n%s\nwant\n%s", b, want)
	}
}

func TestFileOfURL(t *testing.T) {
	for _, c := range []struct{ web, branch, address, want string }{
		{"https://github.com/a/b", "main", "https://github.com/a/b/blob/main/x/y.yaml", "x/y.yaml"},
		{"https://github.com/a/b", "main", "https://GitHub.com/A/B/tree/main/x", "x"},
		{"https://github.com/a/b", "feat/x", "https://github.com/a/b/blob/feat/x/y.yaml#L3", "y.yaml"},
		{"https://github.com/a/b", "", "https://github.com/a/b/raw/v1/y.yaml", "y.yaml"},
		{"https://github.com/a/b", "main", "https://raw.githubusercontent.com/a/b/main/x/y.yaml", "x/y.yaml"},
		{"https://github.com/a/b", "main", "https://raw.githubusercontent.com/a/b/refs/heads/main/y.yaml", "y.yaml"},
		{"https://gitlab.com/g/s/p", "main", "https://gitlab.com/g/s/p/-/blob/main/a%20b.yaml?ref_type=heads", "a b.yaml"},
		{"https://gitea.example/a/b", "main", "https://gitea.example/a/b/src/branch/main/y.yaml", "y.yaml"},
		{"https://gitea.example/a/b", "main", "https://gitea.example/a/b/raw/branch/main/y.yaml", "y.yaml"},
		{"https://bitbucket.org/a/b", "main", "https://bitbucket.org/a/b/src/main/y.yaml", "y.yaml"},
		{"https://dev.azure.com/o/p/_git/r", "main", "https://dev.azure.com/o/p/_git/r?path=/x/y.yaml&version=GBmain", "x/y.yaml"},
		{"https://github.com/a/b", "main", "https://github.com/a/b/blob/main/../../../x", "../../../x"},
		{"https://github.com/a/b", "main", "https://github.com/a/bc/blob/main/x", ""},
		{"https://github.com/a/b", "main", "https://github.com/a/b", ""},
		{"https://github.com/a/b", "main", "https://github.com/a/b/issues/1", ""},
		{"https://github.com/a/b", "main", "https://github.com/a/b/blob/main", ""},
		{"https://github.com/a/b", "main", "https://github.com.evil.example/a/b/blob/main/x", ""},
		{"https://github.com/a/b", "main", "https://github.com:99/a/b/blob/main/x", ""},
		{"https://github.com/a/b", "main", "https://%zz/a/b/blob/main/x", ""},
		{"", "main", "https://github.com/a/b/blob/main/x", ""},
	} {
		got, ok := catalog.FileOfURL(c.web, c.branch, c.address)
		if !ok {
			got = ""
		}
		if got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.address, c.web, got, c.want)
		}
	}
}

func TestLinksOf(t *testing.T) {
	commit := "0123456789abcdef0123456789abcdef01234567"
	for _, c := range []struct {
		web, branch, file string
		want              catalog.SourceLinks
	}{
		{"https://github.com/a/b", "main", "x/c d.yaml", catalog.SourceLinks{View: "https://github.com/a/b/blob/main/x/c%20d.yaml", Edit: "https://github.com/a/b/edit/main/x/c%20d.yaml", Dir: "https://github.com/a/b/tree/main/x/"}},
		{"https://gitlab.example/a/b", "main", "c.yaml", catalog.SourceLinks{View: "https://gitlab.example/a/b/-/blob/main/c.yaml", Edit: "https://gitlab.example/a/b/-/edit/main/c.yaml", Dir: "https://gitlab.example/a/b/-/tree/main/"}},
		{"https://codeberg.org/a/b", "main", "c.yaml", catalog.SourceLinks{View: "https://codeberg.org/a/b/src/branch/main/c.yaml", Edit: "https://codeberg.org/a/b/_edit/main/c.yaml", Dir: "https://codeberg.org/a/b/src/branch/main/"}},
		{"https://bitbucket.org/a/b", "main", "c.yaml", catalog.SourceLinks{View: "https://bitbucket.org/a/b/src/main/c.yaml", Edit: "https://bitbucket.org/a/b/src/main/c.yaml?mode=edit", Dir: "https://bitbucket.org/a/b/src/main/"}},
		{"https://github.com/a/b", commit, "c.yaml", catalog.SourceLinks{View: "https://github.com/a/b/blob/" + commit + "/c.yaml", Dir: "https://github.com/a/b/tree/" + commit + "/"}},
		{"https://github.com/a/b", "", "c.yaml", catalog.SourceLinks{}},
		{"", "main", "c.yaml", catalog.SourceLinks{}},
	} {
		if got := catalog.LinksOf(c.web, c.branch, c.file); got != c.want {
			t.Errorf("%s %s\n got %+v\nwant %+v", c.web, c.file, got, c.want)
		}
		if c.want.View == "" {
			continue
		}
		if p, ok := catalog.FileOfURL(c.web, c.branch, c.want.View); !ok || p != c.file {
			t.Errorf("%s leads to %q", c.want.View, p)
		}
	}
}
