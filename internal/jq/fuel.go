package jq

import (
	"context"
	"fmt"
	"time"
)

// Bounds on one run of an expression.
const (
	MaxSteps = 2_000_000       // instructions of the virtual machine, about 0.1 s
	MaxSize  = 16 << 20        // bytes of a value, see size
	MaxTime  = 2 * time.Second // only what MaxSteps does not see, such as copying
)

// The reasons for which a run is ended.
var (
	ErrSteps = fmt.Errorf("the expression takes more than %d steps", MaxSteps)
	ErrTime  = fmt.Errorf("the expression takes more than %v", MaxTime)
	ErrSize  = fmt.Errorf("the expression makes a value of more than %d MB", MaxSize>>20)
)

// fuel is a context that ends after a number of steps. The virtual machine asks
// it before each instruction whether it is done, so that counting the questions
// bounds the work in the same way on every machine: an expression never fails
// because a build was slow that day. The clock is asked for seldom, for what a
// single instruction may cost.
type fuel struct {
	context.Context
	steps  int
	err    error
	clock  context.Context // set once the run is not a short one
	cancel context.CancelFunc
}

// longRun is the number of steps after which the clock is started.
const longRun = 20_000

var closed = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

func newFuel(ctx context.Context) *fuel { return &fuel{Context: ctx} }

// Done counts one step.
func (f *fuel) Done() <-chan struct{} {
	f.steps++
	switch {
	case f.err != nil:
	case f.steps > MaxSteps:
		f.err = ErrSteps
	case f.steps == longRun:
		f.clock, f.cancel = context.WithTimeout(f.Context, MaxTime)
	case f.steps%64 == 0:
		f.look()
	}
	if f.err != nil {
		return closed
	}
	return nil
}

// look tells whether the time is up, or the work is not wanted any more.
func (f *fuel) look() {
	if err := f.Context.Err(); err != nil {
		f.err = err
	} else if f.clock != nil && f.clock.Err() != nil {
		f.err = ErrTime
	}
}

// Err is why the run has ended, nil while it goes on.
func (f *fuel) Err() error { return f.err }

// spent is the reason for which a run was ended, or nil if it ended by itself.
func (f *fuel) spent() error { return f.err }

func (f *fuel) stop() {
	if f.cancel != nil {
		f.cancel()
	}
}

// bytesPerStep is how many bytes of values that are made cost one step, so that
// all of them together are bounded, too.
const bytesPerStep = 64

// charge counts the making of a value.
func (f *fuel) charge(bytes int) error {
	if bytes > MaxSize {
		f.err = ErrSize
	}
	f.steps += bytes / bytesPerStep
	return f.err
}
