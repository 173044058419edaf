package sftp_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	pkgsftp "github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"callboard/internal/publish"
	"callboard/internal/publish/publishtest"
	"callboard/internal/publish/sftp"
	"callboard/internal/remote/remotetest"
)

// machine is one that is reached by SSH, in this process.
type machine struct {
	addr string
	opt  sftp.Options

	mu    sync.Mutex
	conns []net.Conn
}

func key(t *testing.T) (ssh.Signer, []byte) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	return signer, pem.EncodeToMemory(block)
}

func start(t *testing.T) *machine {
	t.Helper()
	host, _ := key(t)
	user, private := key(t)
	config := &ssh.ServerConfig{PublicKeyCallback: func(c ssh.ConnMetadata, k ssh.PublicKey) (*ssh.Permissions, error) {
		if c.User() != "portal" || string(k.Marshal()) != string(user.PublicKey().Marshal()) {
			return nil, errors.New("no")
		}
		return nil, nil
	}}
	config.AddHostKey(host)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	m := &machine{addr: l.Addr().String()}
	go func() { // ends with the listener
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			m.mu.Lock()
			m.conns = append(m.conns, c)
			m.mu.Unlock()
			go serve(c, config) // ends with the connection
		}
	}()
	dir := t.TempDir()
	m.opt = sftp.Options{Host: m.addr, User: "portal", Dir: filepath.Join(dir, "www"), KnownHosts: filepath.Join(dir, "known_hosts"), Key: filepath.Join(dir, "key"), Now: time.Now}
	line := knownhosts.Line([]string{knownhosts.Normalize(m.addr)}, host.PublicKey())
	if err := errors.Join(os.WriteFile(m.opt.KnownHosts, []byte(line+"\n"), 0o600), os.WriteFile(m.opt.Key, private, 0o600)); err != nil {
		t.Fatal(err)
	}
	return m
}

func serve(c net.Conn, config *ssh.ServerConfig) {
	_, channels, requests, err := ssh.NewServerConn(c, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for n := range channels {
		ch, reqs, err := n.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range reqs {
				_ = r.Reply(r.Type == "subsystem" && strings.HasSuffix(string(r.Payload), "sftp"), nil)
			}
		}()
		s, err := pkgsftp.NewServer(ch)
		if err != nil {
			return
		}
		if err := s.Serve(); err != nil && !errors.Is(err, io.EOF) {
			return
		}
		_ = ch.Close()
	}
}

// cut ends all connections, as a network does.
func (m *machine) cut() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.conns {
		c.Close()
	}
	m.conns = nil
}

func open(t *testing.T, o sftp.Options) *sftp.Store {
	t.Helper()
	s, err := sftp.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestSuite(t *testing.T) { publishtest.Suite(t, open(t, start(t).opt), false) }

func TestPerils(t *testing.T) { publishtest.Perils(t, open(t, start(t).opt)) }

func TestState(t *testing.T) { remotetest.Suite(t, open(t, start(t).opt)) }

// TestConnectionLost cuts the connection at every fifth request: each is made anew.
func TestConnectionLost(t *testing.T) {
	m := start(t)
	s, n := open(t, m.opt), 0
	var mu sync.Mutex
	f := &publishtest.Faulty{Store: s, Before: func(string, string) error {
		mu.Lock()
		defer mu.Unlock()
		if n++; n%5 == 0 {
			m.cut()
		}
		return nil
	}}
	c := publishtest.NewClock()
	for v := range 3 {
		site := publishtest.NewSite(6, v)
		if _, err := publish.Run(t.Context(), publishtest.Options(publish.Patient(f, publishtest.Quick()), site, c)); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(publishtest.Same(t.Context(), s, site), publishtest.Read(t.Context(), s)); err != nil {
			t.Error(err)
		}
	}
	if n < 20 {
		t.Errorf("only %d requests", n)
	}
}

// TestLockLeftBehind takes over a lock that is old, and waits for one that is not.
func TestLockLeftBehind(t *testing.T) {
	m := start(t)
	m.opt.Now = func() time.Time { return time.Now().Add(time.Hour) }
	lock := filepath.Join(m.opt.Dir, ".callboard-new-lock-x.json")
	if err := os.MkdirAll(lock, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, m.opt).Put(t.Context(), "x.json", []byte("x"), publish.Attributes{}, publish.Condition{Absent: true}); err != nil {
		t.Error(err)
	}
	m.opt.Now = time.Now
	if err := os.MkdirAll(lock, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, m.opt).Put(t.Context(), "x.json", []byte("y"), publish.Attributes{}, publish.Condition{Absent: true}); !errors.Is(err, publish.ErrConflict) {
		t.Errorf("error %v", err)
	}
}

// TestStrangers speaks to no machine that is not known, and to none that has another
// key than the known one.
func TestStrangers(t *testing.T) {
	m, other := start(t), start(t)
	unknown := m.opt
	unknown.KnownHosts = filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(unknown.KnownHosts, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(other.opt.KnownHosts)
	if err != nil {
		t.Fatal(err)
	}
	changed := m.opt
	changed.KnownHosts = filepath.Join(t.TempDir(), "known_hosts")
	line := strings.Replace(string(b), knownhosts.Normalize(other.addr), knownhosts.Normalize(m.addr), 1)
	if err := os.WriteFile(changed.KnownHosts, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	missing, denied, keyless := m.opt, m.opt, m.opt
	missing.KnownHosts = filepath.Join(t.TempDir(), "nothing")
	denied.Key = other.opt.Key
	keyless.Key = ""
	for want, o := range map[string]sftp.Options{"not among the known hosts": unknown, "another key": changed, "known machines cannot be read": missing, "unable to authenticate": denied, "no key to sign in": keyless} {
		if _, err := sftp.Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
