package github

import (
	"context"
	"crypto/sha1" //nolint:gosec // what git names contents by
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"iter"

	"callboard/internal/polite"
	"callboard/internal/source"
)

// Read reads files one by one, as they are stored.
func (h *Host) Read(ctx context.Context, r source.Repo, files []source.Entry) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		what := "read files of " + clip(r.Name, 200)
		owner, name, ok := split(r.Name)
		if !ok {
			yield(nil, h.noName(what))
			return
		}
		for _, f := range files {
			b, err := h.blob(ctx, what, owner, name, f.Blob)
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

func (h *Host) blob(ctx context.Context, what, owner, name, oid string) ([]byte, error) {
	if !isHash(oid) {
		return nil, h.broken(what, "a file without a hash")
	}
	b, _, err := h.rest.Git.GetBlobRaw(ask(ctx, what), owner, name, oid)
	if err != nil {
		return nil, h.fault(err, what)
	}
	if !isBlob(b, oid) {
		return nil, h.broken(what, "a content that is not what its hash says")
	}
	if b == nil {
		b = []byte{}
	}
	return b, nil
}

// isBlob tells that a content is the one that git calls oid.
func isBlob(content []byte, oid string) bool {
	var sum hash.Hash = sha1.New() //nolint:gosec // as above
	if len(oid) == 2*sha256.Size {
		sum = sha256.New()
	}
	_, _ = fmt.Fprintf(sum, "blob %d\x00", len(content))
	_, _ = sum.Write(content)
	return hex.EncodeToString(sum.Sum(nil)) == oid
}

// Archive is the tree as a gzipped tar. GitHub sends it from another host, which
// needs no token: the address it redirects to is allowance enough.
func (h *Host) Archive(ctx context.Context, r source.Repo) (io.ReadCloser, error) {
	what := "archive of " + clip(r.Name, 200)
	owner, name, ok := split(r.Name)
	if !ok {
		return nil, h.noName(what)
	}
	if !isHash(r.Revision) {
		return nil, h.broken(what, "a commit without a hash")
	}
	req, err := h.rest.NewRequest("GET", "repos/"+owner+"/"+name+"/tarball/"+r.Revision, nil)
	if err != nil {
		return nil, err
	}
	ctx = polite.With(ctx, polite.Ask{What: what, Stream: true})
	resp, err := h.rest.BareDo(ctx, req)
	if err != nil {
		return nil, h.fault(err, what)
	}
	return resp.Body, nil
}
