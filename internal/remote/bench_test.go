package remote_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/publish/publishtest"
)

// BenchmarkMoved sends a state of 10,000 files of 4 KB, brings it to a machine that
// has nothing, looks once more where all is there, and sends one file that changed.
func BenchmarkMoved(b *testing.B) {
	files := map[string]string{}
	for i := range 10_000 {
		files[fmt.Sprintf("repositories/%02x/%d", i%256, i)] = strings.Repeat(fmt.Sprintf("repository %d\n", i), 4096/16)
	}
	s, c := new(publishtest.Memory), publishtest.NewClock()
	m := fresh(b, s, c)
	m.pull(b)
	m.write(b, files)
	m.push(b)
	b.Run("brought", func(b *testing.B) {
		for b.Loop() {
			fresh(b, s, c).pull(b)
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		for b.Loop() {
			x := again(b, s, c, m.dir)
			x.pull(b)
			x.push(b)
		}
	})
	b.Run("one changed", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if err := os.WriteFile(filepath.Join(m.dir, "repositories", "00", "0"), fmt.Appendf(nil, "changed %d", i), 0o644); err != nil {
				b.Fatal(err)
			}
			m.push(b)
		}
	})
}
