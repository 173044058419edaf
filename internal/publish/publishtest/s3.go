package publishtest

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"callboard/internal/publish"
)

// S3 serves a store as the bucket "site", by those requests of the protocol of S3
// that publishing uses, in the style in which the bucket is part of the path. It
// does not check signatures, only that there is one. Listings have pages of ten.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
func S3(s publish.Store) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, ok := strings.CutPrefix(r.URL.Path, "/site")
		if !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") || !ok {
			s3Error(w, http.StatusForbidden, "AccessDenied")
			return
		}
		key = strings.TrimPrefix(key, "/")
		var err error
		switch {
		case r.Method == http.MethodGet && key == "":
			err = s3List(r.Context(), w, s, r.URL.Query())
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			err = s3Get(w, r, s, key)
		case r.Method == http.MethodPut && r.Header.Get("X-Amz-Copy-Source") != "":
			err = s3Copy(w, r, s, key)
		case r.Method == http.MethodPut:
			err = s3Put(w, r, s, key)
		case r.Method == http.MethodDelete:
			if err = s.Delete(r.Context(), key); err == nil {
				w.WriteHeader(http.StatusNoContent)
			}
		default:
			err = publish.ErrUnsupported
		}
		s3Fail(w, err)
	})
}

func s3Fail(w http.ResponseWriter, err error) {
	switch {
	case err == nil:
	case errors.Is(err, publish.ErrNotFound):
		s3Error(w, http.StatusNotFound, "NoSuchKey")
	case errors.Is(err, publish.ErrConflict):
		s3Error(w, http.StatusPreconditionFailed, "PreconditionFailed")
	case errors.Is(err, publish.ErrUnsupported):
		s3Error(w, http.StatusNotImplemented, "NotImplemented")
	default:
		if re, ok := errors.AsType[*publish.RequestError](err); ok && re.Temporary {
			w.Header().Set("Retry-After", "1")
			s3Error(w, http.StatusServiceUnavailable, "SlowDown")
			return
		}
		s3Error(w, http.StatusInternalServerError, "InternalError")
	}
}

func s3Error(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, code)
}

func s3Get(w http.ResponseWriter, r *http.Request, s publish.Store, key string) error {
	b, o, err := s.Get(r.Context(), key)
	if err != nil {
		return err
	}
	for name, v := range map[string]string{"Content-Type": o.ContentType, "Cache-Control": o.CacheControl, "Content-Encoding": o.ContentEncoding, "Etag": `"` + o.Version + `"`, "Content-Length": strconv.Itoa(len(b))} {
		if v != "" {
			w.Header().Set(name, v)
		}
	}
	if r.Method == http.MethodGet {
		w.Write(b) // a client that has gone is nobody's error
	}
	return nil
}

func s3Put(w http.ResponseWriter, r *http.Request, s publish.Store, key string) error {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	a := publish.Attributes{ContentType: r.Header.Get("Content-Type"), CacheControl: r.Header.Get("Cache-Control"), ContentEncoding: r.Header.Get("Content-Encoding")}
	cond := publish.Condition{Absent: r.Header.Get("If-None-Match") == "*", Version: strings.Trim(r.Header.Get("If-Match"), `"`)}
	v, err := s.Put(r.Context(), key, b, a, cond)
	if err == nil {
		w.Header().Set("Etag", `"`+v+`"`)
	}
	return err
}

func s3Copy(w http.ResponseWriter, r *http.Request, s publish.Store, key string) error {
	from, err := url.PathUnescape(r.Header.Get("X-Amz-Copy-Source"))
	if err != nil {
		return err
	}
	if err := s.(publish.Copier).Copy(r.Context(), strings.TrimPrefix(strings.TrimPrefix(from, "/"), "site/"), key); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/xml")
	fmt.Fprint(w, "<CopyObjectResult></CopyObjectResult>")
	return nil
}

type s3Object struct {
	Key, ETag string
	Size      int64
}

type s3Page struct {
	XMLName               xml.Name `xml:"ListBucketResult"`
	IsTruncated           bool
	NextContinuationToken string `xml:",omitempty"`
	Contents              []s3Object
}

const s3PageSize = 10

func s3List(ctx context.Context, w http.ResponseWriter, s publish.Store, q url.Values) error {
	var page s3Page
	for o, err := range s.List(ctx, q.Get("prefix")) {
		if err != nil {
			return err
		}
		if o.Key <= q.Get("continuation-token") {
			continue
		}
		if len(page.Contents) == s3PageSize {
			page.IsTruncated, page.NextContinuationToken = true, page.Contents[s3PageSize-1].Key
			break
		}
		page.Contents = append(page.Contents, s3Object{o.Key, `"` + o.Version + `"`, o.Size})
	}
	w.Header().Set("Content-Type", "application/xml")
	return xml.NewEncoder(w).Encode(page)
}
