package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/spf13/cobra"

	"callboard/internal/build"
	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/importer"
	"callboard/internal/proposal"
	"callboard/internal/repofs"
	"callboard/internal/source/dir"
)

func (a *app) initCommand() *cobra.Command {
	write := false
	c := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Propose a catalog file for a repository that has none",
		Long: `Look at a repository and print the catalog-info.yaml that it could have: a
component, and an API for each definition in it. Its owner is taken from
CODEOWNERS, its name and address from the git remote, its description from the
README, the rest from manifests, languages and files that are known. A comment
beside each line says how it is known, or that it is a guess.

DIR is the top of the repository; without it that is the current directory. With
--write the file is written there. A repository that has a catalog file already
is left alone, and the exit code is 1.`,
		Example: `  callboard init
  callboard init ~/src/payments --write`,
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error { return a.propose(c.Context(), first(args), write) },
	}
	c.Flags().BoolVar(&write, "write", false, "write catalog-info.yaml instead of printing it")
	c.ValidArgsFunction = directories
	return c
}

// initHead stands above a proposal.
const initHead = `# Proposed by callboard init. Read it, correct what is wrong, and commit it:
# the comments say where each line comes from.
`

func (a *app) propose(ctx context.Context, given string, write bool) (err error) {
	if given == "" {
		given = "."
	}
	root := a.path(given)
	if err := isDir(root, given); err != nil {
		return &usageError{err.Error(), ""}
	}
	if n, one := checkouts(root); n > 1 {
		return &usageError{fmt.Sprintf("%q holds %d checkouts, and is none itself", given, n), "name one of them: callboard init " + filepath.Join(given, one)}
	}
	p := &project{dir: root, config: &config.Loaded{Config: config.Default()}}
	p.add(p.uniqueName(given), root, dirOptions(p.config.Config, config.Source{Repositories: dir.One}))
	defer func() { err = errors.Join(err, p.close()) }()
	var sink diag.List
	snap, err := fetchOne(ctx, p, &sink)
	if err != nil {
		return err
	}
	if f := catalogFile(snap); f != "" {
		a.complain("the repository has a catalog file, "+f+"; nothing is proposed", "callboard lint says what is wrong with it")
		return findingsError{}
	}
	drafts := proposal.Propose(snap, filepath.Base(root), &sink)
	loaded := &build.Loaded{Catalog: new(catalog.Catalog), Snapshots: map[string]*repofs.Snapshot{snap.Repo: snap}}
	if err := a.list(p, loaded, sink.All()); err != nil {
		return err
	}
	a.tellOthers(snap)
	text := draft.Write(initHead, drafts)
	if !write {
		_, err := a.Stdout.Write(text)
		return err
	}
	err = a.saveNew(filepath.Join(root, catalogName), text, false)
	if errors.Is(err, fs.ErrExist) {
		a.complain(a.shown(filepath.Join(root, catalogName))+" is there, and stays as it is", "")
		return findingsError{}
	}
	return err
}

// checkouts tells how many git checkouts lie in a directory that is none, and the
// name of the first.
func checkouts(root string) (n int, first string) {
	isCheckout := func(dir string) bool {
		_, err := os.Lstat(filepath.Join(dir, ".git")) // a file in a worktree
		return err == nil
	}
	es, err := os.ReadDir(root)
	if err != nil || isCheckout(root) {
		return 0, ""
	}
	for _, e := range es {
		if e.IsDir() && isCheckout(filepath.Join(root, e.Name())) {
			first = cmp.Or(first, e.Name())
			n++
		}
	}
	return n, first
}

// fetchOne takes the snapshot of a project's only repository.
func fetchOne(ctx context.Context, p *project, sink diag.Sink) (*repofs.Snapshot, error) {
	for r, err := range p.sources[0].Repos(ctx) {
		if err != nil {
			return nil, err
		}
		return p.sources[0].Fetch(ctx, r, sink)
	}
	return nil, errors.New("the directory cannot be read")
}

// catalogFile is a catalog file of a repository, "" if it has none.
func catalogFile(s *repofs.Snapshot) string {
	for _, f := range s.Files {
		if slices.ContainsFunc(s.Entries, func(g string) bool { return doublestar.MatchUnvalidated(g, f.Path) }) {
			return f.Path
		}
	}
	return ""
}

// tellOthers says that another catalog's file knows more than a proposal.
func (a *app) tellOthers(s *repofs.Snapshot) {
	for _, f := range s.Files {
		if format := importer.FormatOf(f.Path); format != "" {
			a.talk("%s describes the repository for another catalog: callboard import makes a catalog file of it", f.Path)
			return
		}
	}
}
