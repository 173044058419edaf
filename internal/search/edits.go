package search

// distance is the number of edits between a typed word and another: a letter
// added, left out or changed, or two neighbours swapped. It is most+1 if there
// are more than most. With prefix, it is the least for any beginning of the
// other, whose end is still to be typed.
func distance(typed, other []rune, most int, prefix bool) int {
	if len(typed)-len(other) > most || !prefix && len(other)-len(typed) > most {
		return most + 1
	}
	var rows [3][maxSpelled + 4]int
	before, row, next := rows[0][:len(other)+1], rows[1][:len(other)+1], rows[2][:len(other)+1]
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(typed); i++ {
		next[0] = i
		least := i
		for j := 1; j <= len(other); j++ {
			d := row[j-1]
			if typed[i-1] != other[j-1] {
				d = min(d, row[j], next[j-1]) + 1
			}
			if i > 1 && j > 1 && typed[i-1] == other[j-2] && typed[i-2] == other[j-1] {
				d = min(d, before[j-2]+1)
			}
			next[j] = d
			least = min(least, d)
		}
		if least > most {
			return most + 1
		}
		before, row, next = row, next, before
	}
	if !prefix {
		return min(row[len(other)], most+1)
	}
	best := most + 1
	for _, d := range row {
		best = min(best, d)
	}
	return best
}

// tolerance is how many edits a word of so many letters may be away from one it
// was meant for.
func tolerance(runes int) int {
	switch {
	case runes < 4:
		return 0
	case runes < 8:
		return 1
	}
	return 2
}
