package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"callboard/internal/build"
	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
)

func (a *app) catalogCommand() *cobra.Command {
	var pf projectFlags
	var f filter
	format := wordFlag{value: "table", words: []string{"table", "json", "ndjson"}}
	c := &cobra.Command{
		Use:   "catalog [DIR]",
		Short: "Print every entity, for people and for programs",
		Long: `Print the entities of a catalog in the order of their references, with
defaults applied and relations in both directions.

The JSON forms are an interface that is kept: fields are added, never changed.
json is one array, ndjson one entity a line. Each entity has

  ref                     component:default/payments, in lower case
  apiVersion, kind, namespace, name    as written, the namespace filled in
  metadata, spec          as in the file, placeholders resolved
  origin                  repo, file, line, col, doc (index of the YAML document)
  relations               type, target, dangling (no entity has that reference)

DIR is understood as by build.`,
		Example: `  callboard catalog --kind component --owner payments
  callboard catalog ~/src --format ndjson | jq -r 'select(.spec.type == "library").ref'`,
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.catalog(c.Context(), first(args), pf, f, format.value)
		},
	}
	pf.add(c)
	c.Flags().Var(&format, "format", "how entities are written")
	c.Flags().StringSliceVar(&f.kinds, "kind", nil, "only entities of this kind; may be given more than once")
	c.Flags().StringSliceVar(&f.owners, "owner", nil, "only what this group or user owns, such as payments or user:default/ann")
	c.Flags().StringSliceVar(&f.types, "type", nil, "only entities with this spec.type")
	complete(c, "format", format.words...)
	complete(c, "kind", "component", "api", "resource", "system", "domain", "group", "user", "location", "template")
	c.ValidArgsFunction = directories
	return c
}

// filter chooses entities: those that have one of the words of each list that
// has any.
type filter struct{ kinds, owners, types []string }

func (f filter) matcher(c *catalog.Catalog) (func(*entity.Entity) bool, error) {
	var owners []entity.Ref
	for _, o := range f.owners {
		r, err := entity.ParseRef(o, entity.KindGroup, entity.DefaultNamespace)
		if err != nil {
			return nil, &usageError{"--owner: " + err.Error(), "write it as payments, group:payments or user:default/ann"}
		}
		owners = append(owners, r)
	}
	return func(e *entity.Entity) bool {
		return has(f.kinds, e.Kind) && has(f.types, e.Type()) && (len(owners) == 0 || slices.ContainsFunc(c.Targets(e.Ref, entity.OwnedBy), func(r catalog.Relation) bool {
			return slices.Contains(owners, r.Target)
		}))
	}, nil
}

func has(words []string, s string) bool {
	return len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, s) })
}

func (a *app) catalog(ctx context.Context, dir string, pf projectFlags, f filter, format string) error {
	return a.inBrought(ctx, dir, pf, func(p *project) error { return a.printCatalog(ctx, p, f, format) })
}

func (a *app) printCatalog(ctx context.Context, p *project, f filter, format string) error {
	a.tellDemo(p)
	l, err := a.load(ctx, p)
	if err != nil {
		return err
	}
	matches, err := f.matcher(l.Catalog)
	if err != nil {
		return err
	}
	var es []*entity.Entity
	for _, e := range l.Catalog.Entities() {
		if matches(e) {
			es = append(es, e)
		}
	}
	w := bufio.NewWriter(a.Stdout)
	if err := errors.Join(writeEntities(w, l, es, format), w.Flush()); err != nil {
		return fmt.Errorf("write the catalog: %w", err)
	}
	a.talk("%d of %s: %s", len(es), count(l.Catalog.Len(), "entity", "entities"), diag.Summary(l.Diagnostics))
	return nil
}

func writeEntities(w io.Writer, l *build.Loaded, es []*entity.Entity, format string) error {
	switch format {
	case "json":
		return writeArray(w, l, es)
	case "ndjson":
		for _, e := range es {
			if err := writeEntity(w, exported(l, e)); err != nil {
				return err
			}
		}
		return nil
	}
	return writeTable(w, l.Catalog, es)
}

// exported is an entity for programs, with the annotations that Backstage would
// have added.
func exported(l *build.Loaded, e *entity.Entity) catalog.Exported {
	web, branch := "", ""
	if s := l.Snapshots[e.Origin.Repo]; s != nil {
		web, branch = s.WebURL, s.Branch
	}
	return l.Catalog.ExportAt(e, web, branch)
}

// writeEntity writes one line.
func writeEntity(w io.Writer, x catalog.Exported) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(x)
}

// writeArray writes an indented array, one entity at a time.
func writeArray(w io.Writer, l *build.Loaded, es []*entity.Entity) error {
	if len(es) == 0 {
		_, err := io.WriteString(w, "[]\n")
		return err
	}
	var line, pretty bytes.Buffer
	for i, e := range es {
		line.Reset()
		pretty.Reset()
		if err := writeEntity(&line, exported(l, e)); err != nil {
			return err
		}
		if err := json.Indent(&pretty, bytes.TrimSpace(line.Bytes()), "  ", "  "); err != nil {
			return err
		}
		before := ",\n  "
		if i == 0 {
			before = "[\n  "
		}
		if _, err := fmt.Fprintf(w, "%s%s", before, &pretty); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "\n]\n")
	return err
}

func writeTable(w io.Writer, c *catalog.Catalog, es []*entity.Entity) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "KIND\tNAME\tTYPE\tLIFECYCLE\tOWNER")
	for _, e := range es {
		owner := ""
		if r, ok := c.Owner(e.Ref); ok {
			owner = r.Target.Short(e.Ref.Namespace)
			if r.Dangling {
				owner += " (missing)"
			}
		}
		name := e.Name
		if e.Ref.Namespace != entity.DefaultNamespace {
			name = e.Namespace + "/" + e.Name
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", e.Kind, name, cell(e.Type()), cell(e.Lifecycle()), cell(owner))
	}
	return t.Flush()
}

func cell(s string) string {
	if s == "" {
		return "-"
	}
	return printable(s)
}
