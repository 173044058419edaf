// Package par runs a function over a sequence on several workers and hands the
// results back in the order of the sequence, with a bounded number of items in
// flight. It is the only place where callboard starts workers over data, so
// that "how many, who waits, what stops it" has one answer.
package par

import (
	"context"
	"iter"
	"sync"
)

// slot is where the result of an item comes to stand.
type slot[R any] struct {
	val  R
	err  error
	done chan struct{}
}

type job[T, R any] struct {
	x T
	*slot[R]
}

// Map yields f(x) for every x of in, in order. At most workers calls run at
// once and at most twice as many results wait. It ends after the first error,
// which it yields last, when ctx is cancelled, or when the consumer stops; in
// every case all workers have returned before Map does.
func Map[T, R any](ctx context.Context, workers int, in iter.Seq[T], f func(context.Context, T) (R, error)) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var wg sync.WaitGroup
		defer wg.Wait()
		defer cancel()
		workers = max(workers, 1)
		queue := make(chan *slot[R], workers)
		jobs := make(chan job[T, R])
		for range workers { // they stay, and with them their stacks, which have grown to what f needs
			wg.Go(func() {
				for j := range jobs {
					j.val, j.err = f(ctx, j.x)
					close(j.done)
				}
			})
		}
		wg.Go(func() {
			defer close(queue)
			defer close(jobs)
			for x := range in {
				s := &slot[R]{done: make(chan struct{})}
				select {
				case jobs <- job[T, R]{x, s}:
				case <-ctx.Done():
					return
				}
				select {
				case queue <- s:
				case <-ctx.Done():
					return
				}
			}
		})
		for s := range queue {
			<-s.done
			if !yield(s.val, s.err) || s.err != nil {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			var zero R
			yield(zero, err)
		}
	}
}

// Each runs f over in as Map does and returns the first error in order.
func Each[T any](ctx context.Context, workers int, in iter.Seq[T], f func(context.Context, T) error) error {
	for _, err := range Map(ctx, workers, in, func(ctx context.Context, x T) (struct{}, error) {
		return struct{}{}, f(ctx, x)
	}) {
		if err != nil {
			return err
		}
	}
	return nil
}
