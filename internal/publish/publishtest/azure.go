package publishtest

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"callboard/internal/publish"
)

// Azure serves a store as the container "site" of Azure Blob Storage, by those
// requests that publishing uses. It does not check signatures, only that there is
// one. Listings have pages of ten.
// https://learn.microsoft.com/en-us/rest/api/storageservices/blob-service-rest-api
func Azure(s publish.Store) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, ok := strings.CutPrefix(r.URL.Path, "/site")
		if !strings.HasPrefix(r.Header.Get("Authorization"), "SharedKey ") || !ok {
			azureError(w, http.StatusForbidden, "AuthenticationFailed")
			return
		}
		key = strings.TrimPrefix(key, "/")
		var err error
		switch {
		case r.Method == http.MethodGet && key == "":
			err = azureList(r.Context(), w, s, r.URL.Query())
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			err = azureGet(w, r, s, key)
		case r.Method == http.MethodPut && r.Header.Get("X-Ms-Blob-Type") == "BlockBlob":
			err = azurePut(w, r, s, key)
		case r.Method == http.MethodDelete:
			if _, err = s.Head(r.Context(), key); err == nil {
				err = s.Delete(r.Context(), key)
			}
			if err == nil {
				w.WriteHeader(http.StatusAccepted)
			}
		default:
			err = publish.ErrUnsupported
		}
		azureFail(w, err)
	})
}

func azureFail(w http.ResponseWriter, err error) {
	switch re, ok := errors.AsType[*publish.RequestError](err); {
	case err == nil:
	case errors.Is(err, publish.ErrNotFound):
		azureError(w, http.StatusNotFound, "BlobNotFound")
	case errors.Is(err, publish.ErrConflict):
		azureError(w, http.StatusPreconditionFailed, "ConditionNotMet")
	case ok && re.Temporary:
		w.Header().Set("Retry-After", "1")
		azureError(w, http.StatusServiceUnavailable, "ServerBusy")
	default:
		azureError(w, http.StatusInternalServerError, "InternalError")
	}
}

func azureError(w http.ResponseWriter, status int, code string) {
	w.Header().Set("X-Ms-Error-Code", code)
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "<?xml version=\"1.0\"?><Error><Code>"+code+"</Code></Error>") // a client that has gone is nobody's error
}

func azureGet(w http.ResponseWriter, r *http.Request, s publish.Store, key string) error {
	b, o, err := s.Get(r.Context(), key)
	if err != nil {
		return err
	}
	for name, v := range map[string]string{"Content-Type": o.ContentType, "Cache-Control": o.CacheControl, "Content-Encoding": o.ContentEncoding,
		"Etag": strconv.Quote(o.Version), "Content-Md5": base64.StdEncoding.EncodeToString(o.MD5), "Content-Length": strconv.Itoa(len(b))} {
		if v != "" {
			w.Header().Set(name, v)
		}
	}
	if r.Method == http.MethodGet {
		_, _ = w.Write(b) // a client that has gone is nobody's error
	}
	return nil
}

func azurePut(w http.ResponseWriter, r *http.Request, s publish.Store, key string) error {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	a := publish.Attributes{ContentType: r.Header.Get("X-Ms-Blob-Content-Type"), CacheControl: r.Header.Get("X-Ms-Blob-Cache-Control"), ContentEncoding: r.Header.Get("X-Ms-Blob-Content-Encoding")}
	cond := publish.Condition{Absent: r.Header.Get("If-None-Match") == "*", Version: strings.Trim(r.Header.Get("If-Match"), `"`)}
	v, err := s.Put(r.Context(), key, b, a, cond)
	if err == nil {
		w.Header().Set("Etag", strconv.Quote(v))
		w.WriteHeader(http.StatusCreated)
	}
	return err
}

type azureBlob struct {
	Name       string
	Properties struct {
		Etag          string
		ContentLength int64  `xml:"Content-Length"`
		ContentMD5    string `xml:"Content-MD5"`
		BlobType      string
	}
}

type azurePage struct {
	XMLName    xml.Name    `xml:"EnumerationResults"`
	Blobs      []azureBlob `xml:"Blobs>Blob"`
	NextMarker string
}

func azureList(ctx context.Context, w http.ResponseWriter, s publish.Store, q url.Values) error {
	var page azurePage
	for o, err := range s.List(ctx, q.Get("prefix")) {
		if err != nil {
			return err
		}
		if o.Key <= q.Get("marker") {
			continue
		}
		if len(page.Blobs) == s3PageSize {
			page.NextMarker = page.Blobs[s3PageSize-1].Name
			break
		}
		b := azureBlob{Name: o.Key}
		b.Properties.Etag, b.Properties.ContentLength, b.Properties.BlobType = strconv.Quote(o.Version), o.Size, "BlockBlob"
		b.Properties.ContentMD5 = base64.StdEncoding.EncodeToString(o.MD5)
		page.Blobs = append(page.Blobs, b)
	}
	w.Header().Set("Content-Type", "application/xml")
	return xml.NewEncoder(w).Encode(page)
}
