package diag_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"callboard/internal/diag"
)

var update = flag.Bool("update", false, "rewrite the reports in testdata")

// hard is what is hard to write: names and texts of other people's making.
const hard = "50% of a|b, c: <b>`x`</b> \"q\" && \x1b[31m\u202e ]]> \xff\n::error::y"

func reported() []diag.Diagnostic {
	at := func(line, col int) diag.Pos { return diag.Pos{File: "a b/ü.yaml", Line: line, Col: col} }
	return []diag.Diagnostic{
		{Pos: at(3, 10), End: at(3, 18), Severity: diag.Warning, Code: "ref-dangling", Message: `no such group "team-pay"`, Hint: `did you mean "team-payments"?`,
			Entity: "component:default/pay", Fix: diag.Replace(at(3, 10), "team-pay", "team-payments"),
			Related: []diag.Related{{Pos: diag.Pos{File: "b.yaml", Line: 1}, Message: "the other"}}},
		{Pos: at(4, 1), Severity: diag.Error, Code: "entity-format", Message: hard},
		{Pos: at(5, 1), Severity: diag.Error, Code: "entity-format", Message: hard},
		{Pos: diag.Pos{File: "c:d,e.yaml"}, Severity: diag.Info, Code: "description-missing", Message: "there is no description"},
		{Severity: diag.Error, Code: "internal-panic", Message: "about no file"},
	}
}

func options() diag.ReportOptions {
	lines := map[int]string{3: "  ünäöß: team-pay # é", 4: "x", 5: "x"}
	return diag.ReportOptions{
		Version: "v1.2.3",
		Line:    func(p diag.Pos) (string, bool) { l, ok := lines[p.Line]; return l, ok && p.File == "a b/ü.yaml" },
		Rule: func(c diag.Code) (diag.Rule, bool) {
			return diag.Rule{Severity: diag.Warning, Title: "A reference leads nowhere", Why: "The page has a hole.", Help: "The page has a hole.\n\n```yaml\nowner: nobody\n```", Page: "https://callboard.example/rules/ref-dangling/"}, c == "ref-dangling"
		},
		Changed: func(p diag.Pos) bool { return p.Line == 5 },
	}
}

// reports are the printers, by the file in testdata that holds what they write.
var reports = map[string]func(w *bytes.Buffer, ds []diag.Diagnostic, o diag.ReportOptions) error{
	"report.sarif": func(w *bytes.Buffer, ds []diag.Diagnostic, o diag.ReportOptions) error {
		return diag.WriteSARIF(w, ds, o)
	},
	"report.gitlab.json": func(w *bytes.Buffer, ds []diag.Diagnostic, o diag.ReportOptions) error {
		return diag.WriteGitLab(w, ds, o)
	},
	"report.rdjson": func(w *bytes.Buffer, ds []diag.Diagnostic, o diag.ReportOptions) error {
		return diag.WriteRDJSON(w, ds, o)
	},
	"report.github.txt": func(w *bytes.Buffer, ds []diag.Diagnostic, o diag.ReportOptions) error {
		_, err := diag.WriteGitHub(w, ds, o)
		return err
	},
	"report.junit.xml": func(w *bytes.Buffer, ds []diag.Diagnostic, o diag.ReportOptions) error {
		return diag.WriteJUnit(w, ds, []string{"good.yaml", "a b/ü.yaml"}, diag.Error, o)
	},
}

func TestReports(t *testing.T) {
	for name, write := range reports {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := write(&b, reported(), options()); err != nil {
				t.Fatal(err)
			}
			got := b.Bytes()
			if strings.HasSuffix(name, "sarif") { // written without space, kept with
				var pretty bytes.Buffer
				if err := json.Indent(&pretty, got, "", "  "); err != nil {
					t.Fatal(err)
				}
				got = pretty.Bytes()
			}
			file := filepath.Join("testdata", name)
			if *update {
				if err := os.MkdirAll("testdata", 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, got, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is not what is written now; look at it with\n\tgo test ./internal/diag -run Reports -update && git diff internal/diag\ngot\n%s", file, got)
			}
			if !utf8.Valid(got) || bytes.ContainsAny(got, "\x1b\x7f") {
				t.Errorf("controls of others got through: %q", got)
			}
		})
	}
}

// schema compiles one of the official schemas, which are not part of this
// repository: sarif-2.1.0.json of oasis-tcs/sarif-spec (sarif-2.1/schema) and
// rdjson.json, DiagnosticResult.json of reviewdog (proto/rdf/jsonschema).
func schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	dir := os.Getenv("CALLBOARD_SCHEMAS")
	if dir == "" {
		dir = "../../../shared/schemas"
	}
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Skip("the official schema is not here; set CALLBOARD_SCHEMAS to run this test:", err)
	}
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft4
	if err := c.AddResource(name, bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReportsAreValid(t *testing.T) {
	many := make([]diag.Diagnostic, 0, diag.MaxSARIFResults+10)
	for i := range cap(many) {
		many = append(many, diag.Diagnostic{Pos: diag.Pos{File: "a.yaml", Line: i + 1, Col: 1}, Code: diag.Code(fmt.Sprintf("code-%d", i%7)), Message: "m"})
	}
	for report, file := range map[string]string{"report.sarif": "sarif-2.1.0.json", "report.rdjson": "rdjson.json"} {
		t.Run(report, func(t *testing.T) {
			s := schema(t, file)
			for _, ds := range [][]diag.Diagnostic{nil, reported(), many} {
				var b bytes.Buffer
				if err := reports[report](&b, ds, options()); err != nil {
					t.Fatal(err)
				}
				var v any
				if err := json.Unmarshal(b.Bytes(), &v); err != nil {
					t.Fatal(err)
				}
				if err := s.Validate(v); err != nil {
					t.Errorf("%d findings: %#v", len(ds), err)
				}
			}
		})
	}
}

func TestSARIFKeepsTheWorstWithinTheLimits(t *testing.T) {
	write := func(ds []diag.Diagnostic) (log struct {
		Runs []struct {
			Results     []struct{ Level string }
			Invocations []struct {
				ToolExecutionNotifications []struct{ Message struct{ Text string } }
			}
		}
	}, size int) {
		var b bytes.Buffer
		if err := diag.WriteSARIF(&b, ds, diag.ReportOptions{}); err != nil {
			t.Fatal(err)
		}
		size = b.Len()
		if err := json.Unmarshal(b.Bytes(), &log); err != nil {
			t.Fatal(err)
		}
		return log, size
	}
	for _, n := range []int{diag.MaxSARIFResults - 1, diag.MaxSARIFResults, diag.MaxSARIFResults + 1} {
		ds := make([]diag.Diagnostic, n)
		ds[n-1].Severity = diag.Error
		log, _ := write(ds)
		run := log.Runs[0]
		if len(run.Results) != min(n, diag.MaxSARIFResults) || run.Results[0].Level != "error" {
			t.Errorf("%d findings: %d results, first %+v", n, len(run.Results), run.Results[0])
		}
		if said := len(run.Invocations[0].ToolExecutionNotifications) > 0; said != (n > diag.MaxSARIFResults) {
			t.Errorf("%d findings: told that some are left out: %v", n, said)
		}
	}
	large := make([]diag.Diagnostic, 1500) // of 8 KB each
	long := strings.Repeat("x", 4000)
	for i := range large {
		large[i] = diag.Diagnostic{Pos: diag.Pos{File: long}, Message: long, Entity: long}
	}
	if _, size := write(large); size > 10<<20 {
		t.Errorf("%d bytes", size)
	}
}

func TestGitHubShowsChangedLinesFirst(t *testing.T) {
	var ds []diag.Diagnostic
	for line := 1; line <= 30; line++ {
		for _, s := range []diag.Severity{diag.Error, diag.Warning, diag.Info} {
			ds = append(ds, diag.Diagnostic{Pos: diag.Pos{File: "a.yaml", Line: line}, Severity: s, Code: "c", Message: "m"})
		}
	}
	var b bytes.Buffer
	left, err := diag.WriteGitHub(&b, ds, diag.ReportOptions{Changed: func(p diag.Pos) bool { return p.Line == 27 }})
	if err != nil || left != 90-29 {
		t.Fatal(left, err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	for i, want := range []string{"::error file=a.yaml,line=27,", "::warning file=a.yaml,line=27,", "::notice file=a.yaml,line=27,", "::error file=a.yaml,line=1,"} {
		if !strings.HasPrefix(lines[i], want) {
			t.Errorf("line %d: %s, want %s", i, lines[i], want)
		}
	}
	for _, name := range []string{"::error ", "::warning ", "::notice "} {
		if n := strings.Count(b.String(), name); n != diag.MaxAnnotations {
			t.Errorf("%d of %s", n, name)
		}
	}
}

// What a report of JUnit may hold (junit-10.xsd of Jenkins' plugin xunit).
func TestJUnitForm(t *testing.T) {
	var b bytes.Buffer
	if err := reports["report.junit.xml"](&b, reported(), options()); err != nil {
		t.Fatal(err)
	}
	attrs := map[string]string{"testsuites": "name time tests failures errors", "testsuite": "name tests failures errors skipped time file", "testcase": "name classname time",
		"failure": "type message", "system-out": ""}
	parents := map[string]string{"testsuites": "", "testsuite": "testsuites", "testcase": "testsuite", "failure": "testcase", "system-out": "testcase"}
	open := []string{""}
	for d := xml.NewDecoder(&b); ; {
		tok, err := d.Token()
		if tok == nil {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			name := e.Name.Local
			if want, known := parents[name]; !known || open[len(open)-1] != want {
				t.Errorf("<%s> in <%s>", name, open[len(open)-1])
			}
			for _, a := range e.Attr {
				if !strings.Contains(" "+attrs[name]+" ", " "+a.Name.Local+" ") {
					t.Errorf("<%s> has the attribute %s", name, a.Name.Local)
				}
			}
			open = append(open, name)
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

func TestGitLabFingerprintsDiffer(t *testing.T) {
	var b bytes.Buffer
	if err := diag.WriteGitLab(&b, reported(), diag.ReportOptions{}); err != nil {
		t.Fatal(err)
	}
	var issues []struct{ Fingerprint string }
	if err := json.Unmarshal(b.Bytes(), &issues); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, i := range issues {
		if len(i.Fingerprint) != 32 || seen[i.Fingerprint] {
			t.Errorf("fingerprint %q", i.Fingerprint)
		}
		seen[i.Fingerprint] = true
	}
	if len(issues) != 4 {
		t.Errorf("%d issues; the one about no file is left out", len(issues))
	}
}
