package publish_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"callboard/internal/digest"
	"callboard/internal/output"
	"callboard/internal/publish"
	"callboard/internal/publish/publishtest"
)

// run publishes a site to a store, and fails the test if it cannot.
func run(t *testing.T, o publish.Options) *publish.Report {
	t.Helper()
	rep, err := publish.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func TestMemory(t *testing.T) { publishtest.Suite(t, new(publishtest.Memory), true) }

func TestOrder(t *testing.T) {
	m, c := new(publishtest.Memory), publishtest.NewClock()
	run(t, publishtest.Options(m, publishtest.NewSite(6, 1), c))
	var keys []string
	f := &publishtest.Faulty{Store: m, Before: func(op, key string) error {
		if op == "put" || op == "delete" {
			keys = append(keys, key)
		}
		return nil
	}}
	o := publishtest.Options(f, publishtest.NewSite(6, 2), c)
	o.Grace, o.Jobs = 0, 1
	run(t, o)
	want := []func(string) bool{
		func(k string) bool { return strings.HasPrefix(k, publish.Prefix) },
		func(k string) bool { return strings.HasPrefix(k, "assets/") || strings.HasPrefix(k, "data/s/") },
		func(k string) bool { return k == "p5/index.html" }, // only in the second version
		func(k string) bool { return strings.HasSuffix(k, "index.html") },
		func(k string) bool { return k == "data/site.json" },
		func(k string) bool { return k == publish.ManifestKey },
		func(k string) bool { return true }, // deletions
	}
	at := 0
	for i, k := range keys {
		for at < len(want)-1 && !want[at](k) {
			at++
		}
		if !want[at](k) {
			t.Errorf("request %d, of %s, comes too late: %q", i, k, keys)
		}
	}
	if at != len(want)-1 {
		t.Errorf("only %d kinds of requests: %q", at, keys)
	}
}

func TestNothingChanged(t *testing.T) {
	m, c := new(publishtest.Memory), publishtest.NewClock()
	site := publishtest.NewSite(6, 1)
	run(t, publishtest.Options(m, site, c))
	writes, requests := m.Writes(), 0
	f := &publishtest.Faulty{Store: m, Before: func(string, string) error { requests++; return nil }}
	rep := run(t, publishtest.Options(f, site, c))
	if m.Writes() != writes || requests != 1 || !rep.Plan.Empty() || rep.Plan.Same != len(site) {
		t.Errorf("%d requests, %d writes, plan %+v", requests, m.Writes()-writes, rep.Plan)
	}
}

func TestGrace(t *testing.T) {
	m, c := new(publishtest.Memory), publishtest.NewClock()
	one, two := publishtest.NewSite(6, 1), publishtest.NewSite(6, 2)
	run(t, publishtest.Options(m, one, c))
	rep := run(t, publishtest.Options(m, two, c))
	if rep.Deleted != 0 || len(rep.Plan.Leaving) == 0 {
		t.Fatalf("deleted %d, leaving %d", rep.Deleted, len(rep.Plan.Leaving))
	}
	left := rep.Plan.Leaving
	c.T = c.T.Add(7*24*time.Hour - time.Second)
	if rep := run(t, publishtest.Options(m, two, c)); rep.Deleted != 0 {
		t.Errorf("%d deleted a second too early", rep.Deleted)
	}
	c.T = c.T.Add(time.Second)
	if rep := run(t, publishtest.Options(m, two, c)); rep.Deleted != len(left) {
		t.Errorf("%d deleted, want %d", rep.Deleted, len(left))
	}
	if got := len(m.Keys()); got != len(two)+1 {
		t.Errorf("%d objects, want %d and the manifest", got, len(two))
	}
}

// TestComesBack has a file leave, come back within the grace period, and still be
// there after it.
func TestComesBack(t *testing.T) {
	m, c := new(publishtest.Memory), publishtest.NewClock()
	one, two := publishtest.NewSite(6, 1), publishtest.NewSite(6, 2)
	run(t, publishtest.Options(m, one, c))
	run(t, publishtest.Options(m, two, c))
	c.Days(3)
	rep := run(t, publishtest.Options(m, one, c))
	for _, p := range rep.Plan.Puts {
		if strings.HasPrefix(p.Key, "assets/") {
			t.Errorf("%s is sent although it is there", p.Key)
		}
	}
	c.Days(30)
	run(t, publishtest.Options(m, one, c))
	if err := publishtest.Same(t.Context(), m, one); err != nil {
		t.Error(err)
	}
}

func TestMaxDelete(t *testing.T) {
	m, c := new(publishtest.Memory), publishtest.NewClock()
	site := publishtest.NewSite(60, 1)
	run(t, publishtest.Options(m, site, c))
	half := publishtest.Site{}
	for p, text := range site {
		if !strings.HasPrefix(p, "p") || p < "p3" {
			half[p] = text
		}
	}
	writes := m.Writes()
	_, err := publish.Run(t.Context(), publishtest.Options(m, half, c))
	if tm, ok := errors.AsType[*publish.TooManyError](err); !ok || tm.Leaving < 20 || m.Writes() != writes {
		t.Errorf("error %v, %d writes", err, m.Writes()-writes)
	}
	if _, err := publish.Run(t.Context(), publishtest.Options(m, publishtest.Site{}, c)); err == nil || m.Writes() != writes {
		t.Errorf("an empty portal was published: %v", err)
	}
	o := publishtest.Options(m, half, c)
	if o.MaxDelete, err = publish.ParseMaxDelete("60"); err != nil {
		t.Fatal(err)
	}
	run(t, o)
}

func TestParseMaxDelete(t *testing.T) {
	for _, s := range []string{"0", "20%", "100%", "1234"} {
		if m, err := publish.ParseMaxDelete(s); err != nil || m.String() != s {
			t.Errorf("%q: %v, %v", s, m, err)
		}
	}
	for _, s := range []string{"", "%", "101%", "-1", "x", "5 %"} {
		if _, err := publish.ParseMaxDelete(s); err == nil {
			t.Errorf("%q was taken", s)
		}
	}
}

func TestCompress(t *testing.T) {
	site := publishtest.NewSite(3, 1)
	for _, c := range []struct {
		how      publish.Compress
		encoding string
		objects  int
	}{{publish.Plain, "", len(site)}, {publish.Gzip, "gzip", len(site)}, {publish.Brotli, "br", len(site)}, {publish.Twins, "", len(site) + 2*3}} {
		m := new(publishtest.Memory)
		o := publishtest.Options(m, site, publishtest.NewClock())
		o.Form = publish.NewForm(c.how)
		run(t, o)
		b, got, err := m.Get(t.Context(), "p0/index.html")
		if err != nil || got.ContentEncoding != c.encoding || got.ContentType != "text/html; charset=utf-8" || (len(b) < len(site["p0/index.html"])/2) != (c.encoding != "") {
			t.Errorf("%s: %d bytes, %+v, %v", c.how, len(b), got.Attributes, err)
		}
		if n := len(m.Keys()) - 1; n != c.objects {
			t.Errorf("%s: %d objects, want %d", c.how, n, c.objects)
		}
		if _, home, _ := m.Get(t.Context(), "index.html"); home.ContentEncoding != "" {
			t.Errorf("%s: a small page is compressed", c.how)
		}
	}
}

func TestTwinsAreWhatTheyAreTwinsOf(t *testing.T) {
	m, site := new(publishtest.Memory), publishtest.NewSite(3, 1)
	o := publishtest.Options(m, site, publishtest.NewClock())
	o.Form = publish.NewForm(publish.Twins)
	run(t, o)
	b, _, err := m.Get(t.Context(), "p0/index.html.gz")
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(r); err != nil || string(plain) != site["p0/index.html"] {
		t.Errorf("%d bytes, %v", len(plain), err)
	}
	o = publishtest.Options(m, site, publishtest.NewClock()) // without twins
	o.Grace = 0
	run(t, o)
	if n := len(m.Keys()) - 1; n != len(site) {
		t.Errorf("%d objects are left, want %d", n, len(site))
	}
}

// TestRollbackOfCompressed goes back to a portal that was stored compressed.
func TestRollbackOfCompressed(t *testing.T) {
	m, c := new(publishtest.Memory), publishtest.NewClock()
	opt := func(from publish.Source) publish.Options {
		o := publishtest.Options(m, from, c)
		o.Form = publish.NewForm(publish.Gzip)
		return o
	}
	run(t, opt(publishtest.NewSite(6, 1)))
	want, _, err := m.Get(t.Context(), "p0/index.html")
	if err != nil {
		t.Fatal(err)
	}
	run(t, opt(publishtest.NewSite(6, 2)))
	sum, err := publish.Back(t.Context(), m, "")
	if err != nil {
		t.Fatal(err)
	}
	earlier, err := publish.Earlier(t.Context(), m, sum)
	if err != nil {
		t.Fatal(err)
	}
	run(t, opt(earlier))
	if got, _, err := m.Get(t.Context(), "p0/index.html"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, want %d: %v", len(got), len(want), err)
	}
}

func TestRollbackOfWhatIsLost(t *testing.T) {
	m, c := new(publishtest.Memory), publishtest.NewClock()
	run(t, publishtest.Options(m, publishtest.NewSite(6, 1), c))
	run(t, publishtest.Options(m, publishtest.NewSite(6, 2), c))
	sum, err := publish.Back(t.Context(), m, "")
	if err != nil {
		t.Fatal(err)
	}
	for o := range m.List(t.Context(), publish.Prefix+"files/") {
		if err := m.Delete(t.Context(), o.Key); err != nil {
			t.Fatal(err)
		}
		break
	}
	if _, err := publish.Earlier(t.Context(), m, sum); err == nil || !strings.Contains(err.Error(), "1 of ") {
		t.Errorf("error %v", err)
	}
	if _, err := publish.Back(t.Context(), m, "ffffffffffffffffffff"); err == nil {
		t.Error("a manifest that never was is found")
	}
}

// TestForeign publishes to where others put a portal: their headers are not
// trusted, files of the manifest that is there leave, and others stay.
func TestForeign(t *testing.T) {
	m, c, one := new(publishtest.Memory), publishtest.NewClock(), publishtest.NewSite(6, 1)
	for p, text := range one {
		if _, err := m.Put(t.Context(), p, []byte(text), publish.Attributes{}, publish.Condition{}); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := digest.Encode(one.Manifest())
	if err != nil {
		t.Fatal(err)
	}
	for key, data := range map[string][]byte{publish.ManifestKey: raw, "other/file.txt": []byte("theirs")} {
		if _, err := m.Put(t.Context(), key, data, publish.Attributes{}, publish.Condition{}); err != nil {
			t.Fatal(err)
		}
	}
	two := publishtest.NewSite(6, 2)
	if rep := run(t, publishtest.Options(m, two, c)); rep.Sent != len(two) {
		t.Errorf("%d sent, want all %d", rep.Sent, len(two))
	}
	c.Days(8)
	run(t, publishtest.Options(m, two, c))
	if keys := m.Keys(); len(keys) != len(two)+2 || !slices.Contains(keys, "other/file.txt") {
		t.Errorf("there are %q", keys)
	}
}

// TestVerify changes a store behind callboard's back.
func TestVerify(t *testing.T) {
	m, c, site := new(publishtest.Memory), publishtest.NewClock(), publishtest.NewSite(6, 1)
	run(t, publishtest.Options(m, site, c))
	if _, err := m.Put(t.Context(), "p0/index.html", []byte("defaced"), publish.Attributes{}, publish.Condition{}); err != nil {
		t.Fatal(err)
	}
	if err := m.Delete(t.Context(), "p1/index.html"); err != nil {
		t.Fatal(err)
	}
	o := publishtest.Options(m, site, c)
	if rep := run(t, o); rep.Sent != 0 {
		t.Errorf("%d sent without being asked to verify", rep.Sent)
	}
	o.Verify = true
	if rep := run(t, o); rep.Sent != 2 || rep.Found != len(site)-2 {
		t.Errorf("%d sent, %d found", rep.Sent, rep.Found)
	}
	if err := publishtest.Same(t.Context(), m, site); err != nil {
		t.Error(err)
	}
}

func TestDirectory(t *testing.T) {
	dir, site := t.TempDir(), publishtest.NewSite(6, 1)
	put := func(p string, data []byte) {
		name := filepath.Join(dir, filepath.FromSlash(p))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, data, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	for p, text := range site {
		put(p, []byte(text))
	}
	raw, err := digest.Encode(site.Manifest())
	if err != nil {
		t.Fatal(err)
	}
	put(publish.ManifestKey, raw)
	read := func() *output.Manifest {
		t.Helper()
		s, closing, err := publish.Directory(t.Context(), dir, publish.Record{}, 2)
		if err != nil {
			t.Fatal(err)
		}
		defer closing()
		return s.Manifest()
	}
	if got, err := digest.Encode(read()); err != nil || !bytes.Equal(got, raw) {
		t.Errorf("the manifest is not that of the build: %s", got)
	}
	// What was added and edited since is published, too.
	put("CNAME", []byte("portal.acme.example"))
	put("p0/index.html", []byte(strings.Repeat("x", len(site["p0/index.html"]))))
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "p0/index.html"), later, later); err != nil {
		t.Fatal(err)
	}
	m := read()
	if m.Files[0].Path != "CNAME" || slices.ContainsFunc(m.Files, func(e output.Entry) bool { return e.Sum == digest.Of([]byte(site["p0/index.html"])) }) {
		t.Errorf("the manifest has %+v", m.Files)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "link.html")); err != nil {
		t.Skip(err)
	}
	if _, _, err := publish.Directory(t.Context(), dir, publish.Record{}, 2); err == nil {
		t.Error("a link was published")
	}
}

// TestDirectoryChanges has a build run while its output is published.
func TestDirectoryChanges(t *testing.T) {
	site := publishtest.NewSite(3, 1)
	o := publishtest.Options(new(publishtest.Memory), changing{site}, publishtest.NewClock())
	if _, err := publish.Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "changed while it was read") {
		t.Errorf("error %v", err)
	}
}

type changing struct{ publishtest.Site }

func (c changing) Open(context.Context, output.Entry) ([]byte, error) { return []byte("new"), nil }
