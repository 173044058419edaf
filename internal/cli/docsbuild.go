package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"callboard/internal/diag"
)

func (a *app) docsBuildCommand() *cobra.Command {
	j := docsJob{app: a}
	var source, out, legacyOut string
	var strict, stamp bool
	c := &cobra.Command{
		Use:   "build [DIR]",
		Short: "Write a documentation site",
		Long: `Write the documentation of a directory as a site of plain files, at the addresses
that MkDocs gives its pages. All links in it are relative: it may lie below any
prefix of a web server, or be opened from a disk.

DIR holds mkdocs.yml; without one, its docs directory or README.md is the
documentation, as for TechDocs. The command takes the place of techdocs-cli
generate: its flags --source-dir and --output-dir are understood, and what is
written holds techdocs_metadata.json and search/search_index.json for a
Backstage that publishes it. Those flags that are about Python and Docker do
nothing.

Findings do not fail the build; with --strict, errors and warnings do. The site
is written all the same. A build that fails or is interrupted leaves the site
that stood before.`,
		Example: `  callboard docs build                          # this directory, into site
  callboard docs build docs/handbook --out /srv/handbook
  callboard docs build --source-dir . --output-dir ./site`,
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error {
			j.dir, j.out = a.path(or(first(args), source)), a.path(or(legacyOut, out))
			if stamp {
				t, err := a.buildTime()
				if err != nil {
					return err
				}
				j.built = t
			}
			return j.build(c.Context(), strict)
		},
	}
	j.flags.add(c)
	f := c.Flags()
	f.StringVarP(&out, "out", "o", defaultDocsOut, "the directory to write")
	f.StringVar(&source, "source-dir", ".", "DIR, as techdocs-cli calls it")
	f.StringVar(&legacyOut, "output-dir", "", "--out, as techdocs-cli calls it")
	f.StringVar(&j.etag, "etag", "", "a text in techdocs_metadata.json that tells the state of the source")
	f.BoolVar(&stamp, "timestamp", false, "tell the time of the build in techdocs_metadata.json; SOURCE_DATE_EPOCH, if set, is taken for it")
	f.BoolVar(&strict, "strict", false, "exit with 1 if there are errors or warnings")
	for _, flag := range []string{"out", "source-dir", "output-dir"} {
		if err := c.MarkFlagDirname(flag); err != nil {
			panic(err) // the flag has just been defined
		}
	}
	unneeded(c)
	c.ValidArgsFunction = directories
	return c
}

// unneeded takes flags of techdocs-cli generate that are about how Python is run.
func unneeded(c *cobra.Command) {
	f := c.Flags()
	f.String("docker-image", "", "nothing")
	f.String("defaultPlugin", "", "nothing")
	for _, name := range []string{"no-docker", "no-pull", "runAsDefaultUser", "omitTechdocsCoreMkdocsPlugin", "legacyCopyReadmeMdToIndexMd"} {
		f.Bool(name, false, "nothing")
		f.Lookup(name).Hidden = true
	}
	f.Lookup("docker-image").Hidden, f.Lookup("defaultPlugin").Hidden = true, true
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (j *docsJob) build(ctx context.Context, strict bool) error {
	a := j.app
	if err := isDir(j.dir, a.shown(j.dir)); err != nil {
		return err
	}
	start := a.Now()
	r, err := j.run(ctx)
	if err != nil {
		return err
	}
	ds := diag.Sort(r.Diagnostics)
	if err := j.tell(ds); err != nil {
		return err
	}
	s := r.Stats
	a.talk("built %s in %s: %s, %s", a.shown(j.out), a.Now().Sub(start).Round(time.Millisecond), count(s.Docs, "page", "pages"), diag.Summary(ds))
	if a.flags.verbose {
		a.talk("  %s in the site, %d rendered; %s written, %s, %d removed", count(s.Pages, "file", "files"), s.Rendered, count(s.Written, "file", "files"), size(s.Bytes), s.Removed)
	}
	if strict {
		return verdict(ds, diag.Warning)
	}
	return nil
}

// host reads --techdocs-ref: the address of the repository and its branch.
func (f *docsFlags) host() (web, branch string, err error) {
	if f.ref == "" {
		return "", "", nil
	}
	typ, target, _ := strings.Cut(f.ref, ":")
	if typ == "dir" {
		return "", "", nil
	}
	if typ != "url" || !strings.Contains(target, "://") {
		return "", "", &usageError{"--techdocs-ref " + quote(f.ref) + " is neither dir: with a path nor url: with an address", ""}
	}
	target = strings.TrimRight(target, "/")
	for _, mark := range []string{"/-/tree/", "/tree/", "/src/branch/"} {
		if web, branch, ok := strings.Cut(target, mark); ok {
			branch, _, _ = strings.Cut(branch, "/")
			return web, branch, nil
		}
	}
	return target, "", nil
}
