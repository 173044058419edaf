package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/digest"
)

func (a *app) buildCommand() *cobra.Command {
	var pf projectFlags
	var out, as string
	var strict bool
	c := &cobra.Command{
		Use:   "build [DIR]",
		Short: "Write the portal",
		Long: `Write the portal of a directory as plain files, for any web server or object
store.

DIR is a repository, or a directory of repositories. Its callboard.yaml is the
configuration, if it has one. With neither DIR nor a callboard.yaml in the
current directory, callboard builds its demo.

Findings about catalog files do not fail a build: one broken file must not keep
everybody's portal from being renewed. With --strict, errors and warnings do;
the portal is written all the same. An error in the configuration does always,
and then nothing is written. A build that fails or is interrupted leaves the
portal that stood before.

With audiences in the configuration, the portal of each lies in a/NAME below the
output, made as if there were nothing but what that audience may see. --as makes
that of one of them, in the output itself.

SOURCE_DATE_EPOCH, if set, is taken for the time of the build.`,
		Example: `  callboard build                           # the demo, or what callboard.yaml says
  callboard build ~/src --out /srv/portal   # a directory of checkouts
  callboard build . --base-url https://acme.example/portal/`,
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.build(c.Context(), first(args), pf, buildFlags{out, as, strict})
		},
	}
	pf.add(c)
	pf.addBaseURL(c)
	addOut(c, &out, "the directory to write")
	addAs(c, &as)
	c.Flags().BoolVar(&strict, "strict", false, "exit with 1 if there are errors or warnings")
	c.ValidArgsFunction = directories
	return c
}

// buildFlags are the flags of build.
type buildFlags struct {
	out, as string
	strict  bool
}

func addAs(c *cobra.Command, as *string) {
	c.Flags().StringVar(as, "as", "", "make the portal of one audience of the configuration")
}

// Where commands write unless told otherwise, by their names.
const (
	defaultOut     = "public"
	defaultPreview = "preview"
	defaultDocsOut = "site"
)

func addOut(c *cobra.Command, out *string, what string) {
	c.Flags().StringVarP(out, "out", "o", defaultOut, what)
	if err := c.MarkFlagDirname("out"); err != nil {
		panic(err) // the flag has just been defined
	}
}

func directories(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

func (a *app) build(ctx context.Context, dir string, pf projectFlags, bf buildFlags) error {
	pf.out = a.path(bf.out)
	return a.inBrought(ctx, dir, pf, func(p *project) error { return a.buildProject(ctx, p, pf, bf) })
}

func (a *app) buildProject(ctx context.Context, p *project, pf projectFlags, bf buildFlags) error {
	start := a.Now()
	k := a.keepBuilt(ctx, p, pf)
	r, err := a.runBuild(ctx, p, a.path(bf.out), bf.as)
	if err != nil {
		return err
	}
	if err := a.sendBuilt(ctx, k); err != nil {
		return err
	}
	ds := diag.Sort(append(p.findings.All(), r.Diagnostics...))
	if err := a.list(p, nil, ds); err != nil {
		return err
	}
	a.came = builtOutcome(r, ds)
	a.summarise(p, r, ds, a.shown(a.path(bf.out)), a.Now().Sub(start))
	if bf.strict {
		return verdict(ds, diag.Warning)
	}
	return nil
}

// runBuild builds a project into an absolute path: all of it, or what an audience
// sees of it.
func (a *app) runBuild(ctx context.Context, p *project, out, as string) (*build.Result, error) {
	o, err := a.options(p, out)
	if err != nil {
		return nil, err
	}
	o.News, o.As = newsFile(o.CacheDir, p.named(out)), as
	if p.cache != "" {
		o.Portal = p.named(out)
	}
	bar := a.newProgress(false)
	o.Progress = bar.told
	r, err := build.Run(ctx, o)
	bar.end()
	if unknown, ok := errors.AsType[*build.UnknownAudienceError](err); ok {
		return nil, &usageError{unknown.Error(), ""}
	}
	return r, err
}

// named is what tells an output from others of the same cache: one that is kept in
// a store is that of this project, wherever it is checked out.
func (p *project) named(out string) string {
	rel, err := filepath.Rel(p.dir, out)
	if p.cache == "" || err != nil {
		return out
	}
	return filepath.ToSlash(rel)
}

// newsFile is where a portal remembers its catalog from build to build, beside
// what else is kept of it; "" if nothing is.
func newsFile(cache, out string) string {
	if cache == "" {
		return ""
	}
	return filepath.Join(cache, "news-"+digest.New("news").String(out).Sum().Short()+".gz")
}

func (a *app) summarise(p *project, r *build.Result, ds []diag.Diagnostic, out string, took time.Duration) {
	s := r.Stats
	what := "built"
	if p.demo {
		what = "built the demo in"
	}
	a.talk("%s %s in %s: %s from %s, %s of documentation, %s", what, out, took.Round(time.Millisecond),
		count(s.Entities, "entity", "entities"), count(s.Repositories, "repository", "repositories"), count(s.Docs, "page", "pages"), diag.Summary(ds))
	a.tellDemo(p)
	if a.flags.verbose {
		a.talk("  %s in the portal, %d rendered; %s written, %s, %d removed", count(s.Pages, "file", "files"), s.Rendered, count(s.Written, "file", "files"), size(s.Bytes), s.Removed)
	}
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// size is a number of bytes for people.
func size(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}
