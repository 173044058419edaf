package jinja_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"callboard/internal/jinja"
)

// recorded are templates and what Jinja2 3.1.2 made of them. An error has no
// want: there Jinja gives up the whole template.
type recorded struct {
	Vars  ordered           `json:"vars"`
	Files map[string]string `json:"files"`
	Cases []struct {
		Template string
		Options  struct {
			Undefined     string
			TrimBlocks    bool   `json:"trim_blocks"`
			LstripBlocks  bool   `json:"lstrip_blocks"`
			VariableStart string `json:"variable_start_string"`
			VariableEnd   string `json:"variable_end_string"`
			BlockStart    string `json:"block_start_string"`
			BlockEnd      string `json:"block_end_string"`
			CommentStart  string `json:"comment_start_string"`
			CommentEnd    string `json:"comment_end_string"`
		}
		Want  *string
		Error string
		Line  int
	}
}

// ordered is JSON whose objects keep their order.
type ordered struct{ v any }

func (o *ordered) UnmarshalJSON(b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	o.v = value(dec)
	return nil
}

func value(dec *json.Decoder) any {
	t, err := dec.Token()
	if err != nil {
		panic(err)
	}
	switch t {
	case json.Delim('['):
		l := &jinja.List{}
		for dec.More() {
			l.Items = append(l.Items, value(dec))
		}
		_, _ = dec.Token()
		return l
	case json.Delim('{'):
		d := jinja.NewDict()
		for dec.More() {
			k := value(dec)
			d.Set(k.(string), value(dec))
		}
		_, _ = dec.Token()
		return d
	}
	if n, ok := t.(json.Number); ok {
		if i, err := n.Int64(); err == nil {
			return i
		}
		f, _ := n.Float64()
		return f
	}
	return t
}

func read(t testing.TB) *recorded {
	raw, err := os.ReadFile("testdata/jinja.json")
	if err != nil {
		t.Fatal(err)
	}
	var r recorded
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	jinja.Freeze(r.Vars.v)
	return &r
}

func (r *recorded) env(i int) *jinja.Env {
	o := r.Cases[i].Options
	return &jinja.Env{
		Syntax: jinja.Syntax{BlockStart: o.BlockStart, BlockEnd: o.BlockEnd, VarStart: o.VariableStart, VarEnd: o.VariableEnd,
			CommentStart: o.CommentStart, CommentEnd: o.CommentEnd, TrimBlocks: o.TrimBlocks, LstripBlocks: o.LstripBlocks},
		Undefined: map[string]jinja.Undefined{"": jinja.Keep, "silent": jinja.Silent, "strict": jinja.Strict}[o.Undefined],
		Load:      func(name string) (string, bool) { s, ok := r.Files[name]; return s, ok },
	}
}

// TestAsJinja compares with what Jinja2 made of the same templates.
func TestAsJinja(t *testing.T) {
	r := read(t)
	for i, c := range r.Cases {
		got := r.env(i).Render("page", c.Template, r.Vars.v.(*jinja.Dict))
		var bad []*jinja.Error
		for _, e := range got.Errors {
			if !e.Kept {
				bad = append(bad, e)
			}
		}
		switch {
		case c.Want == nil && len(bad) == 0:
			t.Errorf("%s\nJinja says: %s\nand here it is %q", c.Template, c.Error, got.Text)
		case c.Want == nil && c.Line > 0 && bad[0].Line != c.Line:
			t.Errorf("%s\nthe mistake is in line %d, not %d: %v", c.Template, c.Line, bad[0].Line, bad[0])
		case c.Want != nil && len(bad) > 0:
			t.Errorf("%s\n%v", c.Template, bad)
		case c.Want != nil && got.Text != *c.Want:
			t.Errorf("%s\ngot  %q\nwant %q", c.Template, got.Text, *c.Want)
		case len(got.Lines) != lines(got.Text) && len(bad) == 0:
			t.Errorf("%s\n%d lines have the places %v", c.Template, lines(got.Text), got.Lines)
		}
	}
}

func lines(s string) int {
	if s == "" {
		return 0
	}
	n := strings.Count(s, "\n")
	if !strings.HasSuffix(s, "\n") {
		n++
	}
	return n
}

// TestMistakes holds that a mistake costs the tag it stands in and no more.
func TestMistakes(t *testing.T) {
	vars := jinja.NewDict().Set("user", jinja.NewDict().Set("name", "Ann")).Set("xs", &jinja.List{Items: []any{int64(1), int64(2)}})
	env := &jinja.Env{Load: func(name string) (string, bool) {
		s, ok := map[string]string{"bad.md": "x\n{{ 1/0 }}", "loop.md": "{% include 'loop.md' %}", "syntax.md": "{% if %}"}[name]
		return s, ok
	}}
	for _, c := range []struct{ in, want, errors string }{
		{"a {{ 1/0 }} b", "a {{ 1/0 }} b", "page:1:7: division by zero"},
		{"{{ user.nope }} {{ user.name }}", "{{ user.nope }} Ann", `page:1:8: there is no "nope" in a value of type dict`},
		{"{{nope}}", "{{ nope }}", `page:1:3: the variable "nope" is not defined`},
		{"{{nope.x}} {{ badge('a') }}", "{{nope.x}} {{ badge('a') }}", `page:1:7: the variable "nope" is not defined; page:1:20: the variable "badge" is not defined`},
		{"{% for x in xs %}{{ x }}{{ x.y.z }},{% endfor %}", "1{{ x.y.z }},2{{ x.y.z }},", `page:1:31: there is no "y" in a value of type int`},
		{"{% for x in 5 %}{{ x }}{% endfor %}!", "{% for x in 5 %}{{ x }}{% endfor %}!", "page:1:13: int cannot be looped over"},
		{"ü\nü{% macro m() %}{{ 1/0 }}{% endmacro %}{{ m() }}.", "ü\nü{{ m() }}.", "page:2:21: division by zero"},
		{"{% include 'bad.md' %}.", "{% include 'bad.md' %}.", "bad.md:2:5: division by zero"},
		{"{% include 'none.md' %}.", "{% include 'none.md' %}.", `page:1:12: there is no template "none.md"`},
		{"{% include 'syntax.md' %}.", "{% include 'syntax.md' %}.", "syntax.md:1:7: expected an expression, found the end of the tag"},
		{"{% set y = 1/0 %}{{ 2 }}", "{% set y = 1/0 %}2", "page:1:13: division by zero"},
		{"a\n{{ b", "a\n{{ b", "page:2:1: the tag is not closed"},
		{"a {% if x %} {{ 1 }}", "a {% if x %} {{ 1 }}", `page:1:3: the tag "if" is not closed`},
		{"a {% endif %}", "a {% endif %}", `page:1:6: unknown tag "endif"`},
		{"{% do xs.append(1) %}{{ xs }}", "{% do xs.append(1) %}[1, 2]", "page:1:16: the list cannot be changed; it is not the template's own"},
		{"{{ user.update(a=1) }}", "{{ user.update(a=1) }}", "page:1:15: the dict cannot be changed; it is not the template's own"},
		{"{% include 'loop.md' %}", "{% include 'loop.md' %}", "page:1:1: templates, macros or loops are more than 60 deep in each other"},
		{"{{ (1).__class__ }}{{ ''.__class__.mro() }}", "{{ (1).__class__ }}{{ ''.__class__.mro() }}", `page:1:7: there is no "__class__" in a value of type int; page:1:35: there is no "__class__" in a value of type str`},
		{"{{ lipsum() }}{{ [1]|random }}", "{{ lipsum() }}{{ [1]|random }}", `page:1:10: the variable "lipsum" is not defined; page:1:22: there is no filter "random"`},
	} {
		jinja.Freeze(vars)
		got := env.Render("page", c.in, vars)
		var errors []string
		for _, e := range got.Errors {
			errors = append(errors, e.Error())
		}
		if got.Text != c.want || strings.Join(errors, "; ") != c.errors {
			t.Errorf("%s\ngot  %q\n     %s\nwant %q\n     %s", c.in, got.Text, strings.Join(errors, "; "), c.want, c.errors)
		}
	}
}

// TestLines holds that every line that comes out knows the line it came from.
func TestLines(t *testing.T) {
	env := &jinja.Env{Load: func(string) (string, bool) { return "one\ntwo\n", true }}
	in := "a\n{% for x in [1, 2] %}\nb {{ x }}\n{% endfor %}\n{% include 'f' %}\n{# c\nd #}{{ 'p\nq' }}\n{% macro m() %}r\ns{% endmacro %}\n{{ m() }}\nend"
	got := env.Render("page", in, nil)
	for i, l := range strings.Split(got.Text, "\n") {
		if i >= len(got.Lines) {
			t.Fatalf("line %q has no place", l)
		}
		want := map[string]int{"a": 1, "b 1": 3, "b 2": 3, "one": 5, "two": 5, "p": 7, "q": 7, "r": 11, "s": 11, "end": 12}[l]
		if want != 0 && got.Lines[i] != want {
			t.Errorf("line %q has the place %d, not %d", l, got.Lines[i], want)
		}
	}
}

// TestLimits renders what would take far too long, or too much.
func TestLimits(t *testing.T) {
	env := &jinja.Env{Limits: jinja.Limits{Steps: 200_000, Bytes: 4 << 20, Output: 1 << 20}}
	for name, in := range map[string]string{
		"loops":      "{% for a in range(9000) %}{% for b in range(9000) %}{% endfor %}{% endfor %}",
		"range":      "{{ range(1000000000)|length }}",
		"doubling":   "{% set ns = namespace(x='xxxxxxxx') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
		"lists":      "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
		"nested":     "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
		"self":       "{% set l = [] %}{% do l.append(l) %}{% do l.append(l) %}{{ l }}",
		"json":       "{% set l = [] %}{% do l.append(l) %}{% do l.append(l) %}{{ l|tojson }}",
		"equal":      "{% set l = [] %}{% do l.append(l) %}{% do l.append(l) %}{% set m = [] %}{% do m.append(m) %}{% do m.append(m) %}{{ l == m }}",
		"key":        "{% set l = [] %}{% do l.append(l) %}{% do l.append(l) %}{{ {}[l] }}",
		"repeat":     "{{ 'x' * 1000000000 }}",
		"repeatlist": "{{ [1] * 1000000000 }}",
		"empty":      "{{ [] * 1000000000 }}{{ '' * 1000000000 }}{{ range(1000000) }}",
		"width":      "{{ 'x'.ljust(1000000000) }}",
		"indent":     "{{ 'x\nx'|indent(1000000000) }}",
		"batch":      "{{ [1]|batch(1000000000, 'x') }}",
		"columns":    "{{ [1]|slice(1000000000) }}",
		"replace":    "{{ ('x' * 10000).replace('x', 'y' * 10000) }}",
		"macro":      "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
		"output":     "{% for a in range(20000) %}{{ 'x' * 100 }}{% endfor %}",
		"deep":       "{{ " + strings.Repeat("(", 5000) + "1" + strings.Repeat(")", 5000) + " }}",
		"long":       "{{ 1" + strings.Repeat("+1", 500_000) + " }}",
		"not":        "{{ " + strings.Repeat("not ", 9000) + "1 }}",
		"blocks":     strings.Repeat("{% if 1 %}", 5000),
		"large":      strings.Repeat("x", 2<<20) + "{{ 1 }}",
	} {
		got := env.Render("page", in, nil)
		if len(got.Errors) == 0 || got.Errors[0].Limit && got.Text != in {
			t.Errorf("%s: nothing stopped it: %.200q %v", name, got.Text, got.Errors)
		}
	}
	for _, in := range []string{"{{ '%100000s' % 'x' }}", "{{ '{:>100000}'.format('x') }}", "{{ 10 ** 100 }}", "{{ 9223372036854775807 + 1 }}", "{{ -9223372036854775807 - 2 }}", "{{ 9223372036854775807 * 2 }}"} {
		if got := env.Render("page", in, nil); len(got.Errors) != 1 || got.Text != in {
			t.Errorf("%s gives %.100q %v", in, got.Text, got.Errors)
		}
	}
}
