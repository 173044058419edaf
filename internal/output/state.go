package output

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"

	"callboard/internal/cache"
	"callboard/internal/digest"
	"callboard/internal/urlpath"
)

// The state of a build lies beside the cache and not in the portal: the
// manifest's entries with the keys of what they were made of. Its layout is
// stateMagic, the digest of the manifest that it goes with, then for each file
// its path with the length before it, its size, its digest and its key, and at
// the end a digest of all that.
const stateMagic = "callboard-state-2\n"

const sumSize = len(digest.Sum{})

func writeState(name string, manifest digest.Sum, files []Entry) error {
	if name == "" {
		return nil
	}
	size := len(stateMagic) + 2*sumSize
	for _, e := range files {
		size += len(e.Path) + 2*sumSize + 2*binary.MaxVarintLen32
	}
	out := append(append(make([]byte, 0, size), stateMagic...), manifest[:]...)
	for _, e := range files {
		out = binary.AppendUvarint(out, uint64(len(e.Path)))
		out = append(out, e.Path...)
		out = binary.AppendUvarint(out, uint64(e.Size))
		out = append(out, e.Sum[:]...)
		out = append(out, e.Key[:]...)
	}
	sum := digest.Of(out)
	if err := cache.WriteFile(name, append(out, sum[:]...)); err != nil {
		return fmt.Errorf("state: %w", err)
	}
	return nil
}

// readState reads the entries that go with a manifest. A state that is missing,
// damaged or goes with another manifest is none.
func readState(name string, manifest digest.Sum) ([]Entry, bool) {
	raw, err := os.ReadFile(name)
	if err != nil || len(raw) < len(stateMagic)+2*sumSize || !bytes.HasPrefix(raw, []byte(stateMagic)) {
		return nil, false
	}
	body := raw[:len(raw)-sumSize]
	if digest.Of(body) != digest.Sum(raw[len(body):]) {
		return nil, false
	}
	rest := body[len(stateMagic):]
	if digest.Sum(rest[:sumSize]) != manifest {
		return nil, false
	}
	out := make([]Entry, 0, len(rest)/(2*sumSize+32))
	for rest = rest[sumSize:]; len(rest) > 0; {
		var e Entry
		var ok bool
		if e, rest, ok = readEntry(rest); !ok {
			return nil, false
		}
		out = append(out, e)
	}
	return out, true
}

func readEntry(b []byte) (Entry, []byte, bool) {
	n, used := binary.Uvarint(b)
	if used <= 0 || n > uint64(len(b)-used) {
		return Entry{}, nil, false
	}
	e := Entry{Path: string(b[used : used+int(n)])}
	b = b[used+int(n):]
	size, used := binary.Uvarint(b)
	if used <= 0 || len(b)-used < 2*sumSize {
		return Entry{}, nil, false
	}
	e.Size = int64(size)
	b = b[used:]
	e.Sum, e.Key = digest.Sum(b[:sumSize]), digest.Sum(b[sumSize:2*sumSize])
	_, err := urlpath.New(e.Path)
	return e, b[2*sumSize:], err == nil
}
