package docs

// maxBoost is far beyond what counts; see search.Doc.
const maxBoost = 1000

// searchOf reads what the front matter says of a page in the search: that it is kept
// from it, and what it counts there. A boost that is no positive number is none.
func searchOf(v any) (unsearched bool, boost float64) {
	m, _ := v.(map[string]any)
	unsearched, _ = m["exclude"].(bool)
	switch n := m["boost"].(type) {
	case int64:
		boost = float64(n)
	case float64:
		boost = n
	}
	if !(boost > 0) {
		return unsearched, 0
	}
	return unsearched, min(boost, maxBoost)
}
