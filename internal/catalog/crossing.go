package catalog

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"

	"callboard/internal/diag"
	"callboard/internal/repofs"
)

// Crossing follows the Locations that lead from one repository of a build to
// another, round by round: the files that one round leads to may lead further.
// Every file is read once, whoever leads to it, and none that its own repository
// reads. As Locations are only so deep, there are only so many rounds.
type Crossing struct {
	places *Places
	sink   diag.Sink
	taken  map[string]map[string]bool // files of repositories, read or about to be
	budget map[string]*int            // comparisons left to the Locations of a repository
}

// Call is what is to be read of one repository in a round. Taken are the files
// that were read before it.
type Call struct {
	Repo   string
	Visits []Visit
	Taken  []string
}

// NewCrossing begins with what each repository has read of itself, by its name.
// What is wrong with targets goes to the sink.
func NewCrossing(snaps []*repofs.Snapshot, read map[string][]string, sink diag.Sink) *Crossing {
	c := &Crossing{places: NewPlaces(snaps), sink: sink, taken: make(map[string]map[string]bool, len(read)), budget: map[string]*int{}}
	for repo, files := range read {
		c.Took(repo, files)
	}
	return c
}

// Took notes that files were read.
func (c *Crossing) Took(repo string, files []string) {
	if c.taken[repo] == nil {
		c.taken[repo] = make(map[string]bool, len(files))
	}
	for _, f := range files {
		c.taken[repo][f] = true
	}
}

// Follow is what the leads of the last round are to be followed to, in the order
// of the repositories. Of two that lead to a file the one less deep counts, then
// the one whose place comes first.
func (c *Crossing) Follow(leads []Lead) []Call {
	leads = slices.Clone(leads)
	slices.SortStableFunc(leads, func(a, b Lead) int {
		return cmp.Or(cmp.Compare(a.Depth, b.Depth), a.Pos.Compare(b.Pos), cmp.Compare(a.Target, b.Target))
	})
	calls := map[string]*Call{}
	for _, l := range leads {
		c.follow(crossed{l, c.sink}, calls)
	}
	out := make([]Call, 0, len(calls))
	for _, call := range calls {
		out = append(out, *call)
	}
	slices.SortFunc(out, func(a, b Call) int { return cmp.Compare(a.Repo, b.Repo) })
	return out
}

func (c *Crossing) follow(l crossed, calls map[string]*Call) {
	p, ok := c.places.Find(l.Target)
	if !ok {
		l.say(l.remote())
		return
	}
	for _, file := range c.files(l, p) {
		if c.taken[p.Snap.Repo][file] {
			continue
		}
		if l.Depth > MaxLocationDepth {
			l.say(tooDeep(l.Target))
			return
		}
		call := calls[p.Snap.Repo]
		if call == nil {
			call = &Call{Repo: p.Snap.Repo, Taken: slices.Sorted(maps.Keys(c.taken[p.Snap.Repo]))}
			calls[call.Repo] = call
		}
		c.Took(call.Repo, []string{file})
		call.Visits = append(call.Visits, Visit{file, l.Depth, l.RootAt})
	}
}

// files are those that a target leads to. It says why there are none.
func (c *Crossing) files(l crossed, p Place) []string {
	repo := p.Snap.Repo
	switch {
	case !p.IsRead():
		l.say(diag.Warning, CodeBranch, fmt.Sprintf("the target %q is on another branch of %s than %q, the one that is read", l.Target, repo, p.Snap.Branch), "name "+p.Snap.Branch+" or HEAD in the address, or set the branch of the source")
		return nil
	case outside(p.Path):
		l.say(diag.Error, CodeOutside, fmt.Sprintf("the target %q leads out of the repository %s", l.Target, repo), "an address names a file of its repository")
		return nil
	}
	left := c.budgetOf(l.Pos.Repo)
	out := p.Files(left)
	switch {
	case len(out) > 0 || l.Optional:
	case *left < 0:
		l.say(tooManyMatches())
	default:
		l.say(missing(l.Target, p.why(), p.near(left), "correct the address, or set presence: optional"))
	}
	return out
}

func (c *Crossing) budgetOf(repo string) *int {
	if c.budget[repo] == nil {
		left := maxMatches
		c.budget[repo] = &left
	}
	return c.budget[repo]
}

// why tells why there is no file at a place.
func (p Place) why() string {
	switch {
	case !isGlob(p.Path):
		return whyMissing(p.Snap, p.Path) + p.Snap.Repo
	case !validGlob(p.Path):
		return badPattern
	}
	return "no file of " + p.Snap.Repo + " matches"
}

// near is the address of the only file of the same name, to which the one that is
// missing was most likely moved, or "".
func (p Place) near(budget *int) string {
	if *budget -= len(p.Snap.Files); *budget < 0 {
		return ""
	}
	base, found := path.Base(p.Path), ""
	for _, f := range p.Snap.Files {
		if path.Base(f.Path) == base {
			if found != "" {
				return ""
			}
			found = f.Path
		}
	}
	if found == "" {
		return ""
	}
	return LinksOf(p.Snap.WebURL, p.Snap.Branch, found).View
}

// crossed is a lead with a place to say what is wrong with it.
type crossed struct {
	Lead
	sink diag.Sink
}

func (l crossed) say(sev diag.Severity, code diag.Code, msg, hint string) {
	l.sink.Report(diag.Diagnostic{Pos: l.Pos, Severity: sev, Code: code, Message: msg, Hint: hint, Entity: l.Location})
}
