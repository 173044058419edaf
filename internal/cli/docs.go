package cli

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/themes"
)

func (a *app) docsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "docs",
		Short: "One documentation site, without a portal",
		Long: `Build, serve or render documentation that is written for MkDocs: what one
mkdocs.yml describes, as a site of its own. No Python is run, and no plugin: what
mkdocs.yml asks for is done by callboard itself, and it says what it passes over.`,
		Example: `  callboard docs serve .                        # this documentation, live
  callboard docs build . --out site             # as plain files
  callboard docs render < docs/index.md         # one page's HTML`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.docsBuildCommand(), a.docsServeCommand(), a.docsRenderCommand())
	return c
}

// docsFlags say what documentation is read and how it is shown.
type docsFlags struct {
	config   string
	siteName string
	ref      string
	theme    string
	frames   []string
}

func (f *docsFlags) add(c *cobra.Command) {
	c.Flags().StringVarP(&f.config, "config", "f", "", "the configuration in DIR (default mkdocs.yaml or mkdocs.yml)")
	c.Flags().StringVar(&f.siteName, "site-name", "", "the site's name, where mkdocs.yml has none (default \"Documentation\")")
	c.Flags().StringVar(&f.ref, "techdocs-ref", "", "where DIR is at its code host, such as url:https://github.com/acme/pay/tree/main, for links to the source")
	c.Flags().StringVar(&f.theme, "theme", "", "a directory whose files replace files of the default theme")
	c.Flags().StringArrayVar(&f.frames, "frame", nil, "a host whose frames pages may show, such as www.example.com; may be repeated")
	for flag, exts := range map[string][]string{"config": {"yaml", "yml"}} {
		if err := c.MarkFlagFilename(flag, exts...); err != nil {
			panic(err) // the flag has just been defined
		}
	}
	if err := c.MarkFlagDirname("theme"); err != nil {
		panic(err)
	}
}

// docsJob is documentation that is to be built.
type docsJob struct {
	app   *app
	flags docsFlags
	dir   string // absolute
	out   string // absolute
	etag  string
	draft bool      // with pages that are drafts
	built time.Time // told in techdocs_metadata.json; zero for not at all
}

// run builds.
func (j *docsJob) run(ctx context.Context) (r *build.Result, err error) {
	err = j.with(func(o build.DocsOptions) error {
		r, err = build.Docs(ctx, o)
		return err
	})
	return r, err
}

// with does something with the options of a build that begins now.
func (j *docsJob) with(do func(build.DocsOptions) error) error {
	a := j.app
	overlay, done, err := j.overlay()
	if err != nil {
		return err
	}
	defer done()
	web, branch, err := j.flags.host()
	if err != nil {
		return err
	}
	for _, host := range j.flags.frames {
		if want := config.CheckFrame(host); want != "" {
			return &usageError{"--frame " + quote(host) + " must be " + want, ""}
		}
	}
	bar := a.newProgress(false)
	defer bar.end()
	return do(build.DocsOptions{
		Dir: j.dir, Config: j.flags.config, SiteName: cmp.Or(j.flags.siteName, "Documentation"), WebURL: web, Branch: branch, Top: checkoutOf(j.dir), Search: a.Getenv("PATH"), Drafts: j.draft, Built: j.built, ETag: j.etag, Frames: j.flags.frames,
		Out: j.out, CacheDir: a.cacheDir(), Jobs: a.flags.jobs, Started: a.Now(), Version: version(), Theme: themes.Default(), Bundle: themes.Bundle(), Overlay: overlay, Progress: bar.told,
	})
}

// overlay opens the theme directory, which nothing in it can lead out of.
func (j *docsJob) overlay() (fs.FS, func(), error) {
	if j.flags.theme == "" {
		return nil, func() {}, nil
	}
	dir := j.app.path(j.flags.theme)
	if err := isDir(dir, j.flags.theme); err != nil {
		return nil, nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, err
	}
	return root.FS(), func() { root.Close() }, nil
}

// place is what names the files of findings.
func (j *docsJob) project() *project {
	return &project{dir: j.dir, places: []place{{name: ".", root: j.dir}}}
}

// tell lists what was found: errors and warnings, the first of them.
func (j *docsJob) tell(ds []diag.Diagnostic) error {
	a := j.app
	shown := a.worthTelling(ds)
	if a.flags.quiet || len(shown) == 0 {
		return nil
	}
	rest := 0
	if len(shown) > maxListed && !a.flags.verbose {
		shown, rest = worst(shown, maxListed), len(shown)-maxListed
	}
	if err := a.printFindings(a.Stderr, j.project(), nil, shown); err != nil {
		return err
	}
	if rest > 0 {
		a.talk("… and %d more; --verbose lists all of them", rest)
	}
	return nil
}
