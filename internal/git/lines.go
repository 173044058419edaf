package git

import "bytes"

// Changed are the numbers, from 1, of the lines of a text that are not in an
// earlier one, or not where they were. It compares what lies between the common
// beginning and the common end, line by line without regard to order, which is
// what a reviewer takes for changed, at a cost that is that of reading.
func Changed(before, after []byte) map[int]bool {
	old, now := bytes.Split(before, []byte("\n")), bytes.Split(after, []byte("\n"))
	same := func(a, b []byte) bool {
		return bytes.Equal(bytes.TrimSuffix(a, []byte("\r")), bytes.TrimSuffix(b, []byte("\r")))
	}
	head := 0
	for head < len(old) && head < len(now) && same(old[head], now[head]) {
		head++
	}
	tail := 0
	for tail < len(old)-head && tail < len(now)-head && same(old[len(old)-1-tail], now[len(now)-1-tail]) {
		tail++
	}
	had := map[string]int{}
	for _, l := range old[head : len(old)-tail] {
		had[string(bytes.TrimSuffix(l, []byte("\r")))]++
	}
	out := map[int]bool{}
	for i, l := range now[head : len(now)-tail] {
		if k := string(bytes.TrimSuffix(l, []byte("\r"))); had[k] > 0 {
			had[k]--
			continue
		}
		out[head+i+1] = true
	}
	return out
}
