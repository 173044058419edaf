package ldap

import (
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-ldap/ldap/v3"

	"callboard/internal/config"
	"callboard/internal/source"
)

// The annotations that Backstage's provider adds (catalog-backend-module-ldap).
const (
	annotationDN   = "backstage.io/ldap-dn"
	annotationRDN  = "backstage.io/ldap-rdn"
	annotationUUID = "backstage.io/ldap-uuid"
)

// people gathers entries, and who is in which group by distinguished names.
type people struct {
	users  []source.User
	groups []source.Group
	// userAt and groupAt are the entries by their distinguished names.
	userAt, groupAt map[string]int
	// in are the groups that entries name, members the entries that groups name.
	userIn, groupIn, members map[int][]string
}

func newPeople() *people {
	return &people{userAt: map[string]int{}, groupAt: map[string]int{}, userIn: map[int][]string{}, groupIn: map[int][]string{}, members: map[int][]string{}}
}

// user takes an entry for a user, false if there are too many. One without a
// name is left out, and one that is found twice is one.
func (p *people) user(s Search, e *ldap.Entry) bool {
	name, dn := value(e, s.Map.Name), sameDN(e.DN)
	if _, twice := p.userAt[dn]; name == "" || twice {
		return true
	}
	i := len(p.users)
	p.userAt[dn] = i
	p.userIn[i] = values(e, s.Map.MemberOf)
	p.users = append(p.users, source.User{Name: name, DisplayName: value(e, s.Map.DisplayName), Email: value(e, s.Map.Email), Description: value(e, s.Map.Description),
		Picture: picture(e, s.Map.Picture), Namespace: s.Namespace, Annotations: annotations(e, s.Map.RDN)})
	return len(p.users)+len(p.groups) <= MaxEntries
}

// group takes an entry for a group.
func (p *people) group(s Search, e *ldap.Entry) bool {
	name, dn := value(e, s.Map.Name), sameDN(e.DN)
	if _, twice := p.groupAt[dn]; name == "" || twice {
		return true
	}
	i := len(p.groups)
	p.groupAt[dn] = i
	p.groupIn[i], p.members[i] = values(e, s.Map.MemberOf), values(e, s.Map.Members)
	typ := value(e, s.Map.Type)
	if typ == "" {
		typ = "unknown" // as Backstage's provider has it
	}
	p.groups = append(p.groups, source.Group{Name: name, Type: typ, DisplayName: value(e, s.Map.DisplayName), Email: value(e, s.Map.Email), Description: value(e, s.Map.Description),
		Picture: picture(e, s.Map.Picture), Namespace: s.Namespace, Annotations: annotations(e, s.Map.RDN)})
	return len(p.users)+len(p.groups) <= MaxEntries
}

// people resolves who is in which group, from either side. A group has the first
// of the groups that it is in for its parent, and none that it is above.
func (p *people) people() source.People {
	for i := range p.users {
		for _, dn := range p.userIn[i] {
			if g, ok := p.groupAt[sameDN(dn)]; ok {
				p.join(i, g)
			}
		}
	}
	for g := range p.groups {
		for _, dn := range p.groupIn[g] {
			if above, ok := p.groupAt[sameDN(dn)]; ok {
				p.below(g, above)
			}
		}
	}
	for g := range p.groups {
		for _, dn := range p.members[g] {
			if u, ok := p.userAt[sameDN(dn)]; ok {
				p.join(u, g)
			} else if below, ok := p.groupAt[sameDN(dn)]; ok {
				p.below(below, g)
			}
		}
	}
	for i := range p.users {
		slices.Sort(p.users[i].Groups)
		p.users[i].Groups = slices.Compact(p.users[i].Groups)
	}
	return source.People{Users: p.users, Groups: p.groups}
}

func (p *people) join(user, group int) {
	p.users[user].Groups = append(p.users[user].Groups, p.groups[group].Name)
}

// below puts a group below another, unless it has a parent or that would make a
// circle.
func (p *people) below(group, above int) {
	if p.groups[group].Parent != "" || group == above {
		return
	}
	for at, steps := above, 0; ; steps++ {
		parent := p.groups[at].Parent
		if parent == "" {
			break
		}
		next := slices.IndexFunc(p.groups, func(g source.Group) bool { return g.Name == parent })
		if next == group || next < 0 || steps > len(p.groups) {
			return
		}
		at = next
	}
	p.groups[group].Parent = p.groups[above].Name
}

// sameDN is a distinguished name so that two are the same if they name the same
// entry: types and values in lower case, without the spaces that may stand
// between them.
func sameDN(dn string) string {
	parsed, err := ldap.ParseDN(dn)
	if err != nil {
		return strings.ToLower(strings.TrimSpace(dn))
	}
	return strings.ToLower(parsed.String())
}

// value is the first value of an attribute that is text.
func value(e *ldap.Entry, attribute string) string {
	for _, v := range values(e, attribute) {
		if s := clean(v); s != "" {
			return s
		}
	}
	return ""
}

// values are those of an attribute, whose name may be spelt in either case.
func values(e *ldap.Entry, attribute string) []string {
	if attribute == "" {
		return nil
	}
	vs := e.GetEqualFoldAttributeValues(attribute)
	return vs[:min(len(vs), MaxMembers)]
}

// clean is a text in one line, without what is no text, and not too long.
func clean(s string) string {
	if len(s) > MaxValue {
		s = s[:MaxValue]
		for !utf8.ValidString(s) && len(s) > MaxValue-utf8.UTFMax {
			s = s[:len(s)-1] // a character that was cut
		}
	}
	if !utf8.ValidString(s) {
		return ""
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// picture is the address of a picture. A picture itself is none.
func picture(e *ldap.Entry, attribute string) string {
	if s := value(e, attribute); config.IsAddress(s) {
		return s
	}
	return ""
}

// annotations are those that Backstage's provider adds.
func annotations(e *ldap.Entry, rdn string) map[string]string {
	out := map[string]string{}
	for k, v := range map[string]string{annotationDN: clean(e.DN), annotationRDN: value(e, rdn), annotationUUID: uuid(e)} {
		if v != "" {
			out[k] = v
		}
	}
	return out
}

// uuid is what identifies an entry for good: a text at OpenLDAP and FreeIPA, 16
// bytes at Active Directory, of which the first three groups are reversed.
func uuid(e *ldap.Entry) string {
	for _, a := range []string{"entryUUID", "ipaUniqueID"} {
		if s := value(e, a); s != "" {
			return s
		}
	}
	b := e.GetRawAttributeValue("objectGUID")
	if len(b) != 16 {
		return ""
	}
	b = slices.Clone(b)
	slices.Reverse(b[0:4])
	slices.Reverse(b[4:6])
	slices.Reverse(b[6:8])
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
