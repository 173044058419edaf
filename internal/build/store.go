package build

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"callboard/internal/cache"
)

// store is what one portal keeps between builds. Portals that share a cache
// directory do not see each other's results, of which each needs its own.
type store struct {
	dir    *cache.Dir
	portal string
	// notes tell what repositories and documentation sets came to by their
	// stamps. They are together in one pack: most builds need all of them and
	// nothing else of most repositories.
	notes *cache.Pack
	// entities are those of each repository, by their digest.
	entities *cache.Pack
	// whole asks for entities with all their texts, for whoever has them longer
	// than the store.
	whole bool
	// strings are those that entities share, to be in memory once.
	mu      sync.Mutex
	strings map[string]string
	// damaged is set when something is not there that was to be.
	damaged atomic.Bool
}

func openStore(o Options, dir *cache.Dir) *store {
	s := &store{dir: dir, portal: o.Out, strings: map[string]string{}}
	if abs, err := filepath.Abs(o.Out); o.Out != "" && err == nil {
		s.portal = abs
	}
	if o.Portal != "" {
		s.portal = o.Portal
	}
	for _, x := range o.Sources {
		s.portal += "\x00" + x.Name()
	}
	s.notes, s.entities = s.pack("notes", ""), s.pack("entities", "")
	return s
}

// pack opens the pack of a kind and name.
func (s *store) pack(kind, name string) *cache.Pack {
	return s.dir.Pack(kind, s.portal+"\x00\x00"+name)
}

// keeps tells whether anything is kept.
func (s *store) keeps() bool { return s.dir.Keeps() }

// close writes what all repositories share: first what the notes speak of.
func (s *store) close() error { return errors.Join(s.entities.Close(), s.notes.Close()) }

// release leaves it as it was, unless it has been closed.
func (s *store) release() {
	s.entities.Release()
	s.notes.Release()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
