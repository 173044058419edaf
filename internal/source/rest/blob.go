package rest

import (
	"crypto/sha1" //nolint:gosec // git names objects by it
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strconv"

	"callboard/internal/lazyregexp"
	"callboard/internal/source"
)

var objectName = lazyregexp.New(`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`)

// IsObject tells that a text is the name of an object of git, such as a commit.
func IsObject(name string) bool { return objectName.MatchString(name) }

// IsBlob tells that data is the content that git calls name.
func IsBlob(data []byte, name string) bool {
	var sum hash.Hash
	switch len(name) {
	case 2 * sha1.Size:
		sum = sha1.New() //nolint:gosec // git names objects by it
	case 2 * sha256.Size:
		sum = sha256.New()
	default:
		return false
	}
	sum.Write([]byte("blob " + strconv.Itoa(len(data)) + "\x00"))
	sum.Write(data)
	return hex.EncodeToString(sum.Sum(nil)) == name
}

// KindOfMode is what an entry with a mode of git is, such as 100644. What is not
// ok is a directory, or nothing that git knows.
func KindOfMode(mode string) (kind source.EntryKind, ok bool) {
	switch mode {
	case "100644", "100755", "100664":
		return source.RegularFile, true
	case "120000":
		return source.Symlink, true
	case "160000":
		return source.Submodule, true
	}
	return 0, false
}
