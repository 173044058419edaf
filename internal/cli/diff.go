package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"callboard/internal/changes"
	"callboard/internal/diag"
	"callboard/internal/entity"
)

// diffFlags say what is compared with what, and how it is told.
type diffFlags struct {
	projectFlags
	since, catalog string
	format         wordFlag
	exitCode       bool
}

func (a *app) diffCommand() *cobra.Command {
	f := diffFlags{format: wordFlag{"text", []string{"text", "json", "markdown"}}}
	c := &cobra.Command{
		Use:   "diff [PATH...]",
		Short: "Tell which entities a change adds, removes and changes",
		Long: `Tell what a change does to the catalog: which entities come, go, get another name
or change, in which fields and relations; which references lead nowhere then; and
who depends on what changes.

--since compares the files of PATH with those at a revision, --catalog with what
was published. With both, the change is that since the revision, and the published
catalog tells of other repositories. With neither, there are two PATHs, and both
are published catalogs: files, or addresses of a portal's catalog.json.

Exits with 0 whatever differs; with --exit-code, with 1 if anything does.`,
		Example: `  callboard diff --since origin/main
  callboard diff --since origin/main --catalog https://portal.acme.example/catalog.json
  callboard diff yesterday/catalog.json public/catalog.json --format json`,
		RunE: func(c *cobra.Command, args []string) error { return a.diff(c.Context(), args, f) },
	}
	f.projectFlags.add(c)
	c.Flags().StringVar(&f.since, "since", "", "the `REVISION` that HEAD is compared with since it left it, such as origin/main")
	c.Flags().StringVar(&f.catalog, "catalog", "", "a published catalog: a `FILE` or an address of a portal's catalog.json")
	c.Flags().Var(&f.format, "format", "how it is told")
	c.Flags().BoolVar(&f.exitCode, "exit-code", false, "exit with 1 if anything differs")
	complete(c, "format", f.format.words...)
	return c
}

func (a *app) diff(ctx context.Context, paths []string, f diffFlags) error {
	d, err := a.difference(ctx, paths, f)
	if err != nil {
		return err
	}
	if err := d.write(a.Stdout, f.format.value); err != nil {
		return fmt.Errorf("write the difference: %w", err)
	}
	if f.exitCode && len(d.Changes) > 0 {
		return findingsError{}
	}
	return nil
}

// difference is a change, and whom it concerns.
type difference struct {
	*changes.Diff
	broken   []changes.Broken // of the repositories at hand, too
	affected []changes.Affected
	path     func(diag.Pos) string
}

func (a *app) difference(ctx context.Context, paths []string, f diffFlags) (d difference, err error) {
	if f.since == "" && f.catalog == "" {
		return a.betweenCatalogs(ctx, paths)
	}
	found, err := a.findLint(ctx, paths, lintFlags{projectFlags: f.projectFlags, changeFlags: changeFlags{since: f.since, catalog: f.catalog}})
	if err != nil {
		return difference{}, err
	}
	defer func() { err = errors.Join(err, found.project.close()) }()
	if errs, _, _ := diag.Count(found.findings); errs > 0 {
		a.talk("some of what is here is not in the catalog: %s; see callboard lint", diag.Summary(found.findings))
	}
	all := found.all()
	path := a.summary(found).Path
	return difference{found.diff(), found.diff().References(all), found.affected(), path}, nil
}

// betweenCatalogs compares two published catalogs.
func (a *app) betweenCatalogs(ctx context.Context, paths []string) (difference, error) {
	if len(paths) != 2 {
		return difference{}, &usageError{"there is nothing to compare with", "add --since REVISION or --catalog, or name two published catalogs"}
	}
	var states [2][]*entity.Entity
	for i, p := range paths {
		es, err := a.readPublished(ctx, p)
		if err != nil {
			return difference{}, err
		}
		for _, e := range es {
			e.Origin.Repo = strings.TrimPrefix(e.Origin.Repo, publishedMark)
		}
		states[i] = es
	}
	d := changes.Compare(states[0], states[1], nil)
	return difference{&d, d.References(states[1]), d.Affected(states[1]), diag.Pos.Path}, nil
}

func (d difference) write(w io.Writer, format string) error {
	switch format {
	case "json":
		return d.writeJSON(w)
	case "markdown":
		whole := changes.Diff{Changes: d.Changes, Broken: d.broken}
		_, err := io.WriteString(w, changes.Summary{Diff: &whole, Affected: d.affected, Bare: true, Path: d.path}.Markdown(changes.MaxComment))
		return err
	}
	var b bytes.Buffer
	d.text(&b)
	_, err := w.Write(b.Bytes())
	return err
}

// text is the difference for people.
func (d difference) text(b *bytes.Buffer) {
	line := func(format string, args ...any) { fmt.Fprintf(b, "%s\n", printable(fmt.Sprintf(format, args...))) }
	if len(d.Changes) == 0 {
		line("no entity changes")
	}
	for _, c := range d.Changes {
		if c.What == changes.Renamed {
			line("%-8s %s to %s", c.What, c.Was, c.Ref)
		} else {
			line("%-8s %s", c.What, c.Ref)
		}
		for _, f := range c.Fields {
			line("  %s: %s → %s", f.Path, shownValue(f.Old), shownValue(f.New))
		}
		for _, r := range c.Lost {
			line("  - %s %s", r.Type, r.Target)
		}
		for _, r := range c.Gained {
			line("  + %s %s", r.Type, r.Target)
		}
	}
	if len(d.broken) > 0 {
		b.WriteByte('\n')
		line("references that lead nowhere now:")
	}
	for _, x := range d.broken {
		now := ""
		if !x.Now.IsZero() {
			now = ", now " + x.Now.String()
		}
		line("  %s: %s %s → %s%s", d.place(x.From), x.From.Ref, x.Field, x.Target, now)
	}
	if len(d.affected) > 0 {
		b.WriteByte('\n')
		line("%s on what changes:", count(len(d.affected), "entity depends", "entities depend"))
	}
	for _, x := range d.affected {
		owner := ""
		if !x.Owner.IsZero() {
			owner = " of " + x.Owner.String()
		}
		line("  %s%s: %s %s", x.Ref, owner, x.Via, x.On)
	}
}

// place is where an entity is declared.
func (d difference) place(e *entity.Entity) string {
	at := e.Origin.Pos()
	return diag.Pos{File: d.path(at), Line: at.Line, Col: at.Col}.String()
}

// shownValue is a JSON value on one short line.
func shownValue(s string) string {
	switch r := []rune(s); {
	case s == "":
		return "none"
	case len(r) > 120:
		return string(r[:120]) + "…"
	}
	return s
}

// Forms of a difference as JSON. Fields are added, never changed.
type (
	differenceJSON struct {
		Changes  []changeJSON   `json:"changes"`
		Broken   []brokenJSON   `json:"broken"`
		Affected []affectedJSON `json:"affected"`
	}
	changeJSON struct {
		What   string         `json:"what"`
		Ref    string         `json:"ref"`
		Was    string         `json:"was,omitempty"`
		Fields []fieldJSON    `json:"fields,omitempty"`
		Lost   []relationJSON `json:"lost,omitempty"`
		Gained []relationJSON `json:"gained,omitempty"`
	}
	fieldJSON struct {
		Path string          `json:"path"`
		Old  json.RawMessage `json:"old,omitempty"`
		New  json.RawMessage `json:"new,omitempty"`
	}
	relationJSON struct {
		Type   string `json:"type"`
		Target string `json:"target"`
	}
	brokenJSON struct {
		From   string `json:"from"`
		Field  string `json:"field"`
		Target string `json:"target"`
		Now    string `json:"now,omitempty"`
		File   string `json:"file"`
		Line   int    `json:"line,omitempty"`
	}
	affectedJSON struct {
		Ref      string `json:"ref"`
		Owner    string `json:"owner,omitempty"`
		On       string `json:"on"`
		Via      string `json:"via"`
		Distance int    `json:"distance"`
	}
)

func (d difference) writeJSON(w io.Writer) error {
	out := differenceJSON{[]changeJSON{}, []brokenJSON{}, []affectedJSON{}}
	for _, c := range d.Changes {
		x := changeJSON{What: c.What, Ref: c.Ref.String(), Was: refText(c.Was), Lost: relationsJSON(c.Lost), Gained: relationsJSON(c.Gained)}
		for _, f := range c.Fields {
			x.Fields = append(x.Fields, fieldJSON{f.Path, rawValue(f.Path, f.Old), rawValue(f.Path, f.New)})
		}
		out.Changes = append(out.Changes, x)
	}
	for _, b := range d.broken {
		at := b.From.Origin.Pos()
		out.Broken = append(out.Broken, brokenJSON{b.From.Ref.String(), b.Field, b.Target.String(), refText(b.Now), d.path(at), at.Line})
	}
	for _, x := range d.affected {
		out.Affected = append(out.Affected, affectedJSON{x.Ref.String(), refText(x.Owner), x.On.String(), x.Via, x.Distance})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// rawValue is a value of a field; all but apiVersion are JSON already.
func rawValue(path, value string) json.RawMessage {
	switch {
	case value == "":
		return nil
	case json.Valid([]byte(value)) && path != "apiVersion":
		return json.RawMessage(value)
	}
	b, err := json.Marshal(value)
	if err != nil {
		return nil // a string has a form in JSON
	}
	return b
}

func refText(r entity.Ref) string {
	if r.IsZero() {
		return ""
	}
	return r.String()
}

func relationsJSON(rs []changes.Relation) []relationJSON {
	var out []relationJSON
	for _, r := range rs {
		out = append(out, relationJSON{r.Type, r.Target.String()})
	}
	return slices.Clip(out)
}
