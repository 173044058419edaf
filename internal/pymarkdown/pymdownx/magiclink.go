package pymdownx

import (
	"fmt"
	"strings"

	"callboard/internal/pymarkdown"
)

// setupMagicLink is pymdownx.magiclink: bare addresses become links, names of
// users and numbers of issues too, and links to a code host are shortened.
func setupMagicLink(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	l, err := newMagicLinks(o)
	if err != nil {
		return err
	}
	links := bareLinks{hideProtocol: o.Bool("hide_protocol", false), noted: o.Bool("repo_url_shortener", false)}
	d.Inline.Register("autolink", 120, &pymarkdown.Pattern{Triggers: "<", Find: links.findAuto})
	d.Inline.Register("magic-link", 85, &pymarkdown.Pattern{Triggers: ":.", Excludes: inLinks, Find: links.find})
	d.Inline.Register("magic-mail", 84.9, &pymarkdown.Pattern{Triggers: "@", Excludes: inLinks, Find: findMail})
	repos, social := o.Bool("repo_url_shorthand", false), o.Bool("social_url_shorthand", false)
	if repos || social {
		escapeChars(d, "@")
		l.registerShort(d, repos, social)
	}
	s := shortener{magicLinks: l, repos: o.Bool("repo_url_shortener", false), social: o.Bool("social_url_shortener", false), hideProtocol: links.hideProtocol}
	if s.repos || s.social {
		s.prepare(o)
		d.Tree.Register("magic-repo-shortener", 9.9, s.run)
	}
	return nil
}

// inLinks are where no links are made.
var inLinks = []string{"a"}

// magicLinks is what links to code hosts are made with.
type magicLinks struct {
	hosts     map[string]*codeHost
	custom    []string // names of own hosts, in order
	host      string   // the name of the page's own
	user      string
	repo      string
	labels    pymarkdown.Options
	normalize bool
}

func newMagicLinks(o pymarkdown.Options) (*magicLinks, error) {
	l := &magicLinks{
		hosts:     knownHosts(),
		host:      o.String("provider", "github"),
		user:      o.String("user", ""),
		repo:      o.String("repo", ""),
		labels:    o.Map("labels"),
		normalize: o.Bool("normalize_issue_symbols", false),
	}
	own := o.Map("custom")
	for _, name := range sortedKeys(own) {
		if strings.Trim(name, asciiAlnum) != "" || name == "" {
			return nil, fmt.Errorf("the name of the host %q may have letters and digits only", name)
		}
		if l.hosts[name] != nil {
			continue
		}
		h, err := ownHost(own.Map(name))
		if err != nil {
			return nil, fmt.Errorf("the host %q: %w", name, err)
		}
		l.hosts[name] = h
		l.custom = append(l.custom, name)
	}
	if l.hosts[l.host] == nil {
		l.host = "github"
	}
	return l, nil
}

// label is a word of titles.
func (l *magicLinks) label(key, unset string) string { return l.labels.String(key, unset) }

// registerShort registers the short forms: of repositories, and of people.
func (l *magicLinks) registerShort(d *pymarkdown.Dialect, repos, social bool) {
	gitHosts := append([]string{"github", "gitlab", "bitbucket"}, l.custom...)
	isSocial := l.hosts[l.host].social()
	find := func(triggers string, find func(text string, from int) (pymarkdown.Match, bool)) *pymarkdown.Pattern {
		return &pymarkdown.Pattern{Triggers: triggers, Excludes: inLinks, Find: func(_ *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
			return find(text, from)
		}}
	}
	mention := func(named []string, repo bool) *pymarkdown.Pattern {
		m := mentions{magicLinks: l, named: named, repo: repo}
		return find("@", m.find)
	}
	var named []string
	if repos {
		named = append(named, gitHosts...)
		d.Inline.Register("magic-repo-ext-mention", 79.9, mention(gitHosts, true))
		if !isSocial {
			d.Inline.Register("magic-repo-int-mention", 79.8, mention(nil, true))
		}
	}
	if social {
		named = append(named, "x", "twitter")
	}
	d.Inline.Register("magic-ext-mention", 79.7, mention(named, false))
	d.Inline.Register("magic-int-mention", 79.6, mention(nil, false))
	if !repos {
		return
	}
	outside := refs{magicLinks: l, named: gitHosts}
	d.Inline.Register("magic-ext-refs", 79.5, find("#!?@", outside.find))
	if !isSocial {
		inside := refs{magicLinks: l}
		d.Inline.Register("magic-int-refs", 79.4, find("#!?@", inside.find))
		d.Inline.Register("magic-int-micro-refs", 79.3, find("#!?0123456789abcdef", l.findMicro))
	}
}
