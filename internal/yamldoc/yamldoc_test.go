package yamldoc

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"callboard/internal/diag"
)

func parse(src string) ([]*Doc, []diag.Diagnostic) {
	var sink diag.List
	docs := Parse([]byte(src), diag.Pos{Repo: "r", File: "f"}, &sink)
	return docs, sink.All()
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(Finite(v))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The expectations are what npm's yaml 2 gives for the same text.
func TestValues(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"a: yes\nb: no\nc: on\nd: off\ne: y", `{"a":"yes","b":"no","c":"on","d":"off","e":"y"}`},
		{"[true, True, TRUE, tRUE, false, False]", `[true,true,true,"tRUE",false,false]`},
		{"[null, Null, NULL, ~, nUll, '', \"\"]", `[null,null,null,null,"nUll","",""]`},
		{"[1, +1, -1, 017, 08, 0o17, 0x1F, 0b11, 1_000, 190:20:30]", `[1,1,-1,17,8,15,31,"0b11","1_000","190:20:30"]`},
		{"[1., .5, 1e3, -1.5E-2, 12e03, 1.2.3, '1', .inf, -.INF, .nan, .iNf, Infinity]", `[1,0.5,1000,-0.015,12000,"1.2.3","1",null,null,null,".iNf","Infinity"]`},
		{"[2024-01-02, 2001-12-14t21:59:43.10-05:00, 12:30]", `["2024-01-02","2001-12-14t21:59:43.10-05:00","12:30"]`},
		{"[12345678901234567890, 0xFFFFFFFFFFFFFFFFFF]", `[12345678901234567000,4.722366482869645e+21]`},
		{"a: &x {k: 1}\nb: *x\n<<: *x", `{"\u003c\u003c":{"k":1},"a":{"k":1},"b":{"k":1}}`},
		{"[!!str 123, !!int '3', !!float 3, !!null '', !ENV X, !!python/name:os.system x]", `["123",3,3,null,"X","x"]`},
		{"[!!timestamp 2024-01-02, !!timestamp 2001-12-14t21:59:43.10-05:00, !!timestamp x, !!binary aGk=]", `["2024-01-02T00:00:00.000Z","2001-12-15T02:59:43.100Z","x",{"data":[104,105],"type":"Buffer"}]`},
		{"!!binary aGk=: 1\n!!timestamp 2024-01-02: 2", `{"2024-01-02T00:00:00.000Z":2,"hi":1}`},
		{"1: a\n1.50: b\ntrue: c\n~: d\n0x10: e\n1e21: f", `{"":"d","1":"a","1.5":"b","16":"e","1e+21":"f","true":"c"}`},
		{"a: |\n  x\n  y\nb: >-\n  x\n  y", `{"a":"x\ny\n","b":"x y"}`},
		{"a: |\n  no line end", `{"a":"no line end\n"}`},
		{"\ufeffa: b\r\nc: d\r\n", `{"a":"b","c":"d"}`},
		{"%YAML 1.2\n%FOO bar\n---\na: b", `{"a":"b"}`},
		{"a: b\n\t", `{"a":"b"}`},
		{"\u2000", "\"\u2000\""},
		{`{"a": "\ud83d\ude00 \\\\ud83d \ud83d."}`, `{"a":"` + "\U0001f600" + ` \\\\ud83d ` + "\ufffd" + `."}`},
		{"a: \"x\u0085y\u2028z\"", `{"a":"x` + "\u0085" + `y\u2028z"}`},
		{"1: a\n\"1\": b", `{"1":"b"}`},
		{"{a: 1, __proto__: 2}", `{"__proto__":2,"a":1}`},
	} {
		docs, ds := parse(c.in)
		if len(docs) != 1 || docs[0].Invalid || len(ds) != 0 {
			t.Errorf("%q: %d documents, %v", c.in, len(docs), ds)
			continue
		}
		if got := asJSON(t, docs[0].Value); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

func TestDocuments(t *testing.T) {
	for _, c := range []struct {
		in   string
		want string // values, "!" for an invalid document
	}{
		{"", ""}, {"# only a comment\n", ""}, {"\n\n", ""},
		{"---\n", "null"}, {"---\n---\n", "null null"}, {"a: 1\n---\n", `{"a":1} null`},
		{"--- a\n--- b\n...\n", `"a" "b"`}, {"a: 1\n...\nb: 2", `{"a":1} {"b":2}`},
		{"a: [\n---\nb: 2\n---\n\tc: 3\n---\nd: 4", `! {"b":2} ! {"d":4}`},
		{"a: |\n  ---\n  x\n---\nb: 1", `{"a":"---\nx\n"} {"b":1}`},
		{"a: 1\n---\nb: 2\nb: 3\n---\nc: 4", `{"a":1} ! {"c":4}`},
		{"%YAML 1.2\na: 1", "!"},
		{"  a: 1\nb: 2", "!"}, // something follows the value
		{"\"a\"b", "!"},
		{"...\na: 1", `null {"a":1}`}, {"a: 1\n...\n...\nb: 2\n", `{"a":1} null {"b":2}`}, {"...\n", "null"}, // npm: one more, empty
		{"a: 1\n\t\nb: 1", `{"a":1,"b":1}`}, {"a: |\n  x\n\t\nb: 1", "!"}, {"a: |\n  x\n  \t\n  y", `{"a":"x\n\t\ny\n"}`},
		{"a: \"x\n y\"", `{"a":"x y"}`}, {"a: \"x\ny\"", "!"}, {"a:\n  b: 'x\n  y'", "!"}, {"a:\n  b: 'x\n\n   y'", `{"a":{"b":"x\ny"}}`},
		{"a:\n- 'x\ny'", "!"}, {"a:\n- 'x\n y'", `{"a":["x y"]}`}, {"a:\n  - b: &x 'é\n    y'", "!"}, {"a: [\"x\ny\"]", "!"}, {"'x\ny'", `"x y"`}, {"{a: 'x\ny'}", `{"a":"x y"}`},
		{"a: x\ufeffy", "{\"a\":\"x\ufeffy\"}"},
		{"a: 1\n# end\n...\n# more\n", `{"a":1}`},
	} {
		docs, _ := parse(c.in)
		var got []string
		for i, d := range docs {
			if d.Index != i {
				t.Errorf("%q: document %d has index %d", c.in, i, d.Index)
			}
			if d.Invalid {
				got = append(got, "!")
			} else {
				got = append(got, asJSON(t, d.Value))
			}
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.in, g, c.want)
		}
	}
}

func TestFindings(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"a: 1\nb: 2\na: 3", `r/f:3:1 yaml-duplicate-key the key "a" is there twice (r/f:1:1 the first one)`},
		{"x:\n  - {k: 1, j: 2, k: 3}", `r/f:2:18 yaml-duplicate-key the key "k" is there twice (r/f:2:6 the first one)`},
		{"a: b\n\tc: d", `r/f:2:1 yaml-syntax a tab is used for indentation`},
		{"# first\n\na: b\nc: d: e\nf: g", `r/f:4:4 yaml-syntax a value without quotes has a colon and a space in it`},
		{"a: b: c", `r/f:1:4 yaml-syntax a value without quotes has a colon and a space in it`},
		{"a: 1\n---\nb:\n   c: 1\n  d: 2\n", `r/f:5:3 yaml-syntax the line is neither a key of the mapping above nor part of a value`},
		{"a: 1\nb: *nope\n", `r/f:2:4 yaml-syntax unknown anchor 'nope' referenced`},
		{"a: 'x\nb: 2\n", `r/f:1:4 yaml-syntax a quote is opened and not closed`},
		{"a:\n- 'x\n- [y, \"z", `r/f:2:3 yaml-syntax a quote is opened and not closed`},
		{"a: [x, \"y\nb: 1", `r/f:1:8 yaml-syntax a quote is opened and not closed`},
		{"a: [x, {b: 1, 'it''s']\n", `r/f:1:8 yaml-syntax a bracket is opened and not closed`},
		{"a:\n- {b: it's, c: [] # ]\n- d\n", `r/f:2:3 yaml-syntax a bracket is opened and not closed`},
		{"a: [\n  x,\n  y\nb: 1\n", `r/f:1:4 yaml-syntax a bracket is opened and not closed`},
		{"a: @x", `r/f:1:4 yaml-syntax a value without quotes cannot begin like this`},
		{"é: 1\na: \xff", `r/f:2:4 yaml-encoding the byte 0xff is not UTF-8 and is shown as ` + "\ufffd"},
		{"a: é\x07", `r/f:1:5 yaml-encoding the control character U+0007 is shown as ` + "\ufffd"},
		{"b:\n  a: 'x\n  y'", `r/f:3:3 yaml-syntax the text in quotes goes on in a line that is indented too little`},
		{"a: |\n  x\n\t\nb: 1", `r/f:3:1 yaml-syntax a tab stands where the text above could go on`},
		{"a: x\ufeffy", `r/f:1:5 yaml-encoding the invisible character U+FEFF is part of the text`},
		{"a: 1\x00", `r/f:1:5 yaml-encoding the control character U+0000 is shown as ` + "\ufffd"},
		{"\xff\xfea\x00", `r/f:1:1 yaml-encoding the file is UTF-16`},
		{"a: 1\rb: 2\r", `r/f:1:1 yaml-encoding the lines end with a carriage return alone, which YAML does not take for the end of a line`},
		{"a: &a [*a]", `r/f:1:8 yaml-too-large the alias "a" stands for something that holds itself`},
		{"name: {{ x }}", `r/f:1:8 yaml-key-invalid the key of a mapping is itself a mapping or list, and is taken as text`},
	} {
		_, ds := parse(c.in)
		var got []string
		for _, d := range ds {
			s := fmt.Sprintf("%s %s %s", d.Pos, d.Code, d.Message)
			for _, r := range d.Related {
				s += fmt.Sprintf(" (%s %s)", r.Pos, r.Message)
			}
			got = append(got, s)
		}
		if g := strings.Join(got, "\n"); g != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.in, g, c.want)
		}
	}
}

func TestPlaces(t *testing.T) {
	docs, ds := parse("a: 1\n---\nm:\n  k: [x, {y: z}]\n  é: !ENV [V]\n  0x10: n\n  al: &q {in: 1}\n  use: *q\n")
	if len(ds) != 0 || len(docs) != 2 {
		t.Fatal(ds)
	}
	d := docs[1]
	for _, c := range []struct {
		path     []any
		key, val string
	}{
		{nil, "3:1", "3:1"},
		{[]any{"m"}, "3:1", "4:3"},
		{[]any{"m", "k"}, "4:3", "4:6"},
		{[]any{"m", "k", 0}, "4:7", "4:7"},
		{[]any{"m", "k", 1, "y"}, "4:11", "4:14"},
		{[]any{"m", "é"}, "5:3", "5:6"},
		{[]any{"m", "16"}, "6:3", "6:9"},
		{[]any{"m", "use", "in"}, "7:11", "7:15"},
		{[]any{"m", "gone", "in"}, "3:1", "4:3"},
		{[]any{"m", "k", 9}, "4:3", "4:6"},
	} {
		k, v := d.KeyPos(c.path...), d.Pos(c.path...)
		if got := fmt.Sprintf("%d:%d %d:%d", k.Line, k.Col, v.Line, v.Col); got != c.key+" "+c.val || v.File != "f" {
			t.Errorf("%v: %s, want %s %s", c.path, got, c.key, c.val)
		}
	}
	if got := d.Tag("m", "é"); got != "!ENV" {
		t.Errorf("tag %q", got)
	}
	if got := strings.Join(d.Keys("m"), " "); got != "k é 16 al use" {
		t.Errorf("keys %q", got)
	}
	if d.Tag("m", "k") != "" || d.Keys("m", "k") != nil {
		t.Error("a list has neither tag nor keys")
	}
}

// Places in large mappings are looked up by an index and must be the same.
func TestPlacesInLargeMappings(t *testing.T) {
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, "k%d: %d\n", i, i)
	}
	docs, _ := parse(b.String())
	for i := range 20_000 {
		if p := docs[0].Pos(fmt.Sprintf("k%d", i)); p.Line != i+1 {
			t.Fatalf("k%d: %v", i, p)
		}
	}
	if p := docs[0].Pos("gone"); p.Line != 1 || p.Col != 1 {
		t.Error(p)
	}
}

func TestOne(t *testing.T) {
	var sink diag.List
	d := One([]byte("a: 1\n---\nb: 2"), diag.Pos{File: "f"}, &sink)
	if ds := sink.All(); asJSON(t, d.Value) != `{"a":1}` || len(ds) != 1 || ds[0].Pos.Line != 2 {
		t.Error(d.Value, ds)
	}
	if One([]byte("# nothing"), diag.Pos{}, diag.Discard) != nil {
		t.Error("a file without a document gave one")
	}
}
