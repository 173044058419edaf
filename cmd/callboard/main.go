// Callboard builds a static portal of an organisation's software from the
// catalog files, documentation and API definitions in its repositories.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"callboard/internal/cli"
)

func main() {
	if os.Getenv("GOGC") == "" {
		// A build keeps the catalog and little else for long: collecting more
		// often costs nothing that can be measured and a fifth less memory.
		debug.SetGCPercent(50)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(cli.Main(ctx, cli.Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv}, os.Args[1:]))
}
