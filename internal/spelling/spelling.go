// Package spelling tells how far words are from one another.
package spelling

// maxCompared is how many bytes of a word are compared with another.
const maxCompared = 64

// Distance is the number of bytes to change, add, remove or swap with the next one
// to make b of a (optimal string alignment), or more than most if it is more, or
// if a word is longer than 64 bytes.
func Distance(a, b string, most int) int {
	if d := len(a) - len(b); d > most || -d > most || len(a) > maxCompared || len(b) > maxCompared {
		return most + 1
	}
	var rows [3][maxCompared + 1]int
	before, row, next := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j-1]+cost, row[j]+1, next[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
			least = min(least, next[j])
		}
		if least > most {
			return most + 1
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
