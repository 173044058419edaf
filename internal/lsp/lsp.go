// Package lsp is callboard under an editor: a language server (LSP 3.17) for
// catalog files, over two streams. It tells what lint would say of a file as it
// stands in the editor, completes what may be written, shows what a reference
// means and leads to it.
//
// What is open is held against a catalog: that of the folder, as the command
// lint reads it, and a published one where that is given. One goroutine keeps
// it: a change of a file reads its repository again, and links all. Requests
// work on what was linked last, which never changes, and on the text itself, by
// indentation, since what is being typed is rarely YAML.
//
// Everything that comes in may be wrong in any way. Messages have limits, a
// request that fails is answered with an error, and nothing is written or run.
package lsp

import (
	"context"
	"io"
	"time"

	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/schema"
)

// Project is what the files of a directory are held against.
type Project struct {
	Options build.Options
	// Editor are the kinds, annotations and icons that are offered.
	Editor schema.Editor
	// File is the configuration's path, "" if there is none, and Findings what
	// is wrong with it. With errors among them, the rest is empty.
	File     string
	Findings []diag.Diagnostic
	// Files are further files that the project is made of, as absolute paths.
	Files []string
	// Warnings are what the editor's user should know of how it was opened.
	Warnings []string
	// Abs is where the file of a place is, or the directory of its repository
	// for a place without a file; "" for what is not on disk.
	Abs func(diag.Pos) string
	// Keep tells which findings are of use; nil keeps all.
	Keep func(diag.Diagnostic) bool
	// Others gives the entities that are known from elsewhere.
	Others func(read *build.Loaded, own []*entity.Entity) []*entity.Entity
	// Close ends the sources.
	Close func() error
}

// ConfigName is the file whose coming into a folder makes it another project.
const ConfigName = "callboard.yaml"

// Asked says which project is wanted.
type Asked struct {
	// Dir is an absolute directory. With File, an absolute path, it is that of a
	// file outside all folders of the editor, which is looked at by itself.
	Dir, File string
	// Catalog is a published catalog, a file or an address; "" for none.
	Catalog string
}

// Options are what a server needs from outside.
type Options struct {
	// Open opens a project. The error is for the editor's user.
	Open func(ctx context.Context, a Asked) (*Project, error)
	// Editor is what is offered where there is no project, or none yet.
	Editor schema.Editor
	// Version is callboard's own.
	Version string
	// Catalog and Manual are used where the editor names none.
	Catalog, Manual string
	// Explain is why findings of a code are made and what to do about them, in
	// Markdown, "" for a code of which nothing is known; nil explains nothing.
	Explain func(diag.Code) string
	// Delay is how long after a change the catalog is looked at again, when no
	// other change has come.
	Delay time.Duration
}

// DefaultDelay is short enough to seem immediate, and longer than the pause
// between two keys.
const DefaultDelay = 120 * time.Millisecond

// Serve speaks with one editor until it says exit, in ends or ctx is done. It
// returns whether the editor took its leave as it should, by shutdown and exit.
// The error is of the streams. When ctx is done, a goroutine may still wait for
// the next byte of in; otherwise none is left.
func Serve(ctx context.Context, in io.Reader, out io.Writer, o Options) (orderly bool, err error) {
	s := newServer(o, out)
	return s.run(ctx, in)
}
