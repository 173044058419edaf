package github

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Filters say which repositories are wanted. They mean what the filters of
// Backstage's provider catalog.providers.github mean.
type Filters struct {
	// Branch is read instead of each repository's default branch. Repositories
	// without it are left out.
	Branch string
	// Repository is a regular expression that the whole name (without the owner)
	// must match; "" is every name.
	Repository string
	// NoForks leaves forks out, Archived takes archived repositories in.
	NoForks, Archived bool
	// Include are topics of which a repository must have one, if there are any;
	// Exclude those of which it may have none. Exclude wins.
	Include, Exclude []string
	// Visibility are public, internal and private, in any case; none means all.
	Visibility []string
}

func (f Filters) compile() (func(*remote) bool, error) {
	// Backstage refuses a slash in branch; GitHub itself has such branches.
	if strings.ContainsAny(f.Branch, " ~^:?*[\\\x7f") || strings.HasPrefix(f.Branch, "-") {
		return nil, fmt.Errorf("github: filters: %q is no name of a branch", f.Branch)
	}
	name, err := regexp.Compile("^(?:" + f.Repository + ")$")
	if err != nil {
		return nil, fmt.Errorf("github: filters: repository: %w", err)
	}
	shown := make([]string, len(f.Visibility))
	for i, v := range f.Visibility {
		shown[i] = strings.ToLower(v)
		if !slices.Contains([]string{"public", "internal", "private"}, shown[i]) {
			return nil, fmt.Errorf("github: filters: visibility is public, internal or private, not %q", v)
		}
	}
	return func(r *remote) bool {
		return (f.Repository == "" || name.MatchString(r.Name)) &&
			(!f.NoForks || !r.IsFork) && (f.Archived || !r.IsArchived) &&
			topicsFit(r.topics(), f.Include, f.Exclude) &&
			(len(shown) == 0 || slices.Contains(shown, strings.ToLower(r.Visibility)))
	}, nil
}

func topicsFit(topics, include, exclude []string) bool {
	has := func(t string) bool { return slices.Contains(topics, t) }
	return !slices.ContainsFunc(exclude, has) && (len(include) == 0 || slices.ContainsFunc(include, has))
}
