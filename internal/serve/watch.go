package serve

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// How long a change waits for others: quiet, unless the Options say otherwise,
// after the last one, patience after the first, so that a program that writes
// all the time cannot hold builds off.
const (
	quiet    = 100 * time.Millisecond
	patience = 2 * time.Second
)

// watcher tells on changes that something below the watched paths is different.
type watcher struct {
	fs      *fsnotify.Watcher
	changes chan struct{} // holds one: changes during a build make one more
	ignore  []string      // absolute
	quiet   time.Duration
	log     func(string)
	files   chan []string // the watched paths, for the loop
	done    chan struct{}
}

func newWatcher(ignore []string, quiet time.Duration, log func(string)) (*watcher, error) {
	f, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &watcher{fs: f, changes: make(chan struct{}, 1), quiet: quiet, log: log, files: make(chan []string), done: make(chan struct{})}
	for _, d := range ignore {
		if abs, err := filepath.Abs(d); err == nil {
			w.ignore = append(w.ignore, abs)
		}
	}
	go w.loop() // ends with close
	return w, nil
}

func (w *watcher) close() {
	w.fs.Close()
	<-w.done
}

// watch replaces what is watched: directories with everything below them, and
// single files.
func (w *watcher) watch(paths []string) {
	abs := make([]string, 0, len(paths))
	for _, p := range paths {
		if a, err := filepath.Abs(p); err == nil {
			abs = append(abs, a)
		}
	}
	select {
	case w.files <- abs:
	case <-w.done:
	}
}

// loop owns what is watched.
func (w *watcher) loop() {
	defer close(w.done)
	var paths []string
	var first time.Time // of the changes not yet told
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case p := <-w.files:
			if !slices.Equal(p, paths) {
				paths = p
				w.add(p)
			}
		case e, ok := <-w.fs.Events:
			if !ok {
				return
			}
			if !w.matters(e, paths) {
				continue
			}
			if first.IsZero() {
				first = time.Now()
			}
			timer.Reset(min(w.quiet, patience-time.Since(first)))
		case <-timer.C:
			first = time.Time{}
			w.tell()
		case err, ok := <-w.fs.Errors:
			if ok && err != nil { // after an overflow nobody knows what changed
				w.log("watch: " + err.Error())
				timer.Reset(w.quiet)
			}
		}
	}
}

func (w *watcher) tell() {
	select {
	case w.changes <- struct{}{}:
	default:
	}
}

func (w *watcher) add(paths []string) {
	for _, p := range paths {
		st, err := os.Stat(p)
		switch {
		case err != nil || !st.IsDir():
			w.addDir(filepath.Dir(p)) // of a file, its directory: editors put a new file in the place of the old
		default:
			w.addTree(p)
		}
	}
}

// addTree watches a directory and those below. fsnotify takes no offence at one
// that is watched already.
func (w *watcher) addTree(dir string) {
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil // what cannot be read is reported by the build
		}
		if w.ignored(p) {
			return filepath.SkipDir
		}
		return w.addDir(p)
	})
	if err != nil && !errors.Is(err, fs.SkipAll) {
		w.log("watch: " + err.Error())
	}
}

func (w *watcher) addDir(p string) error {
	err := w.fs.Add(p)
	if errors.Is(err, syscall.ENOSPC) {
		w.log("watch: the system watches no more directories; changes below " + p + " are not seen (see fs.inotify.max_user_watches)")
		return fs.SkipAll
	}
	return nil // a directory that has gone again is no loss
}

// matters tells whether an event calls for a build. A new directory is watched
// with everything in it.
func (w *watcher) matters(e fsnotify.Event, paths []string) bool {
	if e.Op == fsnotify.Chmod || w.ignored(e.Name) || isScratch(filepath.Base(e.Name)) {
		return false
	}
	if !slices.ContainsFunc(paths, func(p string) bool { return within(e.Name, p) }) {
		return false
	}
	if e.Has(fsnotify.Create) {
		if st, err := os.Lstat(e.Name); err == nil && st.IsDir() {
			w.addTree(e.Name)
		}
	}
	return true
}

// ignored tells whether a path is callboard's own, or of a kind that is never
// part of a portal.
func (w *watcher) ignored(p string) bool {
	switch filepath.Base(p) {
	case ".git", "node_modules":
		return true
	}
	for _, d := range w.ignore {
		if within(p, d) || isStage(p, d) {
			return true
		}
	}
	return strings.Contains(p, string(filepath.Separator)+".git"+string(filepath.Separator)) || strings.Contains(p, string(filepath.Separator)+"node_modules"+string(filepath.Separator))
}

// isStage tells whether p is or lies below the directory that package output
// writes to before it puts a portal into d.
func isStage(p, d string) bool {
	return strings.HasPrefix(p, filepath.Join(filepath.Dir(d), "."+filepath.Base(d)+".new-"))
}

func within(p, dir string) bool {
	return p == dir || strings.HasPrefix(p, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
}

// isScratch tells whether a name is one that editors give to files of their
// own: Vim's swap files and its probe 4913, Emacs' locks and copies.
func isScratch(name string) bool {
	return strings.HasSuffix(name, "~") || strings.HasSuffix(name, ".swp") || strings.HasSuffix(name, ".swx") || strings.HasPrefix(name, ".#") || name == "4913"
}
