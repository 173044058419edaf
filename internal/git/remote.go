package git

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"callboard/internal/secret"
)

// Remote is a repository at an address, of which one commit at a time is kept in
// a directory: its trees, and of the files those that were read. It may be used
// from one goroutine at a time.
//
// Nothing that comes from the address is executed or obeyed: nothing is checked
// out, so that no filter, hook, attribute or submodule of the repository has an
// effect; the repository in the directory is made here, without a template, and
// what an earlier process has left there is deleted first, since somebody may
// have changed its configuration, which can name other addresses and programs;
// and the settings that could make git run a program are set against it.
type Remote struct {
	o       RemoteOptions
	program string
	// begun tells that what is in the directory was put there by this Remote.
	begun bool
}

// RemoteOptions say what is fetched, and how.
type RemoteOptions struct {
	Address Address
	// Dir is the directory that is kept as long as the Remote is used. What is in it
	// is deleted, at first and whenever another commit is fetched.
	Dir string
	// Search is the PATH in which git, and ssh, are looked for.
	Search string
	// Getenv is the environment, of which what ssh, TLS and proxies need is handed
	// on (see passed); nil hands nothing on.
	Getenv func(string) string
	// Username and Token are shown to hosts asked by HTTPS. They reach git by its
	// environment, so that they are on no command line, in no file and in no address.
	Username string
	Token    secret.String
	// Timeout bounds one command; 0 means ten minutes.
	Timeout time.Duration
	// MaxBytes bounds what one command may fetch; 0 means a gigabyte.
	MaxBytes int64
}

// passed are the variables that are handed on to git.
var passed = []string{
	"HOME", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy",
}

// OpenRemote makes a Remote. It asks nobody.
func OpenRemote(o RemoteOptions) (*Remote, error) {
	program, err := find(o.Search)
	if err != nil {
		return nil, err
	}
	if !filepath.IsAbs(o.Dir) {
		return nil, fmt.Errorf("git: %q is no absolute path of a directory", o.Dir)
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Minute
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 1 << 30
	}
	if !o.Token.IsZero() && !o.Address.mayCarry() {
		o.Token = secret.String{}
	}
	return &Remote{o: o, program: program}, nil
}

// settings are those of every command. The later win over those of files.
func (r *Remote) settings() [][2]string {
	null := os.DevNull
	s := [][2]string{
		{"safe.directory", "*"}, {"core.fsmonitor", "false"}, {"core.hooksPath", null}, {"core.attributesFile", null}, {"core.alternateRefsCommand", ""},
		{"core.gitProxy", ""}, {"core.askPass", ""}, {"credential.helper", ""}, {"core.pager", "cat"}, {"gc.auto", "0"}, {"maintenance.auto", "false"}, {"fetch.fsckObjects", "false"},
		{"fetch.recurseSubmodules", "false"}, {"submodule.recurse", "false"}, {"fetch.writeCommitGraph", "false"}, {"fetch.showForcedUpdates", "false"}, {"fetch.negotiationAlgorithm", "noop"},
		{"protocol.version", "2"}, {"http.lowSpeedLimit", "1000"}, {"http.lowSpeedTime", "60"}, {"http.followRedirects", "initial"},
		{"transfer.credentialsInUrl", "die"}, {"remote.origin.url", r.o.Address.String()},
	}
	if !r.o.Token.IsZero() {
		user := r.o.Username
		if user == "" {
			user = "x-access-token"
		}
		basic := base64.StdEncoding.EncodeToString([]byte(user + ":" + r.o.Token.Reveal()))
		// A header is sent wherever the host leads, so that it may not lead anywhere.
		origin := r.o.Address.protocol + "://" + r.o.Address.host + "/"
		s = append(s, [2]string{"http." + origin + ".extraHeader", "Authorization: Basic " + basic}, [2]string{"http.followRedirects", "false"})
	}
	return s
}

// env is the whole environment of a command.
func (r *Remote) env() []string {
	env := []string{
		"PATH=" + r.o.Search, "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS_REQUIRE=never",
		"GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1", "GIT_NO_REPLACE_OBJECTS=1", "GIT_LFS_SKIP_SMUDGE=1", "GIT_ALLOW_PROTOCOL=" + r.o.Address.protocol, "GIT_PROTOCOL_FROM_USER=0",
		"GIT_CEILING_DIRECTORIES=" + filepath.Dir(r.o.Dir), "GIT_ADVICE=0", "GIT_SSH_VARIANT=ssh",
		"GIT_SSH_COMMAND=ssh -oBatchMode=yes -oClearAllForwardings=yes -oPermitLocalCommand=no -oForwardAgent=no -oConnectTimeout=20",
	}
	for _, name := range passed {
		if r.o.Getenv == nil {
			break
		}
		if v := r.o.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	settings := r.settings()
	env = append(env, "GIT_CONFIG_COUNT="+strconv.Itoa(len(settings)))
	for i, s := range settings {
		env = append(env, fmt.Sprintf("GIT_CONFIG_KEY_%d=%s", i, s[0]), fmt.Sprintf("GIT_CONFIG_VALUE_%d=%s", i, s[1]))
	}
	return env
}

// command is git with arguments, none of which come from outside but those that
// have been looked at.
func (r *Remote) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, r.program, append([]string{"--no-pager", "--literal-pathspecs"}, args...)...)
	together(cmd)
	cmd.Dir, cmd.Env, cmd.WaitDelay = r.o.Dir, r.env(), time.Second
	return cmd
}

// begin makes the directory, empty, before it is used for the first time.
func (r *Remote) begin() error {
	if r.begun {
		return nil
	}
	if err := errors.Join(os.RemoveAll(r.o.Dir), os.MkdirAll(r.o.Dir, 0o777)); err != nil {
		return fmt.Errorf("git: %w", err)
	}
	r.begun = true
	return nil
}

// A job is one command.
type job struct {
	args []string
	// asks tells that the command talks to the host; an error then says why that
	// gave no answer.
	asks  bool
	input string
	from  io.Reader // instead of input
	most  int       // bytes of output; 0 means a megabyte
	env   []string  // beside env
}

// run runs git and returns what it prints, and what it says.
func (r *Remote) run(ctx context.Context, j job) (out []byte, said string, err error) {
	if err := r.begin(); err != nil {
		return nil, "", err
	}
	within, cancel := context.WithTimeout(ctx, r.o.Timeout)
	defer cancel()
	within, stop := context.WithCancelCause(within)
	defer stop(nil)
	cmd := r.command(within, j.args...)
	cmd.Env = append(cmd.Env, j.env...)
	var printed, complaint limited
	printed.left, complaint.left = max(j.most, 1<<20), 64<<10
	cmd.Stdout, cmd.Stderr = &printed, &complaint
	if j.input != "" {
		cmd.Stdin = strings.NewReader(j.input)
	}
	if j.from != nil {
		cmd.Stdin = j.from
	}
	if j.asks {
		go r.watch(within, stop) // ends with within
	}
	failure := cmd.Run()
	if j.asks && failure == nil && sizeOf(r.o.Dir) > r.o.MaxBytes {
		stop(ErrTooLarge)
	}
	said = complaint.String()
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case errors.Is(context.Cause(within), ErrTooLarge):
		err = fmt.Errorf("%w of %d bytes", ErrTooLarge, r.o.MaxBytes)
	case within.Err() != nil:
		err = fmt.Errorf("%w within %s", ErrUnreachable, r.o.Timeout)
	case printed.cut:
		err = fmt.Errorf("%w: git %s prints more than %d bytes", ErrTooLarge, j.args[0], printed.Len())
	case failure != nil && j.asks:
		err = explain(said, r.o.Token)
	case failure != nil:
		err = fmt.Errorf("git %s: %w: %s", j.args[0], failure, words(said))
	}
	return printed.Bytes(), said, err
}

// ask runs a command that talks to the host.
func (r *Remote) ask(ctx context.Context, args ...string) ([]byte, error) {
	out, _, err := r.run(ctx, job{args: args, asks: true})
	return out, err
}

// watch ends a command whose files grow beyond the limit. Git has no limit of its
// own for what it fetches.
func (r *Remote) watch(ctx context.Context, stop context.CancelCauseFunc) {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if sizeOf(r.o.Dir) > r.o.MaxBytes {
				stop(ErrTooLarge)
				return
			}
		}
	}
}

// sizeOf is how many bytes the files below a directory have, roughly, since they
// come and go.
func sizeOf(dir string) (total int64) {
	_ = filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil //nolint:nilerr // gone since
		}
		if info, err := d.Info(); err == nil {
			total += info.Size()
		}
		return nil
	})
	return total
}
