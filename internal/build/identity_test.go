package build_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestIdentity: pages find readers by digests of what providers call them, and only
// among whom their audience may see.
func TestIdentity(t *testing.T) {
	o := acme(t, company, "vault", "")
	for name, want := range map[string][]string{"guests": {"user:default/ann", "group:default/team"}, "guards": {"user:default/ann", "group:default/team", "group:default/vault-guards"}} {
		var site struct{ People, Whoami string }
		var file struct {
			Refs   []string
			Users  map[string][]int
			Groups map[string]int
		}
		portal := portalOf(t, o, name)
		if err := json.Unmarshal([]byte(portal["data/site.json"]), &site); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(portal["data/"+site.People]), &file); err != nil || site.Whoami != "/-/whoami" {
			t.Fatal(site, err)
		}
		key := func(name string) string {
			sum := sha256.Sum256([]byte(name))
			return hex.EncodeToString(sum[:8])
		}
		for _, called := range []string{"ann", "ann@acme.example"} {
			var got []string
			for _, i := range file.Users[key(called)] {
				got = append(got, file.Refs[i])
			}
			if slices.Sort(got[1:]); !slices.Equal(got, want) {
				t.Errorf("%s: %s is %v, want %v", name, called, got, want)
			}
		}
		for called, ref := range map[string]string{"team": "group:default/team", "id-of-team": "group:default/team"} {
			if i, ok := file.Groups[key(called)]; !ok || file.Refs[i] != ref {
				t.Errorf("%s: nothing is called %s", name, called)
			}
		}
		if _, ok := file.Groups[key("id-of-guards")]; ok != (name == "guards") {
			t.Errorf("%s: the guards are known: %v", name, ok)
		}
		if strings.Contains(portal["data/"+site.People], "acme.example") {
			t.Errorf("%s: an address is told", name)
		}
	}
}
