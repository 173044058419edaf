package codesearch

import (
	"bytes"
	"path"
	"strings"
	"sync"
	"unicode/utf8"
)

// Reason says why a file is not in the index.
type Reason string

// The reasons. Each has a sentence, see Reason.String.
const (
	ReasonIgnored    Reason = "ignored"
	ReasonVendored   Reason = "vendored"
	ReasonGenerated  Reason = "generated"
	ReasonBinary     Reason = "binary"
	ReasonMinified   Reason = "minified"
	ReasonLarge      Reason = "large"
	ReasonUnreadable Reason = "unreadable"
	ReasonPointer    Reason = "lfs-pointer"
	ReasonRepository Reason = "repository-full"
	ReasonIndex      Reason = "index-full"
)

// sentences tell what reasons mean.
var sentences = map[Reason]string{
	ReasonIgnored:    "search.code.ignore names it",
	ReasonVendored:   "it lies in a directory of other people's code",
	ReasonGenerated:  "a program wrote it",
	ReasonBinary:     "it is not text in UTF-8",
	ReasonMinified:   "its lines are too long to be read",
	ReasonLarge:      "it is larger than the limit for a file",
	ReasonUnreadable: "it could not be read",
	ReasonPointer:    "it is a pointer of git LFS, not the content",
	ReasonRepository: "the repository has more than the limit for one",
	ReasonIndex:      "the index has reached its limit",
}

// Sentence says what the reason means, as the end of "left out, because".
func (r Reason) Sentence() string { return sentences[r] }

// Limits of the index. What is beyond them is left out with a reason.
const (
	MaxFile            = 1 << 20   // bytes
	MaxLine            = 4000      // bytes of a line
	MaxRepositoryFiles = 20_000    // of one repository
	MaxRepositoryBytes = 128 << 20 // of the contents of one repository
	MaxFiles           = 2_000_000
	MaxBytes           = 8 << 30 // of all contents
)

// ByName tells why a file is left out whatever its content is, "" if it is not:
// such a file need not be read, nor fetched. A size below 0 is not known.
func ByName(p string, size int64) Reason {
	switch name := path.Base(p); {
	case isVendored(p):
		return ReasonVendored
	case isLock(name):
		return ReasonGenerated
	case isBinaryName(name):
		return ReasonBinary
	case strings.Contains(name, ".min."), strings.HasSuffix(name, ".map"):
		return ReasonMinified
	case size > MaxFile:
		return ReasonLarge
	}
	return ""
}

// vendored are the names of directories for what others wrote.
var vendored = map[string]bool{"vendor": true, "node_modules": true, "third_party": true, "bower_components": true, ".git": true, ".yarn": true, "Pods": true, "site-packages": true, ".venv": true, "__pycache__": true}

func isVendored(p string) bool {
	for dir := range strings.SplitSeq(path.Dir(p), "/") {
		if vendored[dir] {
			return true
		}
	}
	return false
}

// isLock names the files in which package managers note what they chose.
func isLock(name string) bool {
	switch name {
	case "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "go.sum", "Cargo.lock", "poetry.lock", "uv.lock", "Pipfile.lock", "composer.lock", "Gemfile.lock", "mix.lock", "pubspec.lock", "flake.lock", ".terraform.lock.hcl":
		return true
	}
	return false
}

// binaryNames are the extensions of files that are never text.
var binaryNames = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for ext := range strings.FieldsSeq(`7z a avi avif bin bmp bz2 class dll dmg doc docx dylib eot exe gif gz ico icns jar jpeg jpg jks keystore lib lz4 mkv mov mp3 mp4 mpeg
		o odp ods odt ogg otf p12 pdf pfx png ppt pptx psd pyc rar so sqlite tar tgz tif tiff ttf war wasm wav webm webp whl woff woff2 xls xlsx xz zip zst`) {
		m["."+ext] = true
	}
	return m
})

func isBinaryName(name string) bool { return binaryNames()[strings.ToLower(path.Ext(name))] }

// ByContent tells why a file is left out because of what is in it, "" if it is
// not.
func ByContent(content []byte) Reason {
	switch {
	case len(content) > MaxFile:
		return ReasonLarge
	case bytes.IndexByte(content, 0) >= 0 || !utf8.Valid(content):
		return ReasonBinary
	case longestLine(content) > MaxLine:
		return ReasonMinified
	case isGenerated(content):
		return ReasonGenerated
	}
	return ""
}

func longestLine(b []byte) (most int) {
	for line := range bytes.Lines(b) {
		most = max(most, len(line))
	}
	return most
}

// isGenerated looks at the first lines for what programs write there: the
// sentence of Go's convention (go help generate), or the mark of many others.
func isGenerated(b []byte) bool {
	n := 0
	for line := range bytes.Lines(b[:min(len(b), 4096)]) {
		if n++; n > 20 {
			return false
		}
		if bytes.Contains(line, []byte("Code generated ")) && bytes.Contains(line, []byte("DO NOT EDIT")) || bytes.Contains(line, []byte("@"+"generated")) {
			return true
		}
	}
	return false
}
