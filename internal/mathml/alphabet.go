package mathml

import "strings"

// alphabet is where the letters and digits of an alphabet begin in Unicode's
// block "Mathematical Alphanumeric Symbols"; 0 is none.
type alphabet struct{ upper, lower, digits rune }

var alphabets = map[string]alphabet{
	"bf":   {0x1d400, 0x1d41a, 0x1d7ce},
	"bi":   {0x1d468, 0x1d482, 0x1d7ce},
	"cal":  {0x1d49c, 0x1d4b6, 0},
	"frak": {0x1d504, 0x1d51e, 0},
	"bb":   {0x1d538, 0x1d552, 0x1d7d8},
	"sf":   {0x1d5a0, 0x1d5ba, 0x1d7e2},
	"tt":   {0x1d670, 0x1d68a, 0x1d7f6},
}

// elsewhere are the letters that Unicode had before it had that block.
var elsewhere = map[rune]rune{
	0x1d49d: 'ℬ', 0x1d4a0: 'ℰ', 0x1d4a1: 'ℱ', 0x1d4a3: 'ℋ', 0x1d4a4: 'ℐ', 0x1d4a7: 'ℒ', 0x1d4a8: 'ℳ', 0x1d4ad: 'ℛ', 0x1d4ba: 'ℯ', 0x1d4bc: 'ℊ', 0x1d4c4: 'ℴ',
	0x1d506: 'ℭ', 0x1d50b: 'ℌ', 0x1d50c: 'ℑ', 0x1d515: 'ℜ', 0x1d51d: 'ℨ',
	0x1d53a: 'ℂ', 0x1d53f: 'ℍ', 0x1d545: 'ℕ', 0x1d547: 'ℙ', 0x1d548: 'ℚ', 0x1d549: 'ℝ', 0x1d551: 'ℤ',
}

// styled is a text in another alphabet.
func styled(s, variant string) string {
	a, ok := alphabets[variant]
	if !ok {
		return s
	}
	return strings.Map(func(r rune) rune {
		to := r
		switch {
		case 'A' <= r && r <= 'Z':
			to = a.upper + r - 'A'
		case 'a' <= r && r <= 'z':
			to = a.lower + r - 'a'
		case '0' <= r && r <= '9' && a.digits > 0:
			to = a.digits + r - '0'
		}
		if e, ok := elsewhere[to]; ok {
			return e
		}
		return to
	}, s)
}
