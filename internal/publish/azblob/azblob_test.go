package azblob_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"callboard/internal/publish"
	"callboard/internal/publish/azblob"
	"callboard/internal/publish/publishtest"
	"callboard/internal/remote/remotetest"
	"callboard/internal/secret"
)

// The account of every emulator, which its documentation names.
const (
	account = "devstoreaccount1"
	key     = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)

func open(t *testing.T, endpoint, path string) *azblob.Store {
	t.Helper()
	u, err := url.Parse("azblob://" + account + path + "?endpoint=" + url.QueryEscape(endpoint))
	if err != nil {
		t.Fatal(err)
	}
	s, err := azblob.Open(u, secret.New(key))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSuite(t *testing.T) {
	srv := httptest.NewServer(publishtest.Azure(new(publishtest.Memory)))
	defer srv.Close()
	publishtest.Suite(t, open(t, srv.URL, "/site"), true)
	publishtest.Suite(t, open(t, srv.URL, "/site/a/b"), true)
}

func TestFaults(t *testing.T) {
	publishtest.Faults(t, func(s publish.Store) publish.Store {
		srv := httptest.NewServer(publishtest.Azure(s))
		t.Cleanup(srv.Close)
		return open(t, srv.URL, "/site")
	})
}

func TestState(t *testing.T) {
	srv := httptest.NewServer(publishtest.Azure(new(publishtest.Memory)))
	defer srv.Close()
	remotetest.Suite(t, open(t, srv.URL, "/site/state"))
}

// TestAzurite runs the suite against azurite, an emulator by others, if there is
// one: CALLBOARD_AZURITE names it, or the PATH has azurite-blob.
func TestAzurite(t *testing.T) {
	name := os.Getenv("CALLBOARD_AZURITE")
	if name == "" {
		var err error
		if name, err = exec.LookPath("azurite-blob"); err != nil {
			t.Skip("there is no azurite-blob; npm install -g azurite@3.35.0")
		}
	}
	host, port, err := net.SplitHostPort(free(t))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, "--blobHost", host, "--blobPort", port, "--inMemoryPersistence", "--silent", "--disableTelemetry", "--skipApiVersionCheck")
	cmd.Dir = t.TempDir()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait() // it was killed
	})
	endpoint := "http://" + net.JoinHostPort(host, port) + "/" + account
	cred, err := container.NewSharedKeyCredential(account, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := container.NewClientWithSharedKeyCredential(endpoint+"/site", cred, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 600 {
		if c, err := net.Dial("tcp", net.JoinHostPort(host, port)); err == nil {
			c.Close()
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if _, err := c.Create(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	at := func(prefix string) publish.Store {
		return publish.Patient(open(t, endpoint, "/site"+prefix), publish.Usual(func() float64 { return 0.5 }))
	}
	publishtest.Suite(t, at(""), true)
	publishtest.Suite(t, at("/a/b"), true)
	publishtest.Perils(t, at("/perils"))
	remotetest.Suite(t, at("/state"))
}

// TestAnswers tells errors that pass from those that stay.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		status    int
		code      string
		want      error
		temporary bool
	}{
		{404, "BlobNotFound", publish.ErrNotFound, false},
		{404, "ContainerNotFound", nil, false},
		{409, "BlobAlreadyExists", publish.ErrConflict, false},
		{412, "ConditionNotMet", publish.ErrConflict, false},
		{403, "AuthorizationFailure", nil, false},
		{503, "ServerBusy", nil, true},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Ms-Error-Code", c.code)
			w.WriteHeader(c.status)
		}))
		_, _, err := open(t, srv.URL, "/site").Get(t.Context(), "x")
		re, ok := errors.AsType[*publish.RequestError](err)
		if c.want != nil && !errors.Is(err, c.want) || c.want == nil && (!ok || re.Temporary != c.temporary) {
			t.Errorf("%d %s: %v", c.status, c.code, err)
		}
		if err != nil && strings.Contains(err.Error(), key) {
			t.Errorf("the error tells the key: %v", err)
		}
		srv.Close()
	}
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
