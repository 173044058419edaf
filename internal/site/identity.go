package site

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"callboard/internal/digest"
	"callboard/internal/entity"
)

// identityJSON is the file in which pages look up who is reading, and which teams
// are theirs. It has digests of what a provider may call people and teams, and
// nothing in clear that the catalog's pages do not have.
type identityJSON struct {
	Version int      `json:"v"`
	Refs    []string `json:"refs"`
	// Users are, by the digest of a name or an address, the user and the groups that
	// the user is a member of, as places in Refs.
	Users map[string][]int `json:"users"`
	// Groups are groups by the digests of their names.
	Groups map[string]int `json:"groups"`
}

// identityDigest is what stands in the place of a name or an address. It is long
// enough that no two of a catalog have the same.
func identityDigest(name string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(name))))
	return hex.EncodeToString(sum[:8])
}

// names are entities by what a provider may call them. What two are called is kept
// as nobody's.
type calledAs map[string]entity.Ref

func (c calledAs) add(ref entity.Ref, names ...string) {
	for _, name := range names {
		if name == "" {
			continue
		}
		key := identityDigest(name)
		if other, ok := c[key]; ok && other != ref {
			ref = entity.Ref{}
		}
		c[key] = ref
	}
}

// identity is the file, nil if pages do not ask who is reading.
func (s *Site) identity() ([]byte, error) {
	if s.in.Config.Identity.Endpoint == "" {
		return nil, nil
	}
	users, groups := s.usersCalled(), s.groupsCalled()
	out := identityJSON{Version: 1, Refs: []string{}, Users: map[string][]int{}, Groups: map[string]int{}}
	places := map[entity.Ref]int{}
	place := func(r entity.Ref) int {
		i, ok := places[r]
		if !ok {
			i = len(out.Refs)
			places[r] = i
			out.Refs = append(out.Refs, r.String())
		}
		return i
	}
	byKey := strings.Compare
	for _, key := range sortedKeys(users, byKey) {
		ref := users[key]
		if ref.IsZero() {
			continue
		}
		of := []int{place(ref)}
		for _, team := range s.in.Catalog.Targets(ref, entity.MemberOf) {
			if s.in.Catalog.Get(team.Target) != nil {
				of = append(of, place(team.Target))
			}
		}
		out.Users[key] = of
	}
	for _, key := range sortedKeys(groups, byKey) {
		if !groups[key].IsZero() {
			out.Groups[key] = place(groups[key])
		}
	}
	return digest.Encode(out)
}

func (s *Site) usersCalled() calledAs {
	c := calledAs{}
	for _, e := range s.in.Catalog.ByKind(entity.KindUser) {
		profile, _ := e.Spec["profile"].(map[string]any)
		mail, _ := profile["email"].(string)
		a := e.Metadata.Annotations
		c.add(e.Ref, e.Name, mail, a["github.com/user-login"], a["graph.microsoft.com/user-id"])
	}
	return c
}

func (s *Site) groupsCalled() calledAs {
	c := calledAs{}
	for _, e := range s.in.Catalog.ByKind(entity.KindGroup) {
		a := e.Metadata.Annotations
		c.add(e.Ref, e.Name, a["github.com/team-slug"], a["graph.microsoft.com/group-id"])
	}
	// What the configuration says counts before names.
	for _, name := range slices.Sorted(maps.Keys(s.in.Config.Identity.Groups)) {
		ref, err := entity.ParseRef(s.in.Config.Identity.Groups[name], entity.KindGroup, entity.DefaultNamespace)
		if err == nil && s.in.Catalog.Get(ref) != nil {
			c[identityDigest(name)] = ref
		}
	}
	return c
}
