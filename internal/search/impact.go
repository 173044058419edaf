package search

// A mark is what the index keeps of a posting besides the document, in a byte:
// in which of the strong fields the term is, in three bits (see strong), whether
// it is the whole of a name or title, in one, and as a level in four, how much
// the headings and the text of the document say of it.
//
// The level holds what a reader would else look up for each document: how often
// the term is there, how long the text is, and whether its class is worth less.
// Steps of a half put phrases of few words in another order.
const (
	markWhole   byte = 1 << 3
	levelShift       = 4
	levels           = 16
	leastWeight      = 0.2 // of level 1
	levelStep        = 1.3 // from one to the next
)

// The weights of headings and text, and how much a long text takes away: usual
// is a text that takes away nothing. The level does not depend on what else is
// in the index, so that what is kept from build to build fits into another.
const (
	weightHeading = 4
	weightBody    = 1
	bodyNorm      = 0.5
	usualWords    = 400
)

// bodyCounts is the count each class of counts stands for, after saturation.
var bodyCounts = [4]float64{1, 1.6, 2.3, 3}

// levelOf is the level of a weight: the one that is nearest, as a factor.
func levelOf(weight float64) byte {
	if weight <= 0 {
		return 0
	}
	level, bound := byte(1), leastWeight*(1+levelStep)/2
	for ; level < levels-1 && weight >= bound; bound *= levelStep {
		level++
	}
	return level
}

// levelWeights is the weight that each level stands for.
func levelWeights() (out [levels]float64) {
	w := leastWeight
	for level := 1; level < len(out); level++ {
		out[level] = w
		w *= levelStep
	}
	return out
}

// marks makes marks; those it has made it need not reckon again.
type marks struct {
	known [256]*[256][16]byte // by worth, flags and class of length, plus one
}

// of is the mark of a posting with such flags in a document of such a length and
// worth; see row and docClass.
func (m *marks) of(flags, length, worth byte) byte {
	t := m.known[worth]
	if t == nil {
		t = new([256][16]byte)
		m.known[worth] = t
	}
	known := &t[flags][length>>4]
	if *known == 0 {
		*known = 1 + markOf(flags, length>>4, worth)
	}
	return *known - 1
}

func markOf(flags, class, worth byte) byte {
	weight := 0.0
	if flags&inHeading != 0 {
		weight += weightHeading
	}
	if flags&inBody != 0 {
		words := float64(lengthBounds[class])
		weight += weightBody * bodyCounts[flags>>tfShift] / (1 - bodyNorm + bodyNorm*words/usualWords)
	}
	if flags&strong == 0 {
		return levelOf(worthOf(weight, worth)) << levelShift
	}
	m := flags&strong | levelOf(weight)<<levelShift
	if flags&isWhole != 0 {
		m |= markWhole
	}
	return m
}

// worthOf is the weight whose score is that of the other, times hundredths; there is
// none for a score of one and more, and what is near to it has the last level.
func worthOf(weight float64, worth byte) float64 {
	score := min(weight/(weight+saturation)*float64(worth)/100, 0.99)
	return saturation * score / (1 - score)
}
