package s3_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"callboard/internal/publish"
	"callboard/internal/publish/publishtest"
	"callboard/internal/publish/s3"
	"callboard/internal/remote/remotetest"
)

// open opens the bucket "site" of a server.
func open(t testing.TB, endpoint, prefix string) *s3.Store {
	t.Helper()
	return openBucket(t, "/site"+prefix, endpoint)
}

// openBucket opens a bucket, and a prefix in it.
func openBucket(t testing.TB, path, endpoint string) *s3.Store {
	t.Helper()
	for name, v := range map[string]string{"AWS_ACCESS_KEY_ID": "testkey", "AWS_SECRET_ACCESS_KEY": "testsecret", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true"} {
		t.Setenv(name, v)
	}
	u, err := url.Parse("s3:/" + path + "?endpoint=" + url.QueryEscape(endpoint))
	if err != nil {
		t.Fatal(err)
	}
	s, err := s3.Open(t.Context(), u, 8, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSuite(t *testing.T) {
	m := new(publishtest.Memory)
	srv := httptest.NewServer(publishtest.S3(m))
	defer srv.Close()
	publishtest.Suite(t, open(t, srv.URL, ""), true)
	publishtest.Suite(t, open(t, srv.URL, "/a/b"), true)
	for _, key := range m.Keys() {
		if key == "a/b/"+publish.ManifestKey {
			return
		}
	}
	t.Errorf("the prefix is not in the keys: %q", m.Keys())
}

func TestFaults(t *testing.T) {
	publishtest.Faults(t, func(s publish.Store) publish.Store {
		srv := httptest.NewServer(publishtest.S3(s))
		t.Cleanup(srv.Close)
		return open(t, srv.URL, "")
	})
}

func TestState(t *testing.T) {
	srv := httptest.NewServer(publishtest.S3(new(publishtest.Memory)))
	defer srv.Close()
	remotetest.Suite(t, open(t, srv.URL, "/state"))
}

// TestThrottled tells errors that pass from those that stay, and how long to wait.
func TestThrottled(t *testing.T) {
	var refuse atomic.Bool
	f := &publishtest.Faulty{Store: new(publishtest.Memory), Before: func(op, key string) error {
		if refuse.Load() {
			return &publish.RequestError{Temporary: true, Err: errors.New("slow down")}
		}
		return nil
	}}
	srv := httptest.NewServer(publishtest.S3(f))
	defer srv.Close()
	s := open(t, srv.URL, "")
	refuse.Store(true)
	_, err := s.Put(t.Context(), "x", []byte("x"), publish.Attributes{}, publish.Condition{})
	if re, ok := errors.AsType[*publish.RequestError](err); !ok || !re.Temporary || re.After != time.Second {
		t.Errorf("error %v", err)
	}
	srv.Close()
	_, _, err = s.Get(t.Context(), "x")
	_, perr := s.Put(t.Context(), "x", nil, publish.Attributes{}, publish.Condition{})
	for _, err := range []error{err, perr} {
		if re, ok := errors.AsType[*publish.RequestError](err); !ok || !re.Temporary {
			t.Errorf("without a server: %v", err)
		}
	}
}

// TestSkewedClock: a server whose clock is hours off is told its own time, which is
// remembered; one that refuses that, too, is asked no third time.
func TestSkewedClock(t *testing.T) {
	const off = 3 * time.Hour
	store, stubborn, puts := publishtest.S3(new(publishtest.Memory)), false, 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		puts++
		now := time.Now().Add(off)
		w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
		told, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
		if err != nil || stubborn || now.Sub(told).Abs() > 15*time.Minute {
			w.WriteHeader(http.StatusForbidden)
			w.Write([]byte("<Error><Code>RequestTimeTooSkewed</Code><Message>too far</Message></Error>"))
			return
		}
		store.ServeHTTP(w, r)
	}))
	defer srv.Close()
	s := open(t, srv.URL, "")
	put := func(key string) error {
		_, err := s.Put(t.Context(), key, []byte(key), publish.Attributes{}, publish.Condition{Absent: true})
		return err
	}
	for i, key := range []string{"a", "b"} {
		if err := put(key); err != nil || puts != 2+i {
			t.Errorf("%s: %d requests so far, %v", key, puts, err)
		}
	}
	stubborn = true
	if err := put("c"); err == nil || puts != 5 {
		t.Errorf("%d requests, %v", puts, err)
	}
}

func TestRefused(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		w.Write([]byte("<Error><Code>AccessDenied</Code><Message>no</Message></Error>"))
	}))
	defer srv.Close()
	_, _, err := open(t, srv.URL, "").Get(t.Context(), "x")
	if re, ok := errors.AsType[*publish.RequestError](err); !ok || re.Temporary || errors.Is(err, publish.ErrNotFound) || strings.Contains(err.Error(), "testsecret") {
		t.Errorf("error %v", err)
	}
}

// TestVersity runs the suite against versitygw, a server by others, if there is one:
// CALLBOARD_VERSITYGW names it, or the PATH has it.
func TestVersity(t *testing.T) {
	name := os.Getenv("CALLBOARD_VERSITYGW")
	if name == "" {
		var err error
		if name, err = exec.LookPath("versitygw"); err != nil {
			t.Skip("there is no versitygw; go install github.com/versity/versitygw/cmd/versitygw@v1.8.0")
		}
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "site"), 0o755); err != nil {
		t.Fatal(err)
	}
	addr := free(t)
	cmd := exec.Command(name, "--port", addr, "--access", "testkey", "--secret", "testsecret", "--quiet", "posix", dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait() // it was killed
	})
	for range 200 {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	at := func(prefix string) publish.Store {
		return publish.Patient(open(t, "http://"+addr, prefix), publish.Usual(func() float64 { return 0.5 }))
	}
	publishtest.Suite(t, at(""), true)
	publishtest.Perils(t, at("/perils"))
	remotetest.Suite(t, at("/state"))
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestDirectoryBucket: requests that are signed in another way are made by the SDK.
func TestDirectoryBucket(t *testing.T) {
	const bucket = "/acme--use1-az4--x-s3"
	plain := publishtest.S3(new(publishtest.Memory))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Authorization"), "/s3express/aws4_request") {
			t.Errorf("%s is signed as %s", r.URL, r.Header.Get("Authorization"))
		}
		r.URL.Path = "/site" + strings.TrimPrefix(r.URL.Path, bucket)
		r.Header.Set("X-Amz-Copy-Source", strings.Replace(r.Header.Get("X-Amz-Copy-Source"), strings.Trim(bucket, "/"), "site", 1))
		plain.ServeHTTP(w, r)
	}))
	defer srv.Close()
	t.Setenv("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "true")
	publishtest.Suite(t, openBucket(t, bucket, srv.URL), true)
}
