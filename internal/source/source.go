// Package source is where repositories come from. Each kind of host has a
// package of its own below this one.
package source

import (
	"context"
	"iter"

	"callboard/internal/diag"
	"callboard/internal/repofs"
)

// Repo names a repository of a source.
type Repo struct {
	// Name is unique within the source.
	Name string
	// Revision is the commit that will be fetched, if the host tells.
	Revision string
	// Topics are the words by which the host lists the repository, if it tells.
	Topics []string
}

// Source lists repositories and fetches them. Both methods may be called again
// and must then tell the present state.
type Source interface {
	// Name is short and unique in a build, such as "dir:repos".
	Name() string
	// Repos yields the repositories in order of their names.
	Repos(ctx context.Context) iter.Seq2[Repo, error]
	Fetcher
}

// Fetcher takes a snapshot of one repository. What a stranger's file is guilty
// of goes to the sink; the error is for what keeps callboard from working.
// Fetch may be called from several goroutines at once.
type Fetcher interface {
	Fetch(ctx context.Context, r Repo, sink diag.Sink) (*repofs.Snapshot, error)
}
