package par_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"callboard/internal/par"
)

func TestMapKeepsOrder(t *testing.T) {
	in := make([]int, 500)
	for i := range in {
		in[i] = i
	}
	for _, workers := range []int{0, 1, 8} {
		var got []int
		for v, err := range par.Map(t.Context(), workers, slices.Values(in), func(_ context.Context, i int) (int, error) {
			if i%7 == 0 {
				time.Sleep(time.Microsecond * time.Duration(i%13))
			}
			return i * i, nil
		}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, v)
		}
		if len(got) != len(in) {
			t.Fatalf("%d workers: %d results", workers, len(got))
		}
		for i, v := range got {
			if v != i*i {
				t.Fatalf("%d workers: result %d is %d", workers, i, v)
			}
		}
	}
}

func TestMapBoundsWhatIsInFlight(t *testing.T) {
	var running, most atomic.Int32
	in := make([]int, 200)
	err := par.Each(t.Context(), 4, slices.Values(in), func(context.Context, int) error {
		n := running.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(100 * time.Microsecond)
		running.Add(-1)
		return nil
	})
	if err != nil || most.Load() > 4 {
		t.Fatalf("err %v, %d at once", err, most.Load())
	}
}

func TestMapStopsAtTheFirstErrorInOrder(t *testing.T) {
	boom := errors.New("boom")
	n := 0
	for _, err := range par.Map(t.Context(), 3, slices.Values([]int{0, 1, 2, 3, 4, 5}), func(_ context.Context, i int) (int, error) {
		if i >= 2 {
			return 0, boom
		}
		return i, nil
	}) {
		if n < 2 && err != nil || n == 2 && !errors.Is(err, boom) || n > 2 {
			t.Fatalf("result %d: %v", n, err)
		}
		n++
	}
	if n != 3 {
		t.Fatalf("%d results", n)
	}
}

func TestMapReportsCancellation(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := par.Each(ctx, 2, slices.Values([]int{1, 2, 3}), func(ctx context.Context, _ int) error { return ctx.Err() })
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

func TestConsumerMayStopEarly(t *testing.T) {
	for range par.Map(t.Context(), 2, slices.Values([]int{1, 2, 3, 4}), func(_ context.Context, i int) (int, error) { return i, nil }) {
		break
	}
}
