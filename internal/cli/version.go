package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/spf13/cobra"
)

func (a *app) versionCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long:  "Print callboard's version and the Go version it was built with.",
		Args:  atMost(0),
		RunE: func(*cobra.Command, []string) error {
			v := struct {
				Version string `json:"version"`
				Go      string `json:"go"`
				OS      string `json:"os"`
				Arch    string `json:"arch"`
			}{version(), runtime.Version(), runtime.GOOS, runtime.GOARCH}
			if asJSON {
				return json.NewEncoder(a.Stdout).Encode(v)
			}
			_, err := fmt.Fprintf(a.Stdout, "callboard %s (%s, %s/%s)\n", v.Version, v.Go, v.OS, v.Arch)
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return c
}

// version is that of the module. It is part of every key of the cache, so a
// program of sources that have no version yet is named by its own content: two
// programs that may render differently never share results.
func version() string { return ownVersion() }

var ownVersion = sync.OnceValue(func() string {
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
