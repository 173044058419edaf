package output

import (
	"os"
	"path/filepath"
)

// pathSizes tells the sizes of files on any system.
type pathSizes struct{ out string }

func (s pathSizes) of(path string) (int64, bool) {
	info, err := os.Lstat(filepath.Join(s.out, filepath.FromSlash(path)))
	if err != nil || !info.Mode().IsRegular() {
		return 0, false
	}
	return info.Size(), true
}
