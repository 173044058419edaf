package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/serve"
)

func (a *app) docsServeCommand() *cobra.Command {
	s := docsServer{docsJob: docsJob{app: a}}
	c := &cobra.Command{
		Use:   "serve [DIR]",
		Short: "Build a documentation site, serve it, and build again on every change",
		Long: `Build the documentation of a directory, serve it to this machine, and build the
pages that change again whenever a file is saved; open pages then reload and show
what is wrong. Pages that draft_docs names are shown, too, which docs build leaves
out. Ctrl-C ends it.

DIR is understood as by docs build.`,
		Example: `  callboard docs serve
  callboard docs serve docs/handbook --addr 127.0.0.1:8080`,
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error {
			s.draft = true
			s.dir = a.path(or(first(args), "."))
			return s.serve(c.Context())
		},
	}
	s.flags.add(c)
	c.Flags().StringVar(&s.addr, "addr", serve.DefaultAddr, "the address to listen on")
	c.Flags().BoolVar(&s.noReload, "no-reload", false, "serve pages without the script that reloads them")
	c.ValidArgsFunction = directories
	return c
}

// docsServer is one run of docs serve.
type docsServer struct {
	docsJob
	addr     string
	noReload bool
	live     build.LiveDocs

	mu sync.Mutex // keeps lines of the log apart
}

func (s *docsServer) serve(ctx context.Context) (err error) {
	if err := isDir(s.dir, s.app.shown(s.dir)); err != nil {
		return err
	}
	done, err := s.place()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	return serve.Run(ctx, serve.Options{
		Addr: s.addr, Out: s.out, Reload: !s.noReload, Ignore: nonEmpty(s.app.cacheDir()), Log: s.log, Quiet: soon,
		Build:     s.again,
		Listening: func(url string) { s.log("the documentation is at " + url + " (Ctrl-C to stop)") },
	})
}

// place is the directory to write: one in the cache for each directory of
// documentation, so that the next session begins with the pages of this one;
// without a cache a temporary one.
func (s *docsServer) place() (done func() error, err error) {
	if cache := s.app.cacheDir(); cache != "" {
		key := digest.New("docs serve").String(s.dir).String(s.flags.config).Sum()
		s.out = filepath.Join(cache, "docs-"+key.Short(), "site")
		return func() error { return nil }, nil
	}
	tmp, err := os.MkdirTemp("", "callboard-docs-*")
	if err != nil {
		return nil, err
	}
	s.out = filepath.Join(tmp, "site")
	return func() error { return os.RemoveAll(tmp) }, nil
}

// again makes the pages that have changed, and leaves the rest for later; if more
// has changed than pages, it makes all.
func (s *docsServer) again(ctx context.Context) (out serve.Outcome, err error) {
	var ahead build.Ahead
	ok := false
	if err := s.with(func(o build.DocsOptions) error {
		ahead, ok = s.live.Ahead(ctx, o)
		return nil
	}); err != nil {
		return out, err
	}
	if !ok {
		return s.all(ctx, nil)
	}
	out = s.outcome(ahead.Diagnostics)
	out.Changed, out.Ahead = true, ahead.Pages
	out.Rest = func(ctx context.Context) (serve.Outcome, error) { return s.all(ctx, ahead.Diagnostics) }
	return out, s.tell(ahead.Diagnostics)
}

// all makes the whole site, and tells what is wrong unless it has been told.
func (s *docsServer) all(ctx context.Context, told []diag.Diagnostic) (out serve.Outcome, err error) {
	err = s.with(func(o build.DocsOptions) error {
		r, shown, err := s.live.Build(ctx, o)
		if err != nil {
			return err
		}
		out = s.outcome(r.Diagnostics)
		out.Changed = shown
		return nil
	})
	if err != nil || slices.EqualFunc(told, out.Diagnostics, func(a, b diag.Diagnostic) bool { return a.Compare(b) == 0 }) {
		return out, err
	}
	return out, s.tell(out.Diagnostics)
}

func (s *docsServer) outcome(ds []diag.Diagnostic) serve.Outcome {
	o := serve.Outcome{Base: "/", Frames: s.flags.frames, Diagnostics: ds, Watch: []string{s.dir}}
	if s.flags.theme != "" {
		o.Watch = append(o.Watch, s.app.path(s.flags.theme))
	}
	return o
}

func (s *docsServer) log(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.app.talk("%s", printable(line))
}

// soon is how long a change waits for others: an editor saves one file at a time.
const soon = 15 * time.Millisecond
