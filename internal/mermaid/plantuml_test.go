package mermaid_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"callboard/internal/mermaid"
	"callboard/internal/timetest"
)

func drawUML(t *testing.T, src string) string {
	t.Helper()
	out, err := mermaid.PlantUML(src, mermaid.Options{})
	if err != nil {
		t.Fatalf("%q: %v", src, err)
	}
	check(t, src, out)
	return string(out)
}

// TestUMLWords holds the texts of drawings; names stand above and below.
func TestUMLWords(t *testing.T) {
	for src, want := range map[string]string{
		"A -> B : hello":                           "A|B|hello|A|B",
		"@startuml\nA->B:x\n@enduml\nrest":         "A|B|x|A|B",
		"before\\\n@startuml\nA->B:x":              "A|B|x|A|B",
		"' no\n/' no\nno '/A -> B":                 "A|B|A|B",
		"\"Long \\n name\" as L -> B ++: x":        "Long name|B|x|Long name|B",
		"A -> B: one\\\n two":                      "A|B|one two|A|B",
		"participant B order 2\nactor A as \"Al\"": "Al|B|Al|B",
		"A <- B: x":                                                      "A|B|x|A|B",
		"A -> B ++: go\nreturn back":                                     "A|B|go|back|A|B",
		"[-> A: in\nA ->]: out":                                          "A|in|out|A",
		"autonumber 5 2\nA->B: x\nB-->A: y":                              "A|B|x|5|y|7|A|B",
		"A->B: **b** //i// \"\"m\"\" http://x//y":                        "A|B|b i m http://x//y|A|B",
		"A->B: <color:red>r</color> List<T> <U+41>":                      "A|B|r List&lt;T&gt; A|A|B",
		"A->B: --verbose -- __x__ ~**y**":                                "A|B|--verbose -- x **y**|A|B",
		"alt a\nA->B: x\nelse b\nB->A: y\nend":                           "A|B|alt|a|b|x|y|A|B",
		"group Some work [why]\nA->A: x\nend group":                      "A|Some work|[why]|x|A",
		"A->B\nnote right\none\ntwo\nend note":                           "A|B|one two|A|B",
		"== part ==\nA->B\n...later...\n|||":                             "A|B|part|later|A|B",
		"ref over A, B : see":                                            "A|B|ref|see|A|B",
		"title\nOne\ntwo\nend title\nA->B":                               "One two|A|B|A|B",
		"skinparam a {\nb {\nc d\n}\n}\n<style>\nx { }\n</style>\nA->B":  "A|B|A|B",
		"box \"In it\" #Red\ndatabase \"D\" as d <<x>>\nend box\nd -> d": "In it|«x» D|«x» D",
	} {
		if got := words(drawUML(t, src)); got != want {
			t.Errorf("%q\nsays %q,\nwant %q", src, got, want)
		}
	}
}

var (
	messageLine = regexp.MustCompile(`class="(ed[^"]*)" d="M(\d+) \d+H(\d+)"`)
	headClass   = regexp.MustCompile(`class="(a[ho])"`)
)

// TestArrows holds where a message goes, its line and its heads.
func TestArrows(t *testing.T) {
	for arrow, want := range map[string]string{
		"->": "> ed ah", "-->": "> ed d ah", "->>": "> ed ao", "-->>": "> ed d ao", "<-": "< ed ah", "<--": "< ed d ah", "<->": "> ed ah ah",
		"->x": "> ed ao", "->o": "> ed ao ah", "x<-": "< ed ao", "-\\": "> ed ao", "//--": "< ed d ao", "-[#red]>": "> ed ah", "-[#red]->": "> ed d ah", "-[dashed]>": "> ed d ah",
	} {
		out := drawUML(t, "participant A\nparticipant B\nA "+arrow+" B")
		_, ms, _ := strings.Cut(out, `<g class="ms sm">`)
		ms, _, _ = strings.Cut(ms, "</g>")
		m := messageLine.FindStringSubmatch(ms)
		if m == nil {
			t.Fatal(ms)
		}
		x0, _ := strconv.Atoi(m[2])
		x1, _ := strconv.Atoi(m[3])
		got := "> " + m[1]
		if x0 > x1 {
			got = "< " + m[1]
		}
		for _, h := range headClass.FindAllStringSubmatch(ms, -1) {
			got += " " + h[1]
		}
		if got != want {
			t.Errorf("%s is %q, want %q", arrow, got, want)
		}
	}
}

func TestUMLMistakes(t *testing.T) {
	for src, line := range map[string]int{
		"A -> B\nclass C":                     2,
		"class A {\n}":                        1,
		"A --|> B":                            1,
		"A -- B":                              1,
		"A -left-> B":                         1,
		"[*] --> On":                          1,
		"[A] --> [B]":                         1,
		"(a) --> b":                           1,
		"entity E {\n}":                       1,
		"start\n:do it;\nstop":                1,
		"@startuml\n!include x.puml\nA -> B":  2,
		"!procedure $x()\n!endprocedure":      1,
		"A -> B: %date()":                     1,
		"A -> B\nreturn x\nreturn y":          2,
		"loop x\nA -> B":                      2,
		"A -> B\nend":                         2,
		"A -> B\nelse":                        2,
		"A -> B\n\nnote left\nx":              3,
		"note left: x\nA -> B":                1,
		"box a\nbox b\nend box\nend box":      2,
		"A -[hidden]> B":                      1,
		"[->]":                                1,
		"autonumber 1.1.1\nA->B":              1,
		"skinparam x {":                       1,
		"newpage":                             1,
		"A -> B\nlegend\nx\nend legend":       2,
		"@startuml\nA->B\n@startuml\nA->B":    3,
		"@startuml\n@enduml":                  1,
		"":                                    1,
		"A -> B: one\\\ntwo\nnonsense here":   3,
		"participant A [\n= title\n]\nA -> A": 1,
		"{start} A -> B : x\n& B -> C: y":     1,
	} {
		_, err := mermaid.PlantUML(src, mermaid.Options{})
		bad, ok := errors.AsType[*mermaid.SyntaxError](err)
		if !ok || bad.Line != line {
			t.Errorf("%q: %v, want a mistake in line %d", src, err, line)
		}
	}
	for _, src := range []string{"@startmindmap\n* a\n@endmindmap", "@startjson\n{}\n@endjson", "@startgantt"} {
		if _, err := mermaid.PlantUML(src, mermaid.Options{}); !errors.Is(err, mermaid.ErrOther) {
			t.Errorf("%q: %v", src, err)
		}
	}
}

func TestUMLHostile(t *testing.T) {
	for _, href := range []string{"javascript:alert(1)", "JaVaScript:alert(1)", "data:text/html,x", "//evil.example/", "https://user@x/\"onload=alert(1)"} {
		for _, src := range []string{"participant A [[" + href + "]]\nA->A", "A -> B: [[" + href + " x]]", "note over A: a [[" + href + "]]"} {
			if out := drawUML(t, src); strings.Contains(out, "<a ") && !strings.Contains(out, `<a href="https://`) {
				t.Errorf("%q: %s", src, out)
			}
		}
	}
	for src, want := range map[string]string{
		"A -> B: [[https://example.org/?a=b&c{tip} text]]": `<a href="https://example.org/?a=b&amp;c">text</a>`,
		"participant A [[../other/]]\nA->A":                `<a href="../other/" class="nd">`,
	} {
		if out := drawUML(t, src); !strings.Contains(out, want) {
			t.Errorf("%q: %s", src, out)
		}
	}
	// Links of names are not in the links of their actors.
	if out := drawUML(t, "participant \"[[../x/ X]]\" as A [[../y/]]\nA->A"); strings.Contains(out, "../x/") {
		t.Error(out)
	}
	for _, src := range []string{"A -> B: <script>alert(1)</script>", "\"<img onerror=x>\" -> B", "title <svg onload=x>\nA->B", "A -> B: &lt;script&gt; <U+3C>b<U+0>"} {
		drawUML(t, src)
	}
	drawUML(t, "create A\n[-> A\nA -> A\ndestroy A\ndestroy A\ndeactivate A\nA -> B **\nA -> B **\nB ->] ++--\nactivate B\n[-> B !!\nreturn")
	drawUML(t, "participant A order -5\nA -> B\nnote left\nx\nend note\nparticipant C order -9\nnote over A, C: x\nnote across: y")
}

func TestUMLLimits(t *testing.T) {
	for name, src := range map[string]string{
		"long":   strings.Repeat("A", mermaid.MaxSource+1),
		"nested": strings.Repeat("loop x\n", 50) + "A->B: x\n" + strings.Repeat("end\n", 50),
		"events": strings.Repeat("A->B\n", mermaid.MaxEvents+1),
		"actors": "note over a" + numbered(90) + ": x",
		"bars":   "A->B\n" + strings.Repeat("activate A\n", mermaid.MaxEvents),
	} {
		if _, err := mermaid.PlantUML(src, mermaid.Options{}); !errors.Is(err, mermaid.ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
	src := "participant a" + strings.ReplaceAll(numbered(70), ",", "\nparticipant ") + "\n" + strings.Repeat("...\n", 1_900)
	if out := drawUML(t, src); len(out) > 500_000 {
		t.Errorf("%d bytes are drawn of %d", len(out), len(src))
	}
}

// numbered are names with commas between them.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(",n" + strings.Repeat("i", i))
	}
	return b.String()
}

func FuzzPlantUML(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.puml")
	for _, file := range files {
		if src, err := os.ReadFile(file); err == nil {
			f.Add(string(src))
			for line := range strings.SplitSeq(string(src), "\n") {
				f.Add(line + "\nA -> B")
			}
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		timetest.Fuzz.Within(t, len(src), func() {
			out, err := mermaid.PlantUML(src, mermaid.Options{ID: "f"})
			if err != nil {
				return
			}
			check(t, src, out)
			if again, err := mermaid.PlantUML(src, mermaid.Options{ID: "f"}); err != nil || string(again) != string(out) {
				t.Fatalf("%q is drawn in two ways", src)
			}
		})
	})
}
