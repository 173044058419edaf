package emoji

import (
	"bytes"
	"compress/gzip"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var packages = flag.String("packages", "", "make the packs of icons again from the unpacked packages below this directory")

// largest is how long the path of an icon of simple-icons may be.
const largest = 1500

// TestPack makes the packs, with -packages. The names of all packs must be in
// order, since find halves them.
func TestPack(t *testing.T) {
	if *packages != "" {
		makePack(t, "material", "mdi-svg/package/svg", 0)
		makePack(t, "octicons", "primer-octicons/package/build/svg", 0)
		makePack(t, "fontawesome", "fortawesome-fontawesome-free/package/svgs", 0)
		makePack(t, "simple", "simple-icons/package/icons", largest)
		return // this program has the old ones
	}
	for name, p := range packs {
		lines := slices.Collect(strings.Lines(p.text()))
		if len(lines) < 500 {
			t.Errorf("%s has %d lines", name, len(lines))
		}
		last := ""
		for _, line := range lines {
			key, rest, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			if !ok || key <= last {
				t.Fatalf("%s: %q does not come after %q", name, key, last)
			}
			last = key
			if got, ok := p.find(key); !ok || got != rest {
				t.Fatalf("%s: %q is not found", name, key)
			}
		}
	}
}

var (
	boxes = regexp.MustCompile(`viewBox="([^"]*)"`)
	paths = regexp.MustCompile(`<path [^>]*>`)
	drawn = regexp.MustCompile(` d="([^"]*)"`)
)

func makePack(t *testing.T, name, dir string, most int) {
	root := filepath.Join(*packages, dir)
	var lines []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".svg" {
			return err
		}
		svg, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		line := strings.ReplaceAll(strings.TrimSuffix(filepath.ToSlash(rel), ".svg"), "/", "-") + "\t" + boxes.FindStringSubmatch(string(svg))[1]
		for _, p := range paths.FindAllString(string(svg), -1) {
			rule := ""
			if strings.Contains(p, "fill-rule") {
				rule = "!"
			}
			line += "\t" + rule + drawn.FindStringSubmatch(p)[1]
		}
		if most == 0 || len(line) <= most {
			lines = append(lines, line+"\n")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(lines, func(a, b string) int {
		a, _, _ = strings.Cut(a, "\t")
		b, _, _ = strings.Cut(b, "\t")
		return strings.Compare(a, b)
	})
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	for _, line := range lines {
		if _, err := w.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("data/"+name+".gz", out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		index       Index
		name, chars string
	}{
		{EmojiOne, "smile", "1f604"},
		{Gemoji, "+1", "1f44d"},
		{Twemoji, "thumbsup", "1f44d"},
		{Twemoji, "no such emoji", ""},
		{"nothing", "smile", ""},
		{"material", "account", ""},
	} {
		if e, ok := c.index.Find(c.name); e.Chars != c.chars || ok != (c.chars != "") {
			t.Errorf("%s %s: %+v %v", c.index, c.name, e, ok)
		}
	}
}

func TestIcon(t *testing.T) {
	for name, part := range map[string]string{
		"material-close":           `viewBox="0 0 24 24"><path d="M19,6.41L`,
		"octicons-x-16":            `viewBox="0 0 16 16"><path d="M3.72 3.72a`,
		"fontawesome-solid-x":      "CC BY 4.0",
		"fontawesome-brands-js":    "<path",
		"simple-github":            "<path",
		"octicons-fold-24":         "<path",
		"material-no-such-icon":    "",
		"twemoji-smile":            "",
		"nothing":                  "",
		"fontawesome-regular-face": "",
	} {
		svg, ok := Icon(name)
		if ok != (part != "") || !strings.Contains(svg, part) {
			t.Errorf("%s: %.200s %v", name, svg, ok)
		}
	}
}
