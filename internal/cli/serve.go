package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"

	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/serve"
)

func (a *app) serveCommand() *cobra.Command {
	s := server{app: a}
	c := &cobra.Command{
		Use:   "serve [DIR]",
		Short: "Build, serve, and build again on every change",
		Long: `Build the portal of a directory, serve it to this machine, and build it again
whenever something that it was made of changes; open pages then reload and show
what is wrong with the last build. Ctrl-C ends it.

What is served is what build writes, with the headers recommended for hosting.
One thing differs: each page gets the script tag that reloads it. --no-reload
leaves it out, and pages are served byte for byte.

With audiences in the configuration, --as shows the portal as one of them sees
it, at the addresses at which its readers have it; without --as, everything is
shown.

DIR is understood as by build.`,
		Example: `  callboard serve                     # the demo, or what callboard.yaml says
  callboard serve ~/src --addr 127.0.0.1:8080`,
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error { return s.run(c.Context(), first(args)) },
	}
	s.flags.add(c)
	s.flags.addBaseURL(c)
	c.Flags().StringVar(&s.addr, "addr", serve.DefaultAddr, "the address to listen on")
	c.Flags().StringVarP(&s.out, "out", "o", "", "the directory to write (default one in the cache directory)")
	addAs(c, &s.as)
	c.Flags().BoolVar(&s.noReload, "no-reload", false, "serve pages without the script that reloads them")
	c.ValidArgsFunction = directories
	return c
}

// server is one run of the serve command.
type server struct {
	app      *app
	flags    projectFlags
	addr     string
	out      string
	as       string
	noReload bool

	told sync.Once // that this is the demo

	mu  sync.Mutex // keeps lines of the log apart
	dir string
}

func (s *server) run(ctx context.Context, dir string) (err error) {
	s.dir = dir
	defer func() { err = errors.Join(err, s.flags.close()) }()
	if err := s.app.bring(ctx, dir, &s.flags); err != nil {
		return err
	}
	out, done, err := s.output()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	s.flags.out = out
	// One time for the whole session: a portal that is built again from the same
	// files is the same to the byte, and no page reloads.
	s.app.began = s.app.Now()
	return serve.Run(ctx, serve.Options{
		Addr: s.addr, Out: out, Reload: !s.noReload, Ignore: nonEmpty(s.app.cacheDir()), Log: s.log,
		Build:     func(ctx context.Context) (serve.Outcome, error) { return s.build(ctx, out) },
		Listening: func(url string) { s.log("the portal is at " + url + " (Ctrl-C to stop)") },
	})
}

// output is the directory to write, and what to do with it at the end. Unless
// one is asked for, it lies in the cache, one for each project, so that the
// next session begins with the portal of this one; without a cache it is a
// temporary one.
func (s *server) output() (out string, done func() error, err error) {
	keep := func() error { return nil }
	if s.out != "" {
		return s.app.path(s.out), keep, nil
	}
	if cache := s.app.cacheDir(); cache != "" {
		key := digest.New("serve").String(s.app.path(s.dir)).String(s.flags.config).String(s.as).Sum()
		return filepath.Join(cache, "serve-"+key.Short(), "public"), keep, nil
	}
	tmp, err := os.MkdirTemp("", "callboard-serve-*")
	if err != nil {
		return "", nil, err
	}
	return filepath.Join(tmp, "public"), func() error { return os.RemoveAll(tmp) }, nil
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func (s *server) log(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.app.talk("%s", printable(line))
}

// build reads the configuration anew and builds.
func (s *server) build(ctx context.Context, out string) (o serve.Outcome, err error) {
	a := s.app
	p, err := a.open(s.dir, s.flags)
	if err != nil {
		return serve.Outcome{}, err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	s.told.Do(func() { a.tellDemo(p) })
	o = serve.Outcome{Base: build.BasePath(p.config.BaseURL), Frames: p.config.Docs.Frames, Watch: p.watched()}
	if p.broken() {
		o.Diagnostics = p.findings.All()
		return o, a.list(p, nil, o.Diagnostics)
	}
	if s.as == "" {
		p.audience = nil
	}
	r, err := a.runBuild(ctx, p, out, s.as)
	if err != nil {
		return serve.Outcome{}, err
	}
	o.Diagnostics = diag.Sort(append(p.findings.All(), r.Diagnostics...))
	o.Changed = r.Stats.Written+r.Stats.Removed > 0
	return o, a.list(p, nil, o.Diagnostics)
}

// watched is what the project was made of.
func (p *project) watched() []string {
	var out []string
	if p.file != "" {
		out = append(out, p.file)
	} else if !p.demo {
		out = append(out, filepath.Join(p.dir, configName))
	}
	for _, x := range p.places {
		if x.root != "" {
			out = append(out, x.root)
		}
	}
	out = append(out, p.states...)
	if p.overlay != nil {
		out = append(out, p.join(p.config.Theme.Dir))
	}
	return out
}
