// Package gcs is a bucket of Google Cloud Storage as a store, by its JSON API
// (https://docs.cloud.google.com/storage/docs/json_api/v1): six requests, for which
// the vendor's own library would bring thirty modules. Credentials come from where
// Google's tools look for them.
package gcs

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	"callboard/internal/publish"
)

// Store is a bucket, or what is below a prefix in it.
type Store struct {
	client         *http.Client
	endpoint       string
	bucket, prefix string
}

// Options say how a bucket is reached.
type Options struct {
	// Jobs is how many requests will run at once.
	Jobs int
	// Emulator is the host of a server for tests, which is asked without
	// credentials: what others take from the variable STORAGE_EMULATOR_HOST.
	Emulator string
}

const host = "https://storage.googleapis.com"

// Open opens the bucket of an address, gs://BUCKET/PREFIX, with the parameter
// endpoint for another server than Google's own. Credentials are Google's
// application default credentials: the file that GOOGLE_APPLICATION_CREDENTIALS
// names, which may federate a workload's identity (OIDC), what gcloud left, the
// machine's.
func Open(ctx context.Context, u *url.URL, o Options) (*Store, error) {
	if u.Host == "" {
		return nil, errors.New("the address of a bucket is gs://BUCKET or gs://BUCKET/PREFIX")
	}
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 2*o.Jobs, 2*o.Jobs
	t.ResponseHeaderTimeout = time.Minute
	t.DisableCompression = true // objects are wanted as they are stored
	s := &Store{client: &http.Client{Transport: t}, endpoint: cmp.Or(u.Query().Get("endpoint"), emulator(o.Emulator), host), bucket: u.Host}
	s.endpoint = strings.TrimSuffix(s.endpoint, "/")
	if s.prefix = strings.Trim(u.Path, "/"); s.prefix != "" {
		s.prefix += "/"
	}
	if o.Emulator == "" {
		signed, err := signer(ctx, t)
		if err != nil {
			return nil, fmt.Errorf("gcs: %w", err)
		}
		s.client.Transport = signed
	}
	return s, nil
}

func emulator(name string) string {
	if name == "" || strings.Contains(name, "://") {
		return name
	}
	return "http://" + name
}

// String is the address.
func (s *Store) String() string { return "gs://" + s.bucket + "/" + s.prefix }

// maxAnswer bounds an answer that is not an object, in bytes. A page of a listing
// has some hundred kilobytes.
const maxAnswer = 32 << 20

// request is one request of the API.
type request struct {
	op, key string
	method  string
	path    string // below the endpoint, escaped
	query   url.Values
	header  http.Header
	body    []byte
	max     int64 // of the answer, in bytes; 0 is maxAnswer
}

// do sends a request and reads the answer.
func (s *Store) do(ctx context.Context, r request) ([]byte, http.Header, error) {
	address := s.endpoint + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	hr, err := http.NewRequestWithContext(ctx, r.method, address, bytes.NewReader(r.body))
	if err != nil {
		return nil, nil, fmt.Errorf("gcs: %w", err)
	}
	for name, v := range r.header {
		hr.Header[name] = v
	}
	resp, err := s.client.Do(hr)
	if err != nil {
		return nil, nil, s.unanswered(ctx, r, err)
	}
	defer func() { _ = resp.Body.Close() }() // it has been read
	limit := cmp.Or(r.max, maxAnswer)
	b, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case resp.StatusCode >= 300:
		return nil, nil, s.refused(r, resp, b)
	case err != nil:
		return nil, nil, &publish.RequestError{Op: r.op + " " + s.String(), Key: r.key, Err: err, Temporary: ctx.Err() == nil}
	case int64(len(b)) > limit:
		return nil, nil, &publish.RequestError{Op: r.op + " " + s.String(), Key: r.key, Err: errors.New("it is too large")}
	}
	return b, resp.Header, nil
}

// unanswered is the error of a request to which there was no answer, or none to the
// request for a token that came before it.
func (s *Store) unanswered(ctx context.Context, r request, err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		err = ue.Err // the address says nothing new
	}
	return &publish.RequestError{Op: r.op + " " + s.String(), Key: r.key, Err: err, Temporary: ctx.Err() == nil && !denied(err)}
}

// refused is the error of an answer that is one.
func (s *Store) refused(r request, resp *http.Response, body []byte) error {
	switch {
	case resp.StatusCode == http.StatusPreconditionFailed:
		return publish.ErrConflict
	case resp.StatusCode == http.StatusNotFound && r.key != "" && r.method != http.MethodPost || resp.StatusCode == http.StatusNotFound && r.op == "copy":
		return publish.ErrNotFound
	}
	var said struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	_ = json.Unmarshal(body, &said) // without words, the status must do
	e := &publish.RequestError{Op: r.op + " " + s.String(), Key: r.key, Err: fmt.Errorf("answered %d %.300q", resp.StatusCode, said.Error.Message)}
	e.Temporary = resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusRequestTimeout
	if n, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && n > 0 {
		e.After = time.Duration(n) * time.Second
	}
	return e
}

// resource is an object as the API describes it
// (https://docs.cloud.google.com/storage/docs/json_api/v1/objects#resource).
type resource struct {
	Name            string `json:"name"`
	Size            int64  `json:"size,string,omitempty"`
	Generation      string `json:"generation,omitempty"`
	MD5Hash         []byte `json:"md5Hash,omitempty"`
	ContentType     string `json:"contentType,omitempty"`
	CacheControl    string `json:"cacheControl,omitempty"`
	ContentEncoding string `json:"contentEncoding,omitempty"`
}

func (r resource) object(key string) publish.Object {
	return publish.Object{Key: key, Size: r.Size, Version: r.Generation, MD5: r.MD5Hash,
		Attributes: publish.Attributes{ContentType: r.ContentType, CacheControl: r.CacheControl, ContentEncoding: r.ContentEncoding}}
}

func (s *Store) place(key string) string {
	return "/storage/v1/b/" + url.PathEscape(s.bucket) + "/o/" + url.PathEscape(s.prefix+key)
}

// List lists the objects.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[publish.Object, error] {
	return func(yield func(publish.Object, error) bool) {
		q := url.Values{"prefix": {s.prefix + prefix}, "maxResults": {"1000"}, "fields": {"items(name,size,generation,md5Hash),nextPageToken"}}
		for {
			page, err := s.page(ctx, q)
			if err != nil {
				yield(publish.Object{}, err)
				return
			}
			for _, r := range page.Items {
				key, ok := strings.CutPrefix(r.Name, s.prefix)
				if ok && !yield(r.object(key), nil) {
					return
				}
			}
			switch page.NextPageToken {
			case "":
				return
			case q.Get("pageToken"):
				yield(publish.Object{}, &publish.RequestError{Op: "list " + s.String(), Err: errors.New("the listing does not end")})
				return
			}
			q.Set("pageToken", page.NextPageToken)
		}
	}
}

type listing struct {
	Items         []resource `json:"items"`
	NextPageToken string     `json:"nextPageToken"`
}

func (s *Store) page(ctx context.Context, q url.Values) (page listing, err error) {
	r := request{op: "list", method: http.MethodGet, path: "/storage/v1/b/" + url.PathEscape(s.bucket) + "/o", query: q}
	b, _, err := s.do(ctx, r)
	if err != nil {
		return page, err
	}
	return page, s.decode(r, b, &page)
}

func (s *Store) decode(r request, b []byte, to any) error {
	if err := json.Unmarshal(b, to); err != nil {
		return &publish.RequestError{Op: r.op + " " + s.String(), Key: r.key, Err: fmt.Errorf("the answer makes no sense: %w", err)}
	}
	return nil
}

// Head tells about an object.
func (s *Store) Head(ctx context.Context, key string) (publish.Object, error) {
	r := request{op: "look at", key: key, method: http.MethodGet, path: s.place(key)}
	b, _, err := s.do(ctx, r)
	if err != nil {
		return publish.Object{}, err
	}
	var res resource
	if err := s.decode(r, b, &res); err != nil {
		return publish.Object{}, err
	}
	return res.object(key), nil
}

// Get reads an object. It says that it takes gzip, or what is stored so would come
// decompressed (https://docs.cloud.google.com/storage/docs/transcoding).
func (s *Store) Get(ctx context.Context, key string) ([]byte, publish.Object, error) {
	b, h, err := s.do(ctx, request{op: "read", key: key, method: http.MethodGet, path: s.place(key), query: url.Values{"alt": {"media"}},
		header: http.Header{"Accept-Encoding": {"gzip"}}, max: publish.MaxObject})
	if err != nil {
		return nil, publish.Object{}, err
	}
	o := publish.Object{Key: key, Version: h.Get("X-Goog-Generation"), MD5: md5Of(h),
		Attributes: publish.Attributes{ContentType: h.Get("Content-Type"), CacheControl: h.Get("Cache-Control"), ContentEncoding: h.Get("Content-Encoding")}}
	if stored := h.Get("X-Goog-Stored-Content-Encoding"); stored == "identity" && o.ContentEncoding == "gzip" {
		o.ContentEncoding = "" // compressed on the way only
		if b, err = unzip(b); err != nil {
			return nil, publish.Object{}, &publish.RequestError{Op: "read " + s.String(), Key: key, Err: err, Temporary: true}
		}
	}
	o.Size = int64(len(b))
	if sum := md5.Sum(b); o.MD5 != nil && !bytes.Equal(sum[:], o.MD5) {
		return nil, publish.Object{}, &publish.RequestError{Op: "read " + s.String(), Key: key, Err: errors.New("it came damaged"), Temporary: true}
	}
	return b, o, nil
}

func unzip(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(z, publish.MaxObject+1))
	if err == nil && len(out) > publish.MaxObject {
		err = errors.New("it is too large")
	}
	return out, err
}

// md5Of is the digest in the headers of an answer, nil if there is none:
// X-Goog-Hash has one or several, such as "crc32c=n03x6A==,md5=Ojk9c3dhfxgoKVVHYwFbHQ==".
func md5Of(h http.Header) []byte {
	for _, line := range h.Values("X-Goog-Hash") {
		for _, part := range strings.Split(line, ",") {
			v, ok := strings.CutPrefix(strings.TrimSpace(part), "md5=")
			if sum, err := base64.StdEncoding.DecodeString(v); ok && err == nil && len(sum) == md5.Size {
				return sum
			}
		}
	}
	return nil
}

// Put writes an object in one request, with its MD5, which Google compares.
func (s *Store) Put(ctx context.Context, key string, data []byte, a publish.Attributes, cond publish.Condition) (string, error) {
	q := url.Values{"uploadType": {"multipart"}, "fields": {"generation"}}
	switch _, err := strconv.ParseInt(cond.Version, 10, 64); {
	case cond.Absent:
		q.Set("ifGenerationMatch", "0")
	case cond.Version == "":
	case err != nil:
		return "", publish.ErrConflict // no generation is called so
	default:
		q.Set("ifGenerationMatch", cond.Version)
	}
	sum := md5.Sum(data)
	kind, body, err := parts(resource{Name: s.prefix + key, MD5Hash: sum[:], ContentType: cmp.Or(a.ContentType, "application/octet-stream"), CacheControl: a.CacheControl, ContentEncoding: a.ContentEncoding}, data)
	if err != nil {
		return "", fmt.Errorf("gcs: %w", err)
	}
	r := request{op: "write", key: key, method: http.MethodPost, path: "/upload/storage/v1/b/" + url.PathEscape(s.bucket) + "/o", query: q, header: http.Header{"Content-Type": {kind}}, body: body}
	b, _, err := s.do(ctx, r)
	if err != nil {
		return "", err
	}
	var res resource
	if err := s.decode(r, b, &res); err != nil {
		return "", err
	}
	return res.Generation, nil
}

// parts is the body of an upload: what is said of the object, and the object.
func parts(res resource, data []byte) (contentType string, body []byte, err error) {
	about, err := json.Marshal(res)
	if err != nil {
		return "", nil, err
	}
	var b bytes.Buffer
	b.Grow(len(data) + len(about) + 512)
	w := multipart.NewWriter(&b)
	for _, p := range []struct {
		kind string
		text []byte
	}{{"application/json; charset=utf-8", about}, {res.ContentType, data}} {
		to, perr := w.CreatePart(textproto.MIMEHeader{"Content-Type": {p.kind}})
		if perr == nil {
			_, perr = to.Write(p.text)
		}
		err = errors.Join(err, perr)
	}
	err = errors.Join(err, w.Close())
	return "multipart/related; boundary=" + w.Boundary(), b.Bytes(), err
}

// maxRewrites bounds the requests of one copy. One does for objects of one place
// and class.
const maxRewrites = 32

// Copy copies an object within the bucket.
func (s *Store) Copy(ctx context.Context, from, to string) error {
	r := request{op: "copy", key: from, method: http.MethodPost, path: s.place(from) + "/rewriteTo" + strings.TrimPrefix(s.place(to), "/storage/v1"), query: url.Values{"fields": {"done,rewriteToken"}}}
	for range maxRewrites {
		b, _, err := s.do(ctx, r)
		if err != nil {
			return err
		}
		var x struct {
			Done         bool   `json:"done"`
			RewriteToken string `json:"rewriteToken"`
		}
		if err := s.decode(r, b, &x); err != nil || x.Done {
			return err
		}
		r.query.Set("rewriteToken", x.RewriteToken)
	}
	return &publish.RequestError{Op: "copy " + s.String(), Key: from, Err: errors.New("it does not end")}
}

// Delete removes an object.
func (s *Store) Delete(ctx context.Context, key string) error {
	_, _, err := s.do(ctx, request{op: "delete", key: key, method: http.MethodDelete, path: s.place(key)})
	if errors.Is(err, publish.ErrNotFound) {
		return nil
	}
	return err
}
