package s3

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyauth "github.com/aws/smithy-go/auth"
	"github.com/aws/smithy-go/encoding/httpbinding"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"callboard/internal/publish"
)

// putter writes objects by requests of its own. Of all that publishing does, this is
// what it does ten thousand times, and the SDK's layers cost more than the request.
// Where to and for whom is what the SDK says: its endpoint and its credentials.
type putter struct {
	client      s3.HTTPClient
	credentials aws.CredentialsProvider
	signer      *v4.Signer
	bucket      url.URL // of the bucket
	region      string  // that signatures are for
	now         func() time.Time
	ahead       atomic.Int64 // nanoseconds that the server's clock is before ours, if it said so
}

// newPutter is nil if requests to the bucket are not signed in the plain way, as those
// to directory buckets and access points of several regions are not.
func newPutter(ctx context.Context, o s3.Options, bucket string, now func() time.Time) (*putter, error) {
	ep, err := o.EndpointResolverV2.ResolveEndpoint(ctx, s3.EndpointParameters{
		Bucket: &bucket, Region: &o.Region, Endpoint: o.BaseEndpoint, ForcePathStyle: &o.UsePathStyle,
		UseFIPS:                        aws.Bool(o.EndpointOptions.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled),
		UseDualStack:                   aws.Bool(o.EndpointOptions.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled),
		Accelerate:                     &o.UseAccelerate,
		UseArnRegion:                   &o.UseARNRegion,
		DisableMultiRegionAccessPoints: &o.DisableMultiRegionAccessPoints,
		DisableS3ExpressSessionAuth:    o.DisableS3ExpressSessionAuth,
	})
	if err != nil {
		return nil, fmt.Errorf("s3: %w", err)
	}
	schemes, _ := smithyauth.GetAuthOptions(&ep.Properties)
	plain := len(schemes) == 1 && schemes[0].SchemeID == "sigv4"
	if !plain || len(ep.Headers) > 0 || o.Credentials == nil || aws.IsCredentialsProvider(o.Credentials, aws.AnonymousCredentials{}) {
		return nil, nil
	}
	region, _ := smithyhttp.GetSigV4SigningRegion(&schemes[0].SignerProperties)
	if name, _ := smithyhttp.GetSigV4SigningName(&schemes[0].SignerProperties); name != "s3" || region == "" {
		return nil, nil
	}
	signer := v4.NewSigner(func(s *v4.SignerOptions) { s.DisableURIPathEscaping = true })
	return &putter{client: o.HTTPClient, credentials: o.Credentials, signer: signer, bucket: ep.URI, region: region, now: now}, nil
}

// put writes an object and returns its version. To a server that finds our clock
// wrong it is told once more by the server's own, as the SDK does it.
func (p *putter) put(ctx context.Context, key string, data []byte, a publish.Attributes, cond publish.Condition) (string, error) {
	version, err := p.send(ctx, key, data, a, cond)
	if p.corrects(err) {
		return p.send(ctx, key, data, a, cond)
	}
	return version, err
}

// corrects takes the server's clock from a refusal that is for ours.
func (p *putter) corrects(err error) bool {
	var refused *smithyhttp.ResponseError
	var why smithy.APIError
	if !errors.As(err, &refused) || !errors.As(err, &why) || !skewed[why.ErrorCode()] {
		return false
	}
	theirs, err := http.ParseTime(refused.Response.Header.Get("Date"))
	if err != nil {
		return false
	}
	p.ahead.Store(int64(theirs.Sub(p.now())))
	return true
}

// skewed are the refusals of requests whose time is too far from the server's.
var skewed = map[string]bool{"RequestTimeTooSkewed": true, "RequestExpired": true, "RequestInTheFuture": true}

func (p *putter) send(ctx context.Context, key string, data []byte, a publish.Attributes, cond publish.Condition) (string, error) {
	req, err := p.request(ctx, key, data, a, cond)
	if err != nil {
		return "", err
	}
	res, err := p.client.Do(req)
	if err != nil {
		return "", &smithyhttp.RequestSendError{Err: err}
	}
	defer func() { _ = res.Body.Close() }() // it has been read
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	switch {
	case res.StatusCode/100 != 2:
		return "", refusal(res, answer)
	case err != nil:
		return "", &smithyhttp.RequestSendError{Err: err}
	}
	return res.Header.Get("Etag"), nil
}

// maxAnswer is how many bytes of an answer are read; it says little.
const maxAnswer = 64 << 10

// request is the signed request that writes an object.
func (p *putter) request(ctx context.Context, key string, data []byte, a publish.Attributes, cond publish.Condition) (*http.Request, error) {
	who, err := p.credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	u := p.bucket
	u.RawPath = u.EscapedPath() + "/" + httpbinding.EscapePath(key, false)
	u.Path += "/" + key
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, "", bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	req.URL, req.Host = &u, u.Host
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:])
	fields := map[string]string{"Content-Type": a.ContentType, "Cache-Control": a.CacheControl, "Content-Encoding": a.ContentEncoding, "If-Match": cond.Version, "X-Amz-Content-Sha256": hash, "User-Agent": "callboard"}
	if cond.Absent {
		fields["If-None-Match"] = "*"
	}
	for name, v := range fields {
		if v != "" {
			req.Header.Set(name, v)
		}
	}
	return req, p.signer.SignHTTP(ctx, who, req, hash, "s3", p.region, p.now().Add(time.Duration(p.ahead.Load())))
}

// refusal is the error of an answer, as the SDK would have it.
func refusal(res *http.Response, answer []byte) error {
	var told struct{ Code, Message string }
	if xml.Unmarshal(answer, &told) != nil || told.Code == "" {
		told.Code, told.Message = http.StatusText(res.StatusCode), res.Status
	}
	return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: res}, Err: &smithy.GenericAPIError{Code: told.Code, Message: told.Message}}
}
