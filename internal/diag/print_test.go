package diag_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"callboard/internal/diag"
)

func dangling() diag.Diagnostic {
	return diag.Diagnostic{Pos: diag.Pos{Repo: "pay", File: "a.yaml", Line: 3, Col: 10}, Severity: diag.Error, Code: "ref-dangling",
		Message: `no such group "team-pay"`, Hint: `did you mean "team-payments"?`,
		Related: []diag.Related{{Pos: diag.Pos{File: "b.yaml", Line: 1}, Message: "the other"}}}
}

func text(t *testing.T, o diag.TextOptions, ds ...diag.Diagnostic) string {
	t.Helper()
	var b strings.Builder
	if err := diag.WriteText(&b, ds, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func line(s string) func(diag.Pos) (string, bool) {
	return func(diag.Pos) (string, bool) { return s, true }
}

func TestWriteText(t *testing.T) {
	got := text(t, diag.TextOptions{Line: line("  owner: team-pay")}, dangling())
	want := `pay/a.yaml:3:10: error: no such group "team-pay" [ref-dangling]
    3 |   owner: team-pay
      |          ^
  hint: did you mean "team-payments"?
  b.yaml:1: the other
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := text(t, diag.TextOptions{}, diag.Diagnostic{Severity: diag.Info, Code: "c", Message: "m"}); got != "info: m [c]\n" {
		t.Errorf("%q", got)
	}
	if got := text(t, diag.TextOptions{Color: true}, diag.Diagnostic{Severity: diag.Warning, Code: "c", Message: "m"}); got != "\x1b[33;1mwarning\x1b[0m: m \x1b[2m[c]\x1b[0m\n" {
		t.Errorf("%q", got)
	}
}

func TestNothingObeyedReachesTheTerminal(t *testing.T) {
	evil := "\x1b]0;pwned\x07\u202e\u2028\xff"
	d := diag.Diagnostic{Pos: diag.Pos{Repo: evil, File: evil, Line: 1, Col: 2}, Code: "c", Message: evil, Hint: evil, Related: []diag.Related{{Pos: diag.Pos{File: evil}, Message: evil}}}
	got := text(t, diag.TextOptions{Line: line("x" + evil)}, d)
	if strings.ContainsAny(got, "\x1b\x07\u202e\u2028") || !utf8.ValidString(got) || !strings.Contains(got, "<U+001B>]0;pwned<U+0007>") {
		t.Errorf("%q", got)
	}
}

func TestExcerptOfLongLines(t *testing.T) {
	d := diag.Diagnostic{Pos: diag.Pos{File: "a", Line: 1, Col: 501}, Code: "c", Message: "m"}
	for name, src := range map[string]string{"middle": strings.Repeat("a", 500) + "X" + strings.Repeat("b", 500), "end": strings.Repeat("a", 500) + "X", "tabs": strings.Repeat("\t", 500) + "X"} {
		lines := strings.Split(text(t, diag.TextOptions{Line: line(src)}, d), "\n")
		at := strings.IndexByte(lines[2], '^')
		shown := []rune(lines[1])
		if at < 0 || at >= len(shown) || shown[at] != 'X' || len(shown) > 250 {
			t.Errorf("%s:\n%s\n%s", name, lines[1], lines[2])
		}
	}
	for _, src := range []string{"", "   ", "short"} { // the column is beyond the line
		text(t, diag.TextOptions{Line: line(src)}, d)
	}
}

func TestWriteJSON(t *testing.T) {
	var b strings.Builder
	if err := diag.WriteJSON(&b, []diag.Diagnostic{dangling()}); err != nil {
		t.Fatal(err)
	}
	var r diag.Report
	if err := json.Unmarshal([]byte(b.String()), &r); err != nil || r.Errors != 1 || len(r.Diagnostics) != 1 || r.Diagnostics[0].Related[0].Message != "the other" {
		t.Fatal(b.String(), err)
	}
	b.Reset()
	if err := diag.WriteJSON(&b, nil); err != nil || !strings.Contains(b.String(), `"diagnostics": []`) {
		t.Fatal(b.String(), err)
	}
}

func TestSummary(t *testing.T) {
	d := func(s diag.Severity) diag.Diagnostic { return diag.Diagnostic{Severity: s} }
	for want, ds := range map[string][]diag.Diagnostic{
		"no errors or warnings": nil,
		"2 warnings":            {d(diag.Warning), d(diag.Warning), d(diag.Info)},
		"1 error, 1 warning":    {d(diag.Error), d(diag.Warning)},
		"2 errors":              {d(diag.Error), d(diag.Error), d(diag.Info)},
	} {
		if got := diag.Summary(ds); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func FuzzWriteText(f *testing.F) {
	f.Add("a.yaml", "message", "the line", 3)
	f.Add("\x1b", "\u202e", "\t\tx\xff", 100)
	f.Fuzz(func(t *testing.T, file, msg, src string, col int) {
		got := text(t, diag.TextOptions{Line: line(src)}, diag.Diagnostic{Pos: diag.Pos{File: file, Line: 1, Col: col}, Code: "c", Message: msg})
		for _, r := range got {
			if r != '\n' && r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
				t.Fatalf("%q", got)
			}
		}
	})
}
