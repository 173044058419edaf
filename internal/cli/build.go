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
	var out string
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

SOURCE_DATE_EPOCH, if set, is taken for the time of the build.`,
		Example: `  callboard build                           # the demo, or what callboard.yaml says
  callboard build ~/src --out /srv/portal   # a directory of checkouts
  callboard build . --base-url https://acme.example/portal/`,
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.build(c.Context(), first(args), pf, out, strict)
		},
	}
	pf.add(c)
	pf.addBaseURL(c)
	addOut(c, &out, "the directory to write")
	c.Flags().BoolVar(&strict, "strict", false, "exit with 1 if there are errors or warnings")
	c.ValidArgsFunction = directories
	return c
}

func addOut(c *cobra.Command, out *string, what string) {
	c.Flags().StringVarP(out, "out", "o", "public", what)
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

func (a *app) build(ctx context.Context, dir string, pf projectFlags, out string, strict bool) (err error) {
	p, err := a.open(dir, pf)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if p.broken() {
		return a.refuse(p)
	}
	start := a.Now()
	r, err := a.runBuild(ctx, p, a.path(out))
	if err != nil {
		return err
	}
	ds := diag.Sort(append(p.findings.All(), r.Diagnostics...))
	if err := a.list(p, nil, ds); err != nil {
		return err
	}
	a.came = builtOutcome(r, ds)
	a.summarise(p, r, ds, a.shown(a.path(out)), a.Now().Sub(start))
	if strict {
		return verdict(ds, diag.Warning)
	}
	return nil
}

// runBuild builds a project into an absolute path.
func (a *app) runBuild(ctx context.Context, p *project, out string) (*build.Result, error) {
	o, err := a.options(p, out)
	if err != nil {
		return nil, err
	}
	o.News = newsFile(o.CacheDir, out)
	bar := a.newProgress(false)
	o.Progress = bar.told
	r, err := build.Run(ctx, o)
	bar.end()
	return r, err
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
