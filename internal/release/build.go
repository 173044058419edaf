package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// source is the commit that is released.
type source struct {
	commit string
	time   time.Time
}

// sourceOf is the last commit that changed anything but the sums. Files that differ
// from the checkout's commit would make a program that no commit explains.
func sourceOf(ctx context.Context) (source, error) {
	dirty, err := output(ctx, nil, "git", "status", "--porcelain", "--untracked-files=all", "--", ".", ":(exclude)"+sums)
	switch {
	case err != nil:
		return source{}, err
	case dirty != "":
		return source{}, fmt.Errorf("the checkout has changes:\n%s", dirty)
	}
	line, err := output(ctx, nil, "git", "log", "-1", "--format=%H %cI", "--", ".", ":(exclude)"+sums)
	if err != nil {
		return source{}, err
	}
	commit, when, _ := strings.Cut(strings.TrimSpace(line), " ")
	at, err := time.Parse(time.RFC3339, when)
	if err != nil {
		return source{}, fmt.Errorf("the time of commit %s: %w", commit, err)
	}
	return source{commit, at.UTC()}, nil
}

// build builds the program for a target. What the linker would note of the machine
// is left out, and what it cannot know is told to it.
func (s source) build(ctx context.Context, t target, version, out string) error {
	const cli = "callboard/internal/cli."
	flags := []string{"-s", "-w", "-X " + cli + "release=" + version, "-X " + cli + "commit=" + s.commit, "-X " + cli + "committed=" + s.time.Format(time.RFC3339)}
	_, err := output(ctx, []string{"CGO_ENABLED=0", "GOOS=" + t.os, "GOARCH=" + t.arch, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=", "GOEXPERIMENT=", "GODEBUG="},
		"go", "build", "-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags="+strings.Join(flags, " "), "-o", out, "./cmd/callboard")
	return err
}

// output runs a program with some variables more and returns what it prints.
func output(ctx context.Context, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, &errs)
	}
	return out.String(), nil
}
