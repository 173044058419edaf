// Package themes holds the default theme, and what its styles and scripts come to.
package themes

import (
	"embed"
	"io/fs"
)

//go:generate go test ../internal/assets -run TestBundleOfTheDefaultTheme -update

//go:embed all:default
var files embed.FS

//go:embed default.bundle
var bundle []byte

// Default is the default theme: templates, styles, scripts and icons.
func Default() fs.FS {
	sub, err := fs.Sub(files, "default")
	if err != nil {
		panic(err) // the name is spelled out above
	}
	return sub
}

// Bundle is what package assets makes of the styles, scripts and icons of the
// default theme. It is generated, and held to be that of the sources by a test. It
// must not be changed.
func Bundle() []byte { return bundle }
