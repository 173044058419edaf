package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"callboard/internal/config"
	"callboard/internal/lint"
	"callboard/internal/schema"
)

func (a *app) schemaCommand() *cobra.Command {
	var pf projectFlags
	var all string
	c := &cobra.Command{
		Use:   "schema [KIND]",
		Short: "Print the JSON Schema of catalog files, for editors",
		Long: `Print a JSON Schema (draft 7) of catalog files, of all kinds or of KIND. It
stands alone. Editors complete and check catalog-info.yaml with it; it refuses
nothing that callboard takes, and lint says more. The kinds of a callboard.yaml
here, or of --config, are in it.

With --all, a directory is filled: catalog-info.schema.json for all kinds, and a
file for each kind.`,
		Example: `  callboard schema > catalog-info.schema.json
  callboard schema component
  callboard schema --all schemas`,
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error { return a.schema(first(args), all, pf) },
	}
	pf.add(c)
	c.Flags().StringVar(&all, "all", "", "write all schemas into this directory")
	if err := c.MarkFlagDirname("all"); err != nil {
		panic(err) // the flag has just been defined
	}
	c.ValidArgs = []string{"component", "api", "resource", "system", "domain", "group", "user", "location", "template"}
	return c
}

func (a *app) schema(kind, all string, pf projectFlags) error {
	if kind != "" && all != "" {
		return &usageError{"a kind and --all exclude each other", "usage: callboard schema [KIND]"}
	}
	p, err := a.open("", pf)
	if err != nil {
		return err
	}
	defer p.close()
	if p.broken() {
		return a.refuse(p)
	}
	e := p.editor()
	if all != "" {
		return a.writeSchemas(e, all)
	}
	text, err := schemaText(e, kind)
	if err != nil {
		return err
	}
	_, err = a.Stdout.Write(text)
	return err
}

// schemaText is the schema of a kind in any case, or of all.
func schemaText(e schema.Editor, kind string) ([]byte, error) {
	if kind == "" {
		return e.All()
	}
	kinds := e.Kinds()
	i := slices.IndexFunc(kinds, func(k string) bool { return strings.EqualFold(k, kind) })
	if i >= 0 {
		return e.Kind(kinds[i])
	}
	hint := "kinds are " + strings.Join(kinds, ", ")
	if near := config.Nearest(kind, kinds); near != "" {
		hint = "did you mean " + near + "?"
	}
	return nil, &usageError{"there is no kind " + quote(kind), hint}
}

// writeSchemas writes every schema into a directory.
func (a *app) writeSchemas(e schema.Editor, given string) error {
	dir := a.path(given)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("cannot make the directory %q: %w", given, err)
	}
	kinds := append([]string{""}, e.Kinds()...)
	for _, k := range kinds {
		text, err := schemaText(e, k)
		if err != nil {
			return err
		}
		name := "catalog-info"
		if k != "" {
			name = strings.ToLower(k)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".schema.json"), text, 0o666); err != nil {
			return fmt.Errorf("cannot write a schema: %w", err)
		}
	}
	a.talk("%s in %s", count(len(kinds), "schema", "schemas"), given)
	return nil
}

// editor is what editors are told: the kinds of the project, the annotations and
// icons that the rules know.
func (p *project) editor() schema.Editor {
	e := schema.Editor{Icons: lint.LinkIcons()}
	for _, k := range p.config.Kinds {
		own := schema.OwnKind{Kind: k.Kind, Title: k.Title, APIVersions: k.APIVersions}
		if known := p.model.Kind(k.Kind); known != nil {
			own.Text = known.SchemaText
		}
		e.Own = append(e.Own, own)
	}
	for _, w := range lint.WellKnown() {
		s := schema.Suggestion{Key: w.Key}
		switch {
		case w.Instead != "":
			s.Description, s.Deprecated = "Out of use; "+w.Instead+" took its place.", true
		case w.Want != "":
			s.Description = strings.ToUpper(w.Want[:1]) + w.Want[1:] + "."
		}
		e.Annotations = append(e.Annotations, s)
	}
	return e
}
