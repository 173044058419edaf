package publishtest

import (
	"context"
	"testing"
	"time"

	"callboard/internal/publish"
)

// Clock is a clock that is set.
type Clock struct{ T time.Time }

// Now is the time.
func (c *Clock) Now() time.Time { return c.T }

// Days lets days go by.
func (c *Clock) Days(n int) { c.T = c.T.Add(time.Duration(n) * 24 * time.Hour) }

// NewClock is a clock at some time.
func NewClock() *Clock { return &Clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

// Options are those of a run that publishes a site to a store, with a grace period
// of a week.
func Options(s publish.Store, from publish.Source, c *Clock) publish.Options {
	most, _ := publish.ParseMaxDelete("50%")
	return publish.Options{Store: s, From: from, Form: publish.NewForm(publish.Plain), Grace: 7 * 24 * time.Hour, MaxDelete: most, Holder: "test", Jobs: 4, Now: c.Now}
}

// published is the life of a portal in the store: three versions, back, and what
// left is deleted in time.
func published(ctx context.Context, t *testing.T, s publish.Store) {
	c := NewClock()
	step := func(from publish.Source, site Site, sent int) {
		t.Helper()
		rep, err := publish.Run(ctx, Options(s, from, c))
		if err != nil {
			t.Fatal(err)
		}
		if sent >= 0 && rep.Sent != sent {
			t.Errorf("sent %d files, want %d", rep.Sent, sent)
		}
		if err := Same(ctx, s, site); err != nil {
			t.Error(err)
		}
		if err := Read(ctx, s); err != nil {
			t.Error(err)
		}
	}
	one, two := NewSite(6, 1), NewSite(6, 2)
	step(one, one, len(one))
	step(one, one, 0)
	step(two, two, len(two))
	back, err := publish.Back(ctx, s, "")
	if err != nil {
		t.Fatal(err)
	}
	earlier, err := publish.Earlier(ctx, s, back)
	if err != nil {
		t.Fatal(err)
	}
	step(earlier, one, -1)
	step(two, two, -1)
	c.Days(8)
	step(two, two, 0)
	for o, err := range s.List(ctx, "") {
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := two[o.Key]; !ok && o.Key != publish.ManifestKey && o.Key[:len(publish.Prefix)] != publish.Prefix {
			t.Errorf("%s is still there", o.Key)
		}
		if len(o.Key) > 17 && o.Key[:17] == publish.Prefix+"files/" {
			t.Errorf("%s is still kept", o.Key)
		}
	}
}
