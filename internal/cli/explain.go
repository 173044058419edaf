package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"callboard/internal/audience"
	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/urlpath"
)

func (a *app) explainCommand() *cobra.Command {
	var pf projectFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "explain PATH-OR-REF-OR-CODE [DIR]",
		Short: "Say why a page is as it is, or what a finding means",
		Long: `Say where an entity and its page come from: the file and line of each part, of
each relation (which may stand in another entity's file), what was found wrong
with it, how the page is made, and which audiences see it.

PATH-OR-REF is a reference (component:default/payments, payments), the address
of a page (/catalog/default/component/payments/), or a catalog file. DIR is
understood as by build.

The code of a finding, such as ref-dangling, prints what the manual says of it:
why it is said, what to do, an example that is found and one that is not.`,
		Example: `  callboard explain payments
  callboard explain https://portal.acme.example/catalog/default/component/payments/
  callboard explain services/payments/catalog-info.yaml
  callboard explain ref-dangling`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return exactly(1)(c, args)
			}
			return atMost(2)(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			return a.explain(c.Context(), args[0], first(args[1:]), pf, asJSON)
		},
	}
	pf.add(c)
	pf.addBaseURL(c)
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return c
}

func (a *app) explain(ctx context.Context, what, dir string, pf projectFlags, asJSON bool) error {
	if r, ok := manualRuleOf(diag.Code(what)); ok {
		return a.explainRule(what, r, asJSON)
	}
	return a.inBrought(ctx, dir, pf, func(p *project) error { return a.explainEntities(ctx, p, what, asJSON) })
}

func (a *app) explainEntities(ctx context.Context, p *project, what string, asJSON bool) error {
	a.tellDemo(p)
	l, err := a.load(ctx, p)
	if err != nil {
		return err
	}
	found, err := a.find(p, l, what)
	if err != nil {
		return err
	}
	var out []*explanation
	o, err := a.options(p, "")
	if err != nil {
		return err
	}
	verdicts, err := p.judge(ctx, l)
	if err != nil {
		return err
	}
	for _, e := range found {
		x := a.explained(p, l, e)
		if verdicts != nil {
			x.Audiences = audiencesOf(p, verdicts, e.Ref)
		}
		if x.Pages, err = build.Explain(ctx, o, l, e.Ref); err != nil {
			return err
		}
		out = append(out, x)
	}
	if asJSON {
		return a.inJSON(out)
	}
	w := bufio.NewWriter(a.Stdout)
	for i, x := range out {
		if i > 0 {
			fmt.Fprintln(w)
		}
		x.write(w)
	}
	return w.Flush()
}

// judge says who sees what of a catalog; it is nil without audiences.
func (p *project) judge(ctx context.Context, l *build.Loaded) (*audience.Verdicts, error) {
	if p.audience == nil {
		return nil, nil
	}
	return p.audience.Judge(ctx, l.Catalog, &p.findings)
}

func (a *app) inJSON(v any) error {
	enc := json.NewEncoder(a.Stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// explainRule prints what the manual says of a code.
func (a *app) explainRule(code string, r manualRule, asJSON bool) error {
	if asJSON {
		return a.inJSON([]map[string]string{{"code": code, "title": r.title, "markdown": r.whole}})
	}
	_, err := fmt.Fprintf(a.Stdout, "%s [%s]\n\n%s\n", r.title, code, r.whole)
	return err
}

// find is what a word of the command line may mean: the entities of an
// address, of a file, or of a reference.
func (a *app) find(p *project, l *build.Loaded, what string) ([]*entity.Entity, error) {
	if ref, ok := refOfAddress(what, build.BasePath(p.config.BaseURL)); ok {
		if e := l.Catalog.Get(ref); e != nil {
			return []*entity.Entity{e}, nil
		}
	}
	if es := a.declaredIn(p, l, what); len(es) > 0 {
		return es, nil
	}
	if ref, err := entity.ParseRef(what, "*", entity.DefaultNamespace); err == nil {
		if es := called(l, ref, !strings.Contains(what, "/")); len(es) > 0 {
			return es, nil
		}
	}
	return nil, unknown(l, what)
}

func unknown(l *build.Loaded, what string) error {
	name := what[strings.LastIndexAny(strings.TrimRight(what, "/"), ":/")+1:]
	hint := "callboard catalog lists all references"
	if near := l.Catalog.Suggest(strings.TrimRight(name, "/"), 3); len(near) > 0 {
		var names []string
		for _, r := range near {
			names = append(names, r.String())
		}
		hint = "did you mean " + strings.Join(names, " or ") + "?"
	}
	return &usageError{"nothing in the catalog is called, addressed or declared in " + quote(what), hint}
}

// refOfAddress is the entity whose page, or whose documentation, has an
// address.
func refOfAddress(s, base string) (entity.Ref, bool) {
	u, err := url.Parse(s)
	if err != nil || !strings.Contains(u.Path, "/") {
		return entity.Ref{}, false
	}
	rest, ok := strings.CutPrefix(u.Path, base)
	if !ok {
		rest = strings.TrimPrefix(u.Path, "/")
	}
	parts := strings.Split(rest, "/")
	if len(parts) < 4 || parts[0] != "catalog" && parts[0] != "docs" {
		return entity.Ref{}, false
	}
	// a name that Windows reserves has a "~" in its address
	return entity.NewRef(parts[2], parts[1], strings.ReplaceAll(parts[3], "~", "")), true
}

func (a *app) declaredIn(p *project, l *build.Loaded, what string) []*entity.Entity {
	var out []*entity.Entity
	for _, e := range l.Catalog.Entities() {
		at := e.Origin.Pos()
		if at.Path() == filepath.ToSlash(what) || p.abs(at) == a.path(what) {
			out = append(out, e)
		}
	}
	return out
}

// called are the entities of a reference, of any kind for "*", of any namespace
// if the reference names none.
func called(l *build.Loaded, ref entity.Ref, anyNamespace bool) []*entity.Entity {
	if e := l.Catalog.Get(ref); e != nil {
		return []*entity.Entity{e}
	}
	return slices.DeleteFunc(slices.Clone(l.Catalog.Entities()), func(e *entity.Entity) bool {
		return e.Ref.Name != ref.Name || ref.Kind != "*" && e.Ref.Kind != ref.Kind || !anyNamespace && e.Ref.Namespace != ref.Namespace
	})
}

// pageOf is the address of an entity's page.
func pageOf(e *entity.Entity, base string) string {
	p, err := urlpath.Entity(e.Ref.Namespace, e.Ref.Kind, e.Ref.Name, "index.html")
	if err != nil {
		return ""
	}
	return p.URL(base)
}
