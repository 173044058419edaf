package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/publish"
)

// publishFlags say what to publish, where and how.
type publishFlags struct {
	from, to  string
	grace     time.Duration
	maxDelete string
	compress  wordFlag
	format    wordFlag
	dryRun    bool
	verify    bool
	takeOver  bool
	history   bool
}

// usualGrace is longer than anybody leaves a page open, and as long as it takes to
// find out that a portal should be rolled back.
const usualGrace = 7 * 24 * time.Hour

func newPublishFlags() publishFlags {
	words := []string{string(publish.Plain), string(publish.Gzip), string(publish.Brotli), string(publish.Twins)}
	return publishFlags{compress: wordFlag{words[0], words}, format: wordFlag{"text", []string{"text", "json"}}}
}

func (a *app) publishCommand() *cobra.Command {
	f := newPublishFlags()
	c := &cobra.Command{
		Use:   "publish",
		Short: "Bring the portal to where people read it",
		Long: `Bring a portal that was built to a directory that a web server serves, to a
bucket, or into the form that a host of pages takes. Only what has changed is sent.

What pages need is sent before them, and what no page needs any more is deleted
by the first run after --grace, so that whoever has a page open goes on reading.
A run that is killed leaves a whole portal, and the next one goes on where it was.
Two runs at once cannot be: the second one ends with an error.

If more of the portal would vanish than --max-delete, nothing is done: the files
that are named by their content are not counted.

Where to and how may stand under publish in the callboard.yaml of the working
directory, too. Flags count before it.

Credentials are looked for where the tools of the store's vendor look for them,
and are never part of the address.`,
		Example: `  callboard publish --to s3://acme-portal
  callboard publish --to s3://acme/portal?endpoint=https://minio.acme.example
  callboard publish --from public --to /srv/portal --compress twins
  callboard publish --to github-pages:artifact.tar
  callboard publish --to git:https://github.com/acme/portal#gh-pages
  callboard publish --to s3://acme-portal --dry-run`,
		Args: atMost(0),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := a.configured(c, &f); err != nil {
				return err
			}
			return a.publish(c.Context(), f)
		},
	}
	c.Flags().StringVar(&f.from, "from", defaultOut, "the directory that was built")
	f.addTarget(c, "where to: "+stores+", git:REPOSITORY#BRANCH, github-pages:FILE or gitlab-pages:DIR")
	c.Flags().StringVar(&f.maxDelete, "max-delete", "20%", "how many files may leave the portal at once, or which share of them")
	c.Flags().BoolVar(&f.history, "history", false, "keep the commits before in a branch, which grows then; without, it has one commit")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "tell what would be done, and do nothing")
	c.Flags().BoolVar(&f.verify, "verify", false, "compare with the digests that the store has, and send again what differs")
	if err := c.MarkFlagDirname("from"); err != nil {
		panic(err) // the flag has just been defined
	}
	return c
}

// addTarget adds the flags that publish and rollback share.
func (f *publishFlags) addTarget(c *cobra.Command, where string) {
	c.Flags().StringVar(&f.to, "to", "", where)
	c.Flags().DurationVar(&f.grace, "grace", usualGrace, "how long files stay that the portal no longer has, and what was replaced is kept for callboard rollback")
	c.Flags().Var(&f.compress, "compress", "how text is stored: as it is, compressed, or with compressed twins beside it for web servers that choose")
	c.Flags().BoolVar(&f.takeOver, "take-over", false, "end the lease of a run that was killed")
	c.Flags().Var(&f.format, "format", "how to tell what was done")
	complete(c, "compress", f.compress.words...)
	complete(c, "format", f.format.words...)
}

// configured takes what no flag says from the callboard.yaml of the working
// directory, if there is one.
func (a *app) configured(c *cobra.Command, f *publishFlags) error {
	p, err := a.locate("", projectFlags{})
	if err != nil || p.demo {
		return err
	}
	p.config = config.Load(p.text, diag.Pos{File: configName}, &p.findings)
	if p.broken() {
		return a.refuse(p)
	}
	x := p.config.Publish
	for name, value := range map[string]string{"to": x.To, "grace": x.Grace, "max-delete": x.MaxDelete, "compress": x.Compress} {
		flag := c.Flags().Lookup(name)
		if flag == nil || flag.Changed || value == "" {
			continue // rollback deletes as many as it must
		}
		if err := flag.Value.Set(value); err != nil {
			return fmt.Errorf("publish in %s: %w", configName, err)
		}
	}
	return nil
}

// options are those of a run, but for what it publishes.
func (a *app) publishOptions(s publish.Store, f publishFlags) publish.Options {
	return publish.Options{
		Store: s, Form: publish.NewForm(publish.Compress(f.compress.value)), Grace: f.grace, Verify: f.verify,
		Holder: a.holder(rand.Text()), TakeOver: f.takeOver, Jobs: a.requests(), Now: a.Now,
	}
}

func (f *publishFlags) check() error {
	switch {
	case f.to == "":
		return &usageError{"--to is missing", "a directory that a web server serves, or a bucket: s3://BUCKET/PREFIX; publish.to in callboard.yaml may say so, too"}
	case f.grace < 0:
		return &usageError{"--grace must not be negative", "0 deletes at once"}
	}
	return nil
}

func (a *app) publish(ctx context.Context, f publishFlags) (err error) {
	if err := errors.Join(f.check(), a.checkApart(f.from, f.to)); err != nil {
		return err
	}
	most, err := publish.ParseMaxDelete(f.maxDelete)
	if err != nil {
		return &usageError{"--max-delete: " + err.Error(), ""}
	}
	if err := isDir(a.path(f.from), f.from); err != nil {
		return fmt.Errorf("%w; build the portal first", err)
	}
	from, closeFrom, err := publish.Directory(ctx, a.path(f.from), a.publishRecord(f), a.requests())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeFrom()) }()
	if _, _, ok := branchTarget(f.to); ok {
		return a.publishBranch(ctx, from, most, f)
	}
	if host, path, ok := pagesHost(f.to); ok {
		return a.publishPages(ctx, from, host, a.path(path), f)
	}
	s, closing, err := a.openStore(ctx, f.to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing()) }()
	o := a.publishOptions(s, f)
	o.From, o.MaxDelete = from, most
	return a.runPublish(ctx, o, f)
}

// publishRecord keeps the digests of what no build vouches for. To verify is to trust
// none of them.
func (a *app) publishRecord(f publishFlags) publish.Record {
	cache := a.cacheDir()
	from, err := filepath.Abs(a.path(f.from))
	if cache == "" || err != nil || f.verify {
		return publish.Record{}
	}
	return publish.Record{File: filepath.Join(cache, "publish", digest.Of([]byte(from)).String()), Now: a.Now()}
}

// runPublish carries out what publish and rollback come to, or tells of it.
func (a *app) runPublish(ctx context.Context, o publish.Options, f publishFlags) error {
	if f.dryRun {
		plan, err := publish.Prepare(ctx, o)
		if plan == nil {
			return err
		}
		return errors.Join(a.showPlan(plan, f), err)
	}
	start := a.Now()
	bar := a.newProgress(true)
	o.Progress = bar.published
	rep, err := publish.Run(ctx, o)
	bar.end()
	if err != nil {
		return err
	}
	return a.showReport(rep, o.Store, a.Now().Sub(start), f)
}
