package cli

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"callboard/internal/sbom"
)

// Where a released program comes from: internal/release has the linker write it
// here. A program that was built otherwise knows what the Go toolchain noted.
var (
	release   string // the version, such as v1.2.3
	commit    string // of the sources
	committed string // when that was, in RFC 3339
)

// origin is where the program comes from.
type origin struct {
	Version string `json:"version"`
	// Released tells whether it was built as a release. Anybody can build one: the
	// provenance of the archive proves who did.
	Released  bool   `json:"released"`
	Commit    string `json:"commit,omitempty"`
	Committed string `json:"committed,omitempty"`
	// Modified tells whether files differed from the commit.
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

func ownOrigin() origin {
	o := origin{Version: version(), Released: release != "", Commit: commit, Committed: committed, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				o.Commit = cmp.Or(o.Commit, s.Value)
			case "vcs.time":
				o.Committed = cmp.Or(o.Committed, s.Value)
			case "vcs.modified":
				o.Modified = s.Value == "true"
			}
		}
	}
	return o
}

// String is the origin for people.
func (o origin) String() string {
	s := fmt.Sprintf("callboard %s (%s, %s/%s)\n", o.Version, o.Go, o.OS, o.Arch)
	if o.Commit != "" {
		s += "  commit " + o.Commit + strings.TrimSuffix(" of "+o.Committed, " of ")
		if o.Modified {
			s += ", with changes"
		}
		s += "\n"
	}
	return s
}

func (a *app) versionCommand() *cobra.Command {
	format := wordFlag{value: "text", words: []string{"text", "json", "cyclonedx"}}
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long: `Print callboard's version, the commit that it was built from and the Go version
that it was built with.

--format cyclonedx prints a bill of materials: every module that is linked into
the program, with its version and digest, as the Go toolchain noted them.`,
		Args: atMost(0),
		RunE: func(*cobra.Command, []string) error { return a.printVersion(format.value) },
	}
	c.Flags().Var(&format, "format", "how it is printed")
	complete(c, "format", format.words...)
	return c
}

func (a *app) printVersion(format string) error {
	switch o := ownOrigin(); format {
	case "json":
		return json.NewEncoder(a.Stdout).Encode(o)
	case "cyclonedx":
		info, ok := debug.ReadBuildInfo()
		if !ok {
			return errors.New("the program does not know what it is made of: it was built without modules")
		}
		return sbom.CycloneDX(a.Stdout, sbom.Subject{Name: "callboard", Version: o.Version}, info)
	default:
		_, err := io.WriteString(a.Stdout, o.String())
		return err
	}
}

// version is that of the release or of the module. It is part of every key of the
// cache, so a program of sources that have no version yet is named by its own
// content: two programs that may render differently never share results.
func version() string { return ownVersion() }

var ownVersion = sync.OnceValue(func() string {
	if release != "" {
		return release
	}
	v := "devel"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		v = info.Main.Version
	}
	if v != "devel" && !strings.HasSuffix(v, "+dirty") {
		return v
	}
	if sum := executableSum(); sum != "" {
		return v + "-" + sum
	}
	return v
})

// executableSum is a digest that only this very program has, "" if its file
// cannot be read.
func executableSum() string {
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if id := buildID(f); id != "" {
		io.WriteString(h, id)
	} else if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// buildID is what go build writes at the beginning of a program: a digest of all
// that went into it, and one of what came out. Reading the whole of the program
// instead takes longer than a small build. It is "" for a program that was linked
// without one.
func buildID(program io.ReaderAt) string {
	head := make([]byte, 32<<10) // as far as go version looks
	n, err := program.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return ""
	}
	if id := elfNote(head[:n]); id != "" {
		return id
	}
	_, rest, _ := bytes.Cut(head[:n], []byte("\xff Go build ID: \""))
	id, _, ok := bytes.Cut(rest, []byte("\"\n \xff"))
	if !ok {
		return ""
	}
	return string(id)
}

// elfNote finds the note in which ELF programs have their build ID: the lengths of
// a name and of a text, a number, the name, the text (elf(5), Nhdr). The number of
// Go's build ID is 4.
func elfNote(head []byte) string {
	before, text, ok := bytes.Cut(head, []byte("\x04\x00\x00\x00Go\x00\x00"))
	if !ok || len(before) < 8 {
		return ""
	}
	n := binary.LittleEndian.Uint32(before[len(before)-4:])
	if n > uint32(len(text)) {
		return ""
	}
	return string(text[:n])
}
