package dir

import (
	"errors"
	"os"
	"slices"
	"sync"

	"callboard/internal/repofs"
)

// maxOpen is how many repositories are kept open while nobody reads them. A
// source of ten thousand would need as many descriptors, which few systems give.
const maxOpen = 64

// roots lends the directories of a source's repositories. It keeps those that
// were used last, since the files of one repository are read together.
type roots struct {
	root *os.Root
	top  *repofs.Dir // the same

	mu    sync.Mutex
	open  map[string]*lent
	order []string // of open, the longest unused first
}

type lent struct {
	dir   *repofs.Dir
	users int
	gone  bool // no longer in roots: closed when the last user is done
}

func newRoots(root *os.Root, top *repofs.Dir) *roots {
	return &roots{root: root, top: top, open: map[string]*lent{}}
}

// lend opens a repository, or takes one that is open. The caller must call done
// when it has read.
func (r *roots) lend(name string) (dir *repofs.Dir, done func(), err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.open[name]
	if l == nil {
		if dir, err = r.top.Sub(name); err != nil {
			return nil, nil, err
		}
		l = &lent{dir: dir}
		r.open[name] = l
	}
	l.users++
	r.last(name)
	r.evict()
	return l.dir, func() { r.back(l) }, nil
}

func (r *roots) back(l *lent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if l.users--; l.users == 0 && l.gone {
		l.dir.Close()
	}
	r.evict()
}

// renew forgets a repository that is open if it is no longer the directory of
// that name: somebody moved it away, or made it anew.
func (r *roots) renew(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.open[name]
	if l == nil {
		return
	}
	if now, err := r.root.Stat(name); err != nil || !l.dir.Is(now) {
		r.forget(slices.Index(r.order, name))
	}
}

// forget takes a repository out, by its place in the order.
func (r *roots) forget(i int) {
	l := r.open[r.order[i]]
	if l.gone = true; l.users == 0 {
		l.dir.Close()
	}
	delete(r.open, r.order[i])
	r.order = slices.Delete(r.order, i, i+1)
}

// last moves a repository to the end of the order.
func (r *roots) last(name string) {
	n := len(r.order)
	if n > 0 && r.order[n-1] == name {
		return
	}
	if i := slices.Index(r.order, name); i >= 0 {
		r.order = slices.Delete(r.order, i, i+1)
	}
	r.order = append(r.order, name)
}

// evict closes what was not used for the longest time.
func (r *roots) evict() {
	for i := 0; i < len(r.order) && len(r.order) > maxOpen; {
		if r.open[r.order[i]].users > 0 {
			i++
			continue
		}
		r.forget(i)
	}
}

func (r *roots) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, l := range r.open {
		errs = append(errs, l.dir.Close())
	}
	clear(r.open)
	r.order = nil
	return errors.Join(errs...)
}
