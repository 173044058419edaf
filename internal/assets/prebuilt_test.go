package assets

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"callboard/internal/theme"
	"callboard/themes"
)

var update = flag.Bool("update", false, "write the bundle of the default theme again")

// TestBundleOfTheDefaultTheme holds that what is embedded is what a fresh bundle of
// the sources would be.
func TestBundleOfTheDefaultTheme(t *testing.T) {
	want, err := Keep(themes.Default())
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(filepath.Join("..", "..", "themes", "default.bundle"), want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(themes.Bundle(), want) {
		t.Error("themes/default.bundle is not that of the sources in themes/default; callboard works, but begins more slowly. Run\n\n\tgo generate ./themes\n")
	}
}

// TestKept holds that a bundle that was kept gives what Build gives, in the
// configuration's colour.
func TestKept(t *testing.T) {
	for _, brand := range []string{"", "#123456"} {
		fsys := small(nil)
		raw, err := Keep(fsys)
		if err != nil {
			t.Fatal(err)
		}
		want := build(t, fsys, Options{Brand: brand})
		set, files, ok := Kept(raw, fsys, Options{Brand: brand})
		got := map[string]string{}
		for _, f := range files {
			got[f.Path] = string(f.Data)
		}
		if !ok || !reflect.DeepEqual(set, want.Set) || !maps.Equal(got, want.files) {
			t.Errorf("brand %q: %v: %v %v\nwant %v %v", brand, ok, set, got, want.Set, want.files)
		}
	}
}

// TestKeptIsOfTheSameTheme changes what a bundle is made of.
func TestKeptIsOfTheSameTheme(t *testing.T) {
	raw, err := Keep(small(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, file string
		same       bool
	}{
		{"a style", "css/custom.css", false},
		{"a script that another imports", "ts/lib/x.ts", false},
		{"one more script", "ts/extra.ts", false},
		{"an icon", "icons/gem.svg", false},
		{"a template", "templates/doc.html", true},
		{"a note beside the scripts", "ts/README.md", true},
	} {
		th := layeredOver(t, c.file)
		if _, _, ok := Kept(raw, th, Options{}); ok != c.same {
			t.Errorf("%s: the bundle is used: %v", c.name, ok)
		}
	}
	for _, bad := range [][]byte{nil, raw[:20], raw[:len(raw)-1], append(bytes.Clone(raw), "7 assets/x.js\nshort\n"...), []byte(strings.Replace(string(raw), "{", "[", 1))} {
		if _, _, ok := Kept(bad, small(nil), Options{}); ok {
			t.Errorf("a damaged bundle of %d bytes is used", len(bad))
		}
	}
}

func layeredOver(t *testing.T, file string) fstest.MapFS {
	t.Helper()
	return small(map[string]string{file: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M1 1"/></svg>`})
}

func TestKeepRefusesMistakes(t *testing.T) {
	for _, text := range []string{"a {\n  color red;\n}\n", ""} {
		_, err := Keep(small(map[string]string{"css/custom.css": text}))
		if (err != nil) != (text != "") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestNeeded holds that all is there which pages of documentation load, and
// nothing that only other pages do.
func TestNeeded(t *testing.T) {
	th, err := theme.New(bare(t), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	set, files, _, err := Build(th.FS(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]string{}
	for _, f := range set.Needed(files, "reader", "search") {
		have[f.Path] = string(f.Data)
	}
	for _, p := range []string{set.CSS, set.Docs, set.Boot, set.App, set.Icons, set.Favicon, set.Modules["reader"], set.Modules["search"]} {
		if have[p] == "" {
			t.Errorf("%s is missing", p)
		}
	}
	for p, text := range have {
		for _, m := range append(staticImport.FindAllStringSubmatch(text, -1), dynamicImport.FindAllStringSubmatch(text, -1)...) {
			if have["assets/"+m[1]] == "" {
				t.Errorf("%s imports %s, which is missing", p, m[1])
			}
		}
	}
	for _, m := range []string{"catalog", "graph"} {
		if have[set.Modules[m]] != "" {
			t.Errorf("%s is there", m)
		}
	}
	t.Logf("%d files of %d", len(have), len(files))
}
