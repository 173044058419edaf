package build

import (
	"context"
	"fmt"
	"slices"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/lint"
	"callboard/internal/par"
	"callboard/internal/repofs"
)

// Locations may lead to other repositories of the build. Each repository is read
// by itself first, as if there were no others; where that found no such Location,
// nothing more is done. Otherwise the files that are led to are read, as a second
// part of their repositories, which depends on who leads to them and on nothing
// else in the repository that does.

// side is what a repository has to do with others.
type side struct {
	snap  *repofs.Snapshot
	leads []catalog.Lead
	read  []string // its catalog files
}

// call is what is to be read of a repository in a round, from 1.
type call struct {
	catalog.Call
	round int
}

// beyond is what the reading of it is asked for.
func (c *call) beyond() *catalog.Beyond {
	if c == nil {
		return &catalog.Beyond{}
	}
	return &catalog.Beyond{Visits: c.Visits, Taken: c.Taken}
}

// addTo makes the call a part of a key.
func (c *call) addTo(h *digest.Hasher) *digest.Hasher {
	if c == nil {
		return h
	}
	return h.JSON(c.Call)
}

// pack is the kind of the pack that keeps what was read.
func (c *call) pack() string {
	if c == nil {
		return "repo"
	}
	return fmt.Sprintf("repo-%d", c.round)
}

// more is what a call came to.
type more[T any] struct {
	call call
	side side
	got  T
}

// cross reads what the Locations of some repositories lead to in others, and
// gives what that came to in the order of the rounds and repositories. read is
// called for several repositories at once, but not twice for one.
func cross[T any](ctx context.Context, jobs int, sides []side, sink diag.Sink, read func(context.Context, call) (T, side, error)) (out []T, err error) {
	leads := leadsOf(sides)
	if len(leads) == 0 {
		return nil, nil
	}
	snaps, files := make([]*repofs.Snapshot, len(sides)), make(map[string][]string, len(sides))
	for i, s := range sides {
		snaps[i], files[s.snap.Repo] = s.snap, s.read
	}
	c := catalog.NewCrossing(snaps, files, sink)
	for round := 1; len(leads) > 0; round++ {
		var calls []call
		for _, x := range c.Follow(leads) {
			calls = append(calls, call{x, round})
		}
		var next []side
		for m, err := range par.Map(ctx, jobs, slices.Values(calls), func(ctx context.Context, x call) (more[T], error) {
			got, s, err := read(ctx, x)
			return more[T]{x, s, got}, err
		}) {
			if err != nil {
				return nil, err
			}
			out, next = append(out, m.got), append(next, m.side)
			c.Took(m.call.Repo, m.side.read)
		}
		leads = leadsOf(next)
	}
	return out, nil
}

func leadsOf(sides []side) (out []catalog.Lead) {
	for _, s := range sides {
		out = append(out, s.leads...)
	}
	return out
}

// piece is what some of a repository's catalog files gave: its own, or those that
// others' Locations lead to. The entities are nil if they are as in an earlier
// build: they are read again when they are wanted.
type piece struct {
	sum      digest.Sum // of all entities as they were read
	text     digest.Sum // of the files they were read of
	entities []summed
	kept     bool
}

// sumOf is the digest of all pieces.
func sumOf(pieces []piece, of func(piece) digest.Sum) digest.Sum {
	if len(pieces) == 1 {
		return of(pieces[0])
	}
	h := digest.New("pieces")
	for _, p := range pieces {
		h.Add(of(p))
	}
	return h.Sum()
}

// cross adds to the repositories what others' Locations lead to.
func (r *repos) cross(ctx context.Context, o Options, to *lint.Filter) error {
	at, sides := make(map[string]int, len(r.all)), make([]side, len(r.all))
	for i := range r.all {
		at[r.all[i].snap.Repo], sides[i] = i, r.all[i].side
	}
	type added struct {
		repo  int
		piece piece
	}
	all, err := cross(ctx, o.jobs(), sides, to, func(ctx context.Context, c call) (added, side, error) {
		i := at[c.Repo]
		p, s, err := o.readPiece(ctx, r.all[i].work, r.all[i].snap, r.kept, &c, to)
		return added{i, p}, s, err
	})
	if err != nil {
		return err
	}
	for _, x := range all {
		r.all[x.repo].pieces = append(r.all[x.repo].pieces, x.piece)
	}
	for i, p := range r.all {
		r.all[i].side = side{}
		r.all[i].sum = sumOf(p.pieces, func(x piece) digest.Sum { return x.sum })
		r.all[i].text = sumOf(p.pieces, func(x piece) digest.Sum { return x.text })
	}
	return nil
}
