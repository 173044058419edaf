//go:build !unix

package state

import "os"

// lock does nothing where there is no flock: that no two crawls share a
// directory is then up to whoever starts them.
func lock(*os.File) error { return nil }
