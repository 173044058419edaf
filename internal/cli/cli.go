// Package cli is callboard's command line: it reads flags, environment and
// clock, puts the parts together and prints what they find. Nothing below this
// package knows of any of these.
//
// Results go to standard output, everything else to standard error.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Exit codes of every command.
const (
	ExitOK       = 0
	ExitFindings = 1 // the sources or the configuration are wrong
	ExitUsage    = 2 // the command line is wrong
	ExitFailure  = 3 // callboard could not do its work, or was interrupted
)

// Env is what the process was given. The zero value of each field that is not
// a stream stands for the process's own.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	// Environ are all variables, as NAME=value; nil for none.
	Environ func() []string
	// Dir is the directory that paths are relative to.
	Dir string
	// Now is the clock.
	Now func() time.Time
}

// Main runs the command that args (without the program's name) ask for and
// returns the exit code. When ctx is done, work stops and leaves what stood
// before.
func Main(ctx context.Context, env Env, args []string) int {
	a, err := newApp(env)
	if err != nil {
		fmt.Fprintln(env.Stderr, "callboard:", err)
		return ExitFailure
	}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	return a.exit(ctx, root.ExecuteContext(ctx))
}

func newApp(env Env) (*app, error) {
	if env.Getenv == nil {
		env.Getenv = func(string) string { return "" }
	}
	if env.Now == nil {
		env.Now = time.Now
	}
	if env.Dir == "" {
		wd, err := os.Getwd()
		if err != nil {
			return nil, err
		}
		env.Dir = wd
	}
	return &app{Env: env}, nil
}

// app is one run of the program.
type app struct {
	Env
	flags   flags
	running bool              // a command has begun: errors are no longer those of usage
	base    http.RoundTripper // carries requests to hosts out; nil until one is sent
	began   time.Time         // the time of every build of a session; zero for the present
	came    outcome           // of the command, for callboard action
}

// path resolves a path of the command line.
func (a *app) path(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(a.Dir, p)
}

// shown is an absolute path as it is told to people: relative where that is
// shorter.
func (a *app) shown(abs string) string {
	rel, err := filepath.Rel(a.Dir, abs)
	if err != nil || strings.HasPrefix(rel, ".."+string(filepath.Separator)+"..") {
		return abs
	}
	return rel
}

// findingsError ends a command whose work is done, but for what it found. What
// was found has been printed.
type findingsError struct{}

func (findingsError) Error() string { return "there are findings" }

// usageError is a mistake in the command line; hint may be empty.
type usageError struct{ msg, hint string }

func (e *usageError) Error() string { return e.msg }

// exit prints the error of a command and returns the exit code for it.
func (a *app) exit(ctx context.Context, err error) int {
	if code, ok := errors.AsType[exitError](err); ok {
		return int(code)
	}
	switch usage, isUsage := errors.AsType[*usageError](err); {
	case err == nil:
		return ExitOK
	case errors.As(err, new(findingsError)):
		return ExitFindings
	case isUsage:
		a.complain(usage.msg, usage.hint)
		return ExitUsage
	case ctx.Err() != nil:
		a.complain("interrupted", "")
		return ExitFailure
	case !a.running:
		msg, hint := splitSuggestion(err.Error())
		a.complain(msg, hint)
		return ExitUsage
	}
	a.complain(err.Error(), "")
	return ExitFailure
}

// splitSuggestion takes apart the message that the command library has for
// unknown commands: the message, an empty line, "Did you mean this?" and names.
func splitSuggestion(s string) (msg, hint string) {
	msg, rest, found := strings.Cut(s, "\n\n")
	if !found {
		return s, "see callboard --help"
	}
	names := strings.Fields(strings.TrimPrefix(strings.TrimSpace(rest), "Did you mean this?"))
	return msg, "did you mean " + strings.Join(names, " or ") + "?"
}

func (a *app) complain(msg, hint string) {
	color := a.flags.color.on(a.Stderr, a.Getenv)
	fmt.Fprintf(a.Stderr, "%s %s\n", paint(color, "31;1", "callboard:"), printable(msg))
	if hint != "" {
		fmt.Fprintf(a.Stderr, "  %s %s\n", paint(color, "36", "hint:"), printable(hint))
	}
}

// talk tells people what happens, unless they asked for silence.
func (a *app) talk(format string, args ...any) {
	if !a.flags.quiet {
		fmt.Fprintf(a.Stderr, format+"\n", args...)
	}
}

// reason is an error without the path that the message names already.
func reason(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}
