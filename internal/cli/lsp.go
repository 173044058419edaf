package cli

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/lint"
	"callboard/internal/lsp"
	"callboard/internal/source/dir"
)

// lspFlags say what an editor's files are held against.
type lspFlags struct {
	projectFlags
	catalog, manual string
	allowExec       bool
}

func (a *app) lspCommand() *cobra.Command {
	var f lspFlags
	c := &cobra.Command{
		Use:   "lsp",
		Short: "Serve an editor, over standard input and output",
		Long: `Speak the Language Server Protocol (3.17) with an editor, which starts the
command itself: findings as lint has them while you type, completion of kinds,
fields, annotations and references, what a reference means, where it leads and
who uses it, and fixes. The manual has the settings of editors.

Each folder of the editor is read as by lint: with a callboard.yaml in it, the
whole catalog that this describes; without one, the repository or repositories
in the folder. With --catalog, references are also looked up in a published
catalog. Text that is not saved counts. Nothing is written, and nothing is run
without --allow-exec.

Exits with 0 when the editor says shutdown and exit, and with 1 when it goes
without.`,
		Example: `  callboard lsp
  callboard lsp --catalog https://portal.acme.example/catalog.json`,
		Args: atMost(0),
		RunE: func(c *cobra.Command, _ []string) error { return a.lsp(c.Context(), f) },
	}
	f.add(c)
	c.Flags().StringVar(&f.catalog, "catalog", "", "a published catalog in which references are looked up, too: a `FILE or address`")
	c.Flags().StringVar(&f.manual, "manual", "", "the `address` of this manual, for links from findings to its pages")
	c.Flags().BoolVar(&f.allowExec, "allow-exec", false, "run the programs that callboard.yaml names as processors")
	return c
}

func (a *app) lsp(ctx context.Context, f lspFlags) error {
	orderly, err := lsp.Serve(ctx, a.Stdin, a.Stdout, lsp.Options{
		Open:   func(ctx context.Context, asked lsp.Asked) (*lsp.Project, error) { return a.lspProject(ctx, asked, f) },
		Editor: (&project{config: &config.Loaded{Config: config.Default()}}).editor(), Version: version(), Catalog: f.catalog, Manual: f.manual, Delay: lsp.DefaultDelay,
		Explain: func(c diag.Code) string { r, _ := manualRuleOf(c); return r.intro },
	})
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case !orderly:
		return findingsError{}
	}
	return nil
}

// lspProject opens what an editor asks for.
func (a *app) lspProject(ctx context.Context, asked lsp.Asked, f lspFlags) (*lsp.Project, error) {
	p, whole, err := a.lspSources(asked, f.projectFlags)
	if err != nil {
		return nil, err
	}
	out := &lsp.Project{File: p.file, Findings: p.findings.All(), Close: p.close, Abs: func(at diag.Pos) string { return a.lspPath(p, at) }}
	for _, k := range p.config.Kinds {
		if k.Schema != "" {
			out.Files = append(out.Files, p.join(k.Schema))
		}
	}
	if p.broken() {
		return out, nil
	}
	if out.Options, err = a.options(p, ""); err != nil {
		return nil, err
	}
	out.Options.Programs.Forbid = out.Options.Programs.Forbid || !f.allowExec
	out.Editor = p.editor()
	if asked.Catalog != "" {
		a.lspPublished(ctx, p, asked.Catalog, out)
	}
	if !whole && out.Others == nil {
		out.Keep = func(d diag.Diagnostic) bool { return !lint.Whole(d.Code) }
	}
	return out, nil
}

// lspSources are those of a folder, or of what a file by itself belongs to: its
// checkout, or else nothing but the files beside it.
func (a *app) lspSources(asked lsp.Asked, f projectFlags) (p *project, whole bool, err error) {
	if asked.File == "" {
		p, err = a.open(asked.Dir, f)
		return p, true, err
	}
	beside := filepath.Dir(asked.File)
	if top := checkoutOf(beside); top != "" {
		p, err = a.open(top, f)
		return p, true, err
	}
	p = &project{dir: beside, config: &config.Loaded{Config: config.Default()}}
	ignore := append(slices.Clone(p.config.Catalog.Ignore), "*/*") // what lies deeper may be a whole home directory
	p.add(p.uniqueName("."), beside, dir.Options{Repositories: dir.One, Entries: []string{escapeGlob(filepath.Base(asked.File))}, Ignore: ignore})
	return p, false, nil
}

// lspPath is where a place is on disk; the configuration's own files are in no
// repository.
func (a *app) lspPath(p *project, at diag.Pos) string {
	if at.Repo == "" && at.File != "" && !p.demo {
		return a.path(filepath.FromSlash(at.File))
	}
	return p.abs(at)
}

// lspPublished adds a published catalog. One that cannot be read costs what is in
// it, and not the rest.
func (a *app) lspPublished(ctx context.Context, p *project, given string, out *lsp.Project) {
	es, err := a.readPublished(ctx, given)
	if err != nil {
		out.Warnings = append(out.Warnings, err.Error())
		return
	}
	c := &comparison{a: a, p: p, whole: true, published: es}
	out.Others = func(_ *build.Loaded, own []*entity.Entity) []*entity.Entity { return c.foreign(own) }
}
