// Package source is where repositories come from. Each kind of host has a
// package of its own below this one.
package source

import (
	"context"
	"iter"
	"time"

	"callboard/internal/diag"
	"callboard/internal/facts"
	"callboard/internal/repofs"
)

// Repo is a repository of a source. All but the name may be unknown.
type Repo struct {
	// Name is unique within the source, such as "payments" or "acme/payments".
	Name string
	// ID is the host's own name for the repository, which survives renaming.
	ID string
	// Revision is the commit that will be fetched, if the host tells.
	Revision string
	// Branch is the branch that is read.
	Branch string
	// WebURL is the address of its page at the host, without a slash at the end;
	// CloneURL that from which git clones it by HTTPS.
	WebURL, CloneURL string
	// Topics are the words by which the host lists the repository, if it tells.
	Topics []string
	// Size is how large the host says it is, in bytes; 0 if it does not.
	Size int64
	// Facts are what the list told beside that.
	Facts facts.Repo
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

// Troubled is a Source that knows what could not be had of it the last time that
// somebody tried.
type Troubled interface {
	Source
	// Troubles are those of the source as a whole, then those of repositories of
	// which nothing is known, by their names. It is called after Repos.
	Troubles() []Trouble
}

// Trouble is why something cannot be had. It is data for readers.
type Trouble struct {
	// Repo is the repository of which nothing could be had yet, "" for the source
	// as a whole.
	Repo string
	// Kind is a FaultKind, or one of those of package crawl; Cause is one clause.
	Kind, Cause string
	Since       time.Time
}
