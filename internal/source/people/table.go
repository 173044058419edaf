package people

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"callboard/internal/config"
	"callboard/internal/diag"
)

// columns are those that a table may have. Kind is user or group; without that
// column, all rows are users.
var columns = []string{"kind", "name", "displayName", "email", "picture", "description", "namespace", "groups", "type", "parent", "members"}

// row is a line of a table, by the index of its columns.
type row struct {
	cells [11]string
	at    [11][2]int32 // lines and columns; the beginning of the row where there is no cell
}

func column(name string) int { return slices.Index(columns, name) }

func (x *row) cell(name string) string { return x.cells[column(name)] }

// table reads CSV (RFC 4180), with commas or semicolons between the columns and a
// first line that names them.
func (r *reader) table(text []byte) (f file, pos where) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	places := map[string][]row{}
	pos = func(kind string, i int, field string) diag.Pos { return r.in(&places[kind][i], field) }
	if !utf8.Valid(text) {
		r.report(r.place(1, 1), diag.Error, "the file is not in UTF-8", "save it as CSV in UTF-8")
		return f, pos
	}
	for _, x := range r.rows(text) {
		if r.add(&f, &x) {
			places["groups"] = append(places["groups"], x)
		} else {
			places["users"] = append(places["users"], x)
		}
	}
	return f, pos
}

func (r *reader) place(line, col int) diag.Pos {
	return diag.Pos{File: r.at.File, Line: line, Col: col}
}

// in is the place of a cell.
func (r *reader) in(x *row, field string) diag.Pos {
	at := x.at[column(field)]
	return r.place(int(at[0]), int(at[1]))
}

// rows are the rows below the first, as far as the table can be read.
func (r *reader) rows(text []byte) (out []row) {
	c := csv.NewReader(bytes.NewReader(text))
	c.FieldsPerRecord, c.TrimLeadingSpace = -1, true
	first, _, _ := bytes.Cut(text, []byte("\n"))
	if !bytes.ContainsRune(first, ',') && bytes.ContainsRune(first, ';') {
		c.Comma = ';'
	}
	var head []int
	for {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			return out
		}
		if e, ok := errors.AsType[*csv.ParseError](err); ok {
			r.report(r.place(e.Line, max(e.Column, 1)), diag.Error, "the table cannot be read further: "+e.Err.Error(), `a cell with quotes in it stands in quotes, and the quotes are doubled`)
			return out
		}
		if head == nil {
			if head = r.head(c, cells); head == nil {
				return nil
			}
			continue
		}
		if len(out) > MaxPeople {
			return out
		}
		out = append(out, r.row(c, head, cells))
	}
}

// head reads the names of the columns, as their indexes. It returns nil if one is
// wrong.
func (r *reader) head(c *csv.Reader, cells []string) []int {
	var head []int
	right := true
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		line, col := c.FieldPos(i)
		j := slices.IndexFunc(columns, func(k string) bool { return strings.EqualFold(k, cell) })
		switch {
		case j < 0:
			r.report(r.place(line, col), diag.Error, fmt.Sprintf("there is no column %q", cell), columnHint(cell))
			right = false
		case slices.Contains(head, j):
			r.report(r.place(line, col), diag.Error, fmt.Sprintf("the column %q is there twice", columns[j]), "")
			right = false
		}
		head = append(head, j)
	}
	if right && !slices.Contains(head, column("name")) {
		r.report(r.place(1, 1), diag.Error, "the table has no column name", "the first line names the columns")
		right = false
	}
	if !right {
		return nil
	}
	return head
}

func columnHint(got string) string {
	if best := config.Nearest(got, columns); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "the columns are " + strings.Join(columns, ", ")
}

func (r *reader) row(c *csv.Reader, head []int, cells []string) (x row) {
	line, col := c.FieldPos(0)
	for i := range x.at {
		x.at[i] = [2]int32{int32(line), int32(col)}
	}
	for i, cell := range cells {
		line, col := c.FieldPos(i)
		if i >= len(head) {
			r.report(r.place(line, col), diag.Error, "the row has more cells than there are columns", "a cell with a comma in it stands in quotes")
			break
		}
		x.cells[head[i]], x.at[head[i]] = strings.TrimSpace(cell), [2]int32{int32(line), int32(col)}
	}
	return x
}

// add adds a row, and tells whether it is a group.
func (r *reader) add(f *file, x *row) bool {
	if x.cell("name") == "" {
		r.report(r.in(x, "name"), diag.Error, "the row has no name", "")
	}
	if p := x.cell("picture"); p != "" && !config.IsAddress(p) {
		r.report(r.in(x, "picture"), diag.Error, "picture must be an address that begins with https:// or http://", "")
		x.cells[column("picture")] = ""
	}
	switch kind := x.cell("kind"); strings.ToLower(kind) {
	case "group":
		f.Groups = append(f.Groups, group{Name: x.cell("name"), Type: cmp.Or(x.cell("type"), "team"), DisplayName: x.cell("displayName"), Email: x.cell("email"), Picture: x.cell("picture"),
			Description: x.cell("description"), Namespace: x.cell("namespace"), Parent: x.cell("parent"), Members: words(x.cell("members"))})
		return true
	case "", "user":
	default:
		r.report(r.in(x, "kind"), diag.Error, fmt.Sprintf("kind is %q; it must be user or group", kind), "")
	}
	f.Users = append(f.Users, user{Name: x.cell("name"), DisplayName: x.cell("displayName"), Email: x.cell("email"), Picture: x.cell("picture"),
		Description: x.cell("description"), Namespace: x.cell("namespace"), Groups: words(x.cell("groups"))})
	return false
}

// words are the names in a cell, with anything between them.
func words(s string) []string {
	return strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(",;| \t\n", c) })
}
