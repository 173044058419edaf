package github

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"callboard/internal/polite/politetest"
	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/github/githubtest"
)

func cached() func(*Options) {
	c := &politetest.Cache{}
	return func(o *Options) { o.HTTP.Cache = c }
}

var appKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// app makes a host that asks as an app.
func app(form string) func(*Options) {
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(appKey())}
	if form == "PKCS8" {
		b, err := x509.MarshalPKCS8PrivateKey(appKey())
		if err != nil {
			panic(err)
		}
		block = &pem.Block{Type: "PRIVATE KEY", Bytes: b}
	}
	return func(o *Options) {
		o.Token = secret.String{}
		o.App = &App{ID: "4711", Key: secret.New(string(pem.EncodeToMemory(block)))}
	}
}

func newAppWorld(t *testing.T) *world {
	w := newWorld(t, githubtest.Options{AppID: "4711", AppKey: &appKey().PublicKey})
	w.AddOrg(&githubtest.Org{Login: "acme", Install: 42})
	w.repo("payments")
	return w
}

func TestApp(t *testing.T) {
	w := newAppWorld(t)
	for _, form := range []string{"PKCS1", "PKCS8"} {
		h := w.host(app(form))
		for range 4 { // the token of an installation lives for an hour
			if rs, err := list(h); err != nil || names(rs) != "payments" {
				t.Fatalf("%s: %v, %v", form, rs, err)
			}
			w.clock.Jump(40 * time.Minute)
		}
	}
	if s := w.Stats(); s.ByOperation["apps/create-installation-access-token"] != 4 || s.ByOperation["apps/get-org-installation"] != 2 {
		t.Errorf("asked for %v", s.ByOperation)
	}
	// A token that the host takes back is replaced, and the request is made again.
	h := w.host(app("PKCS1"))
	if _, err := list(h); err != nil {
		t.Fatal(err)
	}
	w.EndTokens()
	if _, err := list(h); err != nil {
		t.Error(err)
	}
}

func TestAppOfAnInstallation(t *testing.T) {
	w := newAppWorld(t)
	w.AddOrg(&githubtest.Org{Login: "other"})
	w.Add(&githubtest.Repo{Owner: "other", Name: "not-ours", Content: w.repo("x").Content})
	for i := range 120 {
		w.repo(fmt.Sprintf("r%03d", i))
	}
	ours := func(o *Options) { o.Organization, o.App.Installation = "", 42 }
	h := w.host(app("PKCS1"), ours)
	w.Reset()
	rs, err := list(h)
	if err != nil || len(rs) != 122 || strings.Contains(names(rs), "not-ours") {
		t.Fatalf("%d repositories, %v", len(rs), err)
	}
	if rs[0].Revision == "" || rs[0].Facts.OpenIssues == nil {
		t.Errorf("the list tells no more than REST: %+v", rs[0])
	}
	if s := w.Stats(); s.GraphQL != 2 || s.ByOperation["apps/list-repos-accessible-to-installation"] != 2 {
		t.Errorf("%d queries, %v", s.GraphQL, s.ByOperation)
	}
	if rs, err = list(w.host(app("PKCS1"), ours, rest)); err != nil || len(rs) != 122 || rs[0].Revision != "" {
		t.Errorf("by REST: %d repositories, %v", len(rs), err)
	}
	if h.Name() != "github:app-4711" {
		t.Errorf("its name is %q", h.Name())
	}
}

func TestAppsThatAreRefused(t *testing.T) {
	w := newAppWorld(t)
	_, err := list(w.host(app("PKCS1"), func(o *Options) { o.App.ID = "another" }))
	kind(t, err, source.Denied)
	_, err = list(w.host(app("PKCS1"), func(o *Options) { o.Organization = "nobody" }))
	if f := kind(t, err, source.Denied); !strings.Contains(f.Error(), `the app is not installed at "nobody"`) {
		t.Error(f)
	}
	w.Inject(githubtest.Fault{Match: func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/access_tokens") }, Status: 502})
	_, err = list(w.host(app("PKCS1")))
	kind(t, err, source.Unreachable)
	w.Heal()
	_, err = list(w.host(func(o *Options) { o.Token = secret.New("ghp_wrong") }))
	kind(t, err, source.Denied)
	_, err = list(w.host(func(o *Options) { o.Token = secret.String{} }))
	kind(t, err, source.Denied)
}
