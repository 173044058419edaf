// Package s3 is a bucket of S3, or of what speaks its protocol, as a store.
package s3

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"callboard/internal/publish"
)

// Store is a bucket, or what is below a prefix in it.
type Store struct {
	client         *s3.Client
	putter         *putter // nil if the SDK must write
	bucket, prefix string
	retryable      retry.IsErrorRetryables
}

// Open opens the bucket of an address, s3://BUCKET/PREFIX, with these parameters:
// region, profile, endpoint (of another store that speaks the protocol) and
// path-style (true if the bucket is part of the path; usual with an endpoint).
// Credentials come from where the SDK of AWS looks for them: variables, profiles,
// a web identity, the machine's role. jobs is how many requests will run at once,
// and now the clock, which signatures tell.
func Open(ctx context.Context, u *url.URL, jobs int, now func() time.Time) (*Store, error) {
	q := u.Query()
	if u.Host == "" {
		return nil, errors.New("the address of a bucket is s3://BUCKET or s3://BUCKET/PREFIX")
	}
	cfg, err := config.LoadDefaultConfig(ctx, loading(q, jobs)...)
	if err != nil {
		return nil, fmt.Errorf("s3: %w", err)
	}
	endpoint := q.Get("endpoint")
	client := s3.NewFromConfig(cfg, func(o *s3.Options) {
		if endpoint != "" {
			o.BaseEndpoint = aws.String(endpoint)
			o.UsePathStyle = true
		}
		if v, err := strconv.ParseBool(q.Get("path-style")); err == nil {
			o.UsePathStyle = v
		}
		o.Retryer = aws.NopRetryer{} // publish.Patient does that
	})
	prefix := strings.Trim(u.Path, "/")
	if prefix != "" {
		prefix += "/"
	}
	put, err := newPutter(ctx, client.Options(), u.Host, now)
	if err != nil {
		return nil, err
	}
	return &Store{client: client, putter: put, bucket: u.Host, prefix: prefix, retryable: retry.DefaultRetryables}, nil
}

func loading(q url.Values, jobs int) []func(*config.LoadOptions) error {
	client := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.MaxIdleConns, t.MaxIdleConnsPerHost = 2*jobs, 2*jobs
		t.ResponseHeaderTimeout = time.Minute
	})
	opts := []func(*config.LoadOptions) error{
		config.WithHTTPClient(client),
		// The digests that S3 computes are enough: a checksum of our own would be
		// sent as a trailer, which other stores do not understand.
		config.WithRequestChecksumCalculation(aws.RequestChecksumCalculationWhenRequired),
		config.WithResponseChecksumValidation(aws.ResponseChecksumValidationWhenRequired),
	}
	if v := q.Get("profile"); v != "" {
		opts = append(opts, config.WithSharedConfigProfile(v))
	}
	switch v := q.Get("region"); {
	case v != "":
		opts = append(opts, config.WithRegion(v))
	case q.Get("endpoint") != "":
		opts = append(opts, config.WithDefaultRegion("us-east-1"))
	}
	return opts
}

// String is the address.
func (s *Store) String() string { return "s3://" + s.bucket + "/" + s.prefix }

func (s *Store) key(key string) *string { return aws.String(s.prefix + key) }

// fault makes an error of this package's of one of the SDK's.
func (s *Store) fault(op, key string, err error) error {
	if err == nil {
		return nil
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		switch api.ErrorCode() {
		case "NoSuchKey", "NotFound":
			return publish.ErrNotFound
		case "PreconditionFailed":
			return publish.ErrConflict
		case "NotImplemented":
			return publish.ErrUnsupported
		}
	}
	e := &publish.RequestError{Op: op + " " + s.String(), Key: key, Err: err, Temporary: s.retryable.IsErrorRetryable(err) == aws.TrueTernary}
	if re, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		code := re.HTTPStatusCode()
		// 409 is two conditional writes at the very same moment.
		e.Temporary = e.Temporary || code >= 500 || code == http.StatusTooManyRequests || code == http.StatusConflict
		if n, err := strconv.Atoi(re.Response.Header.Get("Retry-After")); err == nil && n > 0 {
			e.After = time.Duration(n) * time.Second
		}
	}
	return e
}

// List lists the objects.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[publish.Object, error] {
	return func(yield func(publish.Object, error) bool) {
		pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: s.key(prefix)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(publish.Object{}, s.fault("list", "", err))
				return
			}
			for _, o := range page.Contents {
				key, ok := strings.CutPrefix(aws.ToString(o.Key), s.prefix)
				if ok && !yield(object(key, o.ETag, aws.ToInt64(o.Size)), nil) {
					return
				}
			}
		}
	}
}

// object is what S3 tells. The ETag is the MD5 of what was put in one piece and is
// not encrypted by a key of the customer's; where it has another form, it is none.
func object(key string, etag *string, size int64) publish.Object {
	o := publish.Object{Key: key, Size: size, Version: aws.ToString(etag)}
	if sum, err := hex.DecodeString(strings.Trim(o.Version, `"`)); err == nil && len(sum) == 16 {
		o.MD5 = sum
	}
	return o
}

// Head tells about an object.
func (s *Store) Head(ctx context.Context, key string) (publish.Object, error) {
	h, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: s.key(key)})
	if err != nil {
		return publish.Object{}, s.fault("look at", key, err)
	}
	o := object(key, h.ETag, aws.ToInt64(h.ContentLength))
	o.Attributes = publish.Attributes{ContentType: aws.ToString(h.ContentType), CacheControl: aws.ToString(h.CacheControl), ContentEncoding: aws.ToString(h.ContentEncoding)}
	return o, nil
}

// Get reads an object.
func (s *Store) Get(ctx context.Context, key string) (b []byte, o publish.Object, err error) {
	g, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: s.key(key)})
	if err != nil {
		return nil, o, s.fault("read", key, err)
	}
	defer func() { _ = g.Body.Close() }() // it has been read
	b, err = io.ReadAll(io.LimitReader(g.Body, publish.MaxObject+1))
	if err == nil && len(b) > publish.MaxObject {
		return nil, o, &publish.RequestError{Op: "read " + s.String(), Key: key, Err: errors.New("it is too large")}
	}
	if err != nil {
		return nil, o, &publish.RequestError{Op: "read " + s.String(), Key: key, Err: err, Temporary: ctx.Err() == nil}
	}
	o = object(key, g.ETag, int64(len(b)))
	o.Attributes = publish.Attributes{ContentType: aws.ToString(g.ContentType), CacheControl: aws.ToString(g.CacheControl), ContentEncoding: aws.ToString(g.ContentEncoding)}
	return b, o, nil
}

// Put writes an object.
func (s *Store) Put(ctx context.Context, key string, data []byte, a publish.Attributes, cond publish.Condition) (version string, err error) {
	if s.putter != nil {
		version, err = s.putter.put(ctx, s.prefix+key, data, a, cond)
	} else {
		version, err = s.putBySDK(ctx, key, data, a, cond)
	}
	if err = s.fault("write", key, err); errors.Is(err, publish.ErrNotFound) { // with If-Match, of what is not there
		err = publish.ErrConflict
	}
	return version, err
}

func (s *Store) putBySDK(ctx context.Context, key string, data []byte, a publish.Attributes, cond publish.Condition) (string, error) {
	in := &s3.PutObjectInput{Bucket: &s.bucket, Key: s.key(key), Body: bytes.NewReader(data), ContentType: text(a.ContentType), CacheControl: text(a.CacheControl), ContentEncoding: text(a.ContentEncoding), IfMatch: text(cond.Version)}
	if cond.Absent {
		in.IfNoneMatch = aws.String("*")
	}
	out, err := s.client.PutObject(ctx, in)
	if err != nil {
		return "", err
	}
	return aws.ToString(out.ETag), nil
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Copy copies an object within the bucket.
func (s *Store) Copy(ctx context.Context, from, to string) error {
	// Some servers read a plus sign as a space here, as in a query.
	source := strings.ReplaceAll((&url.URL{Path: s.bucket + "/" + s.prefix + from}).EscapedPath(), "+", "%2B")
	_, err := s.client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: &s.bucket, Key: s.key(to), CopySource: &source})
	return s.fault("copy", from, err)
}

// Delete removes an object.
func (s *Store) Delete(ctx context.Context, key string) error {
	_, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.bucket, Key: s.key(key)})
	if err = s.fault("delete", key, err); errors.Is(err, publish.ErrNotFound) {
		return nil
	}
	return err
}
