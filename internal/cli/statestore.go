package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"callboard/internal/config"
	"callboard/internal/crawl/state"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/remote"
)

// isStore tells an address of a store of objects from a directory.
func isStore(address string) bool {
	scheme, _, ok := strings.Cut(address, "://")
	return ok && scheme != "file"
}

// trees are the directories that are kept in a store: what was crawled, and what
// builds keep for the next one.
const (
	crawlTree = "crawl"
	buildTree = "build"
)

// copyOf is where the copy of a tree of a store is on this machine; "" if nothing
// is kept between runs.
func (a *app) copyOf(address, tree string) string {
	cache := a.cacheDir()
	if cache == "" {
		return ""
	}
	return filepath.Join(cache, "state-"+digest.New("state").String(address).Sum().Short(), tree)
}

// kept is a directory that lies in a store, and its copy here.
type kept struct {
	*remote.Tree
	address, dir string
	closers      []func() error
	found        diag.List // what is damaged
}

// keep opens a tree of a store. Nothing is brought yet.
func (a *app) keep(ctx context.Context, address, tree string) (*kept, error) {
	s, closing, err := a.openStore(ctx, address)
	if err != nil {
		return nil, err
	}
	k := &kept{address: address, dir: a.copyOf(address, tree), closers: []func() error{closing}}
	if k.dir == "" {
		tmp, err := os.MkdirTemp("", "callboard-state-*")
		if err != nil {
			return nil, errors.Join(err, k.close())
		}
		k.dir = filepath.Join(tmp, tree)
		k.closers = append(k.closers, func() error { return os.RemoveAll(tmp) })
	}
	o := remote.Options{Store: s, Name: tree, Dir: k.dir, Record: k.dir + ".record", Jobs: a.requests(), Now: a.Now, Sink: &k.found}
	if tree == crawlTree {
		o.Has, o.First = crawled, func(path string) bool { return strings.HasPrefix(path, "sources/") }
	} else {
		o.Has, o.MaxBytes = isBuilt.MatchString, maxBuilt
	}
	k.Tree = remote.New(o)
	return k, nil
}

func (k *kept) close() error {
	var errs []error
	for _, c := range k.closers {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

// crawled tells which files of a crawl's state are kept in a store: not those that
// are being written, and no clones, which are large and had again in no time.
func crawled(path string) bool {
	return !strings.HasPrefix(path, "unfinished/") && !strings.HasPrefix(path, "git/")
}

// isBuilt matches what a build keeps for the next one wherever that runs: results
// of its steps, and what the catalog was.
var isBuilt = regexp.MustCompile(`^([0-9a-f]{2}/[0-9a-f]+|news-[0-9a-f]+\.gz(-[^/]+)?)$`)

// maxBuilt is how many bytes of results are kept in a store: the youngest. More
// would take longer to bring than to make again.
const maxBuilt = 2 << 30

// bring brings what was crawled from the stores that the flags or the configuration
// name, so that the project can be opened.
func (a *app) bring(ctx context.Context, dir string, f *projectFlags) error {
	for i, from := range f.from {
		if isStore(from) {
			copied, err := a.bringTree(ctx, from, f)
			if err != nil {
				return err
			}
			f.from[i] = copied
		}
	}
	if len(f.from) > 0 {
		return nil
	}
	p, err := a.locate(dir, *f)
	if err != nil || p.demo {
		return nil // open tells of it
	}
	c := config.Load(p.text, diag.Pos{}, diag.Discard)
	address := f.stateAddress(c.Config)
	if !isStore(address) || len(crawledNames(c.Sources))+len(f.appConfig)+len(c.Include) == 0 {
		return nil
	}
	f.copied, err = a.bringTree(ctx, address, f)
	return err
}

// stateAddress is where what was crawled is kept, as it was given.
func (f *projectFlags) stateAddress(c *config.Config) string {
	if f.state != "" {
		return f.state
	}
	return c.Crawl.State
}

// bringTree brings what was crawled, and returns where it is.
func (a *app) bringTree(ctx context.Context, address string, f *projectFlags) (string, error) {
	k, err := a.keep(ctx, address, crawlTree)
	if err != nil {
		return "", err
	}
	f.closers = append(f.closers, k.close)
	moved, err := k.Pull(ctx)
	f.found = append(f.found, k.found.All()...)
	if err != nil {
		return "", fmt.Errorf("the state cannot be brought: %w", err)
	}
	a.toldMoved("brought", moved, address)
	return k.dir, nil
}

func (a *app) toldMoved(what string, m remote.Moved, address string) {
	if a.flags.verbose {
		a.talk("%s %d of %s of the state at %s (%s)", what, m.Files, count(m.Of, "file", "files"), address, size(m.Bytes))
	}
}

// openBrought is open for commands that look at what was crawled last, wherever
// that was.
func (a *app) openBrought(ctx context.Context, dir string, f projectFlags) (*project, error) {
	if err := a.bring(ctx, dir, &f); err != nil {
		return nil, errors.Join(err, f.close())
	}
	p, err := a.open(dir, f)
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	p.closers = append(p.closers, f.close)
	return p, nil
}

// inBrought opens a project so, does something with it, unless its configuration has
// errors, and closes it.
func (a *app) inBrought(ctx context.Context, dir string, f projectFlags, do func(p *project) error) (err error) {
	p, err := a.openBrought(ctx, dir, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if p.broken() {
		return a.refuse(p)
	}
	return do(p)
}

// tellDemo says that what follows is about the demo, to those who may have meant
// the directory they are in.
func (a *app) tellDemo(p *project) {
	if p.demo {
		a.talk("there is no %s here, so that this is of the demo; name a directory for what is in it", configName)
	}
}

func (f *projectFlags) close() error {
	var errs []error
	for _, c := range f.closers {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

// keepBuilt brings what earlier builds have kept in the store of the state, and
// lets the project's build use it. It returns what sends it again, or nil if there
// is no store, or if a cache was asked for by name. A build works without: what goes
// wrong is said, and no error.
func (a *app) keepBuilt(ctx context.Context, p *project, f projectFlags) *kept {
	address := f.stateAddress(p.config.Config)
	if !isStore(address) || a.flags.noCache || a.flags.cacheDir != "" {
		return nil
	}
	k, err := a.keep(ctx, address, buildTree)
	if err == nil {
		var moved remote.Moved
		if moved, err = k.Pull(ctx); err == nil {
			a.toldMoved("brought", moved, address)
			p.tellAll(k.found.All())
			p.cache = k.dir
			return k
		}
	}
	a.talk("results of earlier builds cannot be brought, so all is made anew: %v", err)
	return nil
}

func (p *project) tellAll(ds []diag.Diagnostic) {
	for _, d := range ds {
		p.findings.Report(d)
	}
}

// sendBuilt sends what a build has kept.
func (a *app) sendBuilt(ctx context.Context, k *kept) error {
	if k == nil {
		return nil
	}
	moved, err := k.Push(ctx)
	switch {
	case errors.Is(err, remote.ErrOvertaken):
		a.talk("another build has been faster; what this one made is not kept for the next one")
	case err != nil:
		a.talk("what was made cannot be kept for the next build: %v", err)
	default:
		a.toldMoved("sent", moved, k.address)
	}
	return k.close()
}

// How long a crawl that was interrupted may take to send what it has, and how often
// one that goes on does: a machine may end without a word.
const (
	lastWords = time.Minute
	saveEvery = 5 * time.Minute
)

// openKept brings the state of a crawl and opens the copy.
func (x *crawling) openKept(ctx context.Context, address string) (err error) {
	if x.kept, err = x.keep(ctx, address, crawlTree); err != nil {
		return err
	}
	if !x.plan { // nobody else on this machine has it open while it is brought
		if x.dir, err = state.Open(x.kept.dir, state.Options{}); err != nil {
			return err
		}
	}
	moved, err := x.kept.Pull(ctx)
	if err := x.list(x.project, nil, x.kept.found.All()); err != nil {
		return err
	}
	if err != nil {
		return fmt.Errorf("the state cannot be brought: %w", err)
	}
	x.toldMoved("brought", moved, address)
	_, err = state.Read(x.kept.dir) // whose format may be another now
	if x.plan && errors.Is(err, os.ErrNotExist) {
		return nil // openState makes one
	}
	return err
}

// save sends the state every now and then until the crawl ends, and returns what
// waits for the end of that.
func (x *crawling) save(ctx context.Context, now <-chan time.Time) (stop func()) {
	if x.kept == nil || x.plan {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { // ends by stop, which every crawl calls
		defer close(done)
		for {
			select {
			case <-ctx.Done():
				return
			case <-now:
			}
			if _, err := x.kept.Push(ctx); errors.Is(err, remote.ErrOvertaken) {
				return // the last attempt tells of it
			}
		}
	}()
	return func() { cancel(); <-done }
}

// codeOvertaken tells that another crawl was faster.
const codeOvertaken = diag.Code("state-overtaken")

// send sends the state after a crawl, also after one that was interrupted.
func (x *crawling) send(ctx context.Context) error {
	if x.kept == nil || x.plan {
		return nil
	}
	if ctx.Err() != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), lastWords)
		defer cancel()
	}
	moved, err := x.kept.Push(ctx)
	if errors.Is(err, remote.ErrOvertaken) {
		d := diag.Diagnostic{Severity: diag.Warning, Code: codeOvertaken, Message: x.kept.address + ": another crawl has been faster, so what this one fetched is not kept",
			Hint: "the next crawl has it; let two not run at once"}
		return errors.Join(x.list(x.project, nil, []diag.Diagnostic{d}), findingsError{})
	}
	if err != nil {
		return fmt.Errorf("the state cannot be kept: %w", err)
	}
	x.toldMoved("sent", moved, x.kept.address)
	return nil
}
