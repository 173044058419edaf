package build

import (
	"context"
	"reflect"
	"slices"

	"callboard/internal/diag"
)

// cross reads what Locations lead to in other repositories. What has not changed
// since it was read the last time stays: the files that are led to are as they
// were while nobody has read their repository again.
func (l *Live) cross(ctx context.Context) error {
	sides := make([]side, 0, len(l.repos))
	for _, name := range l.Repos() {
		sides = append(sides, l.repos[name].side)
	}
	before := l.more
	var targets diag.List
	more, err := cross(ctx, l.o.jobs(), sides, &targets, func(ctx context.Context, c call) (*read, side, error) {
		of := l.repos[c.Repo]
		i := slices.IndexFunc(before, func(r *read) bool { return r.of == of && reflect.DeepEqual(r.call, c) })
		if i >= 0 {
			return before[i], before[i].side, nil
		}
		r, err := l.o.readMore(ctx, of, c)
		if err != nil {
			return nil, side{}, err
		}
		return r, r.side, nil
	})
	if err != nil {
		return err
	}
	l.more, l.targets = more, targets.All()
	return nil
}

// readMore reads what a call says of a repository.
func (o Options) readMore(ctx context.Context, of *read, c call) (r *read, err error) {
	r = &read{work: of.work, disk: of.disk, snap: of.snap, side: side{snap: of.snap}, call: c, of: of}
	var found diag.List
	to := renamed{&found, r.name}
	defer recoverInto(r.name, to, &err, func() { r.found = found.All() })
	err = o.readFiles(ctx, r, &c, to)
	r.found = found.All()
	return r, err
}
