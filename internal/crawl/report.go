package crawl

import (
	"callboard/internal/crawl/state"
)

// Report is what a crawl did, or would do.
type Report struct {
	Sources []SourceReport
	// Removed is how many files of repositories were removed that no source knows
	// any more.
	Removed int
}

// SourceReport is what a crawl did with one source.
type SourceReport struct {
	Name string
	// Listed is how many repositories the source listed; of this shard, if it is
	// one.
	Listed int
	// Of those: New were not known before or by their names alone, Changed have
	// another revision,
	// Unchanged were left alone.
	New, Changed, Unchanged int
	// Fetched are those that are now in the state as they are at the host, Failed
	// those of which the last known good is kept or that there is nothing of.
	Fetched, Failed int
	// Waiting were not asked for, because the host wants to be asked later or does
	// not answer at all.
	Waiting int
	// Kept are known, and were not listed; Dropped were let go of.
	Kept, Dropped int
	// Requests is about how many requests the trees, files and archives take, or
	// took, without the list. What was really sent is in polite.Budget.
	Requests int
	// Host and Resource are from what Requests are paid, as polite.Budget calls it;
	// "" if that is not known.
	Host, Resource string
	// Due are the names of the repositories that a plan would ask for.
	Due []string
	// Ways is how many repositories came each way.
	Ways Ways
	// People is how many entities were made of people.
	People int
	// Annexes is of how many repositories there are files that only others name.
	Annexes int
	// Enriched is how many repositories were asked for more facts.
	Enriched int
	// Fault is why the list is not to be had or not believed.
	Fault *state.Fault
	// Faults are the faults of repositories, by name.
	Faults []RepoFault
	// Events are what has changed.
	Events []state.Event
	// Damaged tells that the source's file was damaged and was made anew.
	Damaged bool
}

// Ways are the ways in which repositories come.
type Ways struct {
	// Nothing had to be fetched but the tree; Files were read one by one or in
	// batches; Archive came in one stream.
	Nothing, Files, Archive int
}

// RepoFault is a repository of which the last known good is kept, or that there
// is nothing of.
type RepoFault struct {
	Repo string
	// Known tells that there is a last known good.
	Known bool
	state.Fault
}
