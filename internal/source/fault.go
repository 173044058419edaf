package source

import (
	"errors"
	"fmt"
	"time"
)

// FaultKind is why a host gave no answer that can be used. It decides what a
// crawl does.
type FaultKind string

// The kinds of faults.
const (
	// Gone: the host says that there is no such thing (404, 410), or no longer
	// shows it to us.
	Gone FaultKind = "gone"
	// Denied: the host knows us and refuses (403), or does not know us (401).
	Denied FaultKind = "denied"
	// Limited: the host asks us to wait longer than the crawl has time or budget.
	Limited FaultKind = "limited"
	// Unreachable: no answer, or 5xx, after all attempts.
	Unreachable FaultKind = "unreachable"
	// Broken: an answer that makes no sense, such as invalid JSON.
	Broken FaultKind = "broken"
	// Empty: the repository has no commit yet.
	Empty FaultKind = "empty"
	// Unsupported: this cannot be had this way.
	Unsupported FaultKind = "unsupported"
)

// Fault is a failure of a host, as a person may read it: without tokens, query
// strings and paths of this machine.
type Fault struct {
	Kind FaultKind
	// Host is the host's name, such as api.github.com, What what was asked for,
	// such as "list repositories of acme".
	Host, What string
	// Status is the HTTP status, 0 if there was none.
	Status int
	// Until is when asking again makes sense, for Limited.
	Until time.Time
	Err   error // the cause, may be nil
}

func (f *Fault) Error() string {
	s := f.Host + ": " + f.What + ": " + string(f.Kind)
	if f.Status != 0 {
		s += fmt.Sprintf(" (HTTP %d)", f.Status)
	}
	if f.Err != nil {
		s += ": " + f.Err.Error()
	}
	return s
}

func (f *Fault) Unwrap() error { return f.Err }

// KindOf is the kind of the fault in err, "" if there is none.
func KindOf(err error) FaultKind {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f.Kind
	}
	return ""
}

// Clip shortens the text of others, such as the name of a repository, for a
// message.
func Clip(s string) string {
	const most = 200
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
