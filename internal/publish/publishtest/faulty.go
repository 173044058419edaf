package publishtest

import (
	"context"
	"iter"

	"callboard/internal/publish"
)

// Faulty is a store before which faults are put.
type Faulty struct {
	publish.Store
	// Before is called before every request that changes something ("put", "copy",
	// "delete") or reads ("get", "list", "head"). Its error is that of the request,
	// which is not made.
	Before func(op, key string) error
	// After is called after a request that went well; its error is told instead, as
	// when the answer is lost.
	After func(op, key string) error
}

func (f *Faulty) around(op, key string, do func() error) error {
	if f.Before != nil {
		if err := f.Before(op, key); err != nil {
			return err
		}
	}
	if err := do(); err != nil || f.After == nil {
		return err
	}
	return f.After(op, key)
}

// List is that of the store.
func (f *Faulty) List(ctx context.Context, prefix string) iter.Seq2[publish.Object, error] {
	return func(yield func(publish.Object, error) bool) {
		if err := f.around("list", prefix, func() error { return nil }); err != nil {
			yield(publish.Object{}, err)
			return
		}
		f.Store.List(ctx, prefix)(yield)
	}
}

// Head is that of the store.
func (f *Faulty) Head(ctx context.Context, key string) (o publish.Object, err error) {
	err = f.around("head", key, func() error { o, err = f.Store.Head(ctx, key); return err })
	return o, err
}

// Get is that of the store.
func (f *Faulty) Get(ctx context.Context, key string) (b []byte, o publish.Object, err error) {
	err = f.around("get", key, func() error { b, o, err = f.Store.Get(ctx, key); return err })
	return b, o, err
}

// Put is that of the store.
func (f *Faulty) Put(ctx context.Context, key string, data []byte, a publish.Attributes, cond publish.Condition) (v string, err error) {
	err = f.around("put", key, func() error { v, err = f.Store.Put(ctx, key, data, a, cond); return err })
	return v, err
}

// Copy is that of the store, or is made of reading and writing.
func (f *Faulty) Copy(ctx context.Context, from, to string) error {
	return f.around("copy", from, func() error {
		if c, ok := f.Store.(publish.Copier); ok {
			return c.Copy(ctx, from, to)
		}
		b, o, err := f.Store.Get(ctx, from)
		if err == nil {
			_, err = f.Store.Put(ctx, to, b, o.Attributes, publish.Condition{})
		}
		return err
	})
}

// Delete is that of the store.
func (f *Faulty) Delete(ctx context.Context, key string) error {
	return f.around("delete", key, func() error { return f.Store.Delete(ctx, key) })
}
