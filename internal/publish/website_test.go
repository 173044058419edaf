package publish_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"callboard/internal/publish"
	"callboard/internal/publish/publishtest"
)

// web is a store as its readers have it: by HTTP, as browsers ask.
type web struct {
	publish.Store
	url string
}

// Get asks for a page as a link to it does.
func (w web) Get(ctx context.Context, key string) ([]byte, publish.Object, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+"/"+strings.TrimSuffix(key, "index.html"), nil)
	if err != nil {
		return nil, publish.Object{}, err
	}
	resp, err := http.DefaultClient.Do(r) // which takes gzip, as every browser does
	if err != nil {
		return nil, publish.Object{}, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d", key, resp.StatusCode)
	}
	return b, publish.Object{Key: key, Attributes: publish.Attributes{ContentType: resp.Header.Get("Content-Type"), CacheControl: resp.Header.Get("Cache-Control")}}, err
}

// TestWebsite reads a portal at the website endpoint of its bucket, while versions
// come and go, as it is and compressed.
func TestWebsite(t *testing.T) {
	for _, how := range []publish.Compress{publish.Plain, publish.Gzip} {
		m, c := new(publishtest.Memory), publishtest.NewClock()
		srv := httptest.NewServer(publishtest.Website(m))
		defer srv.Close()
		readers, reads := web{m, srv.URL}, 0
		var watched publish.Store = &publishtest.Faulty{Store: m, After: func(op, key string) error {
			if reads++; reads > 40 && op == "put" { // from when on there is a portal
				if err := publishtest.Read(t.Context(), readers); err != nil {
					t.Errorf("after %s of %s: %v", op, key, err)
				}
			}
			return nil
		}}
		for v := range 4 {
			site := publishtest.NewSite(9, v)
			site["404.html"] = "nothing here"
			o := publishtest.Options(watched, site, c)
			o.Form, o.Jobs = publish.NewForm(how), 1
			run(t, o)
			if err := publishtest.Read(t.Context(), readers); err != nil {
				t.Fatal(err)
			}
			if how == publish.Plain {
				if err := publishtest.Same(t.Context(), readers, without(site, "404.html")); err != nil {
					t.Error(err)
				}
			}
		}
		if reads < 60 {
			t.Errorf("only %d requests", reads)
		}
		looksRight(t, readers)
	}
}

func without(site publishtest.Site, path string) publishtest.Site {
	out := publishtest.Site{}
	for p, text := range site {
		if p != path {
			out[p] = text
		}
	}
	return out
}

// looksRight looks at what browsers need to be told.
func looksRight(t *testing.T, s web) {
	t.Helper()
	_, o, err := s.Get(t.Context(), "p0/index.html")
	if err != nil || o.ContentType != "text/html; charset=utf-8" || o.CacheControl != "no-cache" {
		t.Errorf("a page is sent with %+v, %v", o.Attributes, err)
	}
	resp, err := http.Get(s.url + "/no/such/page/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusNotFound || string(b) != "nothing here" {
		t.Errorf("what is not there is %q with status %d, %v", b, resp.StatusCode, err)
	}
	resp, err = http.Get(s.url + "/p0") // without the slash
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Request.URL.Path != "/p0/" {
		t.Errorf("without its slash, a page is status %d at %s", resp.StatusCode, resp.Request.URL)
	}
}
