package publish

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"callboard/internal/digest"
)

// A lease runs out after leaseTime, by the clock of whoever looks at it, so that a
// run that was killed does not keep others out for long. It is renewed three times
// in that time. Clocks of two runners may differ by less than that.
const leaseTime = 3 * time.Minute

// Errors about other runs.
var (
	// ErrBusy tells that another run has the lease.
	ErrBusy = errors.New("another run publishes there")
	// ErrLeaseLost tells that another run took the lease away.
	ErrLeaseLost = errors.New("another run has taken over")
)

type leaseRecord struct {
	Holder string    `json:"holder"`
	Until  time.Time `json:"until"`
}

// lease is the right to publish, as long as its context lasts.
type lease struct {
	o       Options
	version string
	cancel  context.CancelCauseFunc
	renewed sync.WaitGroup
	stop    chan struct{}
}

// takeLease takes the lease. The context is done when it is lost.
func takeLease(ctx context.Context, o Options) (*lease, context.Context, error) {
	l := &lease{o: o, stop: make(chan struct{})}
	err := l.write(ctx, Condition{Absent: true})
	if errors.Is(err, ErrConflict) {
		err = l.succeed(ctx)
	}
	if err == nil {
		err = l.confirm(ctx)
	}
	if err != nil {
		return nil, ctx, err
	}
	ctx, l.cancel = context.WithCancelCause(ctx)
	l.renewed.Go(func() { l.renew(ctx) })
	return l, ctx, nil
}

func (l *lease) write(ctx context.Context, cond Condition) error {
	b, err := digest.Encode(leaseRecord{l.o.Holder, l.o.Now().Add(leaseTime)})
	if err != nil {
		return err
	}
	v, err := putOn(ctx, l.o.Store, leaseKey, b, cond)
	if err == nil {
		l.version = v
	}
	return err
}

// succeed takes a lease that has run out, or that may be taken away.
func (l *lease) succeed(ctx context.Context) error {
	rec, o, err := readLease(ctx, l.o.Store)
	if errors.Is(err, ErrNotFound) { // released this moment
		return l.write(ctx, Condition{Absent: true})
	}
	if err != nil {
		return err
	}
	left := rec.Until.Sub(l.o.Now())
	if rec.Holder != l.o.Holder && left > 0 && !l.o.TakeOver {
		return fmt.Errorf("%s: %w: %s, whose lease ends in %s unless it goes on; if it was killed, use --take-over", l.o.Store, ErrBusy, rec.Holder, left.Round(time.Second))
	}
	err = l.write(ctx, Condition{Version: o.Version})
	if errors.Is(err, ErrConflict) {
		return fmt.Errorf("%s: %w", l.o.Store, ErrBusy)
	}
	return err
}

// confirm looks whether the lease is ours, in case the store does not heed
// conditions without saying so.
func (l *lease) confirm(ctx context.Context) error {
	rec, _, err := readLease(ctx, l.o.Store)
	if err == nil && rec.Holder != l.o.Holder {
		err = fmt.Errorf("%s: %w: %s", l.o.Store, ErrBusy, rec.Holder)
	}
	return err
}

func readLease(ctx context.Context, s Store) (rec leaseRecord, o Object, err error) {
	b, o, err := s.Get(ctx, leaseKey)
	if err != nil {
		return rec, o, err
	}
	if json.Unmarshal(b, &rec) != nil {
		return leaseRecord{}, o, nil // whoever wrote that has no lease
	}
	return rec, o, nil
}

// renew goes on until the run ends, and ends the run when the lease is lost.
func (l *lease) renew(ctx context.Context) {
	t := time.NewTicker(leaseTime / 3)
	defer t.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if err := l.write(ctx, Condition{Version: l.version}); errors.Is(err, ErrConflict) {
			l.cancel(fmt.Errorf("%s: %w", l.o.Store, ErrLeaseLost))
			return
		}
		// Another error is not the end: there is time for another attempt, and what
		// counts is written on condition.
	}
}

// release gives the lease back, also after an interruption, unless it was lost.
func (l *lease) release(ctx context.Context) error {
	close(l.stop)
	l.renewed.Wait()
	lost := errors.Is(context.Cause(ctx), ErrLeaseLost)
	l.cancel(nil)
	if lost {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	if rec, _, err := readLease(ctx, l.o.Store); err != nil || rec.Holder != l.o.Holder {
		return nil // it runs out by itself
	}
	// What was published is published: a lease that stays ends by itself.
	_ = l.o.Store.Delete(ctx, leaseKey)
	return nil
}
