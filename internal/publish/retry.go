package publish

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"time"
)

// Retry says how often and when a request is tried again.
type Retry struct {
	// Attempts is how often a request is sent at most.
	Attempts int
	// First is how long to wait at most before the second attempt; it doubles with
	// every further one, up to Longest.
	First, Longest time.Duration
	// Random is a number from 0 to 1, by which a wait is multiplied, so that many
	// requests that failed together are not sent again together.
	Random func() float64
	// Wait waits, or returns the error of ctx.
	Wait func(ctx context.Context, d time.Duration) error
}

// Usual is the Retry for stores over a network.
func Usual(random func() float64) Retry {
	return Retry{Attempts: 8, First: 200 * time.Millisecond, Longest: 20 * time.Second, Random: random, Wait: wait}
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Patient is a store that sends requests again that may go well a little later.
func Patient(s Store, r Retry) Store {
	p := &patient{s, r}
	if c, ok := s.(Copier); ok {
		return &patientCopier{p, c}
	}
	return p
}

type patient struct {
	Store
	retry Retry
}

// do sends a request until it goes well or there is no hope. again tells how many
// attempts came before.
func (p *patient) do(ctx context.Context, f func(again int) error) error {
	for n := 0; ; n++ {
		err := f(n)
		re, ok := errors.AsType[*RequestError](err)
		if err == nil || !ok || !re.Temporary || n+1 >= p.retry.Attempts || ctx.Err() != nil {
			return err
		}
		pause := min(p.retry.First<<n, p.retry.Longest)
		pause = max(time.Duration(float64(pause)*(0.5+p.retry.Random()/2)), min(re.After, p.retry.Longest))
		if err := p.retry.Wait(ctx, pause); err != nil {
			return err
		}
	}
}

// Head is that of the store.
func (p *patient) Head(ctx context.Context, key string) (o Object, err error) {
	err = p.do(ctx, func(int) error { o, err = p.Store.Head(ctx, key); return err })
	return o, err
}

// Get is that of the store.
func (p *patient) Get(ctx context.Context, key string) (b []byte, o Object, err error) {
	err = p.do(ctx, func(int) error { b, o, err = p.Store.Get(ctx, key); return err })
	return b, o, err
}

// Put is that of the store. If an answer was lost, the second attempt may find that
// its own first one has changed the object: then it has gone well.
func (p *patient) Put(ctx context.Context, key string, data []byte, a Attributes, cond Condition) (version string, err error) {
	err = p.do(ctx, func(again int) error {
		version, err = p.Store.Put(ctx, key, data, a, cond)
		if again > 0 && errors.Is(err, ErrConflict) {
			if b, o, getErr := p.Store.Get(ctx, key); getErr == nil && bytes.Equal(b, data) {
				version, err = o.Version, nil
			}
		}
		return err
	})
	return version, err
}

// Delete is that of the store.
func (p *patient) Delete(ctx context.Context, key string) error {
	return p.do(ctx, func(int) error { return p.Store.Delete(ctx, key) })
}

// List is that of the store, begun again from the start if it breaks off. So it is
// read to its end before anything is yielded.
func (p *patient) List(ctx context.Context, prefix string) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		var all []Object
		err := p.do(ctx, func(int) error {
			all = all[:0]
			for o, err := range p.Store.List(ctx, prefix) {
				if err != nil {
					return err
				}
				all = append(all, o)
			}
			return nil
		})
		for _, o := range all {
			if err == nil && !yield(o, nil) {
				return
			}
		}
		if err != nil {
			yield(Object{}, err)
		}
	}
}

type patientCopier struct {
	*patient
	copier Copier
}

// Copy is that of the store.
func (p *patientCopier) Copy(ctx context.Context, from, to string) error {
	return p.do(ctx, func(int) error { return p.copier.Copy(ctx, from, to) })
}
