// Callboard builds a static portal of an organisation's software from the
// catalog files, documentation and API definitions in its repositories.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"callboard/internal/cli"
	"callboard/internal/gcpace"
	_ "callboard/internal/hugepages"
)

func main() {
	env := cli.Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Environ: os.Environ}
	if gcpace.Free {
		tuneCollector()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(cli.Main(ctx, env, os.Args[1:]))
}
