package sftp_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"callboard/internal/publish"
	"callboard/internal/publish/publishtest"
	"callboard/internal/publish/sftp"
	"callboard/internal/remote/remotetest"
)

// TestOpenSSH runs the suite against the server of OpenSSH, if there is one.
func TestOpenSSH(t *testing.T) {
	const program = "/usr/sbin/sshd"
	if _, err := os.Stat(program); err != nil {
		t.Skip("there is no sshd; apt-get install openssh-server")
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	if me.Uid == "0" { // which gives its rights up there
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			t.Skip(err)
		}
	}
	dir, addr := t.TempDir(), free(t)
	host, hostKey := key(t)
	mine, myKey := key(t)
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	for name, text := range map[string]string{
		"host": string(hostKey), "key": string(myKey), "authorized": string(ssh.MarshalAuthorizedKey(mine.PublicKey())),
		"known_hosts": knownhosts.Line([]string{knownhosts.Normalize(addr)}, host.PublicKey()) + "\n",
		"config": fmt.Sprintf("Port %s\nListenAddress 127.0.0.1\nHostKey %s\nAuthorizedKeysFile %s\nPasswordAuthentication no\nUsePAM no\nStrictModes no\nPermitRootLogin yes\nPidFile none\nSubsystem sftp internal-sftp\n",
			port, in("host"), in("authorized")),
	} {
		if err := os.WriteFile(in(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, "-D", "-e", "-f", in("config"))
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
	at := func(dir string) publish.Store {
		s := open(t, sftp.Options{Host: addr, User: me.Username, Dir: in(dir), KnownHosts: in("known_hosts"), Key: in("key"), Now: time.Now})
		return publish.Patient(s, publish.Usual(func() float64 { return 0.5 }))
	}
	publishtest.Suite(t, at("www"), false)
	publishtest.Perils(t, at("perils"))
	remotetest.Suite(t, at("state"))
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
