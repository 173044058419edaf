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

// A README tells of the end of the whole, and not of one of its options.
func TestEndOfReadme(t *testing.T) {
	for md, want := range map[string]string{
		"# net\n\n> v6 still makes a flow log. However, this is deprecated behavior.": "unknown",
		"# net\n\nThe option `x` is deprecated. Python 2 is no longer maintained.":    "unknown",
		"# net\n\n- Deprecated: `x`":                              "unknown",
		"# net\n\n**This project is now deprecated**, use other.": "deprecated",
		"# net\n\nThis GitHub\nrepository has been archived.":     "deprecated",
		"# net [DEPRECATED]\n":                                    "deprecated",
		"# net\n\n> **DEPRECATED**\n":                             "deprecated",
		"# net\n\n⚠️ Net is no longer maintained":                 "deprecated",
	} {
		snap := repofs.Memory("net", nil, map[string]string{"README.md": md})
		snap.WebURL = "https://github.com/acme/net"
		if got := proposed(snap); !strings.Contains(got, "lifecycle: "+want+" ") {
			t.Errorf("%q:\n%s", md, got)
		}
	}
}

// A repository of samples is written in a language, a heading may be underlined,
// and of the projects of a solution the one that answers tells.
func TestProposalOfRealLayouts(t *testing.T) {
	for _, x := range []struct {
		files map[string]string
		want  []string
	}{
		{map[string]string{"pom.xml": "<project><artifactId>clinic</artifactId></project>", "src/main/java/org/acme/samples/App.java": "class App {}", "src/main/resources/db.sql": "create table pets;", "samples/a.py": "print()"}, []string{"- java #", "- sql #"}},
		{map[string]string{"README.md": "---\nlayout: home\n---\nrip (rg)\n--------\nSearches\nfiles.\n\n---\nMore."}, []string{"title: rip (rg)", "description: Searches files."}},
		{map[string]string{"src/Core/Core.csproj": `<Project Sdk="Microsoft.NET.Sdk">`, "src/Web/Web.csproj": `<Project Sdk="Microsoft.NET.Sdk.Web">`, "a.cs": "x"}, []string{"type: service # src/Web/Web.csproj has ASP.NET"}},
		{map[string]string{"package.json": `{"name": "multer", "version": "2.1.1", "files": ["index.js"]}`, "index.js": "x"}, []string{"type: library #"}},
		{map[string]string{"package.json": `{"name": "shop", "private": true, "files": ["index.js"]}`, "index.js": "x"}, []string{"type: other #"}},
	} {
		got := proposed(repofs.Memory("net", nil, x.files))
		for _, w := range x.want {
			if !strings.Contains(got, w) {
				t.Errorf("no %q in\n%s", w, got)
			}
		}
		if strings.Contains(got, "python") {
			t.Errorf("samples count:\n%s", got)
		}
	}
}

func proposed(snap *repofs.Snapshot) string {
	return string(draft.Write("", proposal.Propose(snap, "net", diag.Discard)))
}
