package sbom

import (
	"bytes"
	"encoding/json"
	"runtime/debug"
	"strings"
	"testing"
)

func TestCycloneDX(t *testing.T) {
	info := &debug.BuildInfo{
		GoVersion: "go1.26.8", Main: debug.Module{Path: "callboard", Version: "(devel)"},
		Deps: []*debug.Module{
			{Path: "z.example/last", Version: "v2.0.0+incompatible", Sum: "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="},
			{Path: "a.example/first", Version: "v1.0.0", Replace: &debug.Module{Path: "fork.example/first", Version: "v1.0.1", Sum: "h1:short"}},
		},
		Settings: []debug.BuildSetting{{Key: "GOOS", Value: "linux"}, {Key: "-trimpath", Value: "true"}},
	}
	var a, b bytes.Buffer
	if err := CycloneDX(&a, Subject{"callboard", "v1.2.3"}, info); err != nil {
		t.Fatal(err)
	}
	if err := CycloneDX(&b, Subject{"callboard", "v1.2.3"}, info); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same program has two bills", err)
	}
	var doc document
	if err := json.Unmarshal(a.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range doc.Components {
		got = append(got, c.PURL)
	}
	const want = "pkg:golang/fork.example/first@v1.0.1 pkg:golang/std@1.26.8 pkg:golang/z.example/last@v2.0.0%2Bincompatible"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("the components are %s, want %s", s, want)
	}
	if h := doc.Components[2].Hashes; len(h) != 1 || h[0].Content != strings.Repeat("0", 63)+"1" {
		t.Errorf("the digest of a module is %v", h)
	}
	if doc.Components[0].Hashes != nil {
		t.Error("a sum that is none became a digest")
	}
	if d := doc.Dependencies; len(d) != 4 || len(d[0].DependsOn) != 3 || d[0].Ref != "pkg:golang/callboard@v1.2.3" {
		t.Errorf("the dependencies are %v", d)
	}
	if p := doc.Metadata.Properties; len(p) != 2 || p[0].Name != "build:-trimpath" {
		t.Errorf("the settings are %v", p)
	}
}
