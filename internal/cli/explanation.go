package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"callboard/internal/audience"
	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/yamldoc"
)

// explanation is where everything about an entity comes from. Its JSON form is
// for other programs: fields are added, never changed.
type explanation struct {
	Ref         string            `json:"ref"`
	Page        string            `json:"page"`
	Origin      entity.Origin     `json:"origin"`
	File        string            `json:"file"` // as it is opened from here
	Revision    string            `json:"revision,omitempty"`
	Pages       []build.Plan      `json:"pages"`
	Parts       []part            `json:"parts"`
	Derived     []derived         `json:"derived"`
	Relations   []declared        `json:"relations"`
	Diagnostics []diag.Diagnostic `json:"diagnostics"`
	Audiences   []seenBy          `json:"audiences,omitempty"`

	at func(diag.Pos) string
}

// seenBy is whether an audience sees the entity, and what keeps it, or parts of
// it, from it.
type seenBy struct {
	Audience string     `json:"audience"`
	Sees     bool       `json:"sees"`
	Why      []withheld `json:"why,omitempty"`
}

// withheld is a rule that does not let an audience see something.
type withheld struct {
	Rule  string   `json:"rule,omitempty"`
	Pos   diag.Pos `json:"pos,omitzero"`
	Text  string   `json:"text,omitempty"`
	Docs  []string `json:"docs,omitempty"`
	Facts []string `json:"facts,omitempty"`
}

// audiencesOf tells who sees an entity.
func audiencesOf(p *project, v *audience.Verdicts, ref entity.Ref) (out []seenBy) {
	for _, name := range p.audience.Names() {
		s := seenBy{Audience: name, Sees: v.Seen(ref, name)}
		for _, r := range v.Why(ref) {
			if part := len(r.Docs)+len(r.Facts) > 0; !r.Lets(name) && (s.Sees || !part) {
				s.Why = append(s.Why, withheld{r.Rule, r.At, r.Text, r.Docs, r.Facts})
			}
		}
		out = append(out, s)
	}
	return out
}

// part is a value of the entity and where it is written.
type part struct {
	Field string   `json:"field"`
	Value string   `json:"value"`
	Pos   diag.Pos `json:"pos,omitzero"` // zero for a default
}

// declared is a relation and where it is written, which may be in the file of
// the other entity.
type declared struct {
	Type     string   `json:"type"`
	Target   string   `json:"target"`
	Dangling bool     `json:"dangling"`
	Pos      diag.Pos `json:"pos"`
	ByOther  bool     `json:"declaredByTarget"`
}

func (a *app) explained(p *project, l *build.Loaded, e *entity.Entity) *explanation {
	path := a.pathOf(p)
	x := &explanation{
		Ref: e.Ref.String(), Page: pageOf(e, build.BasePath(p.config.BaseURL)), Origin: e.Origin, File: path(e.Origin.Pos()),
		Parts: parts(l, e), Derived: derivedOf(e), Pages: []build.Plan{}, Relations: []declared{}, Diagnostics: []diag.Diagnostic{},
		at: func(at diag.Pos) string { return diag.Pos{File: path(at), Line: at.Line, Col: at.Col}.String() },
	}
	if s := l.Snapshots[e.Origin.Repo]; s != nil {
		x.Revision = s.Revision
	}
	for _, r := range l.Catalog.Relations(e.Ref) {
		x.Relations = append(x.Relations, declared{r.Type, r.Target.String(), r.Dangling, r.Pos, !slices.ContainsFunc(e.Edges, func(g entity.Edge) bool {
			return g.Type == r.Type && g.Target == r.Target
		})})
	}
	for _, d := range l.Diagnostics {
		if d.Entity == x.Ref {
			x.Diagnostics = append(x.Diagnostics, d)
		}
	}
	return x
}

// parts reads the entity's document again for the places of its values, which
// the catalog does not keep.
func parts(l *build.Loaded, e *entity.Entity) []part {
	out := []part{}
	s := l.Snapshots[e.Origin.Repo]
	if s == nil {
		return out
	}
	src, err := s.Read(e.Origin.File)
	if err != nil {
		return out
	}
	for _, d := range yamldoc.Parse(src, e.Origin.Pos(), diag.Discard) {
		if d.Index == e.Origin.Doc {
			out = fields(d)
		}
	}
	if e.Namespace == entity.DefaultNamespace && !slices.ContainsFunc(out, func(p part) bool { return p.Field == "metadata.namespace" }) {
		out = append(out, part{Field: "metadata.namespace", Value: entity.DefaultNamespace})
	}
	return out
}

// fields are the values of a document down to the second level, in the order
// of the file.
func fields(d *yamldoc.Doc) []part {
	var out []part
	top, _ := d.Value.(map[string]any)
	for key, v := range top {
		below, isMap := v.(map[string]any)
		if !isMap {
			out = append(out, part{key, gist(v), d.KeyPos(key)})
		}
		for k, w := range below {
			out = append(out, part{key + "." + k, gist(w), d.KeyPos(key, k)})
		}
	}
	slices.SortFunc(out, func(a, b part) int { return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.Field, b.Field)) })
	return out
}

// maxGist is how many characters of a value are shown.
const maxGist = 60

// gist is a value in a few words.
func gist(v any) string {
	switch v := v.(type) {
	case map[string]any:
		return count(len(v), "key", "keys")
	case []any:
		return count(len(v), "entry", "entries")
	case nil:
		return "null"
	}
	s := strings.Join(strings.Fields(fmt.Sprint(v)), " ")
	if r := []rune(s); len(r) > maxGist {
		return string(r[:maxGist]) + "…"
	}
	return s
}

func (x *explanation) write(w io.Writer) {
	fmt.Fprintln(w, x.Ref)
	origin := fmt.Sprintf("%s (document %d)", x.at(x.Origin.Pos()), x.Origin.Doc)
	if x.Revision != "" {
		origin += " at " + x.Revision
	}
	fmt.Fprintf(w, "  declared  %s\n", printable(origin))
	fmt.Fprintf(w, "  page      %s\n", printable(x.Page))
	x.writePages(w)
	x.writeParts(w)
	x.writeDerived(w)
	x.writeRelations(w)
	x.writeAudiences(w)
	x.writeDiagnostics(w)
}

// writePages tells by which template each page is made, and its key: a page is
// made again when its key is another.
func (x *explanation) writePages(w io.Writer) {
	fmt.Fprintln(w, "\n  Pages")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, p := range x.Pages {
		fmt.Fprintf(t, "    %s\t%s\t%s\n", printable(p.Path), p.Template, p.Key.Short())
	}
	t.Flush()
}

func (x *explanation) writeParts(w io.Writer) {
	fmt.Fprintln(w, "\n  Parts")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, p := range x.Parts {
		from := "default"
		if !p.Pos.IsZero() {
			from = x.at(p.Pos)
		}
		fmt.Fprintf(t, "    %s\t%s\t%s\n", printable(p.Field), printable(p.Value), printable(from))
	}
	t.Flush()
}

func (x *explanation) writeRelations(w io.Writer) {
	if len(x.Relations) == 0 {
		return
	}
	fmt.Fprintln(w, "\n  Relations")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range x.Relations {
		target := r.Target
		if r.Dangling {
			target += " (not in the catalog)"
		}
		fmt.Fprintf(t, "    %s\t%s\t%s\n", r.Type, printable(target), printable(x.at(r.Pos)))
	}
	t.Flush()
}

// writeAudiences tells who sees the entity, and why others do not.
func (x *explanation) writeAudiences(w io.Writer) {
	if len(x.Audiences) == 0 {
		return
	}
	fmt.Fprintln(w, "\n  Audiences")
	for _, s := range x.Audiences {
		verdict := "sees it"
		if !s.Sees {
			verdict = "does not see it"
		}
		fmt.Fprintf(w, "    %s %s\n", s.Audience, verdict)
		for _, y := range s.Why {
			fmt.Fprintf(w, "      %s\n", printable(y.String()))
		}
	}
}

func (y withheld) String() string {
	out := "no rule is about it, and audiences.otherwise does not name the audience"
	switch {
	case y.Rule != "":
		out = fmt.Sprintf("%s: the rule %q", y.Pos, y.Rule)
	case y.Text != "" && !strings.HasPrefix(y.Text, "no rule"):
		return y.Text
	}
	if len(y.Docs) > 0 {
		out += ", about its documentation " + strings.Join(y.Docs, ", ")
	}
	if len(y.Facts) > 0 {
		out += ", about what the host tells: " + strings.Join(y.Facts, ", ")
	}
	if y.Rule != "" && y.Text != "" {
		out += ": " + y.Text
	}
	return out
}

func (x *explanation) writeDiagnostics(w io.Writer) {
	if len(x.Diagnostics) == 0 {
		return
	}
	fmt.Fprintln(w, "\n  Findings")
	for _, d := range x.Diagnostics {
		fmt.Fprintf(w, "    %s: %s: %s [%s]\n", printable(x.at(d.Pos)), d.Severity, printable(d.Message), d.Code)
	}
}
