package catalog_test

import (
	"slices"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/repofs"
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
	if len(es) != 1 {
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

// The addresses are those that AnnotateLocationEntityProcessor of
// plugin-catalog-backend 4.0.0 makes of View with an integration for the host;
// Dir is where they differ for readers.
func TestLinksOf(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	type links = catalog.SourceLinks
	for _, c := range []struct {
		web, branch, file string
		want              links
	}{
		{"https://github.com/a/b", "main", "x/c d.yaml", links{View: "https://github.com/a/b/blob/main/x/c%20d.yaml", Edit: "https://github.com/a/b/edit/main/x/c%20d.yaml", Dir: "https://github.com/a/b/tree/main/x/"}},
		{"https://ghe.acme.example/a/b", "feat/x", "c.yaml", links{View: "https://ghe.acme.example/a/b/blob/feat/x/c.yaml", Edit: "https://ghe.acme.example/a/b/edit/feat/x/c.yaml", Dir: "https://ghe.acme.example/a/b/tree/feat/x/"}},
		{"https://gitlab.example/a/b", "main", "c.yaml", links{View: "https://gitlab.example/a/b/-/blob/main/c.yaml", Edit: "https://gitlab.example/a/b/-/edit/main/c.yaml", Dir: "https://gitlab.example/a/b/-/tree/main/", Source: "https://gitlab.example/a/b/-/blob/main/"}},
		{"https://git.acme.example/acme/backend/pay", "main", "d/c.yaml", links{View: "https://git.acme.example/acme/backend/pay/-/blob/main/d/c.yaml", Edit: "https://git.acme.example/acme/backend/pay/-/edit/main/d/c.yaml", Dir: "https://git.acme.example/acme/backend/pay/-/tree/main/d/", Source: "https://git.acme.example/acme/backend/pay/-/blob/main/d/"}},
		{"https://codeberg.org/a/b", "main", "c.yaml", links{View: "https://codeberg.org/a/b/src/branch/main/c.yaml", Edit: "https://codeberg.org/a/b/_edit/main/c.yaml", Dir: "https://codeberg.org/a/b/src/branch/main/"}},
		{"https://gitea.acme.example/a/b", commit, "d/c.yaml", links{View: "https://gitea.acme.example/a/b/src/commit/" + commit + "/d/c.yaml", Dir: "https://gitea.acme.example/a/b/src/commit/" + commit + "/d/"}},
		{"https://bitbucket.org/a/b", "main", "d/c.yaml", links{View: "https://bitbucket.org/a/b/src/main/d/c.yaml", Edit: "https://bitbucket.org/a/b/src/main/d/c.yaml?mode=edit&at=main", Dir: "https://bitbucket.org/a/b/src/main/d/"}},
		{"https://bitbucket.acme.example/projects/ACME/repos/pay", "main", "d/c.yaml", links{View: "https://bitbucket.acme.example/projects/ACME/repos/pay/browse/d/c.yaml?at=main", Edit: "https://bitbucket.acme.example/projects/ACME/repos/pay/browse/d/c.yaml", Dir: "https://bitbucket.acme.example/projects/ACME/repos/pay/browse/d/?at=main"}},
		{"https://bitbucket.acme.example/scm/ACME/pay", "main", "c.yaml", links{View: "https://bitbucket.acme.example/projects/ACME/repos/pay/browse/c.yaml?at=main", Edit: "https://bitbucket.acme.example/projects/ACME/repos/pay/browse/c.yaml", Dir: "https://bitbucket.acme.example/projects/ACME/repos/pay/browse/?at=main"}},
		{"https://bitbucket.acme.example/~ann/pay", "main", "c.yaml", links{View: "https://bitbucket.acme.example/users/ann/repos/pay/browse/c.yaml?at=main", Edit: "https://bitbucket.acme.example/users/ann/repos/pay/browse/c.yaml", Dir: "https://bitbucket.acme.example/users/ann/repos/pay/browse/?at=main"}},
		{"https://dev.azure.com/acme/shop/_git/pay", "main", "d/c.yaml", links{View: "https://dev.azure.com/acme/shop/_git/pay?path=%2Fd%2Fc.yaml&version=GBmain", Edit: "https://dev.azure.com/acme/shop/_git/pay?path=%2Fd%2Fc.yaml&version=GBmain&_a=edit", Dir: "https://dev.azure.com/acme/shop/_git/pay?path=%2Fd%2F&version=GBmain"}},
		{"https://ssh.dev.azure.com/v3/acme/shop/pay", commit, "c.yaml", links{View: "https://dev.azure.com/acme/shop/_git/pay?path=%2Fc.yaml&version=GC" + commit, Dir: "https://dev.azure.com/acme/shop/_git/pay?path=%2F&version=GC" + commit}},
		{"https://gerrit.acme.example/gitiles/acme/pay", "main", "d/c.yaml", links{View: "https://gerrit.acme.example/gitiles/acme/pay/+/refs/heads/main/d/c.yaml", Edit: "https://gerrit.acme.example/admin/repos/edit/repo/acme/pay/branch/refs/heads/main/file/d/c.yaml", Dir: "https://gerrit.acme.example/gitiles/acme/pay/+/refs/heads/main/d/"}},
		{"https://gerrit.acme.example/a/acme/pay", "main", "c.yaml", links{View: "https://gerrit.acme.example/plugins/gitiles/acme/pay/+/refs/heads/main/c.yaml", Edit: "https://gerrit.acme.example/admin/repos/edit/repo/acme/pay/branch/refs/heads/main/file/c.yaml", Dir: "https://gerrit.acme.example/plugins/gitiles/acme/pay/+/refs/heads/main/"}},
		{"https://app.harness.io/ng/account/a/module/code/orgs/o/projects/p/repos/pay", "main", "d/c.yaml", links{View: "https://app.harness.io/ng/account/a/module/code/orgs/o/projects/p/repos/pay/files/main/~/d/c.yaml", Edit: "https://app.harness.io/ng/account/a/module/code/orgs/o/projects/p/repos/pay/files/main/~/d/c.yaml", Dir: "https://app.harness.io/ng/account/a/module/code/orgs/o/projects/p/repos/pay/files/main/~/d/"}},
		{"https://git.harness.io/a/o/p/pay", "main", "c.yaml", links{View: "https://app.harness.io/ng/account/a/module/code/orgs/o/projects/p/repos/pay/files/main/~/c.yaml", Edit: "https://app.harness.io/ng/account/a/module/code/orgs/o/projects/p/repos/pay/files/main/~/c.yaml", Dir: "https://app.harness.io/ng/account/a/module/code/orgs/o/projects/p/repos/pay/files/main/~/"}},
		{"https://github.com/a/b", commit, "c.yaml", links{View: "https://github.com/a/b/blob/" + commit + "/c.yaml", Dir: "https://github.com/a/b/tree/" + commit + "/"}},
		{"https://github.com/a/b", "", "c.yaml", links{}},
		{"", "main", "c.yaml", links{}},
	} {
		if c.want.Source == "" {
			c.want.Source = c.want.Dir
		}
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

func TestDerivedAnnotations(t *testing.T) {
	files := map[string]string{
		"catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\nspec: {targets: [./x/all.yaml]}\n",
		"x/all.yaml":        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: more}\nspec: {target: ../y/s.yaml}\n",
		"y/s.yaml":          "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata:\n  name: s\n  annotations: {own: a, backstage.io/view-url: 'https://x.example/', backstage.io/managed-by-location: 'url:mine'}\nspec: {owner: o}\n",
	}
	snap := repofs.Memory("pay", []string{"catalog-info.yaml"}, files)
	es, ds := entitiesOf(t, snap)
	if len(es) != 3 {
		t.Fatal(lines(ds))
	}
	c := catalog.Link(slices.Values(es), diag.Discard)
	for _, x := range []struct{ web, branch, ref, want string }{
		{"https://github.com/acme/pay", "main", "system:default/s", `{"backstage.io/edit-url":"https://github.com/acme/pay/edit/main/y/s.yaml","backstage.io/managed-by-location":"url:https://github.com/acme/pay/blob/main/y/s.yaml","backstage.io/managed-by-origin-location":"url:https://github.com/acme/pay/blob/main/catalog-info.yaml","backstage.io/source-location":"url:https://github.com/acme/pay/tree/main/y/","backstage.io/view-url":"https://x.example/","own":"a"}`},
		{"https://gitlab.com/acme/pay", "main", "location:default/all", `{"backstage.io/edit-url":"https://gitlab.com/acme/pay/-/edit/main/catalog-info.yaml","backstage.io/managed-by-location":"url:https://gitlab.com/acme/pay/-/blob/main/catalog-info.yaml","backstage.io/managed-by-origin-location":"url:https://gitlab.com/acme/pay/-/blob/main/catalog-info.yaml","backstage.io/source-location":"url:https://gitlab.com/acme/pay/-/blob/main/","backstage.io/view-url":"https://gitlab.com/acme/pay/-/blob/main/catalog-info.yaml"}`},
		{"", "", "location:default/more", `{"backstage.io/managed-by-location":"file:pay/x/all.yaml","backstage.io/managed-by-origin-location":"file:pay/catalog-info.yaml"}`},
	} {
		ref, err := entity.ParseRef(x.ref, "", "")
		if err != nil {
			t.Fatal(err)
		}
		if got := asJSON(t, c.ExportAt(c.Get(ref), x.web, x.branch).Metadata["annotations"]); got != x.want {
			t.Errorf("%s\n got %s\nwant %s", x.ref, got, x.want)
		}
	}
}
