//go:build !unix

package repofs

import "io/fs"

func stampOf(info fs.FileInfo) Stamp { return Stamp{ModTime: info.ModTime().UnixNano()} }

const doNotWait = 0
