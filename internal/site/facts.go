package site

import (
	"cmp"
	"fmt"
	"strings"

	"callboard/internal/catalog"
	"callboard/internal/entity"
	"callboard/internal/facts"
	"callboard/internal/repofs"
	"callboard/internal/urlpath"
)

// Repository is what the host of a repository tells of it beside its files.
type Repository struct {
	Name, URL   string
	Badges      []Badge
	Description string
	Homepage    *Link
	Topics      []string
	Languages   []LanguagePart
	Lines       []RepositoryLine
	// Codeowners are the first of the Errors that the host finds in CODEOWNERS.
	Codeowners []facts.CodeownersError
	Errors     int
	Observed   *Stamp
	// Asked is when the host was asked for the facts that it does not tell with the
	// others, and AskedFor names these; nil if that is as young.
	Asked    *Stamp
	AskedFor string
}

// Badge is a word on the state of a thing.
type Badge struct{ Text, Tone string }

// RepositoryLine is one fact.
type RepositoryLine struct {
	Name, Text, URL, Tone string
	Time                  *Stamp
	Sub                   string
}

// LanguagePart is a language's part of the bar, in thousandths of its length.
type LanguagePart struct {
	Name, Share string
	From, Width int
	Colour      int // 1 for the most used, 0 for all the others together
}

const (
	maxTopics     = 12
	maxLanguages  = 5
	maxCodeowners = 5
	maxLine       = 60 // characters of a text of a host
)

// told is what there is to tell of a repository, by its name or its address.
type told struct {
	Repo, WebURL, Branch string
	Facts                *facts.Repo
	Stale                *repofs.Stale
}

// host notes where a repository is, for entities that say so.
func (s *Site) host(x SourceInfo) {
	if at := address(x.WebURL); at != "" {
		s.hosted[at] = x.Repo
	}
}

// told is looked at by facts and State alone.
func (s *Site) told(repo string) told {
	if strings.Contains(repo, "://") {
		repo = s.hosted[repo]
	}
	x := s.source[repo]
	return told{x.Repo, x.WebURL, x.Branch, x.Facts, x.Stale}
}

// facts of a repository, by its name or its address.
func (s *Site) facts(repo string) told {
	if s.trace != nil {
		s.trace[Subject{Repo: repo}] |= LookFacts
	}
	return s.told(repo)
}

// address is that of a repository in the form by which it is found, "" for what
// is none. Addresses of places in a repository are those of the repository.
func address(at string) string {
	at, _, _ = strings.Cut(strings.TrimPrefix(at, "url:"), "?")
	_, rest, ok := strings.Cut(at, "://")
	if !ok {
		return ""
	}
	for _, within := range []string{"/-/", "/tree/", "/blob/", "/src/", "/raw/", "/browse/"} {
		rest, _, _ = strings.Cut(rest, within)
	}
	rest = strings.TrimSuffix(strings.Trim(rest, "/"), ".git")
	if !strings.Contains(rest, "/") {
		return ""
	}
	return "https://" + strings.ToLower(rest)
}

// slugs are annotations that name a repository at a host.
var slugs = []struct{ annotation, host string }{
	{"github.com/project-slug", "github.com"}, {"gitlab.com/project-slug", "gitlab.com"}, {"bitbucket.org/project-slug", "bitbucket.org"},
}

// home is the repository that an entity's code is in: the one that it names, or
// that of its catalog file.
func (p *planned) home() string {
	a := p.e.Metadata.Annotations
	if at := address(a["backstage.io/source-location"]); at != "" {
		return at
	}
	for _, x := range slugs {
		if slug := strings.Trim(a[x.annotation], "/"); slug != "" {
			return address("https://" + x.host + "/" + slug)
		}
	}
	return p.e.Origin.Repo
}

// coded tells that entities of a kind are made of code. The others only happen
// to be declared in a repository.
func coded(kind string) bool {
	switch kind {
	case entity.KindGroup, entity.KindUser, entity.KindDomain, entity.KindLocation:
		return false
	}
	return true
}

// repository is the card of the entity's repository, none if nothing is known.
func (p *planned) repository() []Block {
	if !coded(p.e.Kind) {
		return nil
	}
	x := p.s.facts(p.home())
	if x.Facts == nil {
		return nil
	}
	return []Block{{Title: "Repository", Repository: x.card(p.e.Metadata.Description)}}
}

// repoNotes say that the entity's entry is not up to date, and that its
// repository is archived.
func (p *planned) repoNotes() []Note {
	out := StaleNotes(p.e.Origin.Repo, p.s.facts(p.e.Origin.Repo).Stale)
	if !coded(p.e.Kind) {
		return out
	}
	if x := p.s.facts(p.home()); x.Facts != nil && x.Facts.Archived {
		out = append(out, Note{Tone: "warn", Title: "Archived", Text: "Its repository is archived: it can be read and no longer changed."})
	}
	return out
}

// card shows what is known. said is what the page says of the entity already.
func (x told) card(said string) *Repository {
	f := x.Facts
	r := &Repository{Name: short(x.Repo, maxLine), URL: ifSafe(urlpath.SafeLink(x.WebURL)), Observed: stamp(f.Observed)}
	if f.Archived {
		r.Badges = append(r.Badges, Badge{"archived", "warn"})
	}
	if f.Fork {
		r.Badges = append(r.Badges, Badge{"fork", "plain"})
	}
	if f.Visibility != "" {
		r.Badges = append(r.Badges, Badge{short(f.Visibility, 20), "plain"})
	}
	if d := short(f.Description, 200); d != short(said, 200) {
		r.Description = d
	}
	if href, ok := urlpath.SafeLink(f.Homepage); ok && href != x.WebURL {
		r.Homepage = &Link{short(strings.TrimSuffix(trimScheme(href), "/"), maxLine), href}
	}
	for _, t := range first(f.Topics, maxTopics) {
		r.Topics = append(r.Topics, short(t, 40))
	}
	r.Languages = languages(f.Languages)
	r.Lines = x.lines()
	if f.Asked.Before(f.Observed) {
		r.Asked, r.AskedFor = stamp(f.Asked), factNames(f.AskedFor)
	}
	r.Errors = len(f.Codeowners)
	for _, e := range first(f.Codeowners, maxCodeowners) {
		r.Codeowners = append(r.Codeowners, facts.CodeownersError{Line: e.Line, Kind: short(e.Kind, maxLine), Message: short(e.Message, 160)})
	}
	return r
}

// factNames are names of facts for people, in a row.
func factNames(names []string) string {
	words := map[string]string{"languages": "languages", "openPulls": "pull requests", "openIssues": "issues", "release": "release", "run": "last run", "contributors": "contributors", "codeowners": "CODEOWNERS"}
	var out []string
	for _, n := range names {
		if w := words[n]; w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, ", ")
}

func trimScheme(href string) string {
	if _, after, ok := strings.Cut(href, "://"); ok {
		return after
	}
	return href
}

// lines are the facts that are a word or a number each.
func (x told) lines() []RepositoryLine {
	f := x.Facts
	at := catalog.HostPagesOf(x.WebURL)
	var out []RepositoryLine
	add := func(l RepositoryLine) {
		if l.Text != "" || l.Time != nil {
			l.Text = short(l.Text, maxLine)
			l.URL = ifSafe(urlpath.SafeLink(l.URL))
			out = append(out, l)
		}
	}
	add(lastRun(f.Run))
	add(release(f.Release))
	add(RepositoryLine{Name: "Last push", Time: stamp(f.Pushed)})
	add(RepositoryLine{Name: "Open pull requests", Text: number(f.OpenPulls), URL: at.Pulls})
	add(RepositoryLine{Name: "Open issues", Text: number(f.OpenIssues), URL: at.Issues})
	add(contributors(f, at.Contributors))
	add(RepositoryLine{Name: "Default branch", Text: x.Branch})
	add(RepositoryLine{Name: "Licence", Text: f.Licence})
	add(RepositoryLine{Name: "Stars", Text: number(f.Stars)})
	add(RepositoryLine{Name: "Created", Time: stamp(f.Created)})
	return out
}

// number is a number that may not be known.
func number(n *int) string {
	if n == nil || *n < 0 {
		return ""
	}
	return fmt.Sprint(*n)
}

func lastRun(r *facts.Run) RepositoryLine {
	if r == nil {
		return RepositoryLine{}
	}
	tone := map[string]string{"success": "ok", "failure": "bad", "cancelled": "warn", "running": "info"}[r.Result]
	return RepositoryLine{Name: "Last run", Text: r.Result, URL: r.URL, Tone: cmp.Or(tone, "plain"), Time: stamp(r.Finished), Sub: short(r.Name, maxLine)}
}

func release(r *facts.Release) RepositoryLine {
	if r == nil {
		return RepositoryLine{}
	}
	l := RepositoryLine{Name: "Latest release", Text: cmp.Or(r.Tag, r.Name), URL: r.URL, Time: stamp(r.Published)}
	if r.Name != "" && r.Name != l.Text {
		l.Sub = short(r.Name, maxLine)
	}
	return l
}

func contributors(f *facts.Repo, href string) RepositoryLine {
	l := RepositoryLine{Name: "Contributors", Text: number(f.Contributors), URL: href}
	var names []string
	for _, c := range first(f.Top, 3) {
		names = append(names, short(c.Login, 40))
	}
	switch l.Sub = strings.Join(names, ", "); {
	case l.Text == "":
		l.Text, l.Sub, l.URL = l.Sub, "", ""
	case l.Sub != "":
		l.Sub = "most: " + l.Sub
	}
	return l
}

// languages are the parts of the bar: the most used languages, and the others
// together. Shares are what the host tells, or what they are of all bytes.
func languages(all []facts.Language) []LanguagePart {
	shares := sharesOf(all)
	var out []LanguagePart
	at, sum := 0, 0
	for _, w := range shares {
		sum += w
	}
	for i, w := range shares {
		if w == 0 || sum == 0 {
			continue
		}
		if i >= maxLanguages && len(shares) > maxLanguages+1 {
			rest := 1000 - at
			if rest > 0 {
				out = append(out, LanguagePart{"Other", share(rest), at, rest, 0})
			}
			return out
		}
		w = min(w*1000/max(sum, 1000), 1000-at)
		out = append(out, LanguagePart{short(all[i].Name, 40), share(w), at, w, i + 1})
		at += w
	}
	return out
}

// sharesOf are the shares in thousandths, in the order given.
func sharesOf(all []facts.Language) []int {
	out := make([]int, len(all))
	var bytes int64
	for _, l := range all {
		bytes += max(l.Bytes, 0)
	}
	for i, l := range all {
		switch {
		case l.Share > 0:
			out[i] = min(l.Share, 1000)
		case bytes > 0:
			out[i] = int(float64(max(l.Bytes, 0))/float64(bytes)*1000 + 0.5)
		}
	}
	return out
}

// share is a number of thousandths as a percentage.
func share(n int) string { return fmt.Sprintf("%d.%d %%", n/10, n%10) }
