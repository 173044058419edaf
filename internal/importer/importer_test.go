package importer_test

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/entity"
	"callboard/internal/importer"
	"callboard/internal/repofs"
	"callboard/internal/yamldoc"
)

var update = flag.Bool("update", false, "write what the importers make of the files in testdata")

// cases calls f with every file in testdata.
func cases(t *testing.T, f func(t *testing.T, dir, name string, src []byte)) {
	t.Helper()
	n := 0
	err := filepath.WalkDir("testdata", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || importer.FormatOf(p) == "" {
			return err
		}
		n++
		src, err := os.ReadFile(p)
		t.Run(filepath.ToSlash(filepath.Dir(p)), func(t *testing.T) { f(t, filepath.Dir(p), filepath.Base(p), src) })
		return err
	})
	if err != nil || n < 30 {
		t.Errorf("%d files: %v", n, err)
	}
}

func run(src []byte, name string) ([]*draft.Draft, []diag.Diagnostic) {
	var sink diag.List
	ds := importer.Import(src, importer.FormatOf(name), diag.Pos{Repo: "r", File: name}, &sink)
	return ds, sink.All()
}

// What is made of each file stands beside it: want.yaml, the catalog file, and
// want.txt, what was said of the file.
func TestFiles(t *testing.T) {
	cases(t, func(t *testing.T, dir, name string, src []byte) {
		ds, findings := run(src, name)
		var said strings.Builder
		for _, f := range findings {
			if strings.HasPrefix(string(f.Code), "yaml-") {
				f.Message = "as yamldoc says" // whose wording is not ours to hold
			}
			fmt.Fprintf(&said, "%s: %s: %s [%s]\n", f.Pos, f.Severity, f.Message, f.Code)
		}
		compare(t, filepath.Join(dir, "want.yaml"), string(draft.Write("", ds)))
		compare(t, filepath.Join(dir, "want.txt"), said.String())
	})
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		err := os.WriteFile(file, []byte(got), 0o644)
		if got == "" {
			err = os.RemoveAll(file)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil && got != "" {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s\ngo test ./internal/importer -update writes it", file, got, want)
	}
}

// The catalog file that import writes is valid, and says the same as what a
// build makes of the other catalog's file.
func TestWrittenFilesAreRead(t *testing.T) {
	cases(t, func(t *testing.T, dir, name string, src []byte) {
		ds, _ := run(src, name)
		if len(ds) == 0 {
			return
		}
		snap := repofs.Memory("r", []string{"catalog-info.yaml"}, map[string]string{
			"catalog-info.yaml": string(draft.Write("# head\n", ds)), name: string(src), "api/bookings.yaml": "# no definition is given"})
		var sink diag.List
		es, err := catalog.Read(context.Background(), snap, snap.Read, &sink)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range sink.All() {
			if f.Severity > diag.Info {
				t.Errorf("%s: %s", f.Pos, f.Message)
			}
		}
		if len(es) != len(ds) {
			t.Fatalf("%d entities of %d drafts", len(es), len(ds))
		}
		for i, e := range es {
			same(t, e, ds[i].Entity)
		}
		es, findings := admitted(t, snap, ds)
		if len(es) != len(ds) || len(findings) > 0 {
			t.Fatalf("%d entities of %d drafts: %v", len(es), len(ds), findings)
		}
		for i, e := range es {
			same(t, e, ds[i].Entity)
			if e.Origin != ds[i].Entity.Origin || !reflect.DeepEqual(e.Edges, ds[i].Entity.Edges) {
				t.Errorf("%s: got %+v %+v\nwant %+v %+v", e.Ref, e.Origin, e.Edges, ds[i].Entity.Origin, ds[i].Entity.Edges)
			}
		}
	})
}

// admitted are the entities that a build makes of drafts, without processors.
func admitted(t *testing.T, snap *repofs.Snapshot, ds []*draft.Draft) ([]*entity.Entity, []diag.Diagnostic) {
	t.Helper()
	var list []catalog.Foreign
	for _, d := range ds {
		list = append(list, catalog.Foreign{Value: d.Document(), Origin: d.Entity.Origin, Pos: d.Pos, Guesses: d.Guesses()})
	}
	var sink diag.List
	es, err := (*catalog.Model)(nil).Admit(t.Context(), snap, list, nil, &sink)
	if err != nil {
		t.Fatal(err)
	}
	return es, sink.All()
}

// same compares all but places; the catalog sorts lists of references.
func same(t *testing.T, got, want *entity.Entity) {
	t.Helper()
	if got.Ref != want.Ref || !reflect.DeepEqual(got.Metadata, want.Metadata) {
		t.Errorf("got %s %+v\nwant %s %+v", got.Ref, got.Metadata, want.Ref, want.Metadata)
	}
	targets := func(e *entity.Entity) (out []string) {
		for _, g := range e.Edges {
			out = append(out, g.Type+" "+g.Target.String())
		}
		return out
	}
	if !reflect.DeepEqual(targets(got), targets(want)) {
		t.Errorf("%s: got %v\nwant %v", got.Ref, targets(got), targets(want))
	}
	for k, v := range want.Spec {
		if s, isText := v.(string); isText && strings.TrimSpace(s) != strings.TrimSpace(got.SpecString(k)) {
			t.Errorf("%s: %s is %q, want %q", got.Ref, k, got.SpecString(k), s)
		}
	}
}

// Nothing that a file says is lost: every scalar of it is found again, in the
// entities or in what was said. The passwords of these files, which all have a
// hunter in them, are not.
func TestNothingIsLost(t *testing.T) {
	cases(t, func(t *testing.T, dir, name string, src []byte) {
		ds, findings := run(src, name)
		if len(ds) == 0 {
			if len(findings) == 0 {
				t.Error("no entity, and nothing is said")
			}
			return
		}
		if strings.HasSuffix(dir, "made-up-broken") {
			return
		}
		all := strings.ToLower(string(draft.Write("", ds)) + fmt.Sprint(findings))
		for _, doc := range yamldoc.Parse(src, diag.Pos{}, diag.Discard) {
			scalars(doc.Value, "", func(key, value string) {
				value = strings.ToLower(strings.TrimSpace(value))
				if key == "dependsOn" || key == "componentOf" {
					_, value, _ = strings.Cut(value, ":") // the kind is another
				}
				if len(value) < 3 || passedOver(key) {
					return
				}
				found := strings.Contains(all, strings.TrimSuffix(value, ".git")) || strings.Contains(all, draft.Kebab(value))
				if secret := strings.Contains(value, "hunter"); found == secret {
					t.Errorf("%s: %q is found: %v", key, value, found)
				}
			})
		}
	})
}

// scalars calls f with the texts of a value and the keys they stand at.
func scalars(v any, key string, f func(key, value string)) {
	switch v := v.(type) {
	case string:
		f(key, v)
	case int64, float64, bool:
		f(key, fmt.Sprint(v))
	case []any:
		for _, e := range v {
			scalars(e, key, f)
		}
	case map[string]any:
		if _, hasValue := v["value"]; hasValue && v["value"] == nil {
			return // a field of one's own that has no value
		}
		for k, e := range v {
			switch k {
			case "paths", "variables", "livenessProbe", "readinessProbe", "limits", "requests", "command", "args", "files":
			default:
				scalars(e, k, f)
			}
		}
	}
}

// passedOver tells the keys that are said otherwise: as types, kinds, hosts,
// addresses, or as what the format is.
func passedOver(key string) bool {
	switch key {
	case "typeId", "apiVersion", "schema-version", "openapi", "kind", "type", "x-cortex-type", "path", "provider",
		"200":
		return true
	}
	return false
}

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]importer.Format{"a/b/compass.yml": importer.Compass, "Cortex.yaml": importer.Cortex, "opslevel.yml": importer.OpsLevel,
		"entity.datadog.yaml": importer.Datadog, "service.datadog.yml": importer.Datadog, "score.yaml": importer.Score, "my-score.yaml": "", "catalog-info.yaml": ""} {
		if got := importer.FormatOf(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func FuzzImport(f *testing.F) {
	err := filepath.WalkDir("testdata", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && importer.FormatOf(p) != "" {
			src, err := os.ReadFile(p)
			f.Add(src)
			return err
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("info: &a {x-cortex-tag: [*a, *a], x-cortex-owners: {a: b}}\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, format := range importer.Formats() {
			name := path.Join("d", format.Files()[0])
			ds := importer.Import(src, format, diag.Pos{Repo: "r", File: name}, diag.Discard)
			snap := repofs.Memory("r", []string{"d/catalog-info.yaml"}, map[string]string{"d/catalog-info.yaml": string(draft.Write("", ds)), name: string(src)})
			if es, findings := admitted(t, snap, ds); len(es) != len(ds) {
				t.Errorf("%s: a build takes %d of %d: %v", format, len(es), len(ds), findings)
			}
			var sink diag.List
			es, err := catalog.Read(context.Background(), snap, snap.Read, &sink)
			if err != nil {
				t.Fatal(err)
			}
			if len(es) == len(ds) {
				continue
			}
			for _, d := range sink.All() {
				if d.Severity == diag.Error && d.Code != catalog.CodePlaceholder {
					t.Errorf("%s: %s: %s\n%s", format, d.Pos, d.Message, draft.Write("", ds))
				}
			}
		}
	})
}

// The file that says whose the files are knows all that are not ours, and no
// others.
func TestSources(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "SOURCES.md"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(b)) {
		if cells := strings.Split(line, "|"); len(cells) == 5 && strings.Contains(cells[1], "/") {
			listed[strings.TrimSpace(cells[1])] = true
			if !strings.Contains(cells[3], "LICENSE: ") {
				t.Errorf("%s: no licence file", cells[1])
			}
		}
	}
	cases(t, func(t *testing.T, dir, name string, src []byte) {
		rel := strings.TrimPrefix(filepath.ToSlash(dir), "testdata/")
		if ours := strings.HasPrefix(path.Base(rel), "made-up-"); listed[rel] == ours {
			t.Errorf("%s: listed: %v", rel, !ours)
		}
		delete(listed, rel)
	})
	for rel := range listed {
		t.Errorf("%s is not there", rel)
	}
}
