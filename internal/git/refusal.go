package git

import (
	"errors"
	"fmt"
	"strings"

	"callboard/internal/lazyregexp"
	"callboard/internal/secret"
)

// Why a remote repository could not be read. Errors of Remote wrap one of these,
// unless it is git or this machine that fails.
var (
	ErrGone        = errors.New("there is no such repository")
	ErrNoBranch    = errors.New("there is no such branch")
	ErrEmpty       = errors.New("the repository has no commit")
	ErrDenied      = errors.New("the host refuses to show the repository")
	ErrLimited     = errors.New("the host asks to wait")
	ErrUnreachable = errors.New("the host gives no answer")
	ErrMoved       = errors.New("the address leads on to another, which is not followed; write that one")
	ErrTooLarge    = errors.New("the repository is larger than the limit")
	ErrBroken      = errors.New("the answer makes no sense")
)

// clues are what git and the programs it starts say, in lower case, by what it
// means; the first that is found counts.
var clues = []struct {
	says string
	err  error
}{
	{"error: 429", ErrLimited}, {"too many requests", ErrLimited},
	{"error: 401", ErrDenied}, {"error: 403", ErrDenied}, {"authentication failed", ErrDenied}, {"could not read username", ErrDenied}, {"could not read password", ErrDenied},
	{"permission denied", ErrDenied}, {"access denied", ErrDenied}, {"host key verification failed", ErrDenied}, {"dubious ownership", ErrDenied},
	{"error: 301", ErrMoved}, {"error: 302", ErrMoved}, {"error: 307", ErrMoved}, {"error: 308", ErrMoved}, {"redirect", ErrMoved},
	{"couldn't find remote ref", ErrNoBranch},
	{"error: 404", ErrGone}, {"error: 410", ErrGone}, {"not found", ErrGone}, {"does not appear to be a git repository", ErrGone}, {"does not exist", ErrGone}, {"no such file or directory", ErrGone},
	{"error: 5", ErrUnreachable}, {"could not resolve host", ErrUnreachable}, {"could not resolve hostname", ErrUnreachable}, {"failed to connect", ErrUnreachable}, {"couldn't connect", ErrUnreachable},
	{"connection refused", ErrUnreachable}, {"connection reset", ErrUnreachable}, {"connection closed", ErrUnreachable}, {"timed out", ErrUnreachable}, {"too slow", ErrUnreachable},
	{"early eof", ErrUnreachable}, {"unexpected disconnect", ErrUnreachable}, {"hung up unexpectedly", ErrUnreachable}, {"rpc failed", ErrUnreachable}, {"empty reply", ErrUnreachable},
	{"expected flush", ErrUnreachable}, {"transfer closed", ErrUnreachable}, {"unable to access", ErrUnreachable},
}

// explain is what became of a command that talked to a host: one of the errors
// above, with the first thing that git complained about. What the host itself
// says, after "remote:", is neither believed nor repeated.
func explain(said string, secrets ...secret.String) error {
	said = theirs.ReplaceAllString(said, "")
	kind := ErrBroken
	lower := strings.ToLower(said)
	for _, c := range clues {
		if strings.Contains(lower, c.says) {
			kind = c.err
			break
		}
	}
	if line := words(secret.Hide(said, secrets...)); line != "" {
		return fmt.Errorf("%w: git says: %s", kind, line)
	}
	return kind
}

var (
	theirs = lazyregexp.New(`(?m)^remote:.*$`)
	fatal  = lazyregexp.New(`(?m)^(?:fatal|error): (.+)$`)
)

// words is the first thing that git complained about, in one short line without
// addresses and paths of this machine.
func words(said string) string {
	m := fatal.FindStringSubmatch(said)
	if m == nil {
		return ""
	}
	line := quoted.ReplaceAllString(m[1], "…")
	line = strings.Join(strings.FieldsFunc(line, func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
	const most = 160
	if r := []rune(strings.ToValidUTF8(line, "?")); len(r) > most {
		return string(r[:most]) + "…"
	}
	return line
}

var quoted = lazyregexp.New(`'[^']*'|\S*://\S+|/\S*/\S*`)
