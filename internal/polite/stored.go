package polite

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"callboard/internal/digest"
	"callboard/internal/secret"
)

const (
	// maxEntry is the largest body that is kept, in bytes: a page of a hundred
	// repositories of GitHub has 600,000.
	maxEntry = 4 << 20
	// replayed marks answers out of the cache, for FromCache.
	replayed = "X-Callboard-Unchanged"
)

// entry is an answer that was kept. A nil entry is none.
type entry struct {
	Header http.Header `json:"header"`
	Sum    digest.Sum  `json:"sum"` // of the body
	body   []byte
}

// key is what an answer depends on: what was asked for, in which form, and who
// asked. Of the secret itself there is nothing in it.
func (c *call) key(h hop) string {
	who := ""
	if c.mayAuthorize(h.url) {
		who = c.o.Identity
	}
	d := digest.New("polite answer 1").String(h.url.String()).String(who)
	for _, name := range []string{"Accept", "Accept-Language", "X-Github-Api-Version"} {
		d.String(strings.Join(h.header[name], ","))
	}
	return d.Sum().String()
}

// conditional tells that a request is one whose answer may be kept: the caller
// makes no condition of its own.
func (c *call) conditional(h hop) bool {
	return c.o.Cache != nil && h.method == http.MethodGet && h.body == nil && !c.ask.Stream && !c.ask.Fresh &&
		h.header.Get("If-None-Match") == "" && h.header.Get("If-Modified-Since") == "" && h.header.Get("Range") == ""
}

// recall is the answer that was kept, nil if there is none or it is damaged.
func (c *call) recall(h hop) *entry {
	if !c.conditional(h) {
		return nil
	}
	b, ok := c.o.Cache.Get(c.key(h))
	if !ok {
		return nil
	}
	head, body, _ := bytes.Cut(b, []byte("\n"))
	var e entry
	if json.Unmarshal(head, &e) != nil || e.Sum != digest.Of(body) || !e.useful() {
		return nil
	}
	e.body = body
	return &e
}

func (e *entry) useful() bool {
	return e.Header.Get("Etag") != "" || e.Header.Get("Last-Modified") != ""
}

// conditions ask for the answer only if it is another than the one we have.
func (e *entry) conditions() http.Header {
	if e == nil {
		return nil
	}
	h := http.Header{}
	if tag := e.Header.Get("Etag"); tag != "" {
		h.Set("If-None-Match", tag)
	}
	if at := e.Header.Get("Last-Modified"); at != "" {
		h.Set("If-Modified-Since", at)
	}
	return h
}

// conclude is the answer for the caller: what was kept if that is true still,
// and otherwise the new one, which is kept.
func (c *call) conclude(h hop, a *account, e *entry, t tried) *http.Response {
	t.resp.Header.Del(replayed)
	if body := bodyOf(t.resp); body != nil {
		a.received(len(body))
	}
	switch {
	case t.resp.StatusCode == http.StatusNotModified && e != nil:
		a.unchanged()
		return e.replay(t.resp)
	case t.resp.StatusCode == http.StatusOK && c.conditional(h):
		c.store(h, t.resp)
	}
	return t.resp
}

// replay answers as the host did then, with the links to other pages. What the
// host tells now, such as its limits, stays.
func (e *entry) replay(resp *http.Response) *http.Response {
	for name, values := range e.Header {
		if resp.Header.Get(name) == "" || kept(name) {
			resp.Header[name] = slices.Clone(values)
		}
	}
	resp.Header.Set(replayed, "1")
	resp.StatusCode, resp.Status = http.StatusOK, "200 OK"
	setBody(resp, e.body)
	return resp
}

// FromCache tells that an answer is that of an earlier crawl, and true still.
func FromCache(resp *http.Response) bool { return resp.Header.Get(replayed) != "" }

// kept tells which headers are kept: those that say what the body is and what
// comes next, in the names of all hosts. There is no room for others, which may
// be anything.
func kept(name string) bool {
	switch name {
	case "Content-Type", "Etag", "Last-Modified", "Link",
		"X-Next-Page", "X-Page", "X-Per-Page", "X-Prev-Page", "X-Total", "X-Total-Pages", "X-Total-Count", "X-Hasmore",
		"X-Ms-Continuationtoken", "X-Oauth-Scopes":
		return true
	}
	return false
}

// store keeps an answer that can be asked for conditionally, unless the host
// forbids it, it is too large, or it repeats a secret.
func (c *call) store(h hop, resp *http.Response) {
	body := bodyOf(resp)
	if len(body) > maxEntry || strings.Contains(resp.Header.Get("Cache-Control"), "no-store") {
		return
	}
	e := entry{Header: http.Header{}, Sum: digest.Of(body)}
	for name, values := range resp.Header {
		if kept(name) {
			e.Header[name] = values
		}
	}
	if !e.useful() {
		return
	}
	head, err := digest.Encode(e)
	if err != nil {
		return
	}
	b := append(append(bytes.TrimSpace(head), '\n'), body...)
	if c.reveals(b) {
		return
	}
	c.o.Cache.Put(c.key(h), b)
}

// reveals tells that a text contains one of the secrets.
func (c *call) reveals(b []byte) bool {
	for _, s := range c.secrets {
		for _, t := range spelled(s) {
			if t.In(b) {
				return true
			}
		}
	}
	return false
}

// hide is a text without secrets.
func (c *call) hide(text string) string {
	for _, s := range c.secrets {
		text = secret.Hide(text, spelled(s)...)
	}
	return text
}
