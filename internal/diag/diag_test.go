package diag_test

import (
	"encoding/json"
	"testing"

	"callboard/internal/diag"
)

func TestPosString(t *testing.T) {
	for _, c := range []struct {
		pos  diag.Pos
		want string
	}{
		{diag.Pos{Repo: "pay", File: "a.yaml", Line: 3, Col: 7}, "pay/a.yaml:3:7"},
		{diag.Pos{Repo: ".", File: "a.yaml", Line: 3}, "a.yaml:3"},
		{diag.Pos{Repo: "pay"}, "pay"},
		{diag.Pos{File: "callboard.yaml"}, "callboard.yaml"},
	} {
		if got := c.pos.String(); got != c.want {
			t.Errorf("%#v: %q, want %q", c.pos, got, c.want)
		}
	}
}

func TestListSortsAndDropsRepeats(t *testing.T) {
	var l diag.List
	at := func(line int) diag.Diagnostic {
		return diag.Diagnostic{Pos: diag.Pos{File: "a", Line: line}, Code: "x", Message: "m", Severity: diag.Warning}
	}
	for _, line := range []int{3, 1, 3, 2} {
		l.Report(at(line))
	}
	ds := l.All()
	if len(ds) != 3 || ds[0].Pos.Line != 1 || ds[2].Pos.Line != 3 {
		t.Fatalf("%+v", ds)
	}
	if e, w, i := diag.Count(ds); e != 0 || w != 3 || i != 0 {
		t.Fatal(e, w, i)
	}
}

func TestJSONRoundTrip(t *testing.T) {
	want := diag.Diagnostic{Pos: diag.Pos{Repo: "r", File: "f", Line: 1, Col: 2}, Severity: diag.Error, Code: "ref-dangling", Message: "m"}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(b); got != `{"pos":{"repo":"r","file":"f","line":1,"col":2},"severity":"error","code":"ref-dangling","message":"m"}` {
		t.Fatal(got)
	}
	var got diag.Diagnostic
	if err := json.Unmarshal(b, &got); err != nil || got.Compare(want) != 0 || got.Severity != want.Severity {
		t.Fatal(got, err)
	}
}
