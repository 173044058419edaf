// Package azblob is a container of Azure Blob Storage as a store.
package azblob

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blockblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"callboard/internal/publish"
	"callboard/internal/secret"
)

// Store is a container, or what is below a prefix in it.
type Store struct {
	client *container.Client
	prefix string
}

// Open opens the container of an address, azblob://ACCOUNT/CONTAINER/PREFIX, with
// the parameter endpoint for another server than Azure's own. With a key of the
// account it signs with that, and otherwise it looks for credentials where the SDK
// of Azure does: variables, a workload's identity (OIDC), the machine's, the tools
// that one signed in with.
func Open(u *url.URL, key secret.String) (*Store, error) {
	name, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if u.Host == "" || name == "" {
		return nil, errors.New("the address of a container is azblob://ACCOUNT/CONTAINER or azblob://ACCOUNT/CONTAINER/PREFIX")
	}
	if prefix != "" {
		prefix += "/"
	}
	endpoint := u.Query().Get("endpoint")
	if endpoint == "" {
		endpoint = "https://" + u.Host + ".blob.core.windows.net"
	}
	client, err := open(strings.TrimSuffix(endpoint, "/")+"/"+name, u.Host, key)
	if err != nil {
		return nil, fmt.Errorf("azblob: %w", err)
	}
	return &Store{client, prefix}, nil
}

func open(address, account string, key secret.String) (*container.Client, error) {
	o := &container.ClientOptions{}
	o.Retry = policy.RetryOptions{MaxRetries: -1} // publish.Patient does that
	if !key.IsZero() {
		cred, err := container.NewSharedKeyCredential(account, key.Reveal())
		if err != nil {
			return nil, errors.New("AZURE_STORAGE_KEY is not the key of an account")
		}
		return container.NewClientWithSharedKeyCredential(address, cred, o)
	}
	cred, err := azidentity.NewDefaultAzureCredential(nil)
	if err != nil {
		return nil, err
	}
	return container.NewClient(address, cred, o)
}

// String is the address.
func (s *Store) String() string {
	if s.prefix == "" {
		return s.client.URL()
	}
	return s.client.URL() + "/" + s.prefix
}

// fault makes an error of this package's of one of the SDK's.
func (s *Store) fault(op, key string, err error) error {
	if err == nil {
		return nil
	}
	e := &publish.RequestError{Op: op, Key: key, Err: err, Temporary: true} // no answer at all
	re, ok := errors.AsType[*azcore.ResponseError](err)
	if !ok {
		if errors.As(err, new(*azidentity.AuthenticationFailedError)) || errors.Is(err, context.Canceled) {
			e.Temporary = false
		}
		return e
	}
	switch {
	case re.StatusCode == http.StatusPreconditionFailed, re.ErrorCode == "BlobAlreadyExists":
		return publish.ErrConflict
	case re.StatusCode == http.StatusNotFound && re.ErrorCode != "ContainerNotFound":
		return publish.ErrNotFound
	}
	// The SDK's error repeats the whole answer; its code says it.
	e.Err = fmt.Errorf("%s answered %d %s", s, re.StatusCode, re.ErrorCode)
	e.Temporary = re.StatusCode >= 500 || re.StatusCode == http.StatusTooManyRequests || re.StatusCode == http.StatusRequestTimeout
	if re.RawResponse != nil {
		if n, err := strconv.Atoi(re.RawResponse.Header.Get("Retry-After")); err == nil && n > 0 {
			e.After = time.Duration(n) * time.Second
		}
	}
	return e
}

// List lists the blobs.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[publish.Object, error] {
	return func(yield func(publish.Object, error) bool) {
		full := s.prefix + prefix
		pages := s.client.NewListBlobsFlatPager(&container.ListBlobsFlatOptions{Prefix: &full})
		for pages.More() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(publish.Object{}, s.fault("list", "", err))
				return
			}
			for _, b := range page.Segment.BlobItems {
				o := publish.Object{Key: strings.TrimPrefix(value(b.Name), s.prefix)}
				if p := b.Properties; p != nil {
					o.Size, o.Version, o.MD5 = value(p.ContentLength), string(value(p.ETag)), p.ContentMD5
				}
				if !yield(o, nil) {
					return
				}
			}
		}
	}
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// Head tells about a blob.
func (s *Store) Head(ctx context.Context, key string) (publish.Object, error) {
	h, err := s.client.NewBlobClient(s.prefix+key).GetProperties(ctx, nil)
	if err != nil {
		return publish.Object{}, s.fault("look at", key, err)
	}
	return publish.Object{Key: key, Size: value(h.ContentLength), Version: string(value(h.ETag)), MD5: h.ContentMD5,
		Attributes: publish.Attributes{ContentType: value(h.ContentType), CacheControl: value(h.CacheControl), ContentEncoding: value(h.ContentEncoding)}}, nil
}

// Get reads a blob.
func (s *Store) Get(ctx context.Context, key string) (b []byte, o publish.Object, err error) {
	g, err := s.client.NewBlobClient(s.prefix+key).DownloadStream(ctx, nil)
	if err != nil {
		return nil, o, s.fault("read", key, err)
	}
	defer func() { _ = g.Body.Close() }() // it has been read
	b, err = io.ReadAll(io.LimitReader(g.Body, publish.MaxObject+1))
	if err == nil && len(b) > publish.MaxObject {
		return nil, o, &publish.RequestError{Op: "read", Key: key, Err: errors.New("it is too large")}
	}
	if err != nil {
		return nil, o, &publish.RequestError{Op: "read", Key: key, Err: err, Temporary: ctx.Err() == nil}
	}
	return b, publish.Object{Key: key, Size: int64(len(b)), Version: string(value(g.ETag)), MD5: g.ContentMD5,
		Attributes: publish.Attributes{ContentType: value(g.ContentType), CacheControl: value(g.CacheControl), ContentEncoding: value(g.ContentEncoding)}}, nil
}

// Put writes a blob in one request, with its MD5, which Azure then tells in
// listings.
func (s *Store) Put(ctx context.Context, key string, data []byte, a publish.Attributes, cond publish.Condition) (string, error) {
	sum := md5.Sum(data)
	o := &blockblob.UploadOptions{HTTPHeaders: &blob.HTTPHeaders{BlobContentType: text(a.ContentType), BlobCacheControl: text(a.CacheControl), BlobContentEncoding: text(a.ContentEncoding), BlobContentMD5: sum[:]}}
	match := &blob.ModifiedAccessConditions{}
	if cond.Absent {
		any := azcore.ETagAny
		match.IfNoneMatch = &any
	}
	if cond.Version != "" {
		v := azcore.ETag(cond.Version)
		match.IfMatch = &v
	}
	o.AccessConditions = &blob.AccessConditions{ModifiedAccessConditions: match}
	out, err := s.client.NewBlockBlobClient(s.prefix+key).Upload(ctx, streaming.NopCloser(bytes.NewReader(data)), o)
	if err != nil {
		if err = s.fault("write", key, err); errors.Is(err, publish.ErrNotFound) { // with If-Match, of what is not there
			err = publish.ErrConflict
		}
		return "", err
	}
	return string(value(out.ETag)), nil
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Delete removes a blob.
func (s *Store) Delete(ctx context.Context, key string) error {
	_, err := s.client.NewBlobClient(s.prefix+key).Delete(ctx, nil)
	if err = s.fault("delete", key, err); errors.Is(err, publish.ErrNotFound) {
		return nil
	}
	return err
}
