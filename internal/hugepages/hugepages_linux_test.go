package hugepages

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestAsked looks at what the system says of the memory of this program: as much as
// is asked for has the mark of having been asked for, and little of it is there.
func TestAsked(t *testing.T) {
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage"); err != nil {
		t.Skip("the system knows no large pages: ", err)
	}
	asked, there := marked(t)
	if asked < room {
		t.Errorf("large pages are asked for %d bytes, not for %d", asked, room)
	}
	if there > room/2 {
		t.Errorf("%d bytes of it are in memory, without use", there)
	}
}

// marked is how many bytes the mappings have that large pages are asked for, and how
// many of them are in memory.
func marked(t *testing.T) (size, there int) {
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Skip("the system does not tell of the memory of a program: ", err)
	}
	defer func() { _ = f.Close() }()
	var one struct{ size, rss int }
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		switch name, value, _ := strings.Cut(lines.Text(), ":"); name {
		case "Size":
			one.size = kilobytes(t, value)
		case "Rss":
			one.rss = kilobytes(t, value)
		case "VmFlags":
			if strings.Contains(value+" ", " hg ") {
				size, there = size+one.size, there+one.rss
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return size, there
}

func kilobytes(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), " kB"))
	if err != nil {
		t.Fatal(err)
	}
	return n << 10
}
