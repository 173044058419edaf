package polite

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"

	"callboard/internal/secret"
	"callboard/internal/source"
)

func (c *call) fault(h hop, kind source.FaultKind, status int, cause error) *source.Fault {
	return &source.Fault{Kind: kind, Host: c.name(h.url), What: c.hide(c.ask.What), Status: status, Err: cause}
}

// limited is that the host asks for more patience than we have.
func (c *call) limited(h hop, a tried, wait time.Duration) error {
	f := c.fault(h, source.Limited, 0, errors.New("asks us to wait"))
	if a.resp != nil {
		f.Status = a.resp.StatusCode
		drop(a.resp)
	}
	f.Until = c.o.Clock.Now().Add(wait)
	return f
}

// unreachable is that no attempt gave an answer that can be used.
func (c *call) unreachable(h hop, a tried) error {
	if a.err != nil {
		kind, why := cause(a.err)
		return c.fault(h, kind, 0, why)
	}
	defer drop(a.resp)
	f := c.fault(h, source.Unreachable, a.resp.StatusCode, nil)
	if a.told.wait > 0 {
		f.Until = c.o.Clock.Now().Add(a.told.wait)
	}
	return f
}

// cause is why there was no answer, in words that are the same whenever the
// cause is: without the ports, addresses and texts of other people's programs.
// The state of a crawl and pages show it.
func cause(err error) (source.FaultKind, error) {
	say := func(s string) (source.FaultKind, error) { return source.Unreachable, errors.New(s) }
	switch {
	case is[*net.DNSError](err):
		return say("its name is not known")
	case is[*tls.CertificateVerificationError](err), is[x509.UnknownAuthorityError](err), is[x509.HostnameError](err), is[x509.CertificateInvalidError](err):
		return say("its certificate is not valid")
	case is[tls.RecordHeaderError](err):
		return say("it does not speak TLS")
	case errors.Is(err, syscall.ECONNREFUSED):
		return say("refuses the connection")
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return say("there is no way to it")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return say("the connection was cut")
	case errors.Is(err, errSlow), errors.Is(err, context.DeadlineExceeded), timeout(err):
		return say(errSlow.Error())
	case strings.Contains(err.Error(), "malformed"), strings.Contains(err.Error(), "bad Content-Length"), strings.Contains(err.Error(), "invalid"):
		return source.Broken, errors.New("the answer is not HTTP")
	}
	return say("no answer")
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func timeout(err error) bool {
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout()
}

// Explain is the *source.Fault in an error of a client, with what was asked for
// if what is not "", or the error of the context that ended the request. What
// net/http adds around them, which is the address with its query, is left out.
func Explain(err error, what string) error {
	if f, ok := errors.AsType[*source.Fault](err); ok {
		if what == "" || f.What == what {
			return f
		}
		named := *f
		named.What = what
		return &named
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if err != nil && what != "" {
		return fmt.Errorf("%s: %w", what, err)
	}
	return err
}

// credential is the secret in the value of a header, without the scheme.
func credential(value string) secret.String {
	if _, after, ok := strings.Cut(value, " "); ok {
		value = after
	}
	return secret.New(value)
}

// spelled are a secret and, for that of Basic, what it is made of.
func spelled(s secret.String) []secret.String {
	out := []secret.String{s}
	if b, err := base64.StdEncoding.DecodeString(s.Reveal()); err == nil {
		if _, password, ok := strings.Cut(string(b), ":"); ok {
			out = append(out, secret.New(password))
		}
	}
	return out
}
