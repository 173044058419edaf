package repofs

import (
	"path"
	"strings"
)

const maxHops = 40 // links on the way to one file, as on Linux

// Links follows symbolic links as data: nothing is opened, and no link leads out
// of the tree.
type Links struct {
	// At is what there is at a path: false if nothing is. A directory is nothing.
	At func(path string) (Entry, bool)
	// Target is where the link at a path leads: false if that is not known.
	Target func(path string) (string, bool)
}

// Resolve is the path of the regular file that a path leads to. If a link on the
// way is of unknown target, next is that link, which must be read first. Both
// are "" if the way ends nowhere, at a directory, in a circle, or outside.
func (l Links) Resolve(p string) (file, next string) {
	done, rest := ".", p
	for hops := 0; rest != ""; {
		name, after, _ := strings.Cut(rest, "/")
		at := join(done, name)
		e, ok := l.At(at)
		switch {
		case ok && e.Kind == Regular && after == "":
			return at, ""
		case ok && e.Kind == Link:
			target, known := l.Target(at)
			if !known {
				return "", at
			}
			if hops++; hops > maxHops || !l.leadsIn(done, target) {
				return "", ""
			}
			done, rest = ".", path.Join(done, target, after)
		case ok:
			return "", "" // a file where a directory should be, or a submodule
		default:
			done, rest = at, after
		}
	}
	return "", ""
}

// leadsIn tells whether a target, relative to a directory, stays in the tree.
func (l Links) leadsIn(dir, target string) bool {
	if target == "" || len(target) > MaxPath || strings.HasPrefix(target, "/") || strings.ContainsAny(target, "\x00\\") {
		return false
	}
	p := path.Join(dir, target)
	return p != ".." && !strings.HasPrefix(p, "../") && p != "."
}
