// Package build is the pipeline: sources to snapshots, snapshots to entities,
// entities to a catalog, the catalog and the documentation to pages, pages and
// data files to an output directory. A panic in one repository is a diagnostic
// on that repository; nothing half-made is ever put in the place of a portal
// that stands.
package build

import (
	"io/fs"
	"time"

	"callboard/internal/audience"
	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/process"
	"callboard/internal/source"
)

// Options are what a build needs from outside. Everything impure is in here.
type Options struct {
	Config *config.Config
	// Model has the kinds that the configuration declares; nil has none.
	Model *catalog.Model
	// Process are the processors of the configuration; nil has those of Config,
	// without what is wrong with them being said.
	Process *process.Pipeline
	// Programs is what processors that are programs are run with.
	Programs process.Environment
	// Audiences are those of the configuration, nil for none. Each gets a portal of
	// its own, see AudiencePrefix.
	Audiences *audience.Rules
	// As makes the portal of the one audience of that name, in Out itself.
	As string
	// Sources are where repositories come from, in order.
	Sources []source.Source
	// Out is the output directory. It is made if it is not there.
	Out string
	// News is the file in which a build remembers the catalog, to tell what is new
	// in the next; empty for none, and then nothing is ever new.
	News string
	// CacheDir is where results of earlier builds are kept; empty for none.
	CacheDir string
	// Portal tells the results of this portal from those of others in CacheDir;
	// empty is Out. A cache that goes from machine to machine needs it: Out is
	// elsewhere on each.
	Portal string
	// Jobs is how many things are done at once; zero means one per core.
	Jobs int
	// Now is the time of the build. It stands in data/site.json and status.json, with
	// what is new if something is, and nowhere else.
	Now time.Time
	// Started is when the build began by the clock, which Now need not be: files
	// changed about then are read again the next time. Zero means Now.
	Started time.Time
	// Version is callboard's own version, part of every key.
	Version string
	// Theme is the default theme, over which Config.Theme.Dir is laid.
	Theme fs.FS
	// Bundle is what the default theme's styles and scripts come to, as
	// assets.Keep has made it; nil for not known. It is not used for a theme that
	// is not that one to the byte.
	Bundle []byte
	// Overlay is the user's theme directory, or nil.
	Overlay fs.FS
	// Progress, if set, is told what is going on. It may be called from
	// several goroutines.
	Progress func(Progress)

	run *process.Run // of this build
}

// Progress is a step of a stage: Done of Total items, Total being zero while it
// is not known.
type Progress struct {
	Stage       string // "scan", "catalog", "docs", "pages", "search", "write"
	Done, Total int
}

// Stats are the figures of a build.
type Stats struct {
	Repositories, Entities, Docs, Pages int
	// Rendered is how many pages were rendered, Written how many files were
	// written; the rest was as it was.
	Rendered, Written, Removed int
	// Copied is how many images and other files of a documentation set that stands
	// alone were copied anew.
	Copied int
	Bytes  int64
}

// Result is what a build made.
type Result struct {
	Diagnostics []diag.Diagnostic
	Stats       Stats
}
