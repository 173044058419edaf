// Package remote keeps a directory in a store of objects, so that a machine that
// has nothing goes on where another one was.
//
// A file is cut into parts, which are named by their digests. The head lists the
// files and their parts; it is what counts, and is replaced by a write on condition
// that nobody else has replaced it. So what is in the store is always a directory
// as some run left it: parts come before the head that names them, and go after a
// head that does not.
//
//	NAME/head.json.gz       the files
//	NAME/before.json.gz     the head that was replaced last; its parts are kept, too
//	NAME/parts/xx/xxxx      the parts, compressed
//
// Of two runs at once, the one that is done first is kept; the other is told
// [ErrOvertaken]. What is damaged in the store is taken from the head before, where
// that has it, and is sent again by the next run. Parts that no head names, which a
// run that was killed leaves, are deleted when they have been so for a day.
//
// Beside the directory lies a record of what is known to be in the store, so that
// only what has changed is read, sent or brought.
package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/publish"
)

// CodeDamaged tells that something in the store is not as it was written.
const CodeDamaged = diag.Code("state-damaged")

// ErrOvertaken tells that another run has written to the store since the directory
// was brought from there.
var ErrOvertaken = errors.New("another run has been faster")

// Options say what is kept where.
type Options struct {
	Store publish.Store
	// Name tells directories in one store apart.
	Name string
	// Dir is the directory on this machine, Record a file beside it.
	Dir, Record string
	// Has tells which files are kept, by their paths with slashes; nil is all.
	Has func(path string) bool
	// First tells files that must not be newer than others: while the directory is
	// being written to, they are read before them. nil is none.
	First func(path string) bool
	// MaxBytes is how many bytes of files are kept, 0 for all: the youngest.
	MaxBytes int64
	// Jobs is how many requests run at once, each with a part in memory.
	Jobs int
	Now  func() time.Time
	// Sink is told what is damaged.
	Sink diag.Sink
}

// Tree is a directory that is kept in a store. Pull comes first. It is for one
// goroutine.
type Tree struct {
	Options
	head    *head      // what Pull found, nil if nothing is kept
	sum     digest.Sum // of it as it is stored
	version string     // of its object
	broken  bool       // it must be replaced even if nothing has changed
	record  record

	mu   sync.Mutex
	lost map[digest.Sum]bool // parts that the store should have and has not
}

// maxJobs bounds how many parts are in memory at once.
const maxJobs = 16

// New is the tree that the options describe.
func New(o Options) *Tree {
	o.Jobs = min(max(o.Jobs, 1), maxJobs)
	if o.Has == nil {
		o.Has = func(string) bool { return true }
	}
	if o.First == nil {
		o.First = func(string) bool { return false }
	}
	if o.Sink == nil {
		o.Sink = diag.Discard
	}
	return &Tree{Options: o, lost: map[digest.Sum]bool{}}
}

// Moved is what was sent or brought.
type Moved struct {
	Files int   // that were not there
	Bytes int64 // as they are on this machine
	Of    int   // files in all
}

func (t *Tree) key(name string) string { return t.Name + "/" + name }

const (
	headName   = "head.json.gz"
	beforeName = "before.json.gz"
	partsName  = "parts/"
)

func (t *Tree) partKey(sum digest.Sum) string {
	s := sum.String()
	return t.key(partsName + s[:2] + "/" + s[2:])
}

// load reads the head. One that is damaged is replaced by the one before it.
func (t *Tree) load(ctx context.Context) error {
	h, sum, version, err := t.loadHead(ctx, headName)
	if err != nil && !errors.Is(err, errDamaged) {
		return err
	}
	t.head, t.sum, t.version, t.broken = h, sum, version, h == nil
	if h != nil {
		return nil
	}
	before, _, _, berr := t.loadHead(ctx, beforeName)
	switch {
	case berr != nil && !errors.Is(berr, errDamaged):
		return berr
	case before != nil:
		t.head = before
		t.tell("the list of files is damaged or gone; the one before it, of "+day(before.At)+", is taken", "")
		return nil
	case err != nil || berr != nil:
		return fmt.Errorf("what %s keeps under %s cannot be made out any more; delete it to begin anew", t.Store, t.key(""))
	}
	return t.refusePortal(ctx)
}

// refusePortal keeps callboard's memory out of a portal, whose readers it is not
// for.
func (t *Tree) refusePortal(ctx context.Context) error {
	_, err := t.Store.Head(ctx, publish.ManifestKey)
	if errors.Is(err, publish.ErrNotFound) {
		return nil
	}
	return cmp.Or(err, fmt.Errorf("there is a portal at %s; keep the state where readers of the portal cannot read it", t.Store))
}

func (t *Tree) tell(msg, hint string) {
	t.Sink.Report(diag.Diagnostic{Severity: diag.Warning, Code: CodeDamaged, Message: t.Store.String() + ": " + msg, Hint: hint})
}

func day(at time.Time) string { return at.UTC().Format(time.DateOnly) }

func (t *Tree) isLost(sum digest.Sum) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lost[sum]
}

func (t *Tree) open() (*os.Root, error) {
	if err := os.MkdirAll(t.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("remote: %w", err)
	}
	root, err := os.OpenRoot(t.Dir)
	if err != nil {
		return nil, fmt.Errorf("remote: %w", err)
	}
	return root, nil
}
