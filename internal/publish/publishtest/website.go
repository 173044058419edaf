package publishtest

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"callboard/internal/publish"
)

// Website serves a store as the website endpoint of a bucket does: index.html for a
// directory, a redirect to the address with a slash, 404.html with status 404 for
// what is not there, and each object with the headers that it was put with, in the
// one form that it has.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/IndexDocumentSupport.html
func Website(s publish.Store) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := strings.TrimPrefix(r.URL.Path, "/")
		if key == "" || strings.HasSuffix(key, "/") {
			key += "index.html"
		}
		err := serveObject(r.Context(), w, s, key, http.StatusOK)
		if errors.Is(err, publish.ErrNotFound) {
			if _, herr := s.Head(r.Context(), key+"/index.html"); herr == nil {
				http.Redirect(w, r, r.URL.Path+"/", http.StatusFound)
				return
			}
			err = serveObject(r.Context(), w, s, "404.html", http.StatusNotFound)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
		}
	})
}

func serveObject(ctx context.Context, w http.ResponseWriter, s publish.Store, key string, status int) error {
	b, o, err := s.Get(ctx, key)
	if err != nil {
		return err
	}
	for name, v := range map[string]string{"Content-Type": o.ContentType, "Cache-Control": o.CacheControl, "Content-Encoding": o.ContentEncoding, "Etag": strconv.Quote(o.Version)} {
		if v != "" {
			w.Header().Set(name, v)
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write(b) // a client that has gone is nobody's error
	return nil
}
