package repofs

import (
	"context"
	"time"

	"callboard/internal/digest"
)

// Change is what the history of a repository tells of a file.
type Change struct {
	// Created and Revised are the times at which its first and its last change were
	// written; Created is zero if it is not known.
	Created, Revised time.Time
	// Authors are the names of those who wrote changes, the last one first.
	Authors []string
}

// History is what came before a snapshot. Its methods may be called from several
// goroutines.
type History interface {
	// Key is the digest of all that the answers depend on.
	Key() digest.Sum
	// Of tells of files of the snapshot, and of those below directories ("." for its
	// root), by their paths in the snapshot. Reading it costs something each time.
	Of(ctx context.Context, paths ...string) (map[string]Change, error)
	// Shallow tells that only the last part of the history is at hand.
	Shallow() bool
}
