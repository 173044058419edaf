package entity

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

// Ref is a complete entity reference. Its parts are lower case by
// construction, so that == compares as Backstage does: kind, namespace and
// name without regard to case.
type Ref struct {
	Kind, Namespace, Name string
}

// NewRef makes a Ref of parts in any case.
func NewRef(kind, namespace, name string) Ref {
	return Ref{lower(kind), lower(namespace), lower(name)}
}

var errEmptyPart = errors.New("kind, namespace and name must not be empty")

// ParseRef reads "[kind:][namespace/]name" as Backstage's catalog-model does:
// the first colon ends the kind unless a slash comes before it, the first
// slash ends the namespace, the rest is the name. Parts that are missing come
// from the defaults; a kind that is missing with no default is an error.
func ParseRef(s, defaultKind, defaultNamespace string) (Ref, error) {
	kind, namespace, rest := defaultKind, defaultNamespace, s
	colon, slash := strings.IndexByte(rest, ':'), strings.IndexByte(rest, '/')
	if colon >= 0 && (slash < 0 || colon < slash) {
		kind, rest = rest[:colon], rest[colon+1:]
		if kind == "" {
			return Ref{}, fmt.Errorf("entity reference %q: %w", s, errEmptyPart)
		}
	}
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		namespace, rest = rest[:i], rest[i+1:]
	}
	if kind == "" {
		return Ref{}, fmt.Errorf("entity reference %q has no kind, and its field has no default kind", s)
	}
	if namespace == "" || rest == "" {
		return Ref{}, fmt.Errorf("entity reference %q: %w", s, errEmptyPart)
	}
	return NewRef(kind, namespace, rest), nil
}

// String is "kind:namespace/name".
func (r Ref) String() string { return r.Kind + ":" + r.Namespace + "/" + r.Name }

// IsZero tells whether r is the zero Ref.
func (r Ref) IsZero() bool { return r == Ref{} }

// Compare orders by kind, namespace and name.
func (r Ref) Compare(q Ref) int {
	return cmp.Or(cmp.Compare(r.Kind, q.Kind), cmp.Compare(r.Namespace, q.Namespace), cmp.Compare(r.Name, q.Name))
}

// MarshalText writes String.
func (r Ref) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a complete reference.
func (r *Ref) UnmarshalText(b []byte) error {
	p, err := ParseRef(string(b), "", "")
	if err == nil {
		*r = p
	}
	return err
}

// Short is the reference as it is shown to people: the namespace only when it
// is neither "default" nor own, the kind never.
func (r Ref) Short(own string) string {
	if r.Namespace == DefaultNamespace || r.Namespace == own {
		return r.Name
	}
	return r.Namespace + "/" + r.Name
}
