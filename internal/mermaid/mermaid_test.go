package mermaid_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"callboard/internal/mermaid"
	"callboard/internal/timetest"
)

var update = flag.Bool("update", false, "write the drawings of testdata again")

// TestDrawings holds what is drawn of each diagram of testdata. Look at it before
// you accept another: TestGallery makes a page.
func TestDrawings(t *testing.T) {
	files, err := filepath.Glob("testdata/*.[mp][mu]*")
	if err != nil || len(files) == 0 {
		t.Fatal("no diagrams", err)
	}
	for _, file := range files {
		render := mermaid.Render
		if filepath.Ext(file) == ".puml" {
			render = mermaid.PlantUML
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := render(string(src), mermaid.Options{ID: "d"})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		golden := strings.TrimSuffix(file, filepath.Ext(file)) + ".svg"
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(golden); err != nil || string(want) != string(got) {
			t.Errorf("%s is drawn in another way than %s; look at it, and accept it with: go test ./internal/mermaid -run Drawings -update", file, golden)
		}
		check(t, string(src), got)
	}
}

// check holds that a drawing is well-formed and holds nothing but what its
// package says.
func check(t *testing.T, src string, drawing []byte) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(drawing)))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("of %q: %v\n%s", src, err, drawing)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		if !strings.Contains(" svg title desc g a text tspan path rect circle ellipse ", " "+e.Name.Local+" ") {
			t.Fatalf("of %q: element %s", src, e.Name.Local)
		}
		for _, a := range e.Attr {
			if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" && strings.HasPrefix(strings.ToLower(a.Value), "javascript") {
				t.Fatalf("of %q: attribute %s=%q", src, a.Name.Local, a.Value)
			}
		}
	}
}

func draw(t *testing.T, src string) string {
	t.Helper()
	out, err := mermaid.Render(src, mermaid.Options{})
	if err != nil {
		t.Fatalf("%q: %v", src, err)
	}
	return string(out)
}

var texts = regexp.MustCompile(`<text[^>]*>(.*?)</text>`)

// words are the texts of a drawing.
func words(svg string) string {
	var all []string
	for _, m := range texts.FindAllStringSubmatch(svg, -1) {
		all = append(all, regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[1], ""))
	}
	return strings.Join(all, "|")
}

func TestWords(t *testing.T) {
	for src, want := range map[string]string{
		"graph TD\nA-->B":                                 "A|B",
		"graph TD;A-->B;B-->C;":                           "A|B|C",
		"graph TD\nA[One]-->|two|B(Three)":                "two|One|Three",
		"graph LR\nA -- two words --> B":                  "two words|A|B",
		"graph LR\nA == t ==> B -. u .-> C":               "t|u|A|B|C",
		"graph LR\nA & B --> C & D":                       "A|B|C|D",
		"graph LR\nA[\"a (b) #quot;c#quot; &amp; d\"]":    "a (b) &#34;c&#34; &amp; d",
		"graph LR\nA[\"`**bold** and _it_ a_b_c`\"]":      "bold and it a_b_c",
		"graph LR\nA[fa:fa-car Car<br/>two]":              "Car two",
		"graph LR\nA@{ shape: cyl, label: \"Disk\" }":     "Disk",
		"graph LR\nA e1@--> B\ne1@{ animate: true }":      "A|B",
		"%%{init: {'theme':'dark'}}%%\n%% x\ngraph LR\nA": "A",
		"---\ntitle: The title\n---\ngraph LR\nA":         "The title|A",
		"graph TD\nsubgraph s [In it]\nA\nend\ns-->B":     "In it|A|B",
		"graph TD\nsubgraph Two words\nend":               "Two words",
		"graph LR\nmy-node.x --> a_b:c":                   "my-node.x|a_b:c",
		"graph LR\nA ~~~ B":                               "A|B",
		"graph LR\nA:::c --> B\nclassDef c fill:#f00\nstyle B fill:green\nlinkStyle 0 stroke:red": "A|B",
		"sequenceDiagram\nA->>B: hello":                                          "A|B|hello",
		"sequenceDiagram\nparticipant A as Alice\nA-->>-A: me":                   "Alice|me",
		"sequenceDiagram\nautonumber 5 2\nA-)B: x\nB--xA: y":                     "A|B|x|5|y|7",
		"sequenceDiagram\nloop often\nA->B: x\nend":                              "A|B|loop|often|x",
		"sequenceDiagram\nNote over A,B: n<br>m":                                 "A|B|n m",
		"sequenceDiagram\nalt a\nA->>B: x\nelse b\nB->>A: y\nend":                "A|B|alt|a|b|x|y",
		"sequenceDiagram\nbox Aqua Group\nparticipant A\nend\nA->>my service: x": "Group|A|my service|x",
	} {
		got := words(draw(t, src))
		if i := strings.Index(src, "sequence"); i >= 0 { // the names stand below, too
			got = got[:strings.LastIndex(got, "|"+strings.SplitN(strings.TrimPrefix(want, "Group|"), "|", 2)[0]+"|")+1]
			got = strings.TrimSuffix(got, "|")
			if got == "" {
				got = words(draw(t, src))
				got = got[:strings.LastIndex(got, "|")]
			}
		}
		if got != want {
			t.Errorf("%q\nsays %q,\nwant %q", src, got, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for src, line := range map[string]int{
		"graph TD\nA[One":                       2,
		"graph TD\nA-->":                        2,
		"graph TD\nA B":                         2,
		"graph XX\nA":                           1,
		"graph TD\nsubgraph a\nA":               3,
		"graph TD\nend":                         2,
		"graph TD":                              1,
		"graph TD\nsubgraph a\nA-->a\nend":      4,
		"---\ntitle: x\n---\ngraph TD\nA --> [": 5,
		"sequenceDiagram\nhello":                2,
		"sequenceDiagram\nloop x\nA->B: y":      3,
		"sequenceDiagram\nend":                  2,
		"sequenceDiagram\nelse":                 2,
	} {
		_, err := mermaid.Render(src, mermaid.Options{})
		bad, ok := errors.AsType[*mermaid.SyntaxError](err)
		if !ok || bad.Line != line {
			t.Errorf("%q: %v, want a mistake in line %d", src, err, line)
		}
	}
	for _, src := range []string{"", "pie\n\"a\": 1", "gantt", "classDiagram\nA <|-- B"} {
		if _, err := mermaid.Render(src, mermaid.Options{}); !errors.Is(err, mermaid.ErrOther) {
			t.Errorf("%q: %v", src, err)
		}
	}
}

func TestLinks(t *testing.T) {
	for href, want := range map[string]string{
		"https://example.org/?a=b&c": `<a href="https://example.org/?a=b&amp;c"`,
		"../other/":                  `<a href="../other/"`,
		"javascript:alert(1)":        "",
		"JaVaScript:alert(1)":        "",
		"data:text/html,x":           "",
		"//evil.example/":            "",
	} {
		for _, src := range []string{"graph TD\nA\nclick A \"" + href + "\" \"Tip\" _blank", "graph TD\nA\nclick A href \"" + href + "\"", "sequenceDiagram\nA->>B: x\nlink A: Home @ " + href} {
			out := draw(t, src)
			if want == "" && strings.Contains(out, "<a ") || !strings.Contains(out, want) {
				t.Errorf("%q: %s", src, out)
			}
		}
	}
	opt := mermaid.Options{Link: func(h string) (string, bool) { return "/x/" + h, h == "a.md" }}
	out, err := mermaid.Render("graph TD\nA & B\nclick A \"a.md\"\nclick B \"b.md\"", opt)
	if err != nil || strings.Count(string(out), `<a href="/x/a.md"`) != 1 || strings.Count(string(out), "<a ") != 1 {
		t.Errorf("%v %s", err, out)
	}
}

// TestLimits holds that what is large ends soon, drawn or not.
func TestLimits(t *testing.T) {
	for name, src := range map[string]string{
		"long":    "graph TD\n" + strings.Repeat("A", mermaid.MaxSource),
		"product": "graph TD\n" + strings.Repeat("a&", 200) + "b -->" + strings.Repeat("c&", 200) + "d",
		"nested":  "graph TD\n" + strings.Repeat("subgraph x\n", 50) + "A\n" + strings.Repeat("end\n", 50),
		"blocks":  "sequenceDiagram\n" + strings.Repeat("loop x\n", 50) + "A->B: x\n" + strings.Repeat("end\n", 50),
		"actors": "sequenceDiagram\n" + strings.Repeat("A", 5) + func() string {
			var b strings.Builder
			for i := range 100 {
				b.WriteString("\nparticipant p" + strings.Repeat("x", i))
			}
			return b.String()
		}(),
	} {
		if _, err := mermaid.Render(src, mermaid.Options{}); err == nil {
			t.Errorf("%s was drawn", name)
		}
	}
	var chain strings.Builder
	chain.WriteString("graph LR\nn0")
	for i := range 300 {
		chain.WriteString(" --> n" + strings.Repeat("i", i%50) + string(rune('a'+i%26)))
	}
	if _, err := mermaid.Render(chain.String(), mermaid.Options{}); err != nil && !errors.Is(err, mermaid.ErrTooLarge) {
		t.Error(err)
	}
}

func FuzzRender(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.mmd")
	for _, file := range files {
		if src, err := os.ReadFile(file); err == nil {
			f.Add(string(src))
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		timetest.Fuzz.Within(t, len(src), func() {
			out, err := mermaid.Render(src, mermaid.Options{ID: "f"})
			if err != nil {
				return
			}
			check(t, src, out)
			if again, err := mermaid.Render(src, mermaid.Options{ID: "f"}); err != nil || string(again) != string(out) {
				t.Fatalf("%q is drawn in two ways", src)
			}
		})
	})
}
