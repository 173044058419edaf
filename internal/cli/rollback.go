package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"callboard/internal/publish"
)

func (a *app) rollbackCommand() *cobra.Command {
	f := newPublishFlags()
	var list bool
	c := &cobra.Command{
		Use:   "rollback [MANIFEST]",
		Short: "Publish an earlier portal again",
		Long: `Publish again what stood at --to before the last run of callboard publish, or the
portal whose manifest has a digest that begins with MANIFEST. If the last run was
killed, what stood before it is restored.

What is needed for that is kept there for the --grace of publish. Nothing is done
if a part of it is missing. --list tells what can be gone back to.

What publish takes from callboard.yaml, rollback does, too.
--compress must be as it was for publish, or everything is sent again.`,
		Example: `  callboard rollback --to s3://acme-portal
  callboard rollback --to s3://acme-portal --list
  callboard rollback --to s3://acme-portal 3f9a1c`,
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := a.configured(c, &f); err != nil {
				return err
			}
			return a.rollback(c.Context(), first(args), list, f)
		},
	}
	f.addTarget(c, "where: "+stores)
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "tell what would be done, and do nothing")
	c.Flags().BoolVar(&list, "list", false, "tell what can be gone back to, and do nothing")
	return c
}

func (a *app) rollback(ctx context.Context, which string, list bool, f publishFlags) (err error) {
	if err := f.check(); err != nil {
		return err
	}
	if _, _, ok := branchTarget(f.to); ok {
		return &usageError{"a branch is rolled back by git", "git push --force REPOSITORY COMMIT:BRANCH; publish --history keeps the commits before"}
	}
	s, closing, err := a.openStore(ctx, f.to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing()) }()
	if list {
		return a.listPublished(ctx, s, f)
	}
	sum, err := publish.Back(ctx, s, which)
	if err != nil {
		return err
	}
	o := a.publishOptions(s, f)
	if o.MaxDelete, err = publish.ParseMaxDelete("100%"); err != nil {
		return err
	}
	if o.From, err = publish.Earlier(ctx, s, sum); err != nil {
		return err
	}
	return a.runPublish(ctx, o, f)
}

func (a *app) listPublished(ctx context.Context, s publish.Store, f publishFlags) error {
	all, err := publish.History(ctx, s)
	if err != nil {
		return err
	}
	if f.format.value == "json" {
		return a.printJSON(all)
	}
	for _, p := range all {
		note := ""
		if p.Current {
			note = " (current)"
		}
		if _, err := fmt.Fprintf(a.Stdout, "%s  %s  %s%s\n", p.Manifest.String()[:12], p.At.UTC().Format(time.RFC3339), count(p.Files, "file", "files"), note); err != nil {
			return err
		}
	}
	return nil
}
