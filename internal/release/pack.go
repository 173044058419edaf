package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"callboard/internal/sbom"
)

// member is a file of an archive.
type member struct {
	name string
	mode int64
	data []byte
}

// pack writes the archive of a program, and its bill of materials beside it, and
// returns its line of SHA256SUMS.
func pack(ctx context.Context, o options, t target, program string, src source) (string, error) {
	text, err := os.ReadFile(program)
	if err != nil {
		return "", err
	}
	info, err := buildinfo.Read(bytes.NewReader(text))
	if err != nil {
		return "", fmt.Errorf("%s: %w", program, err)
	}
	var bill bytes.Buffer
	if err := sbom.CycloneDX(&bill, sbom.Subject{Name: "callboard", Version: o.version}, info); err != nil {
		return "", err
	}
	licences, err := licencesOf(ctx, info)
	if err != nil {
		return "", err
	}
	own, err := os.ReadFile("LICENSE")
	if err != nil {
		return "", err
	}
	name := filepath.Join(o.out, t.archive(o.version))
	data, err := tarball(src, []member{
		{t.program(), 0o755, text}, {"LICENSE", 0o644, own}, {"LICENSES.txt", 0o644, licences}, {"callboard.cdx.json", 0o644, bill.Bytes()},
	})
	if err != nil {
		return "", err
	}
	beside := strings.TrimSuffix(name, ".tar.gz") + ".cdx.json"
	if err := errors.Join(os.WriteFile(name, data, 0o644), os.WriteFile(beside, bill.Bytes(), 0o644)); err != nil {
		return "", err
	}
	return line(name, data) + line(beside, bill.Bytes()), nil
}

// line is one of SHA256SUMS.
func line(name string, data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]) + "  " + filepath.Base(name) + "\n"
}

// tarball is an archive in which nothing is of the machine: the times are that of
// the commit, nobody owns anything.
func tarball(src source, members []member) ([]byte, error) {
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	tw := tar.NewWriter(zip)
	for _, m := range members {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: m.name, Mode: m.mode, Size: int64(len(m.data)), ModTime: src.time, Format: tar.FormatUSTAR}
		if src.time.IsZero() {
			h.ModTime = h.ModTime.AddDate(1969, 0, 0) // archives know no time before 1970
		}
		if err := tw.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := tw.Write(m.data); err != nil {
			return nil, err
		}
	}
	err = errors.Join(tw.Close(), zip.Close())
	return out.Bytes(), err
}

// licenceFile is the name of a file that whoever hands a program on must hand on
// with it.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice)(\.txt|\.md)?$`)

// licencesOf are the licences of all that is linked into a program, which all ask
// to be told with it.
func licencesOf(ctx context.Context, info *debug.BuildInfo) ([]byte, error) {
	var out bytes.Buffer
	goroot, err := output(ctx, nil, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	if err := licences(&out, "the standard library of Go", strings.TrimSpace(goroot)); err != nil {
		return nil, err
	}
	args := []string{"mod", "download", "-json"}
	for _, m := range info.Deps {
		args = append(args, m.Path+"@"+m.Version)
	}
	text, err := output(ctx, []string{"GOFLAGS="}, "go", args...)
	if err != nil {
		return nil, err
	}
	dirs := map[string]string{}
	for dec := json.NewDecoder(strings.NewReader(text)); ; {
		var m struct{ Path, Dir string }
		if err := dec.Decode(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		dirs[m.Path] = m.Dir
	}
	for _, m := range info.Deps {
		if err := licences(&out, m.Path+" "+m.Version, dirs[m.Path]); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// licences writes those of one module, which must have one.
func licences(w *bytes.Buffer, title, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("the licence of %s: %w", title, err)
	}
	entries = slices.DeleteFunc(entries, func(e os.DirEntry) bool { return e.IsDir() || !licenceFile.MatchString(e.Name()) })
	if len(entries) == 0 {
		return fmt.Errorf("%s has no licence in %s", title, dir)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "==== %s, %s ====\n\n%s\n\n", title, e.Name(), bytes.TrimSpace(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))))
	}
	return nil
}
