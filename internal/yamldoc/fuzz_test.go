package yamldoc

import (
	"strings"
	"testing"

	"callboard/internal/diag"
)

// FuzzParse holds that reading never panics, that a document without findings
// is written and read back as the same value, that places are inside the file,
// and that what is invalid has been reported.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"a: 1\nb: [x, {y: z}]\n---\n- !ENV [A, B]\n", "a: &a [*a]", "a: &x 1\nb: *x\n<<: {c: d}", "\ufeffa: |\r\n  x\r\n", "a: \xff\x00", "%YAML 1.2\n---\n? [a]\n: b",
		"a: >-\n  x\n\n  y\n...\nb", "{{ x }}: \"\\u0041\"", "\t", "a: 'it''s'\nb: 0o17\nc: .inf", "--- |1+\n a\n\n", "a: b: c", "*a", "a: \u2028\u0085",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var sink diag.List
		docs := Parse(src, diag.Pos{File: "f"}, &sink)
		ds := sink.All()
		lines := strings.Count(string(src), "\n") + 1
		invalid := false
		for _, d := range docs {
			invalid = invalid || d.Invalid
			if p := d.Pos(); p.Line < 1 || p.Line > lines+1 {
				t.Fatalf("the document is at %v of %d lines", p, lines)
			}
			if !d.Invalid && len(ds) == 0 {
				readBack(t, Finite(d.Value))
			}
		}
		for _, d := range ds {
			if d.Pos.Line < 1 || d.Pos.Line > lines+1 || d.Pos.Col < 1 || d.Message == "" {
				t.Fatalf("%v in %d lines", d, lines)
			}
		}
		if e, _, _ := diag.Count(ds); invalid && e == 0 {
			t.Fatal("an invalid document is not reported")
		}
	})
}

func BenchmarkParse(b *testing.B) {
	src := []byte(strings.Repeat("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: payments\n  description: Takes payments\n  annotations:\n    github.com/project-slug: acme/payments\n  tags: [go, grpc]\nspec:\n  type: service\n  lifecycle: production\n  owner: team-payments\n  dependsOn: [\"resource:db\"]\n---\n", 100))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Parse(src, diag.Pos{}, diag.Discard)
	}
}
