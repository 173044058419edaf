package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"callboard/internal/build"
	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/entity"
	"callboard/internal/importer"
	"callboard/internal/repofs"
	"callboard/internal/source/dir"
)

// importFlags say what import reads and where it writes.
type importFlags struct {
	format       wordFlag
	write, force bool
	out          string
}

const autoFormat = "auto"

func (a *app) importCommand() *cobra.Command {
	words := []string{autoFormat}
	for _, f := range importer.Formats() {
		words = append(words, string(f))
	}
	f := importFlags{format: wordFlag{value: autoFormat, words: words}}
	c := &cobra.Command{
		Use:   "import [PATH...]",
		Short: "Make catalog files of those of other catalogs",
		Long: `Read the files in which other catalogs describe software, and print
catalog-info.yaml files that say the same: compass.yml (Compass), cortex.yaml
(Cortex), opslevel.yml (OpsLevel), service.datadog.yaml and entity.datadog.yaml
(Datadog), score.yaml (Score).

PATH is such a file, a repository or a directory of repositories; without any it
is the current directory. Comments in what is printed say what was guessed. What
has no counterpart in the catalog's model is kept as an annotation.

With --write, a catalog-info.yaml is written beside each file instead, unless
there is one; --out writes one file of everything. Entities that a catalog file
describes already are left out, unless --force is given, which replaces files.

To read these files in every build and leave them as they are, name their
formats in callboard.yaml, under catalog.importers.`,
		Example: `  callboard import
  callboard import services/payments/opslevel.yml
  callboard import ~/src --write`,
		RunE: func(c *cobra.Command, args []string) error { return a.importFiles(c.Context(), args, f) },
	}
	c.Flags().Var(&f.format, "format", "the format of the files; auto goes by their names")
	c.Flags().BoolVar(&f.write, "write", false, "write a catalog-info.yaml beside each file")
	c.Flags().StringVar(&f.out, "out", "", "write everything into this file")
	c.Flags().BoolVar(&f.force, "force", false, "replace files that are there")
	c.MarkFlagsMutuallyExclusive("write", "out")
	complete(c, "format", words...)
	return c
}

// importing is one run of import.
type importing struct {
	*app
	importFlags
	project  *project
	loaded   *build.Loaded
	findings diag.List
	drafts   []*draft.Draft
	written  []*entity.Entity // by catalog files
	files    int              // how many sources are of named files
}

func (a *app) importFiles(ctx context.Context, paths []string, f importFlags) (err error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	for _, p := range paths {
		if _, err := os.Stat(a.path(p)); err != nil {
			return &usageError{"cannot read " + quote(p) + ": " + reason(err), ""}
		}
	}
	im := &importing{app: a, importFlags: f, loaded: &build.Loaded{Catalog: new(catalog.Catalog), Snapshots: map[string]*repofs.Snapshot{}}}
	if err := im.open(paths); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, im.project.close()) }()
	if err := im.read(ctx); err != nil {
		return err
	}
	im.settle()
	return im.finish()
}

// open makes the project of what is named: first the files, then the
// directories. The format of every file must be known.
func (im *importing) open(paths []string) error {
	var files, dirs []string
	for _, p := range paths {
		switch {
		case isDir(im.path(p), p) == nil:
			dirs = append(dirs, p)
		case importer.FormatOf(filepath.Base(p)) == "" && im.format.value == autoFormat:
			return &usageError{quote(p) + " has no name by which its format is known", "name it with --format"}
		default:
			files = append(files, p)
		}
	}
	im.project, _ = im.named(files)
	im.files = len(im.project.sources)
	for _, p := range dirs {
		c := im.project.config.Config
		im.project.add(im.project.uniqueName(p), im.path(p), dirOptions(c, config.Source{Repositories: im.holds(p)}))
	}
	return nil
}

// holds tells whether a directory is a repository because another catalog's
// file is at its top.
func (im *importing) holds(given string) string {
	for _, f := range im.formats() {
		for _, name := range f.Files() {
			if _, err := os.Stat(filepath.Join(im.path(given), name)); err == nil {
				return dir.One
			}
		}
	}
	return dir.Auto
}

// formats are those that are looked for.
func (im *importing) formats() []importer.Format {
	if im.format.value == autoFormat {
		return importer.Formats()
	}
	return []importer.Format{importer.Format(im.format.value)}
}

// read reads the files of all repositories.
func (im *importing) read(ctx context.Context) error {
	for i, s := range im.project.sources {
		for r, err := range s.Repos(ctx) {
			if err != nil {
				return err
			}
			snap, err := s.Fetch(ctx, r, &im.findings)
			if err != nil {
				return err
			}
			if snap.Repo == "." && len(im.project.sources) > 1 || im.loaded.Snapshots[snap.Repo] != nil {
				snap.Repo = im.project.places[i].name
			}
			im.loaded.Snapshots[snap.Repo] = snap
			if err := im.repository(ctx, snap, i < im.files); err != nil {
				return err
			}
		}
	}
	return nil
}

// repository reads one repository: the files of other catalogs, and what its
// catalog files say already. A snapshot of named files has those as its entries.
func (im *importing) repository(ctx context.Context, snap *repofs.Snapshot, named bool) error {
	if named {
		im.readNamed(snap)
		snap.Entries = []string{catalogName}
	} else {
		ds, err := importer.Read(ctx, snap, im.formats(), snap.Read, &im.findings)
		if err != nil {
			return err
		}
		im.drafts = append(im.drafts, ds...)
	}
	if im.force {
		return nil
	}
	es, err := catalog.Read(ctx, snap, snap.Read, diag.Discard)
	im.written = append(im.written, es...)
	return err
}

// readNamed reads the files that a snapshot was taken for.
func (im *importing) readNamed(snap *repofs.Snapshot) {
	for _, g := range snap.Entries {
		p := unescapeGlob(g)
		f := importer.FormatOf(p)
		if im.format.value != autoFormat {
			f = importer.Format(im.format.value)
		}
		im.drafts = append(im.drafts, importer.ReadFile(snap.Repo, p, f, snap.Read, &im.findings)...)
	}
}

// unescapeGlob is the name of which escapeGlob made a pattern.
func unescapeGlob(g string) string { return strings.ReplaceAll(g, `\`, "") }

// settle leaves one draft of each entity, and none of those that catalog files
// describe.
func (im *importing) settle() {
	all := append(slices.Clone(im.written), importer.Entities(im.drafts)...)
	kept := map[*entity.Entity]bool{}
	for _, e := range importer.Settle(all, im.formats(), &im.findings) {
		kept[e] = true
	}
	im.drafts = slices.DeleteFunc(im.drafts, func(d *draft.Draft) bool { return !kept[d.Entity] })
}

// finish writes what was made, and tells what was found.
func (im *importing) finish() error {
	err := im.output()
	ds := diag.Sort(im.findings.All())
	if e := im.printFindings(im.Stderr, im.project, im.loaded, im.worthTelling(ds)); e != nil {
		return errors.Join(err, e)
	}
	if len(im.drafts)+len(ds) > 0 {
		im.talk("%s: %s%s", count(len(im.drafts), "entity", "entities"), diag.Summary(ds), im.untold(ds, "text"))
	}
	if err != nil {
		return err
	}
	if len(im.drafts) == 0 && !slices.ContainsFunc(ds, func(d diag.Diagnostic) bool { return d.Code == importer.CodeReplaced }) {
		im.nothing(len(ds) > 0)
		return findingsError{}
	}
	return verdict(ds, diag.Error)
}

// nothing complains that nothing was made, of files in which something was found
// or for lack of files.
func (im *importing) nothing(found bool) {
	if found {
		im.complain("there is nothing to import: no file describes an entity that could be read", "callboard import --verbose tells of each file why")
		return
	}
	im.complain("there are no files of other catalogs to import", "files are known by their names, such as opslevel.yml; see callboard import --help")
}

// group are the drafts that go into one file.
type group struct {
	dir    string // of the file they come from, on disk
	from   string // that file, as it is told
	drafts []*draft.Draft
}

// groups gathers the drafts by file, or by directory.
func (im *importing) groups(byDir bool) []group {
	var out []group
	for _, d := range im.drafts {
		at := d.Entity.Origin.Pos()
		abs := im.project.abs(at)
		g := group{dir: filepath.Dir(abs), from: filepath.ToSlash(im.shown(abs))}
		if n := len(out); n > 0 && out[n-1].dir == g.dir && (byDir || out[n-1].from == g.from) {
			if byDir && !strings.Contains(out[n-1].from, path.Base(g.from)) {
				out[n-1].from += ", " + path.Base(g.from)
			}
			out[n-1].drafts = append(out[n-1].drafts, d)
			continue
		}
		g.drafts = []*draft.Draft{d}
		out = append(out, g)
	}
	return out
}

func (im *importing) output() error {
	if im.importFlags.write {
		return im.writeBeside()
	}
	from := im.Dir
	if im.out != "" {
		from = filepath.Dir(im.path(im.out))
	}
	var text strings.Builder
	for i, g := range im.groups(false) {
		if i > 0 {
			text.WriteString("---\n")
		}
		if rel, err := filepath.Rel(from, g.dir); err == nil && rel != "." {
			for _, d := range g.drafts {
				d.Rebase(filepath.ToSlash(rel) + "/")
			}
		}
		text.WriteString(importedFrom(g.from))
		text.Write(draft.Write("", g.drafts))
	}
	if im.out == "" || text.Len() == 0 {
		_, err := fmt.Fprint(im.Stdout, text.String())
		return err
	}
	return im.save(im.path(im.out), []byte(text.String()))
}

func importedFrom(file string) string {
	return "# From " + file + ", by callboard import.\n"
}

// writeBeside writes a catalog file into each directory.
func (im *importing) writeBeside() error {
	var errs []error
	for _, g := range im.groups(true) {
		names := path.Base(g.from)
		if _, rest, more := strings.Cut(g.from, ", "); more {
			names = path.Base(strings.SplitN(g.from, ", ", 2)[0]) + ", " + rest
		}
		errs = append(errs, im.save(filepath.Join(g.dir, catalogName), append([]byte(importedFrom(names)), draft.Write("", g.drafts)...)))
	}
	return errors.Join(errs...)
}

// catalogName is what Backstage's tools call a catalog file.
const catalogName = "catalog-info.yaml"

// save writes a file that is not there, or replaces one if that is asked for.
// The directory is not left, wherever a link of that name leads.
func (im *importing) save(file string, text []byte) error {
	err := im.saveNew(file, text, im.force)
	if errors.Is(err, fs.ErrExist) {
		im.complain(im.shown(file)+" is there, and stays as it is", "--force replaces it")
		return findingsError{}
	}
	return err
}

// saveNew writes a file. It is an error, fs.ErrExist, if there is one that must
// not be replaced.
func (a *app) saveNew(file string, text []byte, replace bool) (err error) {
	root, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return fmt.Errorf("write %s: %w", a.shown(file), err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if replace {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := root.OpenFile(filepath.Base(file), flags, 0o666)
	if err != nil {
		return fmt.Errorf("write %s: %w", a.shown(file), err)
	}
	if _, err := f.Write(text); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", a.shown(file), err), f.Close())
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write %s: %w", a.shown(file), err)
	}
	a.talk("wrote %s", a.shown(file))
	return nil
}
