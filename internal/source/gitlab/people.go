package gitlab

import (
	"context"
	"iter"
	"net/url"
	"slices"
	"strings"

	"callboard/internal/lazyregexp"
	"callboard/internal/source"
	"callboard/internal/source/rest"
)

// People say which users and groups become people of the catalog. They mean what
// the keys of Backstage's catalog.providers.gitlab mean when orgEnabled is set.
type People struct {
	// UserPattern is for the e-mail address of a user, or the name where there is
	// none; GroupPattern for the full path of a group. Each is searched for anywhere.
	UserPattern, GroupPattern string
	// Relations are those between users and groups that make members, of DIRECT
	// (always), INHERITED, DESCENDANTS and SHARED_FROM_GROUPS.
	Relations []string
	// OnlyOfGroup takes the members of Options.Group for users, instead of all of
	// the instance, or of the topmost group at gitlab.com (restrictUsersToGroup).
	OnlyOfGroup bool
	// WithoutSeat takes users at gitlab.com that use no seat of the subscription
	// (includeUsersWithoutSeat).
	WithoutSeat bool
}

var relations = []string{"DIRECT", "INHERITED", "DESCENDANTS", "SHARED_FROM_GROUPS"}

type user struct {
	ID          int64
	Username    string
	Name        string
	State       string
	Email       string
	PublicEmail string `json:"public_email"`
	Avatar      string `json:"avatar_url"`
	WebURL      string `json:"web_url"`
	Seat        bool   `json:"is_using_seat"`
	SAML        *struct {
		ID string `json:"extern_uid"`
	} `json:"group_saml_identity"`
}

type group struct {
	ID          int64
	Name        string
	Path        string `json:"full_path"`
	Description string
	Visibility  string
	Parent      int64  `json:"parent_id"`
	Avatar      string `json:"avatar_url"`
}

// People are the users and groups of the instance or of the group.
func (h *Host) People(ctx context.Context) (source.People, error) {
	if h.o.Group == "" && h.ofGroup() {
		return source.People{}, errNoGroup
	}
	all, err := h.groups(ctx)
	if err != nil {
		return source.People{}, err
	}
	users, err := h.users(ctx, all)
	if err != nil {
		return source.People{}, err
	}
	groups := slices.DeleteFunc(all, func(g group) bool { return !h.accept.people.MatchString(g.Path) })
	members := map[int64][]int64{}
	for few := range slices.Chunk(groups, groupsAtOnce) {
		if err := h.members(ctx, few, members); err != nil {
			return source.People{}, err
		}
	}
	return h.people(users, groups, members), nil
}

// ofGroup tells whether users are members of groups, instead of all that the
// instance has.
func (h *Host) ofGroup() bool { return h.saas() || h.o.People.OnlyOfGroup }

// saas tells whether this is gitlab.com, where everybody is.
func (h *Host) saas() bool { return h.host == "gitlab.com" }

// bot are the accounts behind tokens of projects and groups.
var bot = lazyregexp.New(`^(?:project|group)_\w+_bot_?\w*$`)

// users are those of the instance, or the members of the group; at gitlab.com,
// also those of the topmost group and of each below the group, as Backstage does:
// a list of members has those of groups above, and none of groups below.
func (h *Host) users(ctx context.Context, groups []group) (out []user, err error) {
	seen := map[int64]bool{}
	add := func(c rest.Call) {
		for u, wrong := range rest.Items[user](ctx, h.api, c, next) {
			if wrong != nil {
				err = wrong
				return
			}
			if h.person(u) && !seen[u.ID] {
				seen[u.ID] = true
				out = append(out, u)
			}
		}
	}
	switch {
	case !h.ofGroup():
		add(rest.Call{What: "list users", Path: []string{"users"}, Query: url.Values{"per_page": {perPage}, "active": {"true"}, "without_project_bots": {"true"}, "exclude_internal": {"true"}}})
	case h.o.People.OnlyOfGroup:
		add(h.membersOf(h.o.Group))
	default:
		top, _, _ := strings.Cut(h.o.Group, "/")
		add(h.membersOf(top))
		for _, g := range groups {
			if err == nil && g.Path != top {
				add(h.membersOf(g.Path))
			}
		}
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (h *Host) membersOf(group string) rest.Call {
	q := url.Values{"per_page": {perPage}}
	if h.saas() {
		q.Set("show_seat_info", "true")
	}
	return rest.Call{What: "list members of " + source.Clip(group), Path: []string{"groups", group, "members", "all"}, Query: q}
}

// person tells whether a user is one that is wanted.
func (h *Host) person(u user) bool {
	switch {
	case u.ID <= 0 || u.Username == "" || u.State != "active" || bot.MatchString(u.Username):
		return false
	case h.saas() && !h.o.People.WithoutSeat && !u.Seat:
		return false
	}
	by := u.Email
	if by == "" {
		by = u.Username
	}
	return h.accept.user.MatchString(by)
}

// groups are the group and those below it, or all.
func (h *Host) groups(ctx context.Context) ([]group, error) {
	seq := h.allGroups(ctx, true)
	if h.ofGroup() {
		seq = h.groupsBelow(ctx, h.o.Group)
	}
	var out []group
	seen := map[int64]bool{}
	for g, err := range seq {
		if err != nil {
			return nil, err
		}
		in := h.o.Group == "" || g.Path == h.o.Group || strings.HasPrefix(g.Path, h.o.Group+"/")
		if in && g.ID > 0 && h.teamName(g) != "" && !seen[g.ID] {
			seen[g.ID] = true
			out = append(out, g)
		}
	}
	return out, nil
}

// allGroups lists the groups that the token shows; available adds those that
// anybody may see.
func (h *Host) allGroups(ctx context.Context, available bool) iter.Seq2[group, error] {
	q := url.Values{"per_page": {perPage}, "order_by": {"id"}, "sort": {"asc"}}
	if available {
		q.Set("all_available", "true")
	}
	return rest.Items[group](ctx, h.api, rest.Call{What: "list groups", Path: []string{"groups"}, Query: q}, next)
}

func (h *Host) groupsBelow(ctx context.Context, top string) iter.Seq2[group, error] {
	return func(yield func(group, error) bool) {
		var g group
		c := rest.Call{What: "find group " + source.Clip(top), Path: []string{"groups", top}, Query: url.Values{"with_projects": {"false"}}}
		if _, err := h.api.JSON(ctx, c, &g); !yield(g, err) || err != nil {
			return
		}
		c = rest.Call{What: "list groups below " + source.Clip(top), Path: []string{"groups", top, "descendant_groups"},
			Query: url.Values{"per_page": {perPage}, "order_by": {"id"}, "sort": {"asc"}}}
		for g, err := range rest.Items[group](ctx, h.api, c, next) {
			if !yield(g, err) || err != nil {
				return
			}
		}
	}
}
