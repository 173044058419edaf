package config

import (
	"fmt"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/urlpath"
)

// Audiences say who may see what. Each audience gets a whole portal of its own,
// made of what it may see. Without any, there is one portal for all.
type Audiences struct {
	// Addresses says where the portals of the audiences are: "shared" gives all
	// of them the addresses of one portal, and the proxy in front chooses by the
	// reader's groups which one is answered from; "prefix" puts each below a path
	// of its own, such as /a/staff/, for hosts that cannot choose.
	Addresses string `yaml:"addresses" oneof:"shared prefix"`
	// Portals are the audiences, from the one that sees least to the one that sees
	// most. A reader whom several of them would take gets the last of these.
	Portals []Audience `yaml:"portals"`
	// Otherwise are the audiences that may see what no rule is about. Without any,
	// all may.
	Otherwise []string `yaml:"otherwise" form:"audience" single:"true"`
	// Rules say what not everybody may see. What several rules are about is seen by
	// those whom all of them let see it.
	Rules []AudienceRule `yaml:"rules"`
}

// Audience is a group of readers who see the same.
type Audience struct {
	// Name is the name of the audience, which stands in paths.
	Name string `yaml:"name" form:"audience" required:"true"`
	// Title is what people call the audience. It is the name when not set.
	Title string `yaml:"title" form:"line"`
	// Groups are the groups of the identity provider whose members belong to the
	// audience, as the provider spells them.
	Groups []string `yaml:"groups" form:"group" single:"true"`
	// Anyone makes it the audience of everybody who reaches the portal, signed in or
	// not.
	Anyone bool `yaml:"anyone"`
	// Includes are the audiences whose things this one may see, too. Without it,
	// these are all that stand before it; an empty list is none.
	Includes []string `yaml:"includes" form:"audience"`
}

// AudienceRule says who may see the things that it is about. A thing must meet
// all of its conditions; of those that are lists, one entry is enough. A rule
// without conditions is about everything.
type AudienceRule struct {
	// Name is what findings and callboard explain call the rule.
	Name string `yaml:"name" form:"line" required:"true"`
	// To are the audiences that may see the things, and with them those that include
	// one of these.
	To []string `yaml:"to" form:"audience" single:"true" required:"true"`
	// Kinds are kinds of entities.
	Kinds []string `yaml:"kinds" form:"kind" single:"true"`
	// Namespaces are namespaces of entities.
	Namespaces []string `yaml:"namespaces" form:"line" single:"true"`
	// Tags are tags, of which the entity must have one.
	Tags []string `yaml:"tags" form:"line" single:"true"`
	// Annotations are annotations that the entity must have, with their values; the
	// value "*" stands for any.
	Annotations map[string]string `yaml:"annotations"`
	// Owners are groups or users that own the entity.
	Owners []string `yaml:"owners" form:"line" single:"true"`
	// Within are entities: the rule is about them and all that is part of them,
	// directly or through others. What is part of something that is not in the
	// catalog may be within any of them, and is taken to be.
	Within []string `yaml:"within" form:"line" single:"true"`
	// Repositories are glob patterns of the names of repositories that the entity is
	// declared in.
	Repositories []string `yaml:"repositories" form:"glob" single:"true"`
	// Where is a jq expression over the entity that must hold.
	Where string `yaml:"where"`
	// Docs makes it a rule about pages of documentation of the entities that meet
	// the conditions, and not about the entities: glob patterns of files, relative
	// to the directory of mkdocs.yml or to any directory below it.
	Docs []string `yaml:"docs" form:"glob" single:"true"`
	// Facts makes it a rule about what the host tells of the repositories of the
	// entities that meet the conditions, and not about the entities: the names of
	// facts, or "*" for all.
	Facts []string `yaml:"facts" oneof:"* description homepage topics languages licence archived fork visibility created pushed openPulls openIssues stars release run contributors codeowners" single:"true"`
}

// MaxAudiences is how many audiences there may be: each is a portal of its own.
const MaxAudiences = 32

const (
	audiencePattern = `^[a-z0-9]+(-[a-z0-9]+)*$`
	groupPattern    = `^[\p{L}\p{N}/][\p{L}\p{N} ._:/@+-]{0,255}$`
)

// isAudience takes names that are a segment of a path everywhere.
func isAudience(s string) bool {
	_, err := urlpath.New(s)
	return audienceName.MatchString(s) && len(s) <= 40 && err == nil
}

// isGroup takes what stands in the configuration of proxies and in lists of
// groups with commas between them without being something else there.
func isGroup(s string) bool { return groupName.MatchString(s) && !strings.HasSuffix(s, " ") }

// fill gives the audiences their titles, and what they include.
func (a *Audiences) fill() {
	for i := range a.Portals {
		p := &a.Portals[i]
		if p.Title == "" {
			p.Title = p.Name
		}
		if p.Includes != nil {
			continue
		}
		for _, before := range a.Portals[:i] {
			p.Includes = append(p.Includes, before.Name)
		}
	}
}

// checkAudiences reports audiences that contradict each other, and names of
// audiences that there are not.
func (l *Loaded) checkAudiences(sink diag.Sink) {
	a := &l.Audiences
	if len(a.Portals) > MaxAudiences {
		l.refuse(sink, fmt.Sprintf("audiences.portals has %d entries; there may be %d", len(a.Portals), MaxAudiences), "each audience is a portal of its own", "audiences", "portals")
	}
	if len(a.Portals) == 0 && (len(a.Rules) > 0 || len(a.Otherwise) > 0) {
		l.refuse(sink, "audiences has rules and no portals", "name the audiences in portals", "audiences")
	}
	var names []string
	for i, p := range a.Portals {
		if slices.Contains(names, p.Name) && p.Name != "" {
			l.refuse(sink, fmt.Sprintf("audiences.portals[%d].name is %q; there is another audience of that name", i, p.Name), "", "audiences", "portals", i, "name")
		}
		if p.Name != "" && len(p.Groups) == 0 && !p.Anyone {
			l.refuse(sink, fmt.Sprintf("the audience %q has no readers", p.Name), "name their groups, or set anyone", "audiences", "portals", i)
		}
		l.known(sink, p.Includes, names, "it must name audiences that stand before it", "audiences", "portals", i, "includes")
		names = append(names, p.Name)
	}
	l.known(sink, a.Otherwise, names, "", "audiences", "otherwise")
	for i, r := range a.Rules {
		l.known(sink, r.To, names, "", "audiences", "rules", i, "to")
		if len(r.Docs) > 0 && len(r.Facts) > 0 {
			l.refuse(sink, fmt.Sprintf("the rule %q is about both docs and facts", r.Name), "make two rules of it", "audiences", "rules", i)
		}
	}
}

// known reports names in the list at a path that are not among those of
// audiences.
func (l *Loaded) known(sink diag.Sink, list, names []string, hint string, at ...any) {
	for i, name := range list {
		if name == "" || slices.Contains(names, name) {
			continue // what is empty has been reported
		}
		path := append(slices.Clone(at), i)
		if len(list) == 1 && !l.Says(path...) {
			path = at // a text in the place of a list of one
		}
		if s := suggest(name, names); hint == "" && s != "" {
			hint = s
		}
		l.refuse(sink, fmt.Sprintf("%s is %q; there is no such audience", where(path), name), hint, path...)
	}
}
