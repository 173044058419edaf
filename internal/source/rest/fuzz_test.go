package rest_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"callboard/internal/polite"
	"callboard/internal/polite/politetest"
	"callboard/internal/source/rest"
)

// linking answers everything with the same page and the same links.
type linking struct {
	link  string
	body  []byte
	asked []*http.Request
}

func (l *linking) RoundTrip(r *http.Request) (*http.Response, error) {
	l.asked = append(l.asked, r)
	return &http.Response{StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{"Link": {l.link}},
		Body: io.NopCloser(bytes.NewReader(l.body)), ContentLength: int64(len(l.body)), Request: r}, nil
}

// FuzzPages: whatever a host says is the next page, it is one at the same
// address, and a host that leads in a circle is noticed.
func FuzzPages(f *testing.F) {
	for _, s := range []string{`<https://x/a?page=2>; rel="next"`, `<https://x/?a=<>; rel=next, <?page=3>; rel="prev next"`, `<?%zz>;rel=next`, `<//evil.example/?q=1>; rel=next`, `<`, `<>;;;===`, "\x00"} {
		f.Add(s, []byte(`[{"name":"a"},null]`))
	}
	f.Add("", []byte(`{"values":[]}`))
	f.Fuzz(func(t *testing.T, link string, body []byte) {
		l := &linking{link: link, body: body}
		a, err := rest.New("https://api.example/root", polite.Options{Base: l, Clock: politetest.NewClock()})
		if err != nil {
			t.Fatal(err)
		}
		type item struct {
			Name string
			ID   int64
		}
		_, _ = rest.All(rest.Items(t.Context(), a, rest.Call{What: "list", Path: []string{"things"}}, rest.Linked[[]item]))
		if len(l.asked) > 2 {
			t.Errorf("%d pages of the same links", len(l.asked))
		}
		for _, r := range l.asked {
			if r.URL.Scheme+"://"+r.URL.Host+r.URL.Path != "https://api.example/root/things" {
				t.Errorf("%q leads to %s", link, r.URL)
			}
		}
	})
}
