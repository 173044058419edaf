package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"callboard/internal/digest"
	"callboard/internal/publish"
	"callboard/internal/publish/dir"
	"callboard/internal/publish/publishtest"
	"callboard/internal/serve"
)

// places are where the portals of scripts are read, and who reads there.
type places struct {
	t       *testing.T
	mu      sync.Mutex
	buckets map[string]publish.Store // by the directory of the script
	readers map[string]*portalReader
}

// clouds are the protocols of object stores, with the address of the store "site"
// at a server.
var clouds = map[string]struct {
	serve   func(publish.Store) http.Handler
	address string
}{
	"s3":    {publishtest.S3, "s3://site?endpoint="},
	"azure": {publishtest.Azure, "azblob://devstoreaccount1/site?endpoint="},
}

// bucket is a command of scripts: "bucket s3" and "bucket azure" start a store that
// speaks that protocol, whose address is in BUCKET. Readers get at the objects at
// WEBSITE, as a bucket that is a website gives them.
func (p *places) bucket(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || clouds[args[0]].serve == nil {
		ts.Fatalf("usage: bucket s3|azure")
	}
	m := new(publishtest.Memory)
	srv := httptest.NewServer(clouds[args[0]].serve(m))
	ts.Defer(srv.Close)
	web := httptest.NewServer(website(m))
	ts.Defer(web.Close)
	for k, v := range map[string]string{"BUCKET": clouds[args[0]].address + srv.URL, "WEBSITE": web.URL, "AWS_ACCESS_KEY_ID": "testkey", "AWS_SECRET_ACCESS_KEY": "testsecret",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true", "AZURE_STORAGE_KEY": "bm90IHNvIHNlY3JldA=="} {
		ts.Setenv(k, v)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.buckets[ts.MkAbs(".")] = m
}

// website is what readers get where all that the manual recommends is heeded: it
// sends the headers, keeps the books of publish to itself, and answers 304.
func website(s publish.Store) http.Handler {
	site := publishtest.Website(s)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, h := range serve.Headers(nil) {
			w.Header().Set(h.Name, h.Value)
		}
		if strings.HasPrefix(r.URL.Path, "/"+publish.Prefix) {
			r.URL.Path = "/none"
		}
		key := strings.TrimPrefix(r.URL.Path, "/")
		if key == "" || strings.HasSuffix(key, "/") {
			key += "index.html"
		}
		if o, err := s.Head(r.Context(), key); err == nil && r.Header.Get("If-None-Match") == strconv.Quote(o.Version) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		site.ServeHTTP(w, r)
	})
}

// reader is a command of scripts. "reader start bucket" and "reader start DIR" let
// somebody read the portal there, again and again, until "reader stop DIR...",
// which fails if anything was missing, or was not as it is in one of these builds.
// "reader finds PATH PATTERN" looks into one file.
func (p *places) reader(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: reader start|finds|stop ...")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	at := ts.MkAbs(".")
	switch r := p.readers[at]; {
	case args[0] == "start" && r == nil:
		r = newPortalReader(p.open(ts, args[1]))
		p.readers[at] = r
		ts.Defer(r.stop)
		go r.run()
	case args[0] == "finds" && r != nil && len(args) == 3:
		text, _, err := r.from.Get(context.Background(), args[1])
		ts.Check(err)
		if !regexp.MustCompile(args[2]).Match(text) {
			ts.Fatalf("%s has nothing like %s", args[1], args[2])
		}
	case args[0] == "stop" && r != nil:
		delete(p.readers, at)
		r.stop()
		ts.Check(r.fault)
		for i := range args[1:] {
			args[i+1] = ts.MkAbs(args[i+1])
		}
		ts.Check(r.judge(args[1:]))
		ts.Logf("read the portal %d times, %d files of it", r.rounds, len(r.seen))
	default:
		ts.Fatalf("a reader cannot %s", strings.Join(args, " "))
	}
}

func (p *places) open(ts *testscript.TestScript, where string) publish.Store {
	if where == "bucket" {
		return p.buckets[ts.MkAbs(".")]
	}
	s, err := dir.Open(ts.MkAbs(where))
	ts.Check(err)
	ts.Defer(func() { s.Close() })
	return s
}

var references = regexp.MustCompile(`(?:src|href)="(/[^"?#]*)[^"]*"`)

// portalReader opens pages of a portal with all that they refer to.
type portalReader struct {
	from   publish.Store
	ending chan struct{} // closed when it shall end
	ended  chan struct{}
	rounds int
	fault  error
	seen   map[string]map[digest.Sum]bool // what files were, by their paths
	once   sync.Once
}

func newPortalReader(from publish.Store) *portalReader {
	return &portalReader{from: from, ending: make(chan struct{}), ended: make(chan struct{}), seen: map[string]map[digest.Sum]bool{}}
}

func (r *portalReader) stop() {
	r.once.Do(func() { close(r.ending) })
	<-r.ended
}

func (r *portalReader) run() {
	defer close(r.ended)
	for r.fault == nil {
		select {
		case <-r.ending:
			if r.rounds > 0 {
				return
			}
		default:
		}
		r.fault = r.round()
		r.rounds++
	}
}

// round is a visit: the home page and the catalog, with every page and file that
// they name and with what those are shown with; and what the search begins with.
func (r *portalReader) round() error {
	for _, page := range []string{"index.html", "catalog/index.html"} {
		if err := r.page(page, 2); err != nil {
			return err
		}
	}
	text, err := r.file("data/site.json")
	if err != nil {
		return err
	}
	var entrance map[string]any
	if err := json.Unmarshal(text, &entrance); err != nil {
		return err
	}
	for _, key := range []string{"catalog", "desc", "search"} {
		name, ok := entrance[key].(string)
		if !ok {
			return fmt.Errorf("data/site.json has no %s", key)
		}
		if _, err := r.file("data/" + name); err != nil {
			return fmt.Errorf("data/site.json names it: %w", err)
		}
	}
	return nil
}

// page reads a page and what it refers to, so many pages deep.
func (r *portalReader) page(name string, deep int) error {
	text, err := r.file(name)
	if err != nil {
		return err
	}
	for _, m := range references.FindAllSubmatch(text, -1) {
		to := strings.TrimPrefix(string(m[1]), "/")
		isPage := to == "" || strings.HasSuffix(to, "/")
		if isPage {
			to = path.Join(to, "index.html")
		}
		switch {
		case isPage && deep > 1:
			err = r.page(to, deep-1)
		case isPage || deep > 0:
			_, err = r.file(to)
		}
		if err != nil {
			return fmt.Errorf("%s refers to it: %w", name, err)
		}
	}
	return nil
}

func (r *portalReader) file(name string) ([]byte, error) {
	b, _, err := r.from.Get(context.Background(), name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if r.seen[name] == nil {
		r.seen[name] = map[digest.Sum]bool{}
	}
	r.seen[name][digest.Of(b)] = true
	return b, nil
}

// judge compares everything that was read with the builds.
func (r *portalReader) judge(builds []string) error {
	for name, sums := range r.seen {
		known := map[digest.Sum]bool{}
		for _, b := range builds {
			if text, err := os.ReadFile(filepath.Join(b, filepath.FromSlash(name))); err == nil {
				known[digest.Of(text)] = true
			}
		}
		for sum := range sums {
			if !known[sum] {
				return fmt.Errorf("%s was read as it is in no build", name)
			}
		}
	}
	return nil
}

// sends is a command of scripts: "sends PLAN PATTERN..." reads what "callboard
// publish --dry-run --format json" printed. Every file to be sent must match one of
// the patterns, and every pattern a file.
func sends(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: sends PLAN PATTERN...")
	}
	type file struct{ Key string }
	var plan struct{ Puts []file }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &plan))
	patterns := make([]*regexp.Regexp, len(args)-1)
	for i, p := range args[1:] {
		re, err := regexp.Compile("^(?:" + p + ")$")
		ts.Check(err)
		patterns[i] = re
	}
	for _, put := range plan.Puts {
		if !slices.ContainsFunc(patterns, func(re *regexp.Regexp) bool { return re.MatchString(put.Key) }) {
			ts.Fatalf("%s would be sent", put.Key)
		}
	}
	for i, re := range patterns {
		if !slices.ContainsFunc(plan.Puts, func(x file) bool { return re.MatchString(x.Key) }) {
			ts.Fatalf("nothing that would be sent is like %s", args[i+1])
		}
	}
}
