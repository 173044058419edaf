// Release builds what a release of callboard consists of: an archive for each
// system with the program, its licences and its bill of materials, and SHA256SUMS.
//
// It is reproducible: the same commit gives the same bytes, on every machine and in
// every directory. That needs one toolchain, which is named here, and that nothing
// of the machine gets in: no cgo, no paths, no times but that of the commit. So the
// sums can be told before the release is made, and stand in the commit that is
// tagged, where the Action looks them up (.github/release.sha256): what the tag
// holds says which program it is, and the workflow of a release finds out whether
// that is true by building it again.
//
//	go run ./internal/release --version v1.2.3 --out dist --pin     # then commit, and tag
//	go run ./internal/release --version v1.2.3 --out dist --check   # as the workflow does
//
// The commit that the program tells of is the last one that changed anything but
// the sums, because a commit cannot hold what is made of its own name.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// toolchain is what releases are built with: another compiler makes other programs,
// and another library may compress otherwise.
const toolchain = "go1.26.8"

// sums is the file in which the Action looks for the digests of archives.
const sums = ".github/release.sha256"

// targets are the systems for which there are releases.
var targets = []target{
	{"darwin", "amd64"}, {"darwin", "arm64"},
	{"linux", "amd64"}, {"linux", "arm64"},
	{"windows", "amd64"}, {"windows", "arm64"},
}

type target struct{ os, arch string }

func (t target) String() string { return t.os + "/" + t.arch }

func names() (out []string) {
	for _, t := range targets {
		out = append(out, t.String())
	}
	return out
}

// archive is the name of a target's archive.
func (t target) archive(version string) string {
	return fmt.Sprintf("callboard_%s_%s_%s.tar.gz", strings.TrimPrefix(version, "v"), t.os, t.arch)
}

// program is what the program is called there.
func (t target) program() string {
	if t.os == "windows" {
		return "callboard.exe"
	}
	return "callboard"
}

// options are those of a run.
type options struct {
	version, out string
	program      string // is put into the archive of this system, in place of one that is built
	target       string // OS/ARCH, to build nothing else
	pin, check   bool
}

func main() {
	var o options
	flag.StringVar(&o.version, "version", "", "the `version`, such as v1.2.3")
	flag.StringVar(&o.out, "out", "dist", "the `directory` to write, which must not be there")
	flag.StringVar(&o.program, "program", "", "make an archive for this system alone, of a `file` that was built already")
	flag.StringVar(&o.target, "target", "", "build for this `system` alone, such as linux/arm64")
	flag.BoolVar(&o.pin, "pin", false, "write the digests into "+sums)
	flag.BoolVar(&o.check, "check", false, "fail unless the digests are those in "+sums)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// versions are those that a release may have (https://semver.org).
var versions = regexp.MustCompile(`^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$`)

func run(ctx context.Context, o options) error {
	switch {
	case !versions.MatchString(o.version):
		return fmt.Errorf("--version is %q; it must be like v1.2.3", o.version)
	case o.target != "" && (o.pin || o.check || !slices.Contains(names(), o.target)):
		return fmt.Errorf("--target is %q; it must be one of %s, without --pin and --check", o.target, strings.Join(names(), ", "))
	case o.program == "" && runtime.Version() != toolchain:
		return fmt.Errorf("this is %s, and releases are made with %s: run it with GOTOOLCHAIN=%s", runtime.Version(), toolchain, toolchain)
	}
	if err := os.Mkdir(o.out, 0o755); err != nil {
		return err
	}
	made, err := archives(ctx, o)
	if err != nil {
		return err
	}
	list := []byte(strings.Join(made, ""))
	if err := os.WriteFile(filepath.Join(o.out, "SHA256SUMS"), list, 0o644); err != nil {
		return err
	}
	if o.pin {
		return os.WriteFile(sums, append([]byte(header), list...), 0o644)
	}
	if o.check {
		return agree(list)
	}
	return nil
}

const header = "# The archives of the release that this commit is, or of the last one before it.\n# Written by go run ./internal/release --pin, read by the Action.\n"

// agree compares digests with those of the commit.
func agree(list []byte) error {
	said, err := os.ReadFile(sums)
	if err != nil {
		return err
	}
	if !bytes.Equal(said, append([]byte(header), list...)) {
		return errors.New("what was built is not what " + sums + " tells:\n" + string(list))
	}
	return nil
}

// archives writes one for each target and returns their lines of SHA256SUMS.
func archives(ctx context.Context, o options) (lines []string, err error) {
	if o.program != "" {
		here := target{runtime.GOOS, runtime.GOARCH}
		line, err := pack(ctx, o, here, o.program, source{})
		return []string{line}, err
	}
	src, err := sourceOf(ctx)
	if err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp("", "callboard-release-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	for _, t := range targets {
		if o.target != "" && o.target != t.String() {
			continue
		}
		program := filepath.Join(tmp, t.os+"_"+t.arch)
		if err := src.build(ctx, t, o.version, program); err != nil {
			return nil, err
		}
		line, err := pack(ctx, o, t, program, src)
		if err != nil {
			return nil, err
		}
		fmt.Print(line)
		lines = append(lines, line)
	}
	return lines, nil
}
