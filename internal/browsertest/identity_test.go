package browsertest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// testIdentity lets a portal ask who is reading, with answers as they come from
// proxies, and looks at which team it takes for the reader's.
func testIdentity(t *testing.T, p *portal, b *browser) {
	for name, c := range map[string]struct{ said, team string }{
		"oauth2-proxy":      {`{"user":"1f3a","email":"x@acme.example","groups":["acme:other","acme:watchkeepers"]}`, "watchkeepers"},
		"by address":        {`{"email":"Ann@Acme.example","groups":[]}`, "gangway"},
		"mod_auth_openidc":  {`{"iat":1,"id_token":{"sub":"x","email":"ann@acme.example"},"userinfo":{"groups":["a"]}}`, "gangway"},
		"Azure":             {`{"clientPrincipal":{"userDetails":"x","userRoles":["authenticated","watchkeepers"]}}`, "watchkeepers"},
		"Keycloak":          {`{"preferred_username":"ann","groups":"/acme/watchkeepers,/b"}`, "watchkeepers"},
		"nobody known":      {`{"email":"who@acme.example","groups":["strangers"]}`, ""},
		"a page":            {`<!doctype html><title>Sign in</title>`, ""},
		"something strange": {`[null, {"groups": 7, "email": {}}]`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			asks := p.asking(t, c.said)
			tb := b.tab(t)
			tb.visit(t, asks, "")
			const of = `(document.querySelector("[data-team] a.k-group")?.getAttribute("href") ?? "")`
			if c.team != "" {
				tb.until(t, of+` === "`+base+`catalog/default/group/`+c.team+`/"`)
				tb.accessible(t)
			} else {
				tb.until(t, `sessionStorage.getItem("cb:me") !== null`)
				if got := eval[string](t, tb, of); got != "" {
					t.Errorf("the team is %s", got)
				}
			}
			tb.quiet(t)
		})
	}
	asks := p.asking(t, `{"groups":["watchkeepers"]}`)
	tb := b.tab(t)
	tb.visit(t, asks, "")
	tb.until(t, `sessionStorage.getItem("cb:me")?.includes("watchkeepers")`)
	eval[bool](t, tb, `(localStorage.setItem("cb:team", JSON.stringify("group:default/gangway")), true)`)
	tb.visit(t, asks, "catalog/?q=owner%3Ame")
	tb.until(t, `document.querySelectorAll("tbody [data-ref]").length > 0 && ![...document.querySelectorAll("tbody [data-ref]")].some(r => !r.textContent.toLowerCase().includes("gangway"))`)
	tb.quiet(t)
}

// asking is the portal as it is with identity in the configuration, at a host that
// says so of every reader.
func (p *portal) asking(t *testing.T, said string) *portal {
	t.Helper()
	asks := &portal{dir: filepath.Join(t.TempDir(), "public")}
	if err := os.CopyFS(asks.dir, os.DirFS(p.dir)); err != nil {
		t.Fatal(err)
	}
	key := func(name string) string {
		sum := sha256.Sum256([]byte(name))
		return hex.EncodeToString(sum[:8])
	}
	people := map[string]any{"v": 1, "refs": []string{"group:default/watchkeepers", "user:default/ann", "group:default/gangway"},
		"users": map[string]any{key("ann@acme.example"): []int{1, 2}}, "groups": map[string]any{key("watchkeepers"): 0}}
	name := filepath.Join(asks.dir, "data", "site.json")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var site map[string]any
	if err := json.Unmarshal(text, &site); err != nil {
		t.Fatal(err)
	}
	site["people"], site["whoami"] = "people.json", base+"who.json"
	for name, v := range map[string]any{"data/site.json": site, "data/people.json": people} {
		if text, err = json.Marshal(v); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(asks.dir, filepath.FromSlash(name)), text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(asks.dir, "who.json"), []byte(said), 0o666); err != nil {
		t.Fatal(err)
	}
	asks.serve(t)
	return asks
}
