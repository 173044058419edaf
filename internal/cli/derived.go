package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"callboard/internal/catalog"
	"callboard/internal/entity"
)

// derived is a value that the entity's file does not give: which processor has
// set it, and why.
type derived struct {
	entity.Derived
	// Value is what the field has in the end, "" if it has been removed.
	Value string `json:"value"`
}

func derivedOf(e *entity.Entity) []derived {
	out := []derived{}
	whole := map[string]any{"metadata": catalog.FlatMetadata(e), "spec": e.Spec}
	for _, d := range e.Derived {
		v, there := at(whole, d.Field)
		x := derived{Derived: d}
		if there {
			x.Value = gist(v)
		}
		out = append(out, x)
	}
	return out
}

// at is the value at a path such as "metadata.annotations.backstage.io/view-url".
// Keys may have dots in them.
func at(m map[string]any, field string) (any, bool) {
	if v, there := m[field]; there {
		return v, true
	}
	for i, c := range field {
		if c != '.' {
			continue
		}
		if below, ok := m[field[:i]].(map[string]any); ok {
			if v, there := at(below, field[i+1:]); there {
				return v, true
			}
		}
	}
	return nil, false
}

// writeDerived tells what processors have set, and by which evidence.
func (x *explanation) writeDerived(w io.Writer) {
	if len(x.Derived) == 0 {
		return
	}
	fmt.Fprintln(w, "\n  Derived")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, d := range x.Derived {
		from := d.From
		if !d.Pos.IsZero() {
			from = strings.TrimSpace(from + " at " + x.at(d.Pos))
		}
		fmt.Fprintf(t, "    %s\t%s\t%s: %s\n", printable(d.Field), printable(d.Value), printable(d.By), printable(from))
	}
	t.Flush()
}
