package sftp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/crypto/ssh/knownhosts"
)

// Options say which machine is reached, and as whom.
type Options struct {
	// Host is its name, with a port if that is not 22; User whom to sign in as.
	Host, User string
	// Dir is the directory, an absolute path.
	Dir string
	// KnownHosts is a file of the keys of machines, as ssh has it. One that is not in
	// there is not spoken to.
	KnownHosts string
	// Key is a file with a private key without a passphrase; "" for none. Agent is
	// the socket of an agent that has keys; "" for none.
	Key, Agent string
	// Now is the clock, by which locks are old that were left behind.
	Now func() time.Time
}

// patience bounds the handshake.
const patience = 20 * time.Second

// connection is a connection and what runs over it.
type connection struct {
	ssh   *ssh.Client
	sftp  *sftp.Client
	agent net.Conn // nil without one
}

func (c *connection) close() error {
	err := errors.Join(c.sftp.Close(), c.ssh.Close())
	if c.agent != nil {
		err = errors.Join(err, c.agent.Close())
	}
	if ended(err) {
		return nil // whoever is gone needs no goodbye
	}
	return err
}

func (o Options) dial(ctx context.Context) (_ *connection, err error) {
	check, err := knownhosts.New(o.KnownHosts)
	if err != nil {
		return nil, fmt.Errorf("the keys of known machines cannot be read: %w", err)
	}
	c := &connection{}
	auth, err := o.auth(c)
	if err != nil {
		return nil, err
	}
	address := o.Host
	if _, _, err := net.SplitHostPort(address); err != nil {
		address = net.JoinHostPort(address, "22")
	}
	d := net.Dialer{Timeout: patience}
	raw, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	config := &ssh.ClientConfig{User: o.User, Auth: auth, HostKeyCallback: check, HostKeyAlgorithms: algorithms(check, address, raw.RemoteAddr()), Timeout: patience}
	shaking, done := context.WithTimeout(ctx, patience)
	stop := context.AfterFunc(shaking, func() { _ = raw.Close() }) // the handshake tells
	conn, channels, requests, err := ssh.NewClientConn(raw, address, config)
	stop()
	done()
	if err != nil {
		return nil, errors.Join(explain(err), ignoreClosed(raw.Close()))
	}
	c.ssh = ssh.NewClient(conn, channels, requests)
	if c.sftp, err = sftp.NewClient(c.ssh, sftp.UseConcurrentWrites(false)); err != nil {
		return nil, errors.Join(fmt.Errorf("the machine has no SFTP: %w", err), c.ssh.Close())
	}
	return c, nil
}

func (o Options) auth(c *connection) (out []ssh.AuthMethod, err error) {
	if o.Key != "" {
		b, err := os.ReadFile(o.Key)
		if err != nil {
			return nil, fmt.Errorf("the key cannot be read: %w", err)
		}
		signer, err := ssh.ParsePrivateKey(b)
		if err != nil {
			return nil, fmt.Errorf("the key %s cannot be used: %w", o.Key, err)
		}
		out = append(out, ssh.PublicKeys(signer))
	}
	if o.Agent != "" {
		if c.agent, err = net.Dial("unix", o.Agent); err == nil {
			out = append(out, ssh.PublicKeysCallback(agent.NewClient(c.agent).Signers))
		}
	}
	if len(out) == 0 {
		return nil, errors.New("there is no key to sign in with: start an agent (SSH_AUTH_SOCK), or name a file with ?key=")
	}
	return out, nil
}

// algorithms are those of the keys that the machine is known by: it is asked for one
// of them, and not for the one that it likes best.
func algorithms(check ssh.HostKeyCallback, address string, remote net.Addr) (out []string) {
	err := check(address, remote, noKey{})
	known, ok := errors.AsType[*knownhosts.KeyError](err)
	if !ok {
		return nil
	}
	for _, k := range known.Want {
		switch t := k.Key.Type(); t {
		case ssh.KeyAlgoRSA:
			out = append(out, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256)
		default:
			out = append(out, t)
		}
	}
	return out
}

// noKey is a key that no machine has.
type noKey struct{}

func (noKey) Type() string                        { return "none" }
func (noKey) Marshal() []byte                     { return nil }
func (noKey) Verify([]byte, *ssh.Signature) error { return errors.New("none") }

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// explain says what to do about a machine that is not known, or not as it was.
func explain(err error) error {
	k, ok := errors.AsType[*knownhosts.KeyError](err)
	switch {
	case ok && len(k.Want) == 0:
		return errors.New("the machine is not among the known hosts; ssh-keyscan tells its key, which you compare with what its owner says")
	case ok:
		return errors.New("the machine has another key than the known one: it is another machine, or somebody stands in between")
	}
	return err
}
