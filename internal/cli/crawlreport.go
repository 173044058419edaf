package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"callboard/internal/build"
	"callboard/internal/crawl"
	"callboard/internal/crawl/state"
	"callboard/internal/polite"
	"callboard/internal/source"
)

// crawlReport is what crawl --format json prints.
type crawlReport struct {
	Sources  []crawledSource `json:"sources"`
	Requests []polite.Spent  `json:"requests"`
	// Plan tells that nothing was done but listing; Budget is then how what is to
	// be done fits into what the hosts allow.
	Plan   bool          `json:"plan,omitempty"`
	Budget []polite.Plan `json:"budget,omitempty"`
}

// crawledSource is what became of a source.
type crawledSource struct {
	Name      string        `json:"name"`
	Listed    int           `json:"listed"`
	New       int           `json:"new"`
	Changed   int           `json:"changed"`
	Unchanged int           `json:"unchanged"`
	Fetched   int           `json:"fetched"`
	Failed    int           `json:"failed"`
	Waiting   int           `json:"waiting"`
	Kept      int           `json:"kept"`
	Dropped   int           `json:"dropped"`
	People    int           `json:"people"`
	Annexes   int           `json:"annexes"`
	Enriched  int           `json:"enriched"`
	Due       int           `json:"due"`
	Requests  int           `json:"requestsEstimated"`
	Fault     *state.Fault  `json:"fault,omitempty"`
	Faults    []repoFault   `json:"faults"`
	Events    []state.Event `json:"events"`
}

// repoFault is what is wrong with a repository.
type repoFault struct {
	Repository string `json:"repository"`
	// Kept tells that there is a last known good.
	Kept bool `json:"kept"`
	state.Fault
}

// ask crawls, or plans to.
func (x *crawling) ask(ctx context.Context, o crawl.Options) (*crawl.Report, error) {
	if x.plan {
		return crawl.Plan(ctx, o)
	}
	return crawl.Run(ctx, o)
}

// tell prints what was done. What is not as it is at its host is a finding.
func (x *crawling) tell(rep *crawl.Report) error {
	out := crawlReport{Sources: []crawledSource{}, Requests: x.budget.Spent(), Plan: x.plan}
	for _, s := range rep.Sources {
		out.Sources = append(out.Sources, crawledOf(s))
	}
	if x.plan {
		out.Budget = x.fitting(rep)
	}
	if x.format.value == "json" {
		e := json.NewEncoder(x.Stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(out); err != nil {
			return err
		}
	} else if err := x.table(x.Stdout, out); err != nil {
		return err
	}
	if slices.ContainsFunc(out.Sources, func(s crawledSource) bool {
		return s.Fault != nil || s.Failed > 0 || s.Waiting > 0 || len(s.Faults) > 0
	}) {
		return findingsError{}
	}
	return nil
}

func crawledOf(s crawl.SourceReport) crawledSource {
	out := crawledSource{Name: s.Name, Listed: s.Listed, New: s.New, Changed: s.Changed, Unchanged: s.Unchanged, Fetched: s.Fetched, Failed: s.Failed,
		Waiting: s.Waiting, Kept: s.Kept, Dropped: s.Dropped, People: s.People, Annexes: s.Annexes, Enriched: s.Enriched, Requests: s.Requests, Due: len(s.Due), Fault: s.Fault,
		Faults: []repoFault{}, Events: slices.Clone(s.Events)}
	if out.Events == nil {
		out.Events = []state.Event{}
	}
	for _, f := range s.Faults {
		out.Faults = append(out.Faults, repoFault{f.Repo, f.Known, f.Fault})
	}
	slices.SortFunc(out.Faults, func(a, b repoFault) int { return cmp.Compare(a.Repository, b.Repository) })
	return out
}

// maxFaults is how many repositories of a source are told about unless all are
// asked for.
const maxFaults = 10

// table prints a report for people.
func (x *crawling) table(w io.Writer, r crawlReport) error {
	var b strings.Builder
	for _, s := range r.Sources {
		if r.Plan {
			fmt.Fprintf(&b, "%s: %s; %s to fetch, in about %s\n", printable(s.Name), s.line(), count(s.Due, "repository", "repositories"), count(s.Requests, "request", "requests"))
		} else {
			fmt.Fprintf(&b, "%s: %s\n", printable(s.Name), s.line())
		}
		if s.Fault != nil {
			b.WriteString(s.failure())
		}
		x.faults(&b, s.ownFaults())
	}
	for _, s := range r.Requests {
		b.WriteString(spent(s) + "\n")
	}
	for _, p := range r.Budget {
		b.WriteString(fits(p) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// failure is what is wrong with a source, and what to do.
func (s crawledSource) failure() string {
	kept := "nothing is known of it yet"
	if s.Kept+s.Listed > 0 {
		kept = "what was known stays, as of " + day(s.Fault.Since)
	}
	out := fmt.Sprintf("  %s; %s (%s)\n", printable(s.Fault.Cause), kept, s.Fault.Kind)
	if h := faultHint(s.Fault.Kind); h != "" {
		out += "  hint: " + h + "\n"
	}
	if n := len(s.Faults) - len(s.ownFaults()); n > 0 {
		out += fmt.Sprintf("  %s for that\n", count(n, "repository is kept as it was", "repositories are kept as they were"))
	}
	return out
}

// ownFaults are those of repositories that have another cause than the source's.
func (s crawledSource) ownFaults() []repoFault {
	return slices.DeleteFunc(slices.Clone(s.Faults), func(f repoFault) bool {
		return s.Fault != nil && f.Kind == s.Fault.Kind && f.Cause == s.Fault.Cause
	})
}

// faultHint is what to do about a source that cannot be had, "" for to wait.
func faultHint(kind string) string {
	switch source.FaultKind(kind) {
	case source.Denied:
		return "is the variable of the token set, has the token ended, may it see this? callboard config shows its name"
	case source.Gone:
		return "is the name right, and may the token see it?"
	case source.Broken:
		return "is the address that of the API, and not of a page to sign in at?"
	case source.Unreachable:
		return "look at the host's name, the proxy (HTTPS_PROXY) and the certificate"
	case "too-many-gone":
		return "if that is right, run callboard crawl --allow-drop once"
	}
	return ""
}

// fitting is how what is to be fetched fits into what each host allows, as far as
// the answers to the lists have told.
func (x *crawling) fitting(rep *crawl.Report) (out []polite.Plan) {
	type allowance struct{ host, resource string }
	need := map[allowance]int{}
	for _, s := range rep.Sources {
		if s.Host != "" {
			need[allowance{s.Host, s.Resource}] += s.Requests
		}
	}
	for a, n := range need {
		if n == 0 {
			continue
		}
		out = append(out, x.budget.Plan(a.host, a.resource, n, x.Now()))
	}
	slices.SortFunc(out, func(a, b polite.Plan) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Resource, b.Resource))
	})
	return out
}

// fits is how a plan fits, in a line.
func fits(p polite.Plan) string {
	line := fmt.Sprintf("%s (%s): the plan takes about %s; ", printable(p.Host), printable(p.Resource), count(p.Need, "request", "requests"))
	switch {
	case !p.Known:
		return line + "the host does not tell what it allows, and is asked until it says that it is enough"
	case p.Until.IsZero():
		return line + fmt.Sprintf("it fits: %d may be spent now", max(p.Left-p.Keep, 0))
	}
	return line + fmt.Sprintf("%d may be spent now, the rest by %s: a crawl that ends before goes on with the next", p.Now, p.Until.UTC().Format("2006-01-02 15:04 UTC"))
}

// line is what became of a source, in a line.
func (s crawledSource) line() string {
	parts := []string{count(s.Listed, "repository", "repositories")}
	for _, x := range []struct {
		n    int
		what string
	}{{s.New, "new"}, {s.Changed, "changed"}, {s.Unchanged, "as they were"}, {s.Fetched, "fetched"}, {s.Failed, "not to be had"}, {s.Waiting, "left for the next crawl"}, {s.Dropped, "let go of"}} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", x.n, x.what))
		}
	}
	if s.People > 0 {
		parts = append(parts, count(s.People, "user or group", "users and groups"))
	}
	return strings.Join(parts, ", ")
}

func (x *crawling) faults(b *strings.Builder, all []repoFault) {
	shown := all
	if len(shown) > maxFaults && !x.flags.verbose {
		shown = shown[:maxFaults]
	}
	for _, f := range shown {
		kept := "nothing is known of it yet"
		if f.Kept {
			kept = "kept as of " + day(f.Since)
		}
		fmt.Fprintf(b, "  %s: %s (%s; %s)\n", printable(f.Repository), printable(f.Cause), f.Kind, kept)
	}
	if rest := len(all) - len(shown); rest > 0 {
		fmt.Fprintf(b, "  … and %d more; --verbose shows all\n", rest)
	}
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// spent is what was asked of a host, in a line.
func spent(s polite.Spent) string {
	line := fmt.Sprintf("%s (%s): %s", printable(s.Host), printable(s.Resource), count(s.Requests, "request", "requests"))
	if s.Unchanged > 0 {
		line += fmt.Sprintf(", %d of them unchanged", s.Unchanged)
	}
	line += ", " + size(s.Bytes)
	if s.Waited >= time.Second {
		line += ", waited " + s.Waited.Round(time.Second).String()
	}
	if s.Known {
		line += fmt.Sprintf("; %d of %d left until %s", s.Left, s.Limit, s.Reset.UTC().Format("15:04 UTC"))
	}
	return line
}

// crawled is told by a crawl how far it is, from several goroutines. Sources are
// crawled at the same time, so that their stages do not end each other.
func (p *progress) crawled(c crawl.Progress) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	b := build.Progress{Stage: "crawl " + c.Stage + " " + printable(c.Source), Done: c.Done, Total: c.Total}
	fresh := !p.begun[b.Stage]
	if p.begun == nil {
		p.begun = map[string]bool{}
	}
	p.begun[b.Stage] = true
	every := everyInLog
	if p.terminal {
		every = everyOnTerminal
	}
	if now := p.now(); fresh || now.Sub(p.last) >= every {
		p.last = now
		p.write(b, fresh)
	}
}
