// Package content holds the embedded demo: a made-up organisation, and
// callboard's own manual.
package content

import "embed"

// FS holds callboard.yaml and the directories it names.
//
//go:embed all:callboard.yaml all:demo all:manual
var FS embed.FS
