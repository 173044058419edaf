package gitlab

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Filters say which projects are wanted. They mean what the keys of Backstage's
// catalog.providers.gitlab mean; regular expressions are searched for anywhere in
// what they are for, unless they say otherwise.
type Filters struct {
	// Branch is read instead of each project's default branch; FallbackBranch where
	// a project has none, "" meaning master.
	Branch, FallbackBranch string
	// ProjectPattern is for the full path of a project.
	ProjectPattern string
	// GroupPatterns are for the full paths of groups: if there are any, the projects
	// of the groups that match one are listed, instead of those of one group.
	GroupPatterns []string
	// Exclude are full paths of projects that are left out, ExcludeGroups those of
	// groups of which all projects are, with those of their subgroups.
	Exclude, ExcludeGroups []string
	// Topics are those that a project must have, all of them.
	Topics []string
	// NoForks leaves forks out, Archived takes archived projects in.
	NoForks, Archived bool
	// Membership lists only projects that the owner of the token is a member of.
	Membership bool
}

// accepts are the filters, ready to use.
type accepts struct {
	project, user *regexp.Regexp
	groups        []*regexp.Regexp
	people        *regexp.Regexp // of groups as people
}

func (o Options) compile() (a accepts, err error) {
	if a.project, err = pattern("projectPattern", o.Filters.ProjectPattern); err != nil {
		return a, err
	}
	if a.user, err = pattern("userPattern", o.People.UserPattern); err != nil {
		return a, err
	}
	if a.people, err = pattern("groupPattern", o.People.GroupPattern); err != nil {
		return a, err
	}
	for _, p := range o.Filters.GroupPatterns {
		if p == "" || p == `[\s\S]*` {
			continue // Backstage's own default, which means no filter
		}
		r, err := pattern("groupPattern", p)
		if err != nil {
			return a, err
		}
		a.groups = append(a.groups, r)
	}
	for _, r := range o.People.Relations {
		if !slices.Contains(relations, r) {
			return a, fmt.Errorf("%q is no relation of members to a group: %s", r, strings.Join(relations, ", "))
		}
	}
	return a, nil
}

func pattern(key, text string) (*regexp.Regexp, error) {
	r, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("%s %q: %w", key, text, err)
	}
	return r, nil
}

// wanted tells whether a project is.
func (h *Host) wanted(p project) bool {
	f := h.o.Filters
	switch {
	case p.ID <= 0 || p.Path == "":
		return false // nothing that a project is
	case h.o.Group != "" && !strings.HasPrefix(strings.ToLower(p.Path), strings.ToLower(h.o.Group)+"/"):
		return false // shared with the group, not its own
	case !h.accept.project.MatchString(p.Path), slices.Contains(f.Exclude, p.Path), f.inExcluded(p.Path):
		return false
	case f.NoForks && p.Fork != nil, !f.Archived && p.Archived:
		return false
	case p.Doomed != nil, p.Empty, f.Branch == "" && p.Default == "" && p.Access == "disabled":
		return false // nothing to read
	}
	return true
}

// inExcluded tells whether a project is in a group that is left out.
func (f Filters) inExcluded(path string) bool {
	return slices.ContainsFunc(f.ExcludeGroups, func(g string) bool { return strings.HasPrefix(path, strings.Trim(g, "/")+"/") })
}

// branch is the branch that is read of a project.
func (h *Host) branch(p project) string {
	f := h.o.Filters
	for _, b := range []string{f.Branch, p.Default, f.FallbackBranch} {
		if b != "" {
			return b
		}
	}
	return "master"
}
