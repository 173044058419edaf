package browsertest

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

// testIdentity lets a portal ask who is reading, with answers as they come from
// proxies, and looks at which team it takes for the reader's.
func testIdentity(t *testing.T, p *portal, b *browser) {
	tb := b.tab(t)              // each portal has an origin, and so a storage, of its own
	looked := map[string]bool{} // by team: who says so is not seen
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
			tb.visit(t, asks, "")
			const of = `(document.querySelector("[data-team] a.k-group")?.getAttribute("href") ?? "")`
			if c.team != "" {
				tb.until(t, of+` === "`+base+`catalog/default/group/`+c.team+`/"`)
				if !looked[c.team] {
					tb.accessible(t)
				}
				looked[c.team] = true
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
	tb.visit(t, asks, "")
	tb.until(t, `sessionStorage.getItem("cb:me")?.includes("watchkeepers")`)
	eval[bool](t, tb, `(localStorage.setItem("cb:team", JSON.stringify("group:default/gangway")), true)`)
	tb.visit(t, asks, "")
	tb.until(t, `document.querySelector("[data-team] .n")?.textContent === "Gangway"`) // its title
	tb.visit(t, asks, "catalog/?q=owner%3Ame")
	tb.until(t, `document.querySelectorAll("tbody [data-ref]").length > 0 && ![...document.querySelectorAll("tbody [data-ref]")].some(r => !r.textContent.toLowerCase().includes("gangway"))`)
	tb.quiet(t)
}

// asking is the portal as it is with identity in the configuration, at a host that
// says so of every reader.
func (p *portal) asking(t *testing.T, said string) *portal {
	t.Helper()
	key := func(name string) string {
		sum := sha256.Sum256([]byte(name))
		return hex.EncodeToString(sum[:8])
	}
	people := map[string]any{"v": 1, "refs": []string{"group:default/watchkeepers", "user:default/ann", "group:default/gangway"},
		"users": map[string]any{key("ann@acme.example"): []int{1, 2}}, "groups": map[string]any{key("watchkeepers"): 0}}
	return p.with(t, map[string]string{
		"data/site.json":   p.site(t, map[string]any{"people": "people.json", "whoami": base + "who.json"}),
		"data/people.json": marshal(t, people),
		"who.json":         said,
	})
}
