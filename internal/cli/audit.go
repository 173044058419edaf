package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"callboard/internal/audience"
	"callboard/internal/audit"
	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/themes"
)

func (a *app) auditCommand() *cobra.Command {
	var pf projectFlags
	var site string
	c := &cobra.Command{
		Use:   "audit [DIR]",
		Short: "Prove that no portal tells its audience of what it may not see",
		Long: `Search the portals that were built for the audiences of the configuration for
what each of them may not see: the names of entities, references to them, and
what was written of them and nowhere else, in every file that the audience can
get. JSON is decoded, compressed files are unpacked, HTML is read without its
tags, and the search index is asked.

What is hidden is worked out from the sources, not from the portals, so that it
is found even if a template, a processor or callboard itself lets it through.
A finding is a warning if somebody wrote it in a text that the audience may see,
and an error if nobody did. Either makes the exit code 1.

DIR is understood as by build.`,
		Example: `  callboard build && callboard audit
  callboard audit ~/src --site /srv/portal`,
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.audit(c.Context(), first(args), pf, site)
		},
	}
	pf.add(c)
	c.Flags().StringVar(&site, "site", defaultOut, "the directory that build wrote")
	if err := c.MarkFlagDirname("site"); err != nil {
		panic(err) // the flag has just been defined
	}
	c.ValidArgsFunction = directories
	return c
}

func (a *app) audit(ctx context.Context, dir string, pf projectFlags, site string) error {
	return a.inBrought(ctx, dir, pf, func(p *project) error { return a.auditPortals(ctx, p, site) })
}

func (a *app) auditPortals(ctx context.Context, p *project, site string) error {
	a.tellDemo(p)
	if p.audience == nil {
		return &usageError{"the configuration has no audiences", "everybody may see everything; the manual tells how to change that"}
	}
	l, err := a.load(ctx, p)
	if err != nil {
		return err
	}
	verdicts, err := p.judge(ctx, l)
	if err != nil {
		return err
	}
	o, err := a.options(p, "")
	if err != nil {
		return err
	}
	var found diag.List
	for _, name := range p.audience.Names() {
		if err := a.auditOne(ctx, o, l, verdicts.Of(name), site, &found); err != nil {
			return err
		}
	}
	ds := found.All()
	if err := a.tellLeaks(ds); err != nil {
		return err
	}
	return verdict(ds, diag.Warning)
}

// maxLeaks is how many findings are printed unless more is asked for.
const maxLeaks = 100

// tellLeaks prints findings on the standard output: the worst first, without the
// lines that they are in, which nobody wrote.
func (a *app) tellLeaks(ds []diag.Diagnostic) error {
	shown := ds
	if !a.flags.verbose {
		shown = worst(ds, maxLeaks)
	}
	w := bufio.NewWriter(a.Stdout)
	for _, d := range shown {
		fmt.Fprintf(w, "%s: %s: %s [%s]\n  hint: %s\n", printable(d.Pos.String()), d.Severity, printable(d.Message), d.Code, printable(d.Hint))
	}
	if n := len(ds) - len(shown); n > 0 {
		fmt.Fprintf(w, "… and %d more; --verbose prints all\n", n)
	}
	return w.Flush()
}

// auditOne searches the portal of one audience.
func (a *app) auditOne(ctx context.Context, o build.Options, l *build.Loaded, v *audience.View, site string, found *diag.List) (err error) {
	at := path.Join(filepath.ToSlash(site), build.AudiencePrefix(v.Audience))
	root, err := os.OpenRoot(filepath.Join(a.path(site), filepath.FromSlash(build.AudiencePrefix(v.Audience))))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no portal for %s in %q; callboard build makes one, --site names another directory", v.Audience, site)
	}
	if err != nil {
		return fmt.Errorf("open the portal: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	n, err := audit.Of(o, l, v)
	if err != nil {
		return err
	}
	if err := n.ShowFiles(themes.Default()); err != nil {
		return err
	}
	before := len(found.All())
	r, err := audit.Portal(ctx, root.FS(), at, n, found)
	if err != nil {
		return err
	}
	names, texts := n.Count()
	result := "nothing found"
	if k := len(found.All()) - before; k > 0 {
		result = count(k, "finding", "findings")
	}
	a.talk("%s: %s of %s searched for %s and %s: %s", v.Audience, count(r.Files, "file", "files"), size(r.Bytes), count(names, "name", "names"), count(texts, "run of words", "runs of words"), result)
	return nil
}
