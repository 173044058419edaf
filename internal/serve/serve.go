// Package serve is the server for whoever writes: it builds a portal into a
// directory, serves the bytes of that directory with the headers that the
// manual recommends for hosting, watches what the portal was made of, builds
// again when that changes and tells the browser.
//
// One thing differs from what a host would send, and only with Options.Reload:
// each page gets one script tag before </body>. The script and everything else
// of callboard's own is served below "/-/", and the files on disk are those of
// the build.
package serve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"callboard/internal/diag"
)

// DefaultAddr is where the server listens unless told otherwise.
const DefaultAddr = "127.0.0.1:3000"

// Options are what a server needs.
type Options struct {
	// Addr is the address to listen on, such as DefaultAddr.
	Addr string
	// Out is the directory that Build writes and that is served.
	Out string
	// Build makes or renews the portal in Out. It is never called twice at
	// once. An error of the first call ends the server; later ones are shown in
	// the browser, and what stood before goes on being served.
	Build func(ctx context.Context) (Outcome, error)
	// Reload adds the script that reloads pages and shows findings.
	Reload bool
	// Ignore are directories below the watched ones in which changes do not
	// matter, such as the cache. Out is one of them.
	Ignore []string
	// Quiet is how long a change waits for others before a build; zero means a
	// tenth of a second.
	Quiet time.Duration
	// Listening, if set, is told the address of the portal once it is served.
	Listening func(url string)
	// Log, if set, is told what happens, a line at a time.
	Log func(line string)
}

// Outcome is what a build made.
type Outcome struct {
	// Base is the path of the portal's address, with a slash at both ends.
	Base string
	// Frames are the hosts of which documentation may show frames.
	Frames []string
	// Diagnostics are the findings to be shown.
	Diagnostics []diag.Diagnostic
	// Changed is set when a file of the portal differs from before.
	Changed bool
	// Watch are the directories, with everything below, and the files whose
	// changes call for another build.
	Watch []string
	// Ahead are files by their paths in Out that are served in place of those
	// there until the next build ends: what a reader waits for is made first.
	Ahead map[string][]byte
	// Rest, if set, does what has been left for later. It is called once nothing
	// has changed for a moment, and its context is cancelled when something does;
	// then Build is called instead, which is to do it all.
	Rest func(ctx context.Context) (Outcome, error)

	again bool // of a build that has told already: what it told need not be told again
}

// BusyError tells that the address is in use.
type BusyError struct{ Addr string }

func (e *BusyError) Error() string {
	return fmt.Sprintf("the address %s is in use by another program; choose another with --addr", e.Addr)
}

// Run builds and serves until ctx is done. It returns nil when ctx ends it, a
// *BusyError when the address is taken, and the error of the first build.
func Run(ctx context.Context, o Options) error {
	ln, err := net.Listen("tcp", o.Addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return &BusyError{o.Addr}
	}
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	defer ln.Close()
	s := newSite(o, ln.Addr())
	w, err := newWatcher(append(o.Ignore, o.Out), cmp.Or(o.Quiet, quiet), s.log)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	defer w.close()
	out, err := o.Build(ctx)
	if err != nil {
		return err
	}
	w.watch(out.Watch)
	s.built(out, nil)
	return s.run(ctx, ln, w)
}

// run serves, and builds when something changes, until ctx is done.
func (s *site) run(ctx context.Context, ln net.Listener, w *watcher) error {
	srv := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	srv.RegisterOnShutdown(s.hub.close)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }() // ends with Shutdown or Close below
	if s.o.Listening != nil {
		s.o.Listening("http://" + ln.Addr().String() + s.base())
	}
	r := rest{site: s, watcher: w}
	defer r.stop(ctx)
	for {
		select {
		case <-ctx.Done():
			return shutdown(srv)
		case err := <-served:
			return fmt.Errorf("serve: %w", err)
		case <-w.changes:
			r.stop(ctx)
			r.later(s.rebuild(ctx, w))
		case <-r.due():
			r.start(ctx)
		case m := <-r.made:
			r.end(ctx, m)
		}
	}
}

// grace is how long requests under way may take when the server ends.
const grace = 2 * time.Second

func shutdown(srv *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil {
		return srv.Close()
	}
	return nil
}

func (s *site) rebuild(ctx context.Context, w *watcher) Outcome {
	start := time.Now()
	out, err := s.o.Build(ctx)
	if ctx.Err() != nil {
		return Outcome{}
	}
	if err != nil {
		s.log("build failed: " + err.Error())
	} else {
		w.watch(out.Watch)
		s.log(fmt.Sprintf("built again in %s: %s", time.Since(start).Round(time.Millisecond), diag.Summary(out.Diagnostics)))
	}
	s.built(out, err)
	return out
}

func (s *site) log(line string) {
	if s.o.Log != nil {
		s.o.Log(line)
	}
}

// open opens the output directory anew, so that one that was made again after
// the server began is seen.
func (s *site) open() (*os.Root, error) { return os.OpenRoot(s.o.Out) }
