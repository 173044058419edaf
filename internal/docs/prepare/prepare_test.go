package prepare_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/docs/prepare"
	"callboard/internal/repofs"
)

// recorded is a page and what a plugin made of it.
type recorded struct {
	Name      string
	Page      string
	Files     map[string]string
	Options   map[string]any
	Extension string
	Want      *string
	Error     string
	Warnings  []string
}

func cases(t *testing.T, file string) (out []recorded) {
	raw, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestAsThePlugins compares with what the plugins of MkDocs, or the extensions
// of Python-Markdown, made of the same files. Where they give up the build, or
// warn, there is a finding.
func TestAsThePlugins(t *testing.T) {
	for _, file := range []string{"include-markdown.json", "markdown-include.json", "mdx-include.json"} {
		for _, c := range cases(t, file) {
			t.Run(file+"/"+c.Name, func(t *testing.T) {
				plugin := []prepare.Plugin{{Name: strings.TrimSuffix(file, ".json"), Options: c.Options}}
				site := prepare.Site{Snap: repofs.Memory("r", nil, c.Files), Dir: ".", DocsDir: "docs", Plugins: plugin}
				if c.Extension != "" {
					plugin[0].Name, site.Plugins, site.Extensions = c.Extension, nil, plugin
				}
				got := prepare.New(site, diag.Discard).Page(prepare.Page{Source: c.Page}, []byte(c.Files[c.Page]), prepare.NewFiles(site.Snap))
				said := messages(got.Diagnostics)
				if (c.Error != "" || len(c.Warnings) > 0) != (said != "") {
					t.Errorf("said: %s\nthe plugin says: %s %v", said, c.Error, c.Warnings)
				}
				if c.Want != nil && string(got.Text) != *c.Want {
					t.Errorf("got  %q\nwant %q", got.Text, *c.Want)
				}
				if n := strings.Count(string(got.Text), "\n"); len(got.Lines) < n || len(got.Lines) > n+1 {
					t.Errorf("%d places for %d lines", len(got.Lines), n)
				}
			})
		}
	}
}

func messages(ds []diag.Diagnostic) string {
	var out []string
	for _, d := range ds {
		out = append(out, fmt.Sprintf("%s%d:%d %s %s", d.Pos.File, d.Pos.Line, d.Pos.Col, d.Code, d.Message))
	}
	return strings.Join(out, "\n")
}
