// Package state is what a crawl keeps in a directory between its runs.
//
//	callboard-state        says that the directory is one, and of which format
//	sources/NAME.jsonl     one per source: what it listed, what is missing or
//	                       wrong, and what has changed
//	repositories/xx/xxxx   one per repository: the files that were wanted, with
//	                       an index; it stands by itself
//	times/NAME.json        when hosts told what they told, and nothing else
//	answers/xx/xxxx        answers of hosts with their validators
//	unfinished/            what is being written
//
// Every file is written under another name and then renamed, so whoever reads,
// and whoever goes on after a crawl that was killed, finds the old file or the
// new one. A repository's file is complete before the source's file says so;
// what a killed crawl fetched is found by the next one. An index and all contents
// are read with their digests: a file that a failing disk has cut is as good as
// none, and is fetched again.
//
// The files of sources and repositories do not change while nothing else does:
// times stand beside them. Names of files are digests of names of repositories,
// which are data.
package state

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"callboard/internal/digest"
)

const (
	mark         = "callboard-state"
	format       = "callboard state 1\n"
	sourcesDir   = "sources"
	reposDir     = "repositories"
	timesDir     = "times"
	answersDir   = "answers"
	unfinished   = "unfinished"
	maxSourceLen = 1 << 30
)

// Options say how a directory is written.
type Options struct {
	// Through, if not nil, stands between what is written and the disk. Tests make
	// it fail.
	Through func(io.Writer) io.Writer
	// Sync brings what was written to the disk; nil is File.Sync. Tests, after which
	// no power is cut, do without.
	Sync func(*os.File) error
}

// Dir is a directory of state.
type Dir struct {
	path string
	opt  Options
	lock *os.File // nil while it is only read

	mu      sync.Mutex
	touched map[string]bool // answers that were given or kept in this run
}

// Open opens a directory for a crawl, and makes it if it is not there. Only one
// crawl has it open at a time, where the system can see to that. It refuses a
// directory that holds something else.
func Open(dir string, opt Options) (*Dir, error) {
	if opt.Sync == nil {
		opt.Sync = (*os.File).Sync
	}
	d := &Dir{path: dir, opt: opt, touched: map[string]bool{}}
	if err := d.claim(); err != nil {
		return nil, fmt.Errorf("open the state %s: %w", dir, err)
	}
	return d, nil
}

// Read opens a directory for readers. Nothing is changed in it.
func Read(dir string) (*Dir, error) {
	d := &Dir{path: dir, touched: map[string]bool{}}
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("read the state %s: %w", dir, err)
	}
	return d, nil
}

// Close lets others open the directory.
func (d *Dir) Close() error {
	if d.lock == nil {
		return nil
	}
	err := d.lock.Close()
	d.lock = nil
	return err
}

func (d *Dir) claim() error {
	if err := os.MkdirAll(d.path, 0o755); err != nil {
		return err
	}
	err := d.check()
	if errors.Is(err, fs.ErrNotExist) {
		err = d.begin()
	}
	if err != nil {
		return err
	}
	if d.lock, err = os.OpenFile(d.file(mark), os.O_RDWR, 0); err != nil {
		return err
	}
	if err := lock(d.lock); err != nil {
		return errors.Join(errInUse, d.Close())
	}
	return d.tidy()
}

var errInUse = errors.New("another crawl is using it")

// begin makes an empty directory ours.
func (d *Dir) begin() error {
	es, err := os.ReadDir(d.path)
	if err != nil {
		return err
	}
	if len(es) > 0 {
		return errors.New("the directory holds something else; name an empty one")
	}
	return os.WriteFile(d.file(mark), []byte(format), 0o644)
}

func (d *Dir) check() error {
	b, err := os.ReadFile(d.file(mark))
	if err != nil {
		return err
	}
	if string(b) != format {
		return fmt.Errorf("its format is %.40q, and this callboard reads %q", b, strings.TrimSpace(format))
	}
	return nil
}

// tidy removes what a killed crawl was writing.
func (d *Dir) tidy() error {
	if err := os.RemoveAll(d.file(unfinished)); err != nil {
		return err
	}
	return os.Mkdir(d.file(unfinished), 0o755)
}

func (d *Dir) file(names ...string) string {
	return filepath.Join(append([]string{d.path}, names...)...)
}

// hashed is the place of something with a hostile name: two levels, so that no
// directory holds tens of thousands of files.
func hashed(kind string, names ...string) (dir, file string) {
	h := digest.New(kind)
	for _, n := range names {
		h.String(n)
	}
	s := h.Sum().String()
	return s[:2], s[2:40]
}

// named is the name of the files of a source: its own name as far as it is
// harmless, for people who look, and a digest, which tells names apart.
func named(source string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, source)
	return plain[:min(len(plain), 40)] + "-" + digest.New("source").String(source).Sum().Short()
}
