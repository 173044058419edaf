package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"callboard/internal/crawl"
	"callboard/internal/crawl/state"
	"callboard/internal/digest"
	"callboard/internal/polite"
)

// crawlFlags say how to crawl.
type crawlFlags struct {
	projectFlags
	out, shard, at        string
	plan, allowDrop, full bool
	format                wordFlag
}

func (a *app) crawlCommand() *cobra.Command {
	f := crawlFlags{format: wordFlag{value: "text", words: []string{"text", "json"}}}
	c := &cobra.Command{
		Use:   "crawl [DIR]",
		Short: "Fetch what the portal needs from Git hosts",
		Long: `Ask the hosts that callboard.yaml names for their repositories, and keep of each
the files that a portal is made of. Build, serve, lint and catalog read what was
kept, and ask no host.

What has not changed is not fetched again. What cannot be had stays as it was,
with the reason, and is asked for the next time. A crawl that is stopped, by a
limit of the host, by you or by the end of the machine, goes on where it was.

If a source lists less than four fifths of what it listed before, nothing is let
go of, unless --allow-drop is given.

--plan asks for the lists, tells what would be fetched and what it costs, and
changes nothing. --shard 2/4 crawls one of four parts; callboard build takes all
of them with --from. Parts that are given the same time with --at are to the
byte what one crawl at that time is.

Exit code 1 tells that something is not as it is at its host.`,
		Example: `  callboard crawl                                    # what callboard.yaml names
  callboard crawl --app-config app-config.yaml --app-config app-config.production.yaml
  callboard crawl --shard 2/4 --out shard-2 && callboard build --from shard-2`,
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error { return a.crawl(c.Context(), first(args), f) },
	}
	f.addConfig(c)
	f.addState(c)
	c.Flags().StringVar(&f.shard, "shard", "", "crawl one of several parts, such as 2/4")
	c.Flags().StringVarP(&f.out, "out", "o", "", "with --shard, the directory to keep the part in, instead of the state")
	c.Flags().StringVar(&f.at, "at", "", "the time that is told of what hosts say, such as 2026-05-06T07:00:00Z, instead of the present one; the same for all parts of a crawl")
	c.Flags().BoolVar(&f.plan, "plan", false, "tell what would be done and what it costs, and do nothing")
	c.Flags().BoolVar(&f.allowDrop, "allow-drop", false, "let go of more than a fifth of a source's repositories")
	c.Flags().BoolVar(&f.full, "full", false, "fetch what has not changed, too")
	c.Flags().Var(&f.format, "format", "how to tell what was done")
	complete(c, "format", f.format.words...)
	if err := c.MarkFlagDirname("out"); err != nil {
		panic(err) // the flag has just been defined
	}
	c.ValidArgsFunction = directories
	return c
}

// crawling is one run of crawl.
type crawling struct {
	*app
	crawlFlags
	project       *project
	dir           *state.Dir
	kept          *kept  // nil if the state does not lie in a store
	empty         string // a directory that stands for a state that is not there
	budget        *polite.Budget
	shard, shards int
	at            time.Time // zero for the present
}

func (a *app) crawl(ctx context.Context, dir string, f crawlFlags) (err error) {
	x := &crawling{app: a, crawlFlags: f}
	if err := errors.Join(x.checkShard(), x.checkTime()); err != nil {
		return err
	}
	if x.project, err = a.openConfig(dir, f.projectFlags); err != nil {
		return err
	}
	if x.project.broken() {
		return a.refuse(x.project)
	}
	if len(crawledNames(x.project.config.Sources)) == 0 {
		return &usageError{"there is nothing to crawl: no entry of sources is at a host", "see the manual on crawling, or callboard build for directories"}
	}
	defer func() { err = errors.Join(err, x.close()) }()
	if err := x.openState(ctx); err != nil {
		return err
	}
	t := time.NewTicker(saveEvery)
	defer t.Stop()
	stop := x.save(ctx, t.C)
	err = x.run(ctx)
	stop()
	return errors.Join(err, x.send(ctx))
}

// checkShard reads "2/4".
func (x *crawling) checkShard() error {
	if x.crawlFlags.shard == "" {
		if x.out != "" {
			return &usageError{"--out is for parts of a crawl", "name the part with --shard, or the directory with --state"}
		}
		return nil
	}
	i, n, ok := strings.Cut(x.crawlFlags.shard, "/")
	var err1, err2 error
	x.shard, err1 = strconv.Atoi(i)
	x.shards, err2 = strconv.Atoi(n)
	if !ok || err1 != nil || err2 != nil || x.shard < 1 || x.shard > x.shards || x.shards > state.MaxShards {
		return &usageError{"--shard is " + quote(x.crawlFlags.shard) + "; it must be a part of several, such as 2/4", ""}
	}
	return nil
}

// checkTime reads the time that is to be told. What is said to be of the future
// would look new for too long.
func (x *crawling) checkTime() (err error) {
	if x.crawlFlags.at == "" {
		return nil
	}
	if x.at, err = time.Parse(time.RFC3339, x.crawlFlags.at); err != nil {
		return &usageError{"--at is " + quote(x.crawlFlags.at) + "; it must be a time such as 2026-05-06T07:00:00Z", ""}
	}
	if x.at.After(x.Now()) {
		return &usageError{"--at is " + quote(x.crawlFlags.at) + ", which is still to come", ""}
	}
	return nil
}

// stamps is the clock of what is told about time. Requests are paced by the one of
// the machine, whatever is told.
func (x *crawling) stamps() polite.Clock {
	if x.at.IsZero() {
		return x.clock()
	}
	return crawlClock{polite.Machine(), func() time.Time { return x.at }}
}

// openState opens the directory that things are kept in, which may be the copy of
// what lies in a store. A plan changes nothing in it.
func (x *crawling) openState(ctx context.Context) (err error) {
	path := x.path(x.out)
	if x.out == "" {
		path = x.statePath(x.project, x.projectFlags)
		if address := x.stateAddress(x.project.config.Config); isStore(address) {
			if err := x.openKept(ctx, address); err != nil {
				return err
			}
			path = x.kept.dir
		}
	}
	x.project.state = path
	switch {
	case x.dir != nil:
		return nil
	case !x.plan:
		x.dir, err = state.Open(path, state.Options{})
		return err
	}
	if x.dir, err = state.Read(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if x.empty, err = os.MkdirTemp("", "callboard-plan-*"); err != nil {
		return err
	}
	x.dir, err = state.Open(x.empty, state.Options{})
	return err
}

// close closes the state, and removes what stood for one that is not there.
func (x *crawling) close() (err error) {
	if x.dir != nil {
		err = x.dir.Close()
	}
	if x.kept != nil {
		err = errors.Join(err, x.kept.close())
	}
	if x.empty != "" {
		err = errors.Join(err, os.RemoveAll(x.empty))
	}
	return err
}

func (x *crawling) run(ctx context.Context) (err error) {
	c := x.project.config.Crawl
	x.budget = &polite.Budget{Keep: keep(c.Reserve)}
	o := &opener{secrets: &secrets{a: x.app, p: x.project}, dir: x.dir, budget: x.budget}
	if o.clones, err = x.clones(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.clones)) }()
	sources := o.open()
	if x.project.broken() {
		return x.refuse(x.project)
	}
	if err := x.list(x.project, nil, x.project.findings.All()); err != nil {
		return err
	}
	opt := crawl.Options{Dir: x.dir, Sources: sources, Clock: x.stamps(), Shard: x.shard, Shards: x.shards, AllowDrop: x.allowDrop, Full: x.full, Jobs: x.jobs()}
	if !c.Facts {
		opt.EnrichRequests = -1
	}
	bar := x.newProgress(false)
	opt.Progress = bar.crawled
	rep, err := x.ask(ctx, opt)
	bar.end()
	if err != nil && rep == nil {
		return errors.New(o.hide(err))
	}
	return errors.Join(x.tell(rep), hidden(o, err))
}

// clones is where the program git keeps what it fetches while the crawl goes on: in
// the cache, or in the state where there is none. It is of this state alone, which
// only one crawl has open; a plan, which does not open it, has a place of its own.
// What is there is removed when the crawl ends: no later one would trust it.
func (x *crawling) clones() (string, error) {
	cache := x.cacheDir()
	switch {
	case x.plan:
		return os.MkdirTemp("", "callboard-plan-*")
	case cache == "":
		return filepath.Join(x.project.state, "git"), nil
	}
	return filepath.Join(cache, "git", digest.New("clones").String(x.project.state).Sum().Short()), nil
}

// hidden is an error that shows no secret.
func hidden(o *opener, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("crawl: %s", o.hide(err))
}

// jobs is how many things are done at once: what was asked for, or what the
// configuration says.
func (x *crawling) jobs() int {
	if x.flags.jobs > 0 {
		return x.flags.jobs
	}
	return x.project.config.Crawl.Concurrency
}

// keep is a share in per cent as package polite has it, for which 0 means
// something else.
func keep(percent int) float64 {
	if percent == 0 {
		return -1
	}
	return float64(percent) / 100
}

// openConfig opens a project whose sources are not read.
func (a *app) openConfig(dir string, f projectFlags) (*project, error) {
	p, err := a.locate(dir, f)
	if err != nil {
		return nil, err
	}
	if p.demo {
		return nil, &usageError{"there is no " + configName + " here", "write one that names your hosts, or name one with --config; callboard crawl --help shows how"}
	}
	return p, a.configure(p, f)
}
