package publish

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// Object is what a store tells about one of its objects.
type Object struct {
	Key  string
	Size int64 // of the bytes as they are stored
	// Version is what a condition of Put names: it is another whenever the bytes
	// are. "" if the store did not say.
	Version string
	// MD5 is the store's own digest of the bytes, nil if it has none.
	MD5 []byte
	Attributes
}

// Attributes are what a store sends along with an object. A listing need not have
// them.
type Attributes struct {
	ContentType     string
	CacheControl    string
	ContentEncoding string
}

// Condition is what must be so for a Put to happen. The zero Condition is none.
type Condition struct {
	// Absent asks that there is no such object.
	Absent bool
	// Version asks that the object is of this version, if it is not "".
	Version string
}

// Errors of a Store, to be asked for by errors.Is.
var (
	// ErrNotFound tells that there is no such object.
	ErrNotFound = errors.New("there is no such object")
	// ErrConflict tells that a condition did not hold.
	ErrConflict = errors.New("somebody else wrote it meanwhile")
	// ErrUnsupported tells that the store knows no conditions.
	ErrUnsupported = errors.New("the store cannot write on a condition")
)

// MaxObject is how many bytes an object may have that is read. What a portal
// consists of is far smaller; a store that answers more is not to be believed.
const MaxObject = 512 << 20

// Store is where portals are published to. Its methods may be called
// concurrently. Keys are paths with slashes; what a Store was told of a prefix in
// the bucket is no part of them.
type Store interface {
	// String is the address, without anything secret.
	String() string
	// List yields all objects whose key begins with prefix, in any order, and stops
	// after the first error.
	List(ctx context.Context, prefix string) iter.Seq2[Object, error]
	// Head tells about an object, or ErrNotFound.
	Head(ctx context.Context, key string) (Object, error)
	// Get reads an object, as it is stored, or ErrNotFound.
	Get(ctx context.Context, key string) ([]byte, Object, error)
	// Put writes an object in one piece, and returns its version: readers have the
	// old bytes or the new ones. If cond does not hold it is ErrConflict.
	Put(ctx context.Context, key string, data []byte, a Attributes, cond Condition) (version string, err error)
	// Delete removes an object. One that is not there is removed.
	Delete(ctx context.Context, key string) error
}

// Copier is a Store that copies its objects itself.
type Copier interface {
	// Copy writes the object at from to another key, with its attributes, or is
	// ErrNotFound.
	Copy(ctx context.Context, from, to string) error
}

// RequestError is a request that a store did not answer well.
type RequestError struct {
	Op, Key string
	Err     error
	// Temporary tells that the same request may go well a little later.
	Temporary bool
	// After is how long the store asked to wait, 0 if it did not.
	After time.Duration
}

func (e *RequestError) Error() string {
	if e.Key == "" {
		return fmt.Sprintf("%s: %v", e.Op, e.Err)
	}
	return fmt.Sprintf("%s %s: %v", e.Op, e.Key, e.Err)
}

func (e *RequestError) Unwrap() error { return e.Err }

// copyObject copies by the store if it can, and else by reading and writing.
func copyObject(ctx context.Context, s Store, from, to string) error {
	if c, ok := s.(Copier); ok {
		return c.Copy(ctx, from, to)
	}
	b, o, err := s.Get(ctx, from)
	if err != nil {
		return err
	}
	_, err = s.Put(ctx, to, b, o.Attributes, Condition{})
	return err
}

// listAll lists a store by key.
func listAll(ctx context.Context, s Store) (map[string]Object, error) {
	all := map[string]Object{}
	for o, err := range s.List(ctx, "") {
		if err != nil {
			return nil, err
		}
		all[o.Key] = o
	}
	return all, nil
}
