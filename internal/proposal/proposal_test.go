package proposal_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/proposal"
	"callboard/internal/repofs"
)

var update = flag.Bool("update", false, "rewrite what the cases propose")

// Each case in testdata is a repository, with its address as the comment and
// what is proposed for it as the file "want".
func TestCases(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(cases) < 8 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	for _, file := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			snap := repository(ar)
			got := string(draft.Write("", proposal.Propose(snap, "the-directory", diag.Discard)))
			checkCase(t, file, ar, got)
			valid(t, snap, got)
			if again := string(draft.Write("", proposal.Propose(snap, "the-directory", diag.Discard))); again != got {
				t.Error("a second proposal differs")
			}
		})
	}
}

func repository(ar *txtar.Archive) *repofs.Snapshot {
	files := map[string]string{}
	for _, f := range ar.Files {
		if f.Name != "want" {
			files[f.Name] = string(f.Data)
		}
	}
	snap := repofs.Memory("r", []string{"catalog-info.yaml"}, files)
	for word := range strings.FieldsSeq(string(ar.Comment)) {
		if strings.HasPrefix(word, "https://") {
			snap.WebURL = word
		}
	}
	return snap
}

func checkCase(t *testing.T, file string, ar *txtar.Archive, got string) {
	t.Helper()
	for i, f := range ar.Files {
		if f.Name != "want" {
			continue
		}
		if *update {
			ar.Files[i].Data = []byte(got)
			if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		if string(f.Data) != got {
			t.Errorf("got\n%s\nwant\n%s\ngo test ./internal/proposal -update writes it", got, f.Data)
		}
		return
	}
	t.Errorf("%s has no file want", file)
}

// valid reads a proposal as the catalog file that it is to become.
func valid(t *testing.T, snap *repofs.Snapshot, text string) {
	t.Helper()
	files := map[string]string{"catalog-info.yaml": text}
	for _, f := range snap.Files {
		b, err := snap.Read(f.Path)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Path] = string(b)
	}
	var sink diag.List
	with := repofs.Memory("r", snap.Entries, files)
	es, err := catalog.Read(context.Background(), with, with.Read, &sink)
	if err != nil || len(es) == 0 {
		t.Fatalf("%d entities: %v", len(es), err)
	}
	for _, f := range sink.All() {
		if f.Severity > diag.Info {
			t.Errorf("%s: %s", f.Pos, f.Message)
		}
	}
}

func FuzzPropose(f *testing.F) {
	f.Add("README.md", []byte("# A\n\n[![b](c)](d)\ntext __x__ `y`\n"))
	f.Add("package.json", []byte(`{"name": "@a/b", "version": 1, "dependencies": {"next": "1"}}`))
	f.Add("pom.xml", []byte("<project><artifactId>a</artifactId><parent><artifactId>b</artifactId></parent></project>"))
	f.Add("Cargo.toml", []byte("[package]\nname = \"a\"\nversion = '1'\n"))
	f.Add("api/openapi.yaml", []byte("openapi: 3.0.0\n"))
	f.Add(".github/settings.yml", []byte("repository: {topics: [a]}\nteams: [{name: x, permission: admin}]\n"))
	f.Add("CODEOWNERS", []byte("* @a/-_-\n"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		if name == "catalog-info.yaml" || strings.Contains(name, "catalog-info") {
			return
		}
		snap := repofs.Memory("r", []string{"catalog-info.yaml"}, map[string]string{name: string(content)})
		text := string(draft.Write("", proposal.Propose(snap, "x", diag.Discard)))
		files := map[string]string{"catalog-info.yaml": text, name: string(content)}
		with := repofs.Memory("r", snap.Entries, files)
		var sink diag.List
		if _, err := catalog.Read(context.Background(), with, with.Read, &sink); err != nil {
			t.Fatal(err)
		}
		for _, d := range sink.All() {
			if d.Severity == diag.Error && d.Code != catalog.CodePlaceholder {
				t.Errorf("%s: %s\n%s", d.Pos, d.Message, text)
			}
		}
	})
}
