package repofs

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"callboard/internal/diag"
)

// The codes of what can be wrong with the trees that hosts list.
const (
	CodePathInvalid = diag.Code("repo-path-invalid")
	CodePathCase    = diag.Code("repo-path-case")
	CodeSubmodule   = diag.Code("repo-submodule")
	CodePointer     = diag.Code("repo-lfs-pointer")
	CodeLargeFile   = diag.Code("repo-file-too-large")
	CodeLarge       = diag.Code("repo-too-large")
	CodeTruncated   = diag.Code("repo-tree-truncated")
	CodeArchive     = diag.Code("repo-archive-refused")
)

// MaxPath is how many bytes the path of a file may have.
const MaxPath = 4096

// Kind is what an entry of a tree is.
type Kind uint8

// What there is in trees beside directories.
const (
	Regular Kind = iota
	Link
	Submodule
)

// Entry is an entry of a tree that is not on a disk of ours.
type Entry struct {
	Path string
	Kind Kind
	// Size is in bytes, or -1 if nobody tells.
	Size int64
	// Blob is the host's name for the content.
	Blob string
	// Target is where a Link leads, if that is known already.
	Target string
}

// Reporter reports findings on one repository, of each code no more than a few.
type Reporter struct {
	sink diag.Sink
	repo string
	said map[diag.Code]int
}

// NewReporter makes a reporter for a repository.
func NewReporter(repo string, sink diag.Sink) *Reporter {
	return &Reporter{sink, repo, map[diag.Code]int{}}
}

const maxReports = 20 // of one code in one repository

// Report reports a finding on a file, or on the repository if the file is "".
func (r *Reporter) Report(file string, sev diag.Severity, code diag.Code, msg, hint string) {
	if r.said[code]++; r.said[code] > maxReports {
		return
	}
	r.sink.Report(diag.Diagnostic{Pos: diag.Pos{Repo: r.repo, File: file}, Severity: sev, Code: code, Message: msg, Hint: hint})
}

// Names are the entries of a tree that can be taken, sorted by path: those with
// sound names, within the limits, that are not to be passed over. Links stay;
// submodules go.
func Names(in []Entry, opt Options, r *Reporter) []Entry {
	ignore := newMatcher(opt.Ignore)
	out := make([]Entry, 0, min(len(in), MaxFiles))
	deep := map[string]bool{}
	sorted := slices.Clone(in)
	slices.SortStableFunc(sorted, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	for _, e := range sorted {
		switch {
		case !soundName(e.Path):
			r.Report("", diag.Warning, CodePathInvalid, fmt.Sprintf("the path %q cannot be the path of a file; it is left out", shorten(e.Path)), "")
		case ignore.any(e.Path):
		case e.Kind == Submodule:
			r.Report(e.Path, diag.Info, CodeSubmodule, "the directory is a submodule; what is in it is not read here", "crawl the other repository, too")
		case strings.Count(e.Path, "/") > MaxDepth:
			if d := prefix(e.Path, MaxDepth+1); !deep[d] {
				deep[d] = true
				r.Report(d, diag.Warning, CodeTooDeep, fmt.Sprintf("directories are more than %d deep; what is below is left out", MaxDepth), "")
			}
		case len(out) == MaxFiles:
			r.Report("", diag.Warning, CodeTooManyFiles, fmt.Sprintf("the repository has more than %d files; the rest is left out", MaxFiles), "name directories to pass over in catalog.ignore")
			return twins(out, r)
		default:
			out = append(out, e)
		}
	}
	return twins(out, r)
}

// soundName tells whether a path is one that git and a file system could hold.
func soundName(p string) bool {
	if len(p) > MaxPath || !utf8.ValidString(p) || path.Clean(p) != p || p == "." || p[0] == '/' || p == ".." || strings.HasPrefix(p, "../") {
		return false
	}
	for _, c := range []byte(p) {
		if c < ' ' || c == 0x7f || c == '\\' {
			return false
		}
	}
	return true
}

func shorten(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}

// prefix is the first n names of a path.
func prefix(p string, n int) string { return strings.Join(strings.SplitN(p, "/", n+1)[:n], "/") }

// any tells whether a path or a directory above it is passed over.
func (m matcher) any(p string) bool {
	dir := "."
	for rest := p; ; {
		name, after, more := strings.Cut(rest, "/")
		if m.match(dir, name) {
			return true
		}
		if !more {
			return false
		}
		dir, rest = join(dir, name), after
	}
}

// twins leaves out what is there twice, and files that are directories at the
// same time, as no tree of git's can hold them. Paths that differ in case only
// are different files, and reported: on other systems one hides the other.
func twins(es []Entry, r *Reporter) []Entry {
	out := slices.CompactFunc(es, func(a, b Entry) bool {
		same := a.Path == b.Path
		if same {
			r.Report(a.Path, diag.Warning, CodePathInvalid, "the host lists the path twice; the second is left out", "")
		}
		return same
	})
	dirs := Directories(out)
	out = slices.DeleteFunc(out, func(e Entry) bool {
		if dirs[e.Path] {
			r.Report(e.Path, diag.Warning, CodePathInvalid, "the path is a file and a directory; the file is left out", "")
		}
		return dirs[e.Path]
	})
	lower := make(map[string]string, len(out))
	for _, e := range out {
		l := strings.ToLower(e.Path)
		if first, ok := lower[l]; ok {
			r.Report(e.Path, diag.Info, CodePathCase, fmt.Sprintf("the path differs from %q in case only", shorten(first)), "rename one of them: on some systems one hides the other")
			continue
		}
		lower[l] = e.Path
	}
	return out
}

// Directories are the directories above files.
func Directories(es []Entry) map[string]bool {
	out := map[string]bool{}
	for _, e := range es {
		for d := path.Dir(e.Path); d != "." && !out[d]; d = path.Dir(d) {
			out[d] = true
		}
	}
	return out
}
