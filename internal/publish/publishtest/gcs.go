package publishtest

import (
	"context"
	"encoding/json"
	"errors"
	"hash/fnv"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"callboard/internal/publish"
)

// GCS serves a store as the bucket "site" of Google Cloud Storage, by those requests
// of its JSON API that publishing uses. Listings have pages of ten.
// https://docs.cloud.google.com/storage/docs/json_api/v1/objects
func GCS(s publish.Store) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, ok := strings.CutPrefix(r.URL.EscapedPath(), "/storage/v1/b/site/o")
		if r.URL.Path == "/upload/storage/v1/b/site/o" {
			ok = r.Method == http.MethodPost
		}
		key, err := url.PathUnescape(strings.TrimPrefix(path, "/"))
		from, to, copies := strings.Cut(path, "/rewriteTo/b/site/o/")
		switch {
		case !ok || err != nil:
			err = publish.ErrUnsupported
		case strings.HasPrefix(r.URL.Path, "/upload/"):
			err = gcsPut(w, r, s)
		case copies:
			err = gcsCopy(r.Context(), w, s, from, to)
		case r.Method == http.MethodGet && key == "":
			err = gcsList(r.Context(), w, s, r.URL.Query())
		case r.Method == http.MethodGet:
			err = gcsGet(w, r, s, key)
		case r.Method == http.MethodDelete:
			err = gcsDelete(r.Context(), w, s, key)
		default:
			err = publish.ErrUnsupported
		}
		gcsFail(w, err)
	})
}

func gcsFail(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	switch re, ok := errors.AsType[*publish.RequestError](err); {
	case err == nil:
		return
	case errors.Is(err, publish.ErrNotFound):
		status = http.StatusNotFound
	case errors.Is(err, publish.ErrConflict):
		status = http.StatusPreconditionFailed
	case errors.Is(err, publish.ErrUnsupported):
		status = http.StatusBadRequest
	case ok && re.Temporary:
		w.Header().Set("Retry-After", "1")
		status = http.StatusServiceUnavailable
	}
	gcsSay(w, status, map[string]any{"error": map[string]any{"code": status, "message": http.StatusText(status)}})
}

func gcsSay(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that has gone is nobody's error
}

// generation is a number for a version of a store.
func generation(version string) string {
	h := fnv.New64a()
	_, _ = io.WriteString(h, version) // to memory
	return strconv.FormatUint(h.Sum64()>>1|1, 10)
}

type gcsObject struct {
	Name            string `json:"name"`
	Size            string `json:"size,omitempty"`
	Generation      string `json:"generation,omitempty"`
	MD5Hash         []byte `json:"md5Hash,omitempty"`
	ContentType     string `json:"contentType,omitempty"`
	CacheControl    string `json:"cacheControl,omitempty"`
	ContentEncoding string `json:"contentEncoding,omitempty"`
}

func gcsResource(o publish.Object) gcsObject {
	return gcsObject{o.Key, strconv.FormatInt(o.Size, 10), generation(o.Version), o.MD5, o.ContentType, o.CacheControl, o.ContentEncoding}
}

func gcsPut(w http.ResponseWriter, r *http.Request, s publish.Store) error {
	about, data, err := gcsParts(r)
	if err != nil {
		return err
	}
	cond, err := gcsCondition(r.Context(), s, about.Name, r.URL.Query())
	if err != nil {
		return err
	}
	a := publish.Attributes{ContentType: about.ContentType, CacheControl: about.CacheControl, ContentEncoding: about.ContentEncoding}
	v, err := s.Put(r.Context(), about.Name, data, a, cond)
	if err == nil {
		gcsSay(w, http.StatusOK, gcsObject{Name: about.Name, Generation: generation(v)})
	}
	return err
}

// gcsParts takes the body of an upload apart.
func gcsParts(r *http.Request) (about gcsObject, data []byte, err error) {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return about, nil, err
	}
	parts := multipart.NewReader(r.Body, params["boundary"])
	first, err := parts.NextPart()
	if err != nil {
		return about, nil, err
	}
	if err := json.NewDecoder(first).Decode(&about); err != nil {
		return about, nil, err
	}
	second, err := parts.NextPart()
	if err != nil {
		return about, nil, err
	}
	data, err = io.ReadAll(second)
	return about, data, err
}

// gcsCondition is the condition of a store that a precondition comes to.
func gcsCondition(ctx context.Context, s publish.Store, key string, q url.Values) (publish.Condition, error) {
	switch want := q.Get("ifGenerationMatch"); want {
	case "":
		return publish.Condition{}, nil
	case "0":
		return publish.Condition{Absent: true}, nil
	default:
		o, err := s.Head(ctx, key)
		if errors.Is(err, publish.ErrNotFound) || err == nil && generation(o.Version) != want {
			err = publish.ErrConflict
		}
		return publish.Condition{Version: o.Version}, err
	}
}

func gcsCopy(ctx context.Context, w http.ResponseWriter, s publish.Store, from, to string) error {
	source, err := url.PathUnescape(strings.TrimPrefix(from, "/"))
	if err != nil {
		return err
	}
	target, err := url.PathUnescape(to)
	if err != nil {
		return err
	}
	if err := s.(publish.Copier).Copy(ctx, source, target); err != nil {
		return err
	}
	gcsSay(w, http.StatusOK, map[string]any{"done": true})
	return nil
}

func gcsGet(w http.ResponseWriter, r *http.Request, s publish.Store, key string) error {
	b, o, err := s.Get(r.Context(), key)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("alt") != "media" {
		gcsSay(w, http.StatusOK, gcsResource(o))
		return nil
	}
	res := gcsResource(o)
	for name, v := range map[string]string{"Content-Type": o.ContentType, "Cache-Control": o.CacheControl, "Content-Encoding": o.ContentEncoding, "X-Goog-Generation": res.Generation} {
		if v != "" {
			w.Header().Set(name, v)
		}
	}
	_, _ = w.Write(b) // a client that has gone is nobody's error
	return nil
}

func gcsDelete(ctx context.Context, w http.ResponseWriter, s publish.Store, key string) error {
	if _, err := s.Head(ctx, key); err != nil {
		return err
	}
	if err := s.Delete(ctx, key); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func gcsList(ctx context.Context, w http.ResponseWriter, s publish.Store, q url.Values) error {
	page := struct {
		Items []gcsObject `json:"items"`
		Next  string      `json:"nextPageToken,omitempty"`
	}{}
	for o, err := range s.List(ctx, q.Get("prefix")) {
		if err != nil {
			return err
		}
		if o.Key <= q.Get("pageToken") {
			continue
		}
		if len(page.Items) == s3PageSize {
			page.Next = page.Items[s3PageSize-1].Name
			break
		}
		page.Items = append(page.Items, gcsResource(o))
	}
	gcsSay(w, http.StatusOK, page)
	return nil
}
