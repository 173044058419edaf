package politetest

import "sync"

// Cache is a polite.Cache in memory. Its zero value is empty.
type Cache struct {
	mu      sync.Mutex
	Entries map[string][]byte
}

// Get returns an entry.
func (c *Cache) Get(key string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b, ok := c.Entries[key]
	return b, ok
}

// Put keeps an entry.
func (c *Cache) Put(key string, value []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Entries == nil {
		c.Entries = map[string][]byte{}
	}
	c.Entries[key] = value
}
