package codeowners

import (
	"strings"
)

// Type is what an owner is.
type Type uint8

const (
	// User is @name at GitHub.
	User Type = iota
	// Team is @organisation/team at GitHub, @group/subgroup at GitLab.
	Team
	// Account is @name at GitLab, which may be a user or a group.
	Account
	// Email is an address.
	Email
	// Role is @@developer, @@maintainer or @@owner at GitLab.
	Role
)

// Owner is one owner of a line.
type Owner struct {
	Type Type
	// Text is the owner as it is written, such as "@acme/payments".
	Text string
	// Col is the column in the line, from 1, in code points.
	Col int
}

// Name is the last part of the owner's path, such as "payments": what groups
// and users are usually called in a catalog. It is "" for an e-mail address and
// for a role.
func (o Owner) Name() string {
	if o.Type == Email || o.Type == Role {
		return ""
	}
	return o.Text[strings.LastIndexAny(o.Text, "/@")+1:]
}

// EntityRef is the reference of the group or user that the owner most probably
// is in a catalog, such as "group:payments", or "" if there is none. An Account
// is taken for a group.
func (o Owner) EntityRef() string {
	switch n := o.Name(); {
	case n == "":
		return ""
	case o.Type == User:
		return "user:" + n
	default:
		return "group:" + n
	}
}

// parseOwner reads one word of a line.
func parseOwner(word string, d Dialect) (Owner, bool) {
	if role, ok := strings.CutPrefix(word, "@@"); ok {
		switch strings.TrimSuffix(strings.ToLower(role), "s") {
		case "developer", "maintainer", "owner":
			return Owner{Type: Role, Text: word}, d == GitLab
		}
		return Owner{}, false
	}
	name, isName := strings.CutPrefix(word, "@")
	if !isName {
		local, host, at := strings.Cut(word, "@")
		return Owner{Type: Email, Text: word}, at && local != "" && strings.Contains(host, ".") && !strings.ContainsAny(host, "@/ ")
	}
	parts := strings.Split(name, "/")
	for _, p := range parts {
		if p == "" || strings.Trim(p, accountChars) != "" {
			return Owner{}, false
		}
	}
	switch {
	case len(parts) == 1 && d == GitLab:
		return Owner{Type: Account, Text: word}, true
	case len(parts) == 1:
		return Owner{Type: User, Text: word}, true
	}
	return Owner{Type: Team, Text: word}, len(parts) == 2 || d == GitLab
}

const accountChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
