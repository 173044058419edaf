package site

import (
	"cmp"
	"fmt"
	"iter"
	"net/url"
	"slices"

	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/urlpath"
)

func queryEscape(s string) string { return url.QueryEscape(s) }

// maxFindings is how many findings a page lists; the numbers are always of all.
const maxFindings = 500

// healthPages are what is wrong with the catalog: an overview, a page for each
// team and for each rule, and the sources.
func (s *Site) healthPages() iter.Seq[Page] {
	return func(yield func(Page) bool) {
		byRule, byTeam := map[diag.Code][]diag.Diagnostic{}, map[entity.Ref][]diag.Diagnostic{}
		for _, d := range s.in.Diagnostics {
			byRule[d.Code] = append(byRule[d.Code], d)
			byTeam[s.teamOf(d)] = append(byTeam[s.teamOf(d)], d)
		}
		if byRule[danglingCode] == nil {
			byRule[danglingCode] = nil // broken references lead there, so it must be
		}
		if !yield(s.healthIndex(byRule, byTeam)) {
			return
		}
		for _, c := range sortedKeys(byRule, func(a, b diag.Code) int { return cmp.Compare(a, b) }) {
			if !yield(s.rulePage(c, byRule[c])) {
				return
			}
		}
		for _, r := range sortedKeys(byTeam, entity.Ref.Compare) {
			if p := s.teamHealth(r, byTeam[r]); !p.Path.IsZero() && !yield(p) {
				return
			}
		}
		yield(s.sourcesPage())
	}
}

const danglingCode = diag.Code("ref-dangling")

func sortedKeys[K comparable, V any](m map[K]V, compare func(a, b K) int) []K {
	var out []K
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, compare)
	return out
}

// teamOf is the owner of the entity that a finding is about.
func (s *Site) teamOf(d diag.Diagnostic) entity.Ref {
	r, err := entity.ParseRef(d.Entity, "", "")
	if err != nil {
		return entity.Ref{}
	}
	if r.Kind == "group" {
		return r
	}
	o, _ := s.owner(r)
	return o.Target
}

func (s *Site) ruleURL(c diag.Code) string {
	return s.url("health/rule/" + tagSegment(string(c)) + "/")
}

func teamHealthPath(r entity.Ref) string {
	if r.IsZero() {
		return "health/team/none"
	}
	return "health/team/" + urlpath.Segment(r.Kind) + "-" + urlpath.Segment(r.Namespace) + "-" + urlpath.Segment(r.Name)
}

func (s *Site) healthIndex(byRule map[diag.Code][]diag.Diagnostic, byTeam map[entity.Ref][]diag.Diagnostic) Page {
	rules := &Table{Caption: "By rule", Columns: []Column{{"Rule", "c1 rest"}, {"Severity", "w-s"}, {"Findings", "w-s num"}}}
	for _, c := range sortedKeys(byRule, func(a, b diag.Code) int {
		return cmp.Or(cmp.Compare(len(byRule[b]), len(byRule[a])), cmp.Compare(a, b))
	}) {
		if ds := byRule[c]; len(ds) > 0 {
			sev := worst(ds)
			rules.Rows = append(rules.Rows, []Cell{{Link: &Link{string(c), s.ruleURL(c)}, Sub: short(ds[0].Message, 80)}, {Text: severityWord(sev), Tone: severityTone(sev)}, {Text: fmt.Sprint(len(ds)), Class: "num"}})
		}
	}
	teams := &Table{Caption: "By team", Columns: []Column{{"Team", "c1"}, {"Errors", "num"}, {"Warnings", "num"}, {"Notes", "num"}}}
	for _, r := range sortedKeys(byTeam, func(a, b entity.Ref) int {
		return cmp.Or(cmp.Compare(len(byTeam[b]), len(byTeam[a])), a.Compare(b))
	}) {
		e, w, i := diag.Count(byTeam[r])
		name := "Nobody's"
		if !r.IsZero() {
			name = s.link(r, entity.Ref{}).Name
		}
		teams.Rows = append(teams.Rows, []Cell{{Link: &Link{name, s.url(teamHealthPath(r) + "/")}}, {Text: fmt.Sprint(e), Class: "num"}, {Text: fmt.Sprint(w), Class: "num"}, {Text: fmt.Sprint(i), Class: "num"}})
	}
	stale := append(s.troubleBlocks(maxStale), s.staleBlocks(maxStale)...)
	sources := Block{Title: "Sources", Count: len(s.in.Sources), More: &Link{"All sources", s.url("health/sources/")}, Intro: fmt.Sprintf("%s read.", plural(len(s.in.Sources), "repository"))}
	if len(s.in.Sources) != 1 {
		sources.Intro = fmt.Sprintf("%d repositories read.", len(s.in.Sources))
	}
	if len(rules.Rows) == 0 {
		return s.plain("health", "Catalog health", "health/", nil, append(stale, Block{Title: "No findings", Intro: s.noFindings()}, sources)...)
	}
	return s.plain("health", "Catalog health", "health/", nil, append(stale, Block{Title: "By rule", Count: len(rules.Rows), Table: rules}, Block{Title: "By team", Count: len(teams.Rows), Table: teams}, sources)...)
}

func (s *Site) noFindings() string {
	return s.wording("Nothing is wrong with the catalog.", "No findings are shown.")
}

func worst(ds []diag.Diagnostic) diag.Severity {
	w := diag.Info
	for _, d := range ds {
		w = max(w, d.Severity)
	}
	return w
}

// severityWord is what pages call a severity: what programs call "info" is counted
// as notes.
func severityWord(v diag.Severity) string {
	if v == diag.Info {
		return "note"
	}
	return v.String()
}

func severityTone(v diag.Severity) string {
	switch v {
	case diag.Error:
		return "bad"
	case diag.Warning:
		return "warn"
	}
	return "info"
}

func (s *Site) healthCrumbs(text string) []Crumb {
	return []Crumb{{Link: &Link{"Catalog health", s.url("health/")}}, {Text: text}}
}

func (s *Site) findings(title string, ds []diag.Diagnostic) Block {
	b := Block{Title: title, Count: len(ds)}
	for _, d := range first(ds, maxFindings) {
		b.Finds = append(b.Finds, s.finding(d, true))
	}
	if len(ds) > maxFindings {
		b.Intro = fmt.Sprintf("The first %d of %d.", maxFindings, len(ds))
	}
	if len(ds) == 0 {
		b.Intro = s.wording("There is nothing of this sort.", "Nothing of this sort is shown.")
	}
	return b
}

func (s *Site) finding(d diag.Diagnostic, withEntity bool) Finding {
	f := Finding{Place: d.Pos.String(), URL: s.fileURL(d.Pos.Repo, d.Pos.File, d.Pos.Line), Severity: d.Severity.String(), Word: severityWord(d.Severity), Code: string(d.Code), CodeURL: s.ruleURL(d.Code), Message: short(d.Message, 400), Hint: short(d.Hint, 300)}
	if r, err := entity.ParseRef(d.Entity, "", ""); err == nil && withEntity && s.face(r) != nil {
		l := s.link(r, entity.Ref{})
		f.Entity = &l
	}
	return f
}

func (s *Site) rulePage(c diag.Code, ds []diag.Diagnostic) Page {
	return s.plain("health/rule/"+tagSegment(string(c)), "Rule "+string(c), "health/", s.healthCrumbs("Rule"), s.findings("Findings", ds))
}

func (s *Site) teamHealth(r entity.Ref, ds []diag.Diagnostic) Page {
	title := "Findings that nobody owns"
	if !r.IsZero() {
		title = "Findings of " + s.link(r, entity.Ref{}).Name
	}
	slices.SortStableFunc(ds, func(a, b diag.Diagnostic) int { return cmp.Compare(b.Severity, a.Severity) })
	return s.plain(teamHealthPath(r), title, "health/", s.healthCrumbs("Team"), s.findings("To work down", ds))
}

func (s *Site) sourcesPage() Page {
	count := map[string]int{}
	for _, e := range s.in.Catalog.Entities() {
		count[e.Origin.Repo]++
	}
	t := &Table{Caption: "Sources", Columns: []Column{{"Repository", "c1"}, {"Entities", "num"}, {"Files", "num"}, {"Revision", ""}}}
	for _, x := range first(s.in.Sources, maxIndex) {
		rev := x.Revision
		if len(rev) > 12 {
			rev = rev[:12]
		}
		name := Cell{Text: x.Repo}
		if href, ok := urlpath.SafeLink(x.WebURL); ok {
			name = Cell{Link: &Link{x.Repo, href}}
		}
		t.Rows = append(t.Rows, []Cell{name, {Text: fmt.Sprint(count[x.Repo]), Class: "num"}, {Text: fmt.Sprint(x.Files), Class: "num"}, {Text: rev}})
	}
	return s.plain("health/sources", "Sources", "health/", s.healthCrumbs("Sources"), append(append(s.troubleBlocks(maxIndex), s.staleBlocks(maxIndex)...), Block{Title: "Repositories", Count: len(s.in.Sources), Table: t})...)
}
