package pymdownx

import (
	"regexp"
	"slices"
	"strings"

	"callboard/internal/pymarkdown"
)

// shortener shortens links whose text is their address: to issues, commits,
// repositories and people.
type shortener struct {
	*magicLinks
	repos, social, hideProtocol bool
	// ownRepo and ownUser are the addresses of the page's own repository and its
	// owner, "" if there are none.
	ownRepo, ownUser string
	links            []hostLinks
	excluded         map[string][]string // users by host, in lower case
}

// hostLinks recognises the links to one host.
type hostLinks struct {
	name       string
	thing      *regexp.Regexp // an issue, a commit …; nil for people
	user       *regexp.Regexp // a user or a repository
	people     bool
	beforeThem string // what all addresses begin with, in lower case, without "www."
}

func (s *shortener) prepare(o pymarkdown.Options) {
	if h := s.hosts[s.host]; !h.social() && s.user != "" && s.repo != "" {
		s.ownUser = h.url + "/" + s.user + "/"
		s.ownRepo = s.ownUser + s.repo + "/"
	}
	s.exclude(o.Map("shortener_user_exclude"))
	if s.repos {
		for _, name := range append([]string{"github", "bitbucket", "gitlab"}, s.custom...) {
			s.links = append(s.links, s.hosts[name].links(name))
		}
	}
	if s.social {
		s.links = append(s.links, s.hosts["twitter"].links("twitter"), s.hosts["x"].links("x"))
	}
}

// exclude notes which names are no users, but pages of the host.
func (s *shortener) exclude(own pymarkdown.Options) {
	s.excluded = map[string][]string{
		"bitbucket": {"dashboard", "account", "plans", "support", "repo"},
		"github":    {"marketplace", "notifications", "issues", "pull", "sponsors", "settings", "support"},
		"gitlab":    {"dashboard", "-", "explore", "help", "projects"},
		"twitter":   {"i", "messages", "bookmarks", "home"},
		"x":         {"i", "messages", "bookmarks", "home"},
	}
	kinds := s.excluded
	if own != nil {
		kinds = map[string][]string{}
		for key := range own {
			list := own.Strings(key)
			for i := range list {
				list[i] = strings.ToLower(list[i])
			}
			kinds[key] = list
			if s.hosts[key] != nil {
				s.excluded[key] = list
			}
		}
	}
	for _, name := range s.custom {
		if _, ok := s.excluded[name]; !ok {
			s.excluded[name] = kinds[s.hosts[name].kind]
		}
	}
}

// userRules are the names of users by kind of host.
var userRules = map[string]string{
	"github":    `[a-z\d](?:[-a-z\d_]{0,37}[a-z\d])?`,
	"gitlab":    `[.a-z\d_](?:[-a-z\d_.]{0,37}[-a-z\d_])?`,
	"bitbucket": `[-a-z\d_]{1,39}`,
	"x":         `[\pL\pN_]{1,15}`,
	"twitter":   `[\pL\pN_]{1,15}`,
}

// thingRules are the paths of issues, pull requests, discussions, commits and
// comparisons by kind of host.
var thingRules = map[string]string{
	"github": `/(?:issues/(?P<issue>\d+)/?|pull/(?P<pull>\d+)/?|discussions/(?P<discuss>\d+)/?|commit/(?P<commit>[\da-f]{7,40})/?|` +
		`compare/(?P<first>[\da-f]{7,40})\.{3}(?P<second>[\da-f]{7,40}))`,
	"bitbucket": `/(?:issues/(?P<issue>\d+)(?:/[^/]+)?/?|pull-requests/(?P<pull>\d+)(?:/[^/]+(?:/diff)?)?/?|commits/commit/(?P<commit>[\da-f]{7,40})/?|` +
		`branches/commits/(?P<first>[\da-f]{7,40})(?:\.{2}|%0d)(?P<second>[\da-f]{7,40})#diff)`,
	"gitlab": `/(?:-/)?(?:issues/(?P<issue>\d+)/?|merge_requests/(?P<pull>\d+)/?|commit/(?P<commit>[\da-f]{8,40})/?|` +
		`compare/(?P<first>[\da-f]{8,40})\.{3}(?P<second>[\da-f]{8,40}))`,
}

func (h *codeHost) links(name string) hostLinks {
	scheme, host, _ := strings.Cut(h.url, "://")
	address := regexp.QuoteMeta(h.url)
	if h.www && (scheme == "http" || scheme == "https") {
		host = strings.TrimPrefix(host, "www.")
		address = scheme + `://(?:www\.)?` + regexp.QuoteMeta(host)
	}
	l := hostLinks{name: name, people: h.social(), beforeThem: strings.TrimPrefix(host, "www.")}
	user := `(?P<user>` + userRules[h.kind] + `)`
	if l.people {
		l.user = regexp.MustCompile(`(?i)^(?P<base>` + address + `/(?P<name>` + user + `))/?$`)
		return l
	}
	slash := ""
	if h.kind == "bitbucket" {
		slash = "/?"
	}
	l.user = regexp.MustCompile(`(?i)^(?P<base>` + address + `/(?P<name>` + user + `(?:/(?P<repo>[^/]+)` + slash + `)?))/?$`)
	l.thing = regexp.MustCompile(`(?i)^(?P<base>` + address + `/(?P<name>` + user + `/[^/]+))` + thingRules[h.kind] + `/?$`)
	return l
}

func (s *shortener) run(_ *pymarkdown.Document, root *pymarkdown.Element) {
	for e := range root.Iter() {
		if e.Tag != "a" {
			continue
		}
		_, magic := e.Get(magicMark)
		e.Unset(magicMark)
		href := e.Attr("href")
		if e.Len() > 0 || e.Lead == "" {
			continue
		}
		if e.Lead == href || magic && s.hideProtocol && "https://"+e.Lead == href {
			s.shorten(e, href)
		}
	}
}

func (s *shortener) shorten(e *pymarkdown.Element, href string) {
	lower := strings.ToLower(href)
	for _, l := range s.links {
		if !strings.Contains(lower, l.beforeThem) {
			continue
		}
		if m, ok := groups(l.thing, href); ok {
			if !s.isExcluded(l.name, m["user"]) {
				s.thing(e, l.name, m)
			}
			return
		}
		if m, ok := groups(l.user, href); ok {
			if !s.isExcluded(l.name, m["user"]) {
				s.whole(e, l.name, m)
			}
			return
		}
	}
}

// groups are the named groups of a match.
func groups(re *regexp.Regexp, s string) (map[string]string, bool) {
	if re == nil {
		return nil, false
	}
	found := re.FindStringSubmatch(s)
	if found == nil {
		return nil, false
	}
	m := map[string]string{}
	for i, name := range re.SubexpNames() {
		if name != "" && found[i] != "" {
			m[name] = found[i]
		}
	}
	return m, true
}

func (s *shortener) isExcluded(host, user string) bool {
	return slices.Contains(s.excluded[host], strings.ToLower(user))
}

// prefix is what stands before an issue or commit, none for the own repository.
func (s *shortener) prefix(m map[string]string) string {
	switch {
	case s.ownRepo != "" && m["base"]+"/" == s.ownRepo:
		return ""
	case s.ownUser != "" && strings.HasPrefix(m["base"], s.ownUser):
		_, repo, _ := strings.Cut(m["name"], "/")
		return repo
	}
	return m["name"]
}

// thing shortens a link to an issue or commits.
func (s *shortener) thing(e *pymarkdown.Element, host string, m map[string]string) {
	h := s.hosts[host]
	prefix := s.prefix(m)
	var kind, label, text string
	switch {
	case m["first"] != "":
		kind, label, text = "compare", s.label("compare", "Compare"), m["first"][:h.hash]+"..."+m["second"][:h.hash]
	case m["commit"] != "":
		kind, label, text = "commit", s.label("commit", "Commit"), m["commit"][:h.hash]
	case m["pull"] != "":
		s.issue(e, host, prefix, "pull", s.label("pull", "Pull Request"), "!", m["pull"], m["name"])
		return
	case m["discuss"] != "":
		s.issue(e, host, prefix, "discussion", s.label("discuss", "Discussion"), "?", m["discuss"], m["name"])
		return
	default:
		s.issue(e, host, prefix, "issue", s.label("issue", "Issue"), "#", m["issue"], m["name"])
		return
	}
	e.Set("title", h.label+" "+label+": "+m["name"]+"@"+text)
	if prefix != "" {
		text = prefix + "@" + text
	}
	e.SetAtomic(text)
	addMagicClasses(e, host, kind)
}

func (s *shortener) issue(e *pymarkdown.Element, host, prefix, kind, label, icon, number, name string) {
	if s.normalize {
		icon = "#"
	}
	e.Set("title", s.hosts[host].label+" "+label+": "+name+" #"+number)
	e.SetAtomic(prefix + icon + number)
	addMagicClasses(e, host, kind)
}

// whole shortens a link to a user or to a repository.
func (s *shortener) whole(e *pymarkdown.Element, host string, m map[string]string) {
	h := s.hosts[host]
	if m["repo"] != "" {
		e.Set("title", h.label+" "+s.label("repository", "Repository")+": "+m["name"])
		e.SetAtomic(m["name"])
		addMagicClasses(e, host, "repository")
		return
	}
	// The original asks for its label by a name with a typing error.
	e.Set("title", h.label+" "+s.label("metion", "User")+": "+m["name"])
	e.SetAtomic("@" + m["name"])
	addMagicClasses(e, host, "mention")
}

func addMagicClasses(e *pymarkdown.Element, host, kind string) {
	var classes []string
	if c := e.Attr("class"); c != "" {
		classes = strings.Split(c, " ")
	}
	for _, c := range []string{"magiclink", "magiclink-" + host, "magiclink-" + kind} {
		if !slices.Contains(classes, c) {
			classes = append(classes, c)
		}
	}
	e.Set("class", strings.Join(classes, " "))
}
