package sourcetest

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"callboard/internal/polite"
	"callboard/internal/repofs"
	"callboard/internal/repofs/repofstest"
	"callboard/internal/source"
)

// archiveFaults are ways of hosts to send no archive, or a part of one, or one that
// hurts.
func archiveFaults() map[string]http.HandlerFunc {
	whole := repofstest.Tarball("acme-payments", strings.Repeat("ab", 20), map[string]string{"catalog-info.yaml": "kind: x", "docs/index.md": strings.Repeat("text ", 4000)}, nil).Bytes()
	half, wrong := whole[:len(whole)/2], bytes.Clone(whole)
	wrong[len(wrong)-6] ^= 1 // of the checksum
	out := map[string]http.HandlerFunc{}
	for name, b := range map[string][]byte{"nothing": nil, "half": half, "a byte too few": whole[:len(whole)-1], "a wrong checksum": wrong, "a page": []byte("<html>Sign in</html>"), "entries without an end": repofstest.Bomb(repofs.MaxHeaders + 1),
		"bytes without an end": repofstest.Flood(repofs.MaxUnpacked, repofs.MaxRead), "names without an end": repofstest.LongNames(repofs.MaxNames)} {
		out[name] = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-gzip")
			_, _ = w.Write(b)
		}
	}
	for name, length := range map[string]int{"more promised than sent": len(whole) + 1000, "less promised than sent": len(half)} {
		out[name] = func(w http.ResponseWriter, _ *http.Request) { sendRaw(w, length, whole) }
	}
	out["a cut connection"] = func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(half)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	out["said to be compressed once more"] = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(half)
	}
	return out
}

// sendRaw answers with a length of its own, which net/http would not let pass.
func sendRaw(w http.ResponseWriter, length int, body []byte) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer c.Close()
	_, _ = fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Type: application/x-gzip\r\nContent-Length: "+strconv.Itoa(length)+"\r\n\r\n")
	_, _ = c.Write(body)
}

// RunArchives has the archives of a repository broken in every way, by breakWith,
// which nil mends. None is taken for whole, and no fault shows what must be hidden.
func RunArchives(t *testing.T, h source.Host, r source.Repo, hidden string, clock polite.Clock, breakWith func(http.HandlerFunc)) {
	t.Helper()
	hows, before := archiveFaults(), heap()
	for name, f := range Faults() {
		hows[name] = f.How
	}
	for name, how := range hows {
		breakWith(how)
		most, err := unpack(t, h, r)
		breakWith(nil)
		if grown := int64(most) - int64(before); grown > maxHeap {
			t.Errorf("an archive, %s: the heap grew by %d MB", name, grown>>20)
		}
		_ = clock.Sleep(t.Context(), 48*time.Hour)
		a, damaged := errors.AsType[*repofs.ArchiveError](err)
		switch {
		case strings.HasSuffix(name, "without an end") && (!damaged || !a.Limit):
			t.Errorf("an archive, %s: %v, want a limit", name, err)
		case !damaged && source.KindOf(err) == "":
			t.Errorf("an archive, %s: %v, want a fault", name, err)
		case strings.Contains(err.Error(), hidden):
			t.Errorf("an archive, %s: the error shows the token: %v", name, err)
		}
	}
	if _, err := unpack(t, h, r); err != nil {
		t.Errorf("an archive, whole again: %v", err)
	}
}

// maxHeap is by how many bytes the heap may grow while an archive is read: the names
// that are kept, a content or two, and what has not been collected yet.
const maxHeap = 4*repofs.MaxNames + 8*repofs.MaxRead

// heap is how many bytes the heap has.
func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// unpack reads an archive to its end. Most is the largest heap that was seen
// meanwhile, in bytes.
func unpack(t *testing.T, h source.Host, r source.Repo) (most uint64, err error) {
	stream, err := h.Archive(t.Context(), r)
	if err != nil {
		return 0, err
	}
	defer stream.Close()
	_, err = repofs.Untar(t.Context(), stream, func(e repofs.Entry) bool {
		if e.Size == repofs.MaxRead || len(e.Path) > repofs.MaxPath {
			most = max(most, heap())
		}
		return true
	}, func(repofs.Entry, []byte) error { return nil })
	return most, err
}

// RunArchives breaks the addresses that contain part.
func (b *Breaker) RunArchives(t *testing.T, part, hidden string, h source.Host, r source.Repo) {
	t.Helper()
	RunArchives(t, h, r, hidden, b.Clock, func(how http.HandlerFunc) { b.Break(part, how) })
}
