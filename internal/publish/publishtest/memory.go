// Package publishtest has what tests of publishing need: a store in memory, faults
// that are put before a store, a reader who polls it, and the suite that every
// store must pass.
package publishtest

import (
	"context"
	"crypto/md5"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"callboard/internal/publish"
)

// Memory is a store in memory.
type Memory struct {
	mu      sync.Mutex
	objects map[string]stored
	writes  int
}

type stored struct {
	publish.Object
	data []byte
}

// String is its address.
func (m *Memory) String() string { return "memory" }

// List lists the objects by key.
func (m *Memory) List(_ context.Context, prefix string) iter.Seq2[publish.Object, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []publish.Object
	for _, key := range slices.Sorted(maps.Keys(m.objects)) {
		if strings.HasPrefix(key, prefix) {
			all = append(all, m.objects[key].Object)
		}
	}
	return func(yield func(publish.Object, error) bool) {
		for _, o := range all {
			if !yield(o, nil) {
				return
			}
		}
	}
}

// Head tells about an object.
func (m *Memory) Head(ctx context.Context, key string) (publish.Object, error) {
	_, o, err := m.Get(ctx, key)
	return o, err
}

// Get reads an object.
func (m *Memory) Get(_ context.Context, key string) ([]byte, publish.Object, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	o, ok := m.objects[key]
	if !ok {
		return nil, publish.Object{}, publish.ErrNotFound
	}
	return slices.Clone(o.data), o.Object, nil
}

// Put writes an object.
func (m *Memory) Put(_ context.Context, key string, data []byte, a publish.Attributes, cond publish.Condition) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	was, there := m.objects[key]
	if cond.Absent && there || cond.Version != "" && was.Version != cond.Version {
		return "", publish.ErrConflict
	}
	if m.objects == nil {
		m.objects = map[string]stored{}
	}
	m.writes++
	sum := md5.Sum(data)
	version := fmt.Sprintf("%x", sum)
	m.objects[key] = stored{publish.Object{Key: key, Size: int64(len(data)), Version: version, MD5: sum[:], Attributes: a}, slices.Clone(data)}
	return version, nil
}

// Copy copies an object.
func (m *Memory) Copy(_ context.Context, from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	o, ok := m.objects[from]
	if !ok {
		return publish.ErrNotFound
	}
	o.Key = to
	m.writes++
	m.objects[to] = o
	return nil
}

// Delete removes an object.
func (m *Memory) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.writes++
	delete(m.objects, key)
	return nil
}

// Writes is how often it was written to or deleted from.
func (m *Memory) Writes() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.writes
}

// Keys are the keys of all objects of the portal, without callboard's own.
func (m *Memory) Keys() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Sorted(func(yield func(string) bool) {
		for key := range m.objects {
			if !strings.HasPrefix(key, publish.Prefix) && !yield(key) {
				return
			}
		}
	})
}
