package serve

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"

	"callboard/internal/digest"
)

// minGzip is the size in bytes from which on compressing is worth it: a
// smaller response fits into one packet anyway.
const minGzip = 1024

// encode gives a response its ETag and, where the browser takes it and it
// helps, compresses it. The tag of the compressed form differs, as RFC 9110,
// 8.8.3.3 asks.
func encode(w http.ResponseWriter, r *http.Request, b []byte, compress bool) []byte {
	h := w.Header()
	tag := digest.Of(b).String()[:32]
	if !compress || len(b) < minGzip {
		h.Set("Etag", `"`+tag+`"`)
		return b
	}
	h.Add("Vary", "Accept-Encoding")
	if !acceptsGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Etag", `"`+tag+`"`)
		return b
	}
	h.Set("Etag", `"`+tag+`-gz"`)
	h.Set("Content-Encoding", "gzip")
	var z bytes.Buffer
	zw := gzip.NewWriter(&z)
	zw.Write(b) // a bytes.Buffer does not fail
	zw.Close()
	return z.Bytes()
}

// acceptsGzip reads Accept-Encoding (RFC 9110, 12.5.3): gzip or "*" with a
// weight that is not zero.
func acceptsGzip(accept string) bool {
	star := false
	for part := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(part, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if name != "gzip" && name != "*" {
			continue
		}
		ok := true
		if q, found := strings.CutPrefix(strings.ToLower(strings.TrimSpace(params)), "q="); found {
			v, err := strconv.ParseFloat(q, 64)
			ok = err == nil && v > 0
		}
		if name == "gzip" {
			return ok
		}
		star = ok
	}
	return star
}
