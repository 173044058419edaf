package graph

import "testing"

func BenchmarkDraw(b *testing.B) {
	twelve, _, _, _ := star(11, LimitOverview)
	sixty, _, _, _ := star(60, LimitTab)
	for _, c := range []struct {
		name string
		d    Diagram
	}{
		{"star12", twelve}, {"payments9", payments()}, {"system17", system()}, {"star60", sixty},
		{"random60", random(7, 60, 80, 4)}, {"random500", random(8, 500, 700, 20)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Draw(c.d, "/assets/icons.svg")
			}
		})
	}
}

func BenchmarkAround(b *testing.B) {
	for b.Loop() {
		star(500, LimitOverview)
	}
}
