package extensions

import (
	"strings"

	"callboard/internal/pymarkdown"
)

func setupTables(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	if !strings.Contains(d.EscapedChars, "|") {
		d.EscapedChars += "|"
	}
	d.Blocks.Register("table", 75, table{align: o.Bool("use_align_attribute", false)})
	return nil
}

// table reads tables: a row of headings, a row of dashes, rows of cells.
type table struct{ align bool }

// maxFilledCells is how many cells of a page may be there only because a row is
// shorter than the first: a few rows of thousands of columns and thousands of
// rows of nothing would fill the memory.
const maxFilledCells = 100_000

type filledKey struct{}

// Test implements pymarkdown.BlockProcessor.
func (table) Test(_ *pymarkdown.Document, _ *pymarkdown.Element, block string) bool {
	_, _, ok := tableHead(block)
	return ok
}

// tableHead reads the first two rows: whether rows have borders, and the cells
// of the second.
func tableHead(block string) (border bool, separator []string, ok bool) {
	first, rest, ok := strings.Cut(block, "\n")
	if !ok || !strings.Contains(first, "|") {
		return false, nil, false
	}
	second, _, _ := strings.Cut(rest, "\n")
	if strings.Trim(second, `|:- \`) != "" {
		return false, nil, false
	}
	first, second = strings.Trim(first, " "), strings.Trim(second, " ")
	border = strings.HasPrefix(first, "|") || endBorder(first) >= 0
	columns := len(splitRow(first, border))
	if columns == 1 && !(border && allBordered(rest)) {
		return false, nil, false
	}
	separator = splitRow(second, border)
	if len(separator) != columns {
		return false, nil, false
	}
	for _, s := range separator {
		if strings.Trim(s, "|:- ") != "" {
			return false, nil, false
		}
	}
	return border, separator, true
}

// allBordered tells whether every row has a pipe at its beginning or end, as
// those of a table of one column must.
func allBordered(rows string) bool {
	for row := range strings.SplitSeq(rows, "\n") {
		row = strings.Trim(row, " ")
		if !strings.HasPrefix(row, "|") && endBorder(row) < 0 {
			return false
		}
	}
	return true
}

// endBorder tells where the pipe that ends a row begins, with the pairs of
// backslashes before it, or -1.
func endBorder(row string) int {
	body, ok := strings.CutSuffix(row, "|")
	if !ok {
		return -1
	}
	n := len(body) - len(strings.TrimRight(body, `\`))
	if n%2 == 1 {
		return -1
	}
	return len(body) - n
}

// Run implements pymarkdown.BlockProcessor.
func (t table) Run(d *pymarkdown.Document, parent *pymarkdown.Element, blocks *pymarkdown.Blocks) bool {
	block := blocks.Pop()
	border, separator, _ := tableHead(block)
	aligns := make([]string, len(separator))
	for i, s := range separator {
		aligns[i] = alignment(strings.Trim(s, " "))
	}
	rows := strings.Split(block, "\n")
	e := parent.Sub("table")
	t.row(d, e.Sub("thead").Sub("tr"), "th", splitRow(strings.Trim(rows[0], " "), border), aligns)
	body := e.Sub("tbody")
	if len(rows) == 2 {
		tr := body.Sub("tr")
		for range aligns {
			tr.Sub("td")
		}
	}
	for _, row := range rows[2:] {
		t.row(d, body.Sub("tr"), "td", splitRow(strings.Trim(row, " "), border), aligns)
	}
	return true
}

func alignment(separator string) string {
	left, right := strings.HasPrefix(separator, ":"), strings.HasSuffix(separator, ":")
	switch {
	case left && right:
		return "center"
	case left:
		return "left"
	case right:
		return "right"
	}
	return ""
}

// row adds the cells of a row, as many as the table has columns.
func (t table) row(d *pymarkdown.Document, tr *pymarkdown.Element, tag string, cells, aligns []string) {
	if missing := len(aligns) - len(cells); missing > 0 {
		filled := pymarkdown.Value[int](d, filledKey{})
		if *filled += missing; *filled > maxFilledCells {
			if *filled-missing <= maxFilledCells {
				d.Report(1, pymarkdown.CodeTableTooLarge, "tables have thousands of empty cells more than they write; the rest is left out", "split the table, or write its cells")
			}
			aligns = aligns[:len(cells)]
		}
	}
	for i, align := range aligns {
		c := tr.Sub(tag)
		if i < len(cells) {
			c.SetText(strings.Trim(cells[i], " "))
		}
		switch {
		case align == "":
		case t.align:
			c.Set("align", align)
		default:
			c.Set("style", "text-align: "+align+";")
		}
	}
}

// splitRow splits a row at its pipes, but for those that are escaped or in code.
func splitRow(row string, border bool) []string {
	if border {
		row = strings.TrimPrefix(row, "|")
		if i := endBorder(row); i >= 0 {
			row = row[:i]
		}
	}
	if !strings.ContainsAny(row, "`\\") {
		return strings.Split(row, "|")
	}
	pipes, ticks := rowMarks(row)
	var cells []string
	at, regions := 0, codeRegions(ticks)
	for _, pipe := range pipes {
		for len(regions) > 0 && regions[0][1] < pipe {
			regions = regions[1:]
		}
		if len(regions) > 0 && pipe >= regions[0][0] {
			continue
		}
		cells = append(cells, row[at:pipe])
		at = pipe + 1
	}
	return append(cells, row[at:])
}

// tickRun is a run of backticks; escaped tells whether a backslash stands before
// it, which takes the first tick if the run opens code.
type tickRun struct {
	start, end, size int
	escaped          bool
}

// rowMarks finds the pipes and the runs of backticks of a row.
func rowMarks(row string) (pipes []int, ticks []tickRun) {
	for i := 0; i < len(row); i++ {
		escaped := false
		if row[i] == '\\' && i+1 < len(row) {
			switch row[i+1] {
			case '\\', '|':
				i++
				continue
			case '`':
				escaped = true
			}
		}
		switch {
		case escaped, row[i] == '`':
			start := i
			i++
			for i < len(row) && row[i] == '`' {
				i++
			}
			i--
			size := i + 1 - start
			if escaped {
				size--
			}
			ticks = append(ticks, tickRun{start, i, size, escaped})
		case row[i] == '|':
			pipes = append(pipes, i)
		}
	}
	return pipes, ticks
}

// codeRegions pairs runs of as many backticks each, from the left.
func codeRegions(ticks []tickRun) (regions [][2]int) {
	next := map[int][]int{} // size to the runs of that size
	for i, t := range ticks {
		next[t.size] = append(next[t.size], i)
	}
	for i := 0; i < len(ticks); i++ {
		size := ticks[i].size
		if ticks[i].escaped {
			size--
		}
		if size == 0 {
			continue
		}
		runs := next[size]
		for len(runs) > 0 && runs[0] <= i {
			runs = runs[1:]
		}
		next[size] = runs
		if len(runs) > 0 {
			regions = append(regions, [2]int{ticks[i].start, ticks[runs[0]].end})
			i = runs[0]
		}
	}
	return regions
}
