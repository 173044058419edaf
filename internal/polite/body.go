package polite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"callboard/internal/source"
)

// maxRefusal is how much is read, in bytes, of an answer that is none.
const maxRefusal = 64 << 10

// buffered is a body that is here in full.
type buffered struct {
	*bytes.Reader
	all []byte
}

func (*buffered) Close() error { return nil }

// bodyOf is a body that is here in full, nil for a stream.
func bodyOf(resp *http.Response) []byte {
	if b, ok := resp.Body.(*buffered); ok {
		return b.all
	}
	return nil
}

func setBody(resp *http.Response, b []byte) {
	resp.Body, resp.ContentLength = &buffered{bytes.NewReader(b), b}, int64(len(b))
}

// take takes over the body of an answer: as a stream, from which the bound of
// the attempt is taken off, or in full, after which its context may end.
func (c *call) take(h hop, resp *http.Response, stop, cancel func()) (*http.Response, error) {
	if c.ask.Stream && resp.StatusCode/100 == 2 {
		stop()
		resp.Body = c.stream(h, resp, cancel)
		return resp, nil
	}
	b, err := c.whole(h, resp)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	cancel()
	setBody(resp, b)
	return resp, nil
}

// whole reads an answer in full. That of a refusal is what came of it: it only
// explains the status.
func (c *call) whole(h hop, resp *http.Response) ([]byte, error) {
	if resp.StatusCode >= 300 {
		b, _ := io.ReadAll(io.LimitReader(resp.Body, maxRefusal))
		return b, nil
	}
	most := c.maxBody(c.ask)
	if resp.ContentLength > most {
		return nil, c.tooLarge(h, resp, most)
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(b)) > most:
		return nil, c.tooLarge(h, resp, most)
	case short(h, resp, int64(len(b))) || torn(resp, b):
		return nil, io.ErrUnexpectedEOF
	}
	return b, nil
}

// TooLarge is the cause in faults about answers that are larger than they may be.
type TooLarge struct {
	Most int64 // bytes
}

func (e TooLarge) Error() string { return fmt.Sprintf("the answer is larger than %d bytes", e.Most) }

func (c *call) tooLarge(h hop, resp *http.Response, most int64) error {
	return c.fault(h, source.Broken, resp.StatusCode, TooLarge{most})
}

// short tells that n bytes are not what the header promised.
func short(h hop, resp *http.Response, n int64) bool {
	return h.method != http.MethodHead && resp.StatusCode != http.StatusNoContent &&
		!resp.Uncompressed && resp.ContentLength >= 0 && n != resp.ContentLength
}

// torn tells that JSON without an announced end, whose end is that of the
// connection, is not complete.
func torn(resp *http.Response, b []byte) bool {
	return resp.ContentLength < 0 && len(resp.TransferEncoding) == 0 && resp.ProtoMajor == 1 && !resp.Uncompressed &&
		strings.Contains(resp.Header.Get("Content-Type"), "json") && !json.Valid(b)
}

// stream is a body that is handed over while it arrives.
type stream struct {
	c      *call
	h      hop
	resp   *http.Response
	body   io.ReadCloser
	acct   *account
	most   int64
	n      int64
	slow   atomic.Bool
	end    func() // of the request; makes a pending Read return
	unbind func() // takes off StreamTotal
	err    error  // with which it ended
}

func (c *call) stream(h hop, resp *http.Response, cancel func()) *stream {
	s := &stream{c: c, h: h, resp: resp, body: resp.Body, acct: c.account(h), most: c.maxBody(c.ask), end: cancel}
	s.unbind = c.after(c.o.StreamTotal, s.tooSlow)
	return s
}

func (s *stream) tooSlow() {
	s.slow.Store(true)
	s.end()
}

// Read is that of io.Reader. Its errors are *source.Fault, other than io.EOF and
// that of the caller's context.
func (s *stream) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	unbind := s.c.after(s.c.o.Timeout, s.tooSlow)
	n, err := s.body.Read(p)
	unbind()
	s.n += int64(n)
	s.acct.received(n)
	switch {
	case s.n > s.most:
		n, s.err = 0, s.c.tooLarge(s.h, s.resp, s.most)
	case err == io.EOF && short(s.h, s.resp, s.n):
		s.err = s.c.unreachable(s.h, tried{err: io.ErrUnexpectedEOF})
	case err == io.EOF:
		s.err = io.EOF
	case err != nil && s.c.parent.Err() != nil:
		s.err = s.c.parent.Err()
	case err != nil && s.slow.Load():
		s.err = s.c.unreachable(s.h, tried{err: errSlow})
	case err != nil:
		s.err = s.c.unreachable(s.h, tried{err: err})
	}
	return n, s.err
}

// Close ends the stream and what carried it.
func (s *stream) Close() error {
	s.unbind()
	err := s.body.Close()
	s.end()
	return err
}
