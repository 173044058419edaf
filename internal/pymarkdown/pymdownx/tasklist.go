package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// taskList makes checkboxes of `[ ]` and `[x]` at the beginning of list items.
type taskList struct{ custom, clickable bool }

func setupTasklist(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	t := taskList{custom: o.Bool("custom_checkbox", false), clickable: o.Bool("clickable_checkbox", false)}
	d.Tree.Register("task-list", 25, t.run)
	return nil
}

func (t taskList) run(d *pymarkdown.Document, root *pymarkdown.Element) {
	for li := range root.Iter() {
		if li.Tag != "li" || !t.item(d, li) {
			continue
		}
		li.Set("class", strings.Join(append(strings.Fields(li.Attr("class")), "task-list-item"), " "))
		if list := li.Up(); list != nil && !hasClass(list.Attr("class"), "task-list") {
			list.Set("class", strings.Join(append(strings.Fields(list.Attr("class")), "task-list"), " "))
		}
	}
}

// item puts a checkbox into an item, or into the paragraph that it begins with.
func (t taskList) item(d *pymarkdown.Document, li *pymarkdown.Element) bool {
	e := li
	if e.Lead == "" {
		if e = li.First(); e == nil || e.Tag != "p" {
			return false
		}
	}
	checked, rest, ok := readCheckbox(e.Lead)
	if !ok {
		return false
	}
	e.SetText(d.Stash.Add(pymarkdown.Stashed{HTML: t.checkbox(checked), Safe: true}) + rest)
	return true
}

// readCheckbox reads `[x]` and the spaces behind it.
func readCheckbox(text string) (checked bool, rest string, ok bool) {
	text = strings.TrimLeft(text, " ")
	if len(text) < 4 || text[0] != '[' || text[2] != ']' || text[3] != ' ' {
		return false, "", false
	}
	switch text[1] {
	case 'x', 'X':
		checked = true
	case ' ':
	default:
		return false, "", false
	}
	return checked, strings.TrimLeft(text[3:], " "), true
}

func (t taskList) checkbox(checked bool) string {
	input := `<input type="checkbox"`
	if !t.clickable {
		input += " disabled"
	}
	if checked {
		input += " checked"
	}
	if t.custom {
		return `<label class="task-list-control">` + input + `/><span class="task-list-indicator"></span></label> `
	}
	return input + "/> "
}
