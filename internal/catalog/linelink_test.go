package catalog_test

import (
	"testing"

	"callboard/internal/catalog"
)

func TestLineLink(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	for _, c := range []struct{ web, at, want string }{
		{"https://github.com/acme/pay", commit, "https://github.com/acme/pay/blob/" + commit + "/{path}#L{line}"},
		{"https://gitlab.com/acme/team/pay", "main", "https://gitlab.com/acme/team/pay/-/blob/main/{path}#L{line}"},
		{"https://gitea.acme.example/acme/pay", commit, "https://gitea.acme.example/acme/pay/src/commit/" + commit + "/{path}#L{line}"},
		{"https://bitbucket.org/acme/pay", "main", "https://bitbucket.org/acme/pay/src/main/{path}#lines-{line}"},
		{"https://bitbucket.acme.example/projects/acme/repos/pay", "main", "https://bitbucket.acme.example/projects/acme/repos/pay/browse/{path}?at=main#{line}"},
		{"https://dev.azure.com/acme/team/_git/pay", "main", "https://dev.azure.com/acme/team/_git/pay?path=%2F{path}&version=GBmain&line={line}&lineEnd={line}&lineStartColumn=1&lineEndColumn=1000"},
		{"https://github.com/acme/pay", "", ""},
		{"", "main", ""},
		{"javascript:alert(1)//x/y", "main", ""},
	} {
		if got := catalog.LineLink(c.web, c.at); got != c.want {
			t.Errorf("%s at %s\n got %s\nwant %s", c.web, c.at, got, c.want)
		}
	}
}
