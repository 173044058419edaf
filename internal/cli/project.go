package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"callboard/content"
	"callboard/internal/audience"
	"callboard/internal/build"
	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/process"
	"callboard/internal/source"
	"callboard/themes"
)

// configName is the name of the configuration's file.
const configName = "callboard.yaml"

// projectFlags say what to read.
type projectFlags struct {
	config    string
	appConfig []string
	from      []string
	state     string
	// uncrawled leaves sources alone that are crawled.
	uncrawled bool
	baseURL   string
	// out is the directory that the command writes, "" if it writes none.
	out string

	// What bring has done: where the copy of a state is that lies in a store, what
	// was found damaged, and what removes copies that do not stay.
	copied  string
	found   []diag.Diagnostic
	closers []func() error
}

// add adds the flags of commands that read what was crawled.
func (f *projectFlags) add(c *cobra.Command) {
	f.addConfig(c)
	f.addState(c)
	c.Flags().StringArrayVar(&f.from, "from", nil, "a directory or store that callboard crawl has filled, instead of that of the configuration; may be repeated, for shards")
	if err := c.MarkFlagDirname("from"); err != nil {
		panic(err) // the flag has just been defined
	}
}

// addState adds the flag of commands that crawl or read what was crawled.
func (f *projectFlags) addState(c *cobra.Command) {
	c.Flags().StringVar(&f.state, "state", "", "where what was crawled is kept, instead of crawl.state of the configuration: "+stores)
	if err := c.MarkFlagDirname("state"); err != nil {
		panic(err) // the flag has just been defined
	}
}

func (f *projectFlags) addConfig(c *cobra.Command) {
	c.Flags().StringVarP(&f.config, "config", "c", "", "the configuration (default callboard.yaml in DIR)")
	c.Flags().StringArrayVar(&f.appConfig, "app-config", nil, "a Backstage's app-config.yaml to read, too; may be repeated, later ones count before earlier ones")
	for _, name := range []string{"config", "app-config"} {
		if err := c.MarkFlagFilename(name, "yaml", "yml"); err != nil {
			panic(err) // the flag has just been defined
		}
	}
}

func (f *projectFlags) addBaseURL(c *cobra.Command) {
	c.Flags().StringVar(&f.baseURL, "base-url", "", "the portal's public address or its path, instead of baseUrl of the configuration")
}

// project is what a command works on: a configuration and the sources that it
// names.
type project struct {
	config   *config.Loaded
	model    *catalog.Model
	process  *process.Pipeline
	audience *audience.Rules
	sources  []source.Source
	states   []string // what changes when a crawl ends
	state    string   // the directory of what was crawled, "" until it is known
	cache    string   // where results of builds are kept, if not where others are
	places   []place  // of the sources, for telling where a file is
	out      string   // the directory that the command writes, "" if none
	repoDirs sync.Map // name of a repository -> its directory, as far as it is known
	overlay  fs.FS
	closers  []func() error
	// file is the path of the configuration, "" if there is none; dir is the
	// directory that its paths are relative to.
	file, dir string
	text      []byte            // of the configuration
	included  map[string][]byte // the texts of app-config.yaml files by their names
	demo      bool
	findings  diag.List
}

// open finds out what to work on: the directory dir, or the working directory
// if that is "" and holds a configuration, or else the embedded demo. A
// configuration with errors is not worked with; they are in the findings.
func (a *app) open(dir string, f projectFlags) (*project, error) {
	p, err := a.locate(dir, f)
	if err != nil {
		return nil, err
	}
	p.out = f.out
	if err := a.configure(p, f); err != nil {
		return nil, err
	}
	p.tellAll(f.found)
	p.checkRules()
	p.process = process.Compile(p.config, &p.findings)
	p.audience = audience.Compile(p.config, &p.findings)
	if f.baseURL != "" {
		if want := config.CheckBaseURL(f.baseURL); want != "" {
			return nil, &usageError{fmt.Sprintf("--base-url is %q; it must be %s", f.baseURL, want), ""}
		}
		p.config.BaseURL = f.baseURL
	}
	if dir != "" && f.config != "" {
		p.config.Sources, p.dir = nil, a.path(dir) // the directory is what was asked for
	}
	if p.broken() {
		return p, nil
	}
	if p.demo {
		err = a.embeddedSources(p)
	} else {
		err = a.addSources(p, f)
	}
	return p, errors.Join(err, p.loadKinds())
}

// configure reads the text of the configuration and what it includes.
func (a *app) configure(p *project, f projectFlags) error {
	name := configName
	if p.file != "" && !p.demo {
		name = a.shown(p.file)
	}
	p.config = config.Load(p.text, diag.Pos{File: name}, &p.findings)
	if err := a.include(p, f.appConfig); err != nil {
		return err
	}
	p.urlLocations()
	return nil
}

// locate finds the configuration's file and reads it.
func (a *app) locate(dir string, f projectFlags) (*project, error) {
	file := f.config
	p := &project{dir: a.path(dir)}
	if dir != "" {
		if err := isDir(p.dir, dir); err != nil {
			return nil, err
		}
	}
	if file != "" {
		p.file = a.path(file)
		p.dir = filepath.Dir(p.file)
		return p, p.read(file)
	}
	p.file = filepath.Join(p.dir, configName)
	err := p.read(configName)
	if !errors.Is(err, fs.ErrNotExist) {
		return p, err
	}
	p.file = ""
	if dir == "" && len(f.appConfig) == 0 && len(f.from) == 0 {
		p.demo, p.dir = true, ""
		p.text, err = fs.ReadFile(content.FS, configName)
		return p, err
	}
	return p, nil
}

func isDir(abs, given string) error {
	st, err := os.Stat(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no directory %q", given)
	case err != nil:
		return fmt.Errorf("cannot open %q: %w", given, err)
	case !st.IsDir():
		return fmt.Errorf("%q is not a directory", given)
	}
	return nil
}

func (p *project) read(given string) (err error) {
	if p.text, err = os.ReadFile(p.file); err != nil {
		return fmt.Errorf("cannot read the configuration %s: %w", given, err)
	}
	return nil
}

// broken tells whether the configuration has errors.
func (p *project) broken() bool {
	errs, _, _ := diag.Count(p.findings.All())
	return errs > 0
}

func (p *project) close() error {
	errs := []error{build.Close(p.sources)}
	for _, c := range p.closers {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

// options are those of a build or load of the project.
func (a *app) options(p *project, out string) (build.Options, error) {
	now, err := a.buildTime()
	if err != nil {
		return build.Options{}, err
	}
	return build.Options{
		Config: p.config.Config, Model: p.model, Process: p.process, Programs: a.programs(p), Audiences: p.audience, Sources: p.sources, Out: out, CacheDir: cmp.Or(p.cache, a.cacheDir()), Jobs: a.flags.jobs,
		Now: now, Started: a.Now(), Version: version(), Theme: themes.Default(), Bundle: themes.Bundle(), Overlay: p.overlay,
	}, nil
}

// programs is what processors that are programs find around them.
func (a *app) programs(p *project) process.Environment {
	if p.file == "" || p.demo {
		return process.Environment{Forbid: true} // there is no directory to run them in
	}
	return process.Environment{Dir: filepath.Dir(p.file), Path: a.Getenv("PATH"), Home: a.Getenv("HOME")}
}

// buildTime is the time that SOURCE_DATE_EPOCH tells
// (https://reproducible-builds.org/specs/source-date-epoch/), or now.
func (a *app) buildTime() (time.Time, error) {
	epoch := a.Getenv("SOURCE_DATE_EPOCH")
	switch {
	case epoch == "" && !a.began.IsZero():
		return a.began, nil
	case epoch == "":
		return a.Now(), nil
	}
	sec, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return time.Time{}, &usageError{fmt.Sprintf("SOURCE_DATE_EPOCH is %q, not a number of seconds", epoch), ""}
	}
	return time.Unix(sec, 0).UTC(), nil
}

// cacheDir is where results of earlier builds are kept, or "" for nowhere.
func (a *app) cacheDir() string {
	switch env := a.Getenv("CALLBOARD_CACHE_DIR"); {
	case a.flags.noCache:
		return ""
	case a.flags.cacheDir != "":
		return a.path(a.flags.cacheDir)
	case env != "":
		return a.path(env)
	}
	dir, err := defaultCache()
	if err != nil && a.flags.verbose {
		a.talk("no results are kept for the next build: %v", err)
	}
	return dir
}

// defaultCache makes the cache directory that nobody asked for by name. Where
// it cannot be made, as for a user without a home, work goes on without.
func defaultCache() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(base, "callboard")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	return dir, nil
}

// load reads the catalog of a project, without making pages.
func (a *app) load(ctx context.Context, p *project) (*build.Loaded, error) {
	o, err := a.options(p, "")
	if err != nil {
		return nil, err
	}
	bar := a.newProgress(true)
	o.Progress = bar.told
	l, err := build.Load(ctx, o)
	bar.end()
	return l, err
}
