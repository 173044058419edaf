package yamldoc

import (
	"fmt"
	"slices"
	"testing"

	"callboard/internal/diag"
)

func TestTraps(t *testing.T) {
	for _, c := range []struct {
		src  string
		want []string
	}{
		{"v: 1.10\n", []string{"1:4 0 1.10 1.1"}},
		{"v: [1.5, 007, 0x1F, 12e3, 3.0, 10, -1, 0, 0.5]\n", []string{"1:10 0 007 7", "1:15 0 0x1F 31", "1:21 0 12e3 12000", "1:27 0 3.0 3"}},
		{"a: yes\nb: \"yes\"\nc: |\n  yes\nd: 'no'\non: OFF\n", []string{"1:4 1 yes true", "6:1 1 on true", "6:5 1 OFF false"}},
		{"a: 2024-01-02\nb: 1:30\nc: 1_000\nd: 0b11\ne: 2024\nf: a-b\n", []string{"1:4 1 2024-01-02 a date", "2:4 1 1:30 a number", "3:4 1 1_000 a number", "4:4 1 0b11 a number"}},
		{"a: &x {b: 1}\nc:\n  <<: *x\n  '<<': 1\n", []string{"3:3 2 << <<"}},
		{"slack: #payments\nowner: team # a comment\nx: # a comment\n  y: 1\n", []string{"1:8 3 #payments "}},
		{"d: the board #1 of all\ne: team #comment\n", []string{"1:4 3 the board #1 of all the board"}},
		{"a: &x yes\nb: *x\nc: *x\n", []string{"1:4 1 yes true"}},
		{"Yes: !!str no\nnever: ok\n", []string{"1:1 1 Yes true"}},
	} {
		var got []string
		for _, d := range Parse([]byte(c.src), diag.Pos{}, diag.Discard) {
			for _, x := range d.Traps() {
				got = append(got, fmt.Sprintf("%d:%d %d %s %s", x.Pos.Line, x.Pos.Col, x.Kind, x.Text, x.Value))
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q:\n got %q\nwant %q", c.src, got, c.want)
		}
	}
}

func TestPlainAndHas(t *testing.T) {
	d := One([]byte("a: 1.10\nb: 'x'\nc: [y]\n"), diag.Pos{}, diag.Discard)
	if s, ok := d.Plain("a"); !ok || s != "1.10" {
		t.Error(s, ok)
	}
	if _, ok := d.Plain("b"); ok {
		t.Error("quotes are not plain")
	}
	if s, ok := d.Plain("c", 0); !ok || s != "y" {
		t.Error(s, ok)
	}
	if !d.Has("c", 0) || d.Has("c", 1) || d.Has("z") || d.Has("a", "b") {
		t.Error("Has does not tell what is there")
	}
}
