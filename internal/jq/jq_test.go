package jq_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"callboard/internal/jq"
)

var input = jq.In(map[string]any{
	"kind":     "Component",
	"metadata": map[string]any{"name": "pay", "tags": []any{"go", "db"}, "labels": map[string]any{"tier": "1"}},
	"spec":     map[string]any{"type": "service", "replicas": int64(3), "share": 0.5},
})

func eval(t *testing.T, text string) (string, error) {
	t.Helper()
	p, err := jq.Compile(text, "$file")
	if err != nil {
		return "", err
	}
	v, err := p.Value(t.Context(), input, "a/b.yaml")
	if err != nil {
		return "", err
	}
	if v, err = jq.Out(v); err != nil {
		return "", err
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), nil
}

// The results are those of jq 1.7, but for fromyaml, which it has not.
func TestValue(t *testing.T) {
	for text, want := range map[string]string{
		".metadata.name":                                    `"pay"`,
		`$file | split("/") | first`:                        `"a"`,
		`.metadata.tags + ["x"] | sort | join(",")`:         `"db,go,x"`,
		`"\(.kind)-\(.spec.replicas + 1)"`:                  `"Component-4"`,
		`.spec.share * 4`:                                   `2`,
		`[(1,2) * (10,20)]`:                                 `[10,20,20,40]`,
		`"ab" * 3`:                                          `"ababab"`,
		`"ab" * 0`:                                          `""`,
		`{a: {b: 1}} * {a: {c: 2}}`:                         `{"a":{"b":1,"c":2}}`,
		`.spec.replicas *= 2 | .spec.replicas`:              `6`,
		`.spec |= with_entries(select(.key == "type"))`:     `{"kind":"Component","metadata":{"labels":{"tier":"1"},"name":"pay","tags":["go","db"]},"spec":{"type":"service"}}`,
		`del(.metadata, .spec["type", "share"])`:            `{"kind":"Component","spec":{"replicas":3}}`,
		`[paths(type == "number")]`:                         `[["spec","replicas"],["spec","share"]]`,
		`path(first(.spec | select(.type)))`:                `["spec"]`,
		`(.metadata.tags | first) = "z" | .metadata.tags`:   `["z","db"]`,
		`def double: . + .; .spec.type | double`:            `"serviceservice"`,
		`def add(x): x - 1; add(3)`:                         `2`,
		`reduce .metadata.tags[] as $t (""; . + $t)`:        `"godb"`,
		`[foreach range(4) as $i (0; . + $i)]`:              `[0,1,3,6]`,
		`"a: [1, no]" | fromyaml`:                           `{"a":[1,"no"]}`,
		`try error("x") catch .`:                            `"x"`,
		`[.[]?] | length`:                                   `3`,
		`. as {kind: $k, metadata: {tags: [$t]}} | $k + $t`: `"Componentgo"`,
		`1e3, empty`:                                        `1000`,
		`9007199254740993 | tojson`:                         `"9007199254740993"`,
		`@base64 "x\(.kind)"`:                               `"xQ29tcG9uZW50"`,
		`[limit(3; repeat(1))]`:                             `[1,1,1]`,
		`"2020-01-02T03:04:05Z" | fromdate`:                 `1577934245`,
	} {
		if got, err := eval(t, text); got != want || err != nil {
			t.Errorf("%s: %s %v, want %s", text, got, err, want)
		}
	}
}

func TestHolds(t *testing.T) {
	for text, want := range map[string]bool{
		`.kind == "Component"`: true, `.kind == "API"`: false, `.nothing`: false, `empty`: false, `0`: true, `false, true`: false, `any(.metadata.tags[]; . == "db")`: true,
	} {
		p, err := jq.Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Holds(t.Context(), input); got != want || err != nil {
			t.Errorf("%s: %v %v", text, got, err)
		}
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]struct {
		offset int
		has    string
	}{
		`.a | now`:                        {5, "now"},
		`.knows | now`:                    {9, "now"},
		`"\(now)"`:                        {3, "now"},
		`{a: [now]}`:                      {5, "now"},
		`if now then 1 else 2 end`:        {3, "now"},
		`def f(g): now; f(1)`:             {10, "now"},
		`reduce inputs as $i (0; 1)`:      {7, "inputs"},
		`$ENV.HOME`:                       {0, "$ENV"},
		`env.HOME`:                        {0, "env"},
		`.[now:]`:                         {2, "now"},
		`. as [$a, {b: $c}] | input`:      {21, "input"},
		`. as {(now|tostring): $x} | $x`:  {7, "now"},
		`try halt catch .`:                {4, "halt"},
		`label $f | debug`:                {11, "debug"},
		`-(now)`:                          {2, "now"},
		`0 | strflocaltime("%H")`:         {4, "strflocaltime"},
		`import "a" as a; .`:              {0, "import"},
		`include "a"; .`:                  {0, "include"},
		`$__fuel`:                         {0, "$__fuel"},
		`.a[`:                             {3, "unexpected"},
		`.metadata.name == prod`:          {18, `no function "prod"`},
		`foo(1; 2)`:                       {0, "with 2 arguments"},
		`.a | $nothing`:                   {5, `no variable "$nothing"`},
		``:                                {0, "not a jq expression"},
		strings.Repeat("[", jq.MaxText+1): {0, "bytes"},
	} {
		_, err := jq.Compile(text)
		var bad *jq.Error
		if !errors.As(err, &bad) {
			t.Errorf("%.60s: %v", text, err)
		} else if bad.Offset != want.offset || !strings.Contains(bad.Message, want.has) {
			t.Errorf("%.60s: at %d: %s", text, bad.Offset, bad.Message)
		}
	}
}

// A function of the expression's own may have any name.
func TestOwnNames(t *testing.T) {
	if got, err := eval(t, `def now: 1; now`); got != "1" || err != nil {
		t.Error(got, err)
	}
}

func TestErrors(t *testing.T) {
	for text, want := range map[string]string{
		`empty`:                            jq.ErrNothing.Error(),
		`1, 2`:                             jq.ErrSeveral.Error(),
		`1, error("x")`:                    "x",
		`.kind + 1`:                        "cannot add",
		`infinite`:                         "infinite",
		`nan`:                              "infinite",
		`error`:                            "error",
		`"a: b: c" | fromyaml`:             "YAML",
		`1 | fromyaml`:                     "text",
		`reduce range(300) as $i (0; [.])`: "nested",
	} {
		if got, err := eval(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %s %v, want %s", text, got, err, want)
		}
	}
}

// TestBounds runs what would take for ever, or all memory there is.
func TestBounds(t *testing.T) {
	for _, text := range []string{
		`[recurse]| [recurse(.)]`,
		`[repeat(1)]`,
		`def f: f; f`,
		`last(range(infinite))`,
		`reduce range(60) as $i ("x"; . + .)`,
		`reduce range(60) as $i ("x"; "\(.)\(.)")`,
		`reduce range(60) as $i ("x"; [., .] | add)`,
		`reduce range(60) as $i ("x"; [., .] | join(.))`,
		`reduce range(60) as $i ("x"; [., .] | tojson)`,
		`reduce range(60) as $i (0; [., .])`,
		`reduce range(60) as $i (0; {a: ., b: .})`,
		`reduce range(60) as $i (.; .a = . | .b = .)`,
		`reduce range(60) as $i (3; . * .)`,
		`reduce range(60) as $i ({x: 3}; .x *= .x)`,
		`reduce range(60) as $i ([1]; . + .)`,
		`reduce range(60) as $i ([1]; map(., .))`,
		`"x" * 1e9`,
		`{x: "xxxxxxxxxx"} | .x *= 1e9`,
		`("x" * 1e6) as $s | [range(1e5)] | join($s)`,
		`("x" * 1e6) as $s | [range(1e3)] | map(. | tostring + $s)`,
		`("x" * 1e6) as $s | $s | gsub("x"; $s)`,
		`try (reduce range(60) as $i ("x"; . + .)) catch 1`,
		`[range(1e5)] | .[] += ("x" * 1e6)`,
		`[range(1e6)] | [.[] as $a | .[] as $b | $a]`,
	} {
		t.Run("", func(t *testing.T) {
			if got, err := eval(t, text); err == nil {
				t.Errorf("%s: %.40s", text, got)
			} else {
				t.Logf("%s: %v", text, err)
			}
		})
	}
}

func TestCancelled(t *testing.T) {
	p, err := jq.Compile(`[repeat(1)]`)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Value(ctx, input); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		`plain`: "plain", `say "hi" \n`: `say "hi" \n`, "a\nb\t": "a\nb\t", `é€`: "é€",
		`https://x/\(.metadata.name)?q=\(.spec.type | ascii_upcase)`: "https://x/pay?q=SERVICE",
		`\(")" + "\(.kind)")!`: ")Component!", `\(.spec.replicas)`: "3",
	} {
		p, err := jq.CompileText(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := p.Value(t.Context(), input); got != want || err != nil {
			t.Errorf("%s: %v %v", text, got, err)
		}
	}
	for text, offset := range map[string]int{`ab \(now)`: 5, `"" \(prod)`: 5, `a \(.x`: 6} {
		_, err := jq.CompileText(text)
		var bad *jq.Error
		if !errors.As(err, &bad) || bad.Offset != offset {
			t.Errorf("%s: %+v", text, err)
		}
	}
}

func TestSame(t *testing.T) {
	a := map[string]any{"a": []any{int64(1), "x", nil, true}}
	if !jq.Same(a, map[string]any{"a": []any{1.0, "x", nil, true}}) || jq.Same(a, map[string]any{"a": []any{int64(1), "x", nil}}) || jq.Same(a, map[string]any{"b": nil}) {
		t.Error("Same is wrong")
	}
}

// TestInputIsLeft runs expressions that assign: what they are given stays.
func TestInputIsLeft(t *testing.T) {
	before, _ := json.Marshal(input)
	for _, text := range []string{`.spec.type = "x"`, `.metadata.tags |= map("x")`, `del(.spec)`, `.. |= .`, `reduce range(3) as $i (.; .metadata.tags[$i] = 1)`} {
		if _, err := eval(t, text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if after, _ := json.Marshal(input); string(after) != string(before) {
		t.Errorf("the input is now %s", after)
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{`.a`, `reduce .[] as [$a] (0; . + $a)`, `"x" * 9e9`, `try (.. |= [.,.]) catch .`, `def f(x): x | f(x); f(.)`, `$__fuel`, `"\(1)\("a")"`, `.[1e9] = 1`, `{(.a): 1} | .[]?`, `@json "a\(.)"`, `[limit(9;repeat(.))] | join(.)`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, compile := range []func(string, ...string) (*jq.Program, error){jq.Compile, jq.CompileText} {
			p, err := compile(text, "$file")
			var bad *jq.Error
			switch {
			case err == nil:
				if v, err := p.Value(t.Context(), input, "f"); err == nil {
					jq.Out(v)
				}
			case !errors.As(err, &bad) || bad.Offset < 0 || bad.Offset > len(text):
				t.Fatalf("%q: %+v", text, err)
			}
		}
	})
}

func BenchmarkHolds(b *testing.B) {
	p, err := jq.Compile(`.kind == "Component" and (.metadata.tags | index("db"))`)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if ok, err := p.Holds(b.Context(), input); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

func BenchmarkValue(b *testing.B) {
	p, err := jq.Compile(`.metadata.annotations["acme.example/tier"] = "tier-" + .metadata.labels.tier`)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.Value(b.Context(), input); err != nil {
			b.Fatal(err)
		}
	}
}
