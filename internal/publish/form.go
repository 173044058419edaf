package publish

import (
	"bytes"
	"context"
	"crypto/md5"
	"strings"

	"github.com/andybalholm/brotli"

	"callboard/internal/digest"
	"callboard/internal/filetype"
	"callboard/internal/output"
)

// Compress is how text is sent.
type Compress string

// How text is sent. Which of them fits depends on who serves the store: object
// stores send an object as it is, with the Content-Encoding that it was put with,
// whatever the browser asked for. Every browser takes gzip, and brotli over HTTPS;
// other programs may not. Web servers over a directory choose between twins.
const (
	Plain  Compress = "none"
	Gzip   Compress = "gzip"
	Brotli Compress = "br"
	Twins  Compress = "twins" // x.html with x.html.gz and x.html.br beside it
)

// Form is how files are sent. Files that were sent in another form are sent again.
type Form struct {
	Compress Compress `json:"compress"`
	// Rules is the version of the rules for headers and encodings.
	Rules int `json:"rules"`
}

// NewForm is the form of this version of callboard.
func NewForm(c Compress) Form { return Form{Compress: c, Rules: 2} }

// minCompress is the size in bytes from which on compressing is worth it: a
// smaller response fits into one packet anyway.
const minCompress = 1024

// brotliLevel costs about a millisecond for a page of 20 KB. The levels above take
// ten and fifty times that, for a tenth of the size.
const brotliLevel = 5

// object is something that is put: a file, or a compressed twin of one.
type object struct {
	key    string
	file   output.Entry
	coding string // "gzip", "br" or "", what is done to the bytes
	twin   bool
}

// own tells whether a key is of callboard's own books.
func own(key string) bool { return strings.HasPrefix(key, Prefix) }

// objects are those that files become, by key, in the order of the files.
func (f Form) objects(files []output.Entry) []object {
	taken := map[string]bool{}
	if f.Compress == Twins {
		for _, e := range files {
			taken[e.Path] = true
		}
	}
	out := make([]object, 0, len(files))
	for _, e := range files {
		coding := f.coding(e)
		out = append(out, object{key: e.Path, file: e, coding: coding})
		if f.Compress != Twins || !worth(e) {
			continue
		}
		for _, t := range []struct{ ext, coding string }{{".gz", "gzip"}, {".br", "br"}} {
			if key := e.Path + t.ext; !taken[key] {
				out = append(out, object{key: key, file: e, coding: t.coding, twin: true})
			}
		}
	}
	return out
}

// Each calls do with everything that is put of a portal: its key, the file that it
// is made of, and its bytes.
func (f Form) Each(ctx context.Context, s Source, do func(key string, e output.Entry, b []byte) error) error {
	for _, o := range f.objects(s.Manifest().Files) {
		b, err := ReadFile(ctx, s, o.file)
		if err == nil {
			err = do(o.key, o.file, o.encode(b))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f Form) coding(e output.Entry) string {
	switch {
	case !worth(e):
		return ""
	case f.Compress == Gzip:
		return "gzip"
	case f.Compress == Brotli:
		return "br"
	}
	return ""
}

func worth(e output.Entry) bool {
	return e.Size >= minCompress && filetype.Compressible(filetype.ContentType(e.Path))
}

// attributes are what an object is put with. A twin is served as what it is a twin
// of by servers that know about twins; others see what it is.
func (o object) attributes() Attributes {
	a := Attributes{ContentType: filetype.ContentType(o.file.Path), CacheControl: filetype.CacheControl(o.file.Path)}
	if !o.twin {
		a.ContentEncoding = o.coding
		return a
	}
	if a.ContentType = "application/octet-stream"; o.coding == "gzip" {
		a.ContentType = "application/gzip"
	}
	return a
}

// encode makes the bytes that are stored of those of the file.
func (o object) encode(b []byte) []byte {
	switch o.coding {
	case "gzip":
		return zip(b)
	case "br":
		var z bytes.Buffer
		w := brotli.NewWriterLevel(&z, brotliLevel)
		w.Write(b) // a bytes.Buffer does not fail
		w.Close()
		return z.Bytes()
	}
	return b
}

// decode makes the bytes of a file of those that are stored.
func decode(b []byte, encoding string) ([]byte, error) {
	switch encoding {
	case "gzip":
		return unzip(b)
	case "br":
		return readAll(brotli.NewReader(bytes.NewReader(b)))
	}
	return b, nil
}

// matches tells whether what a store lists are the bytes of the object.
func (o object) matches(listed Object, stored []byte) bool {
	sum := md5.Sum(stored)
	return listed.Size == int64(len(stored)) && bytes.Equal(listed.MD5, sum[:])
}

// check tells whether bytes are those that a manifest speaks of.
func check(b []byte, e output.Entry) bool { return int64(len(b)) == e.Size && digest.Of(b) == e.Sum }
