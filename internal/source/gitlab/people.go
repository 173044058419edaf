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
	Parent      int64  `json:"parent_id"`
	Avatar      string `json:"avatar_url"`
}

// People are the users and groups of the instance or of the group.
func (h *Host) People(ctx context.Context) (source.People, error) {
	users, err := h.users(ctx)
	if err != nil {
		return source.People{}, err
	}
	groups, err := h.groups(ctx)
	if err != nil {
		return source.People{}, err
	}
	members := map[int64][]int64{}
	for few := range slices.Chunk(groups, groupsAtOnce) {
		if err := h.members(ctx, few, members); err != nil {
			return source.People{}, err
		}
	}
	return h.people(users, groups, members), nil
}

// saas tells whether this is gitlab.com, where everybody is.
func (h *Host) saas() bool { return h.host == "gitlab.com" }

// bot are the accounts behind tokens of projects and groups.
var bot = lazyregexp.New(`^(?:project|group)_\w+_bot_?\w*$`)

func (h *Host) users(ctx context.Context) ([]user, error) {
	q := url.Values{"per_page": {perPage}}
	c := rest.Call{What: "list users", Path: []string{"users"}, Query: q}
	switch {
	case h.o.Group == "" && (h.saas() || h.o.People.OnlyOfGroup):
		return nil, errNoGroup
	case h.saas() || h.o.People.OnlyOfGroup:
		of := h.o.Group
		if !h.o.People.OnlyOfGroup {
			of, _, _ = strings.Cut(of, "/")
		}
		if h.saas() {
			q.Set("show_seat_info", "true")
		}
		c.What, c.Path = "list members of "+clip(of), []string{"groups", of, "members", "all"}
	default:
		q.Set("active", "true")
		q.Set("without_project_bots", "true")
		q.Set("exclude_internal", "true")
	}
	var out []user
	seen := map[int64]bool{}
	for u, err := range rest.Items[user](ctx, h.api, c, next) {
		if err != nil {
			return nil, err
		}
		if h.person(u) && !seen[u.ID] {
			seen[u.ID] = true
			out = append(out, u)
		}
	}
	return out, nil
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

// groups are the groups that may become teams.
func (h *Host) groups(ctx context.Context) ([]group, error) {
	seq := h.allGroups(ctx, true)
	if h.saas() || h.o.People.OnlyOfGroup {
		seq = h.groupsBelow(ctx, h.o.Group)
	}
	var out []group
	seen := map[int64]bool{}
	for g, err := range seq {
		if err != nil {
			return nil, err
		}
		in := h.o.Group == "" || g.Path == h.o.Group || strings.HasPrefix(g.Path, h.o.Group+"/")
		if in && g.ID > 0 && !seen[g.ID] && h.accept.people.MatchString(g.Path) {
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
		c := rest.Call{What: "find group " + clip(top), Path: []string{"groups", top}, Query: url.Values{"with_projects": {"false"}}}
		if _, err := h.api.JSON(ctx, c, &g); !yield(g, err) || err != nil {
			return
		}
		c = rest.Call{What: "list groups below " + clip(top), Path: []string{"groups", top, "descendant_groups"},
			Query: url.Values{"per_page": {perPage}, "order_by": {"id"}, "sort": {"asc"}}}
		for g, err := range rest.Items[group](ctx, h.api, c, next) {
			if !yield(g, err) || err != nil {
				return
			}
		}
	}
}
