package crawl

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"callboard/internal/crawl/state"
	"callboard/internal/facts"
	"callboard/internal/source"
)

// MaxRepos is how many repositories of one source are taken.
const MaxRepos = 200_000

// The kinds of faults that are found here, beside those of package source.
const (
	nothingListed = "nothing-listed"
	tooManyGone   = "too-many-gone"
	notListed     = "not-listed"
	waiting       = "waiting"
	tooManyNamed  = "too-many-named"
)

// list lists the repositories and decides about those that are not there.
func (r *run) list(ctx context.Context) error {
	if r.s.Host == nil {
		return nil
	}
	total, err := r.ask(ctx)
	if stop := ended(ctx); stop != nil {
		return stop
	}
	known := r.sorted(func(e *entry) bool { return e.was != nil && e.key != peopleKey })
	switch {
	case err != nil:
		r.note(err)
		r.fault = r.faultOf(err, r.old.Fault)
	case total == 0 && len(known) > 0:
		r.fault = since(&state.Fault{Kind: nothingListed, Cause: "the host listed no repository at all", Since: r.since()}, r.old.Fault)
	default:
		r.times.Listed = r.now.UTC()
	}
	r.report.Fault = r.fault
	return r.missing(ctx, total)
}

// ask asks for the list. What was listed before an error stands.
func (r *run) ask(ctx context.Context) (total int, err error) {
	names := map[string]string{} // keys by name
	for repo, err := range r.s.Host.Repos(ctx) {
		if err != nil {
			return total, err
		}
		if !sound(repo) {
			continue
		}
		if total++; total > MaxRepos {
			return total, &source.Fault{Kind: source.Broken, Host: r.name, What: "list repositories", Err: fmt.Errorf("there are more than %d", MaxRepos)}
		}
		k := key(repo)
		if _, twice := names[repo.Name]; twice {
			continue
		}
		names[repo.Name] = k
		if !r.mine(k) {
			r.others = append(r.others, repo)
			continue
		}
		r.listed(k, repo)
		r.progress("list", total, 0)
	}
	return total, nil
}

// sound tells whether a name can be that of a repository. Names are shown and
// compared, never opened; but one that is not text is none.
func sound(r source.Repo) bool {
	return r.Name != "" && len(r.Name) <= 500 && len(r.ID) <= 500 && !strings.ContainsFunc(r.Name, func(c rune) bool { return c < ' ' || c == 0x7f || c == '\uFFFD' })
}

// listed notes a repository of the list.
func (r *run) listed(k string, repo source.Repo) {
	e := r.entries[k]
	if e == nil {
		e = &entry{key: k}
		r.entries[k] = e
	} else if e.listed != nil {
		return // pages that move while they are read list some twice
	}
	e.listed = &repo
	r.report.Listed++
	was := state.Repo{}
	if e.was != nil {
		was = *e.was
	}
	e.now = state.Repo{Key: k, Name: repo.Name, ID: repo.ID, Branch: repo.Branch, WebURL: repo.WebURL, CloneURL: repo.CloneURL, Topics: repo.Topics,
		Facts: repo.Facts, Revision: was.Revision, Unchanged: was.Unchanged, Fault: was.Fault}
	if _, asks := r.s.Host.(source.Enricher); asks {
		keepEnriched(&e.now.Facts, was.Facts)
	}
	r.observe(e)
}

// optional are the facts that a host may tell with its list or not, by their names:
// whether some facts have each, and what takes it over from others.
func optional(f *facts.Repo) map[string]struct {
	told bool
	take func(from *facts.Repo)
} {
	type fact = struct {
		told bool
		take func(*facts.Repo)
	}
	return map[string]fact{
		"languages":    {f.Languages != nil, func(from *facts.Repo) { f.Languages = from.Languages }},
		"openPulls":    {f.OpenPulls != nil, func(from *facts.Repo) { f.OpenPulls = from.OpenPulls }},
		"openIssues":   {f.OpenIssues != nil, func(from *facts.Repo) { f.OpenIssues = from.OpenIssues }},
		"release":      {f.Release != nil, func(from *facts.Repo) { f.Release = from.Release }},
		"run":          {f.Run != nil, func(from *facts.Repo) { f.Run = from.Run }},
		"contributors": {f.Contributors != nil, func(from *facts.Repo) { f.Contributors, f.Top = from.Contributors, from.Top }},
		"codeowners":   {f.Codeowners != nil, func(from *facts.Repo) { f.Codeowners = from.Codeowners }},
	}
}

// keepEnriched keeps the facts that lists do not tell, and says which.
func keepEnriched(f *facts.Repo, was facts.Repo) {
	for name, x := range optional(f) {
		if x.told {
			continue
		}
		if x.take(&was); slices.Contains(was.AskedFor, name) {
			f.AskedFor = append(f.AskedFor, name)
		}
	}
	slices.Sort(f.AskedFor)
}

// askedFor are the names of facts that some have and the list did not tell.
func askedFor(f, listed *facts.Repo) (names []string) {
	inList := optional(listed)
	for name, x := range optional(f) {
		if x.told && !inList[name].told {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// renewObserved is how old a time of observation may become while the facts stay
// the same. Every renewal is a change of pages that show it.
const renewObserved = 24 * time.Hour

// sameFacts tells whether facts are kept as others are. Hosts and the state tell
// empty lists apart in different ways, so that what is kept is compared.
func sameFacts(a, b facts.Repo) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// observe keeps when the facts were told, beside them.
func (r *run) observe(e *entry) {
	e.now.Facts.Observed = time.Time{}
	at := r.times.Observed[e.key]
	age := r.now.Sub(at)
	if e.was == nil || age < 0 || age >= renewObserved || !sameFacts(e.now.Facts, e.was.Facts) {
		r.times.Observed[e.key] = r.since()
	}
}
