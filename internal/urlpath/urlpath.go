// Package urlpath is the portal's URL scheme. A Path is safe to write below the
// output directory, to serve and to link; it has one constructor. Addresses
// have the shape of Backstage's, so that links keep working when callboard
// takes over the host name.
package urlpath

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a Path, from the file systems and object stores that must hold it.
const (
	MaxPath    = 900 // bytes; S3 and GCS allow 1,024, and a prefix comes before
	MaxSegment = 240 // bytes; ext4, APFS and NTFS allow 255, and a suffix comes after
)

// Path is the site-relative path of an output file, such as
// "catalog/default/component/x/index.html".
type Path struct{ s string }

// New checks s and makes a Path of it. It refuses what cannot be stored,
// served and linked everywhere: empty, "." and ".." segments, absolute paths,
// control characters, backslashes and other characters that Windows or an
// object store treats specially, reserved device names, and names that are too
// long or not UTF-8.
func New(s string) (Path, error) {
	if len(s) > MaxPath {
		return Path{}, fmt.Errorf("path of %d bytes is longer than %d", len(s), MaxPath)
	}
	if !utf8.ValidString(s) {
		return Path{}, errors.New("path is not UTF-8")
	}
	for seg := range strings.SplitSeq(s, "/") {
		if err := checkSegment(seg); err != nil {
			return Path{}, fmt.Errorf("path %q: %w", s, err)
		}
	}
	return Path{s}, nil
}

func checkSegment(seg string) error {
	switch {
	case seg == "" || seg == "." || seg == "..":
		return fmt.Errorf("segment %q is not a name", seg)
	case len(seg) > MaxSegment:
		return fmt.Errorf("segment of %d bytes is longer than %d", len(seg), MaxSegment)
	case strings.HasSuffix(seg, ".") || strings.HasSuffix(seg, " ") || strings.HasPrefix(seg, " "):
		return fmt.Errorf("segment %q begins or ends with a character that Windows drops", seg)
	}
	for _, r := range seg {
		if unicode.IsControl(r) || strings.ContainsRune(`<>:"|?*\`, r) {
			return fmt.Errorf("segment %q holds %q", seg, r)
		}
	}
	stem, _, _ := strings.Cut(strings.ToLower(seg), ".")
	switch stem {
	case "con", "prn", "aux", "nul",
		"com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
		"lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9":
		return fmt.Errorf("segment %q is a device name on Windows", seg)
	}
	return nil
}

// Must is New for paths that are spelled out in the program.
func Must(s string) Path {
	p, err := New(s)
	if err != nil {
		panic(err)
	}
	return p
}

// String is the path.
func (p Path) String() string { return p.s }

// IsZero tells whether p is the zero Path.
func (p Path) IsZero() bool { return p.s == "" }

// Fold is the form in which two paths collide on file systems that ignore
// case.
func (p Path) Fold() string { return strings.ToLower(p.s) }

// URL is the address of the output below base, which begins and ends with a
// slash: an index.html is addressed by its directory.
func (p Path) URL(base string) string {
	s := p.s
	if d, f := path.Split(s); f == "index.html" {
		s = d
	}
	return base + escape(s)
}

func escape(s string) string {
	u := url.URL{Path: s}
	e := u.EscapedPath()
	return strings.TrimPrefix(e, "./") // EscapedPath adds it before a first segment with a colon
}

// safeSchemes are the ones an author's link may have. Everything else, such as
// javascript: or data:, never becomes an address on a page.
var safeSchemes = map[string]bool{"http": true, "https": true, "mailto": true, "tel": true, "slack": true, "msteams": true, "sip": true, "sips": true, "xmpp": true, "irc": true, "ircs": true, "matrix": true, "ssh": true, "git": true, "sftp": true, "ftp": true, "ftps": true, "vscode": true}

// SafeLink returns the address of an author's link as it may stand in an href,
// and whether it may stand there at all. Addresses must be absolute and of a
// scheme that cannot run script.
func SafeLink(raw string) (string, bool) {
	s := strings.TrimSpace(raw)
	for _, r := range s {
		if unicode.IsControl(r) {
			return "", false
		}
	}
	u, err := url.Parse(s)
	if err != nil || !safeSchemes[strings.ToLower(u.Scheme)] {
		return "", false
	}
	if (u.Scheme == "http" || u.Scheme == "https") && u.Host == "" {
		return "", false
	}
	return u.String(), true
}

// Entity is the path of a file below an entity's page, such as "index.html" or
// "docs/index.html". Names are lower-cased; one that Windows reserves for a
// device gets a "~" into it, which no entity name can hold.
func Entity(namespace, kind, name, file string) (Path, error) {
	return New("catalog/" + Segment(namespace) + "/" + Segment(kind) + "/" + Segment(name) + "/" + file)
}

// Docs is the path of a file of an entity's documentation set.
func Docs(namespace, kind, name, file string) (Path, error) {
	return New("docs/" + Segment(namespace) + "/" + Segment(kind) + "/" + Segment(name) + "/" + file)
}

// Segment is a name of the catalog as a segment of a path.
func Segment(name string) string {
	s := strings.ToLower(name)
	if checkSegment(s) == nil {
		return s
	}
	stem, rest, dot := strings.Cut(s, ".")
	if dot {
		rest = "." + rest
	}
	if mended := stem + "~" + rest; checkSegment(mended) == nil {
		return mended
	}
	return s
}
