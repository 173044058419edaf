package news

import (
	"fmt"
	"slices"
	"strings"

	"callboard/internal/catalog"
	"callboard/internal/digest"
	"callboard/internal/entity"
)

// line is what is remembered of an entity.
type line struct {
	Ref string `json:"r"`
	// Sum is of all that was read of it: while it is the same, so are the fields.
	Sum    string            `json:"s"`
	Title  string            `json:"t"`
	Owner  string            `json:"o,omitempty"`
	Repo   string            `json:"p,omitempty"`
	Fields map[string]string `json:"f"`
}

// remembered is the line of an entity, but for the fields.
func remembered(c *catalog.Catalog, e *entity.Entity, sum digest.Sum) line {
	l := line{Ref: e.Ref.String(), Sum: sum.String()[:32], Title: cut(e.Title()), Repo: e.Origin.Repo}
	if o, ok := c.Owner(e.Ref); ok {
		l.Owner = o.Target.String()
	}
	return l
}

// fill adds the fields. With the line of before, nothing of what has not changed
// is looked at again.
func (l *line) fill(e *entity.Entity, before *line) {
	if before != nil && before.Sum == l.Sum {
		l.Fields = before.Fields
		return
	}
	l.Fields = fields(e)
}

// fields are the values of an entity by their names: as they are if they are
// short, and otherwise as a digest after a "#".
func fields(e *entity.Entity) map[string]string {
	out := map[string]string{}
	put := func(name string, v any) {
		if len(out) < maxFields && v != nil {
			out[cut(name)] = value(v)
		}
	}
	m := e.Metadata
	put("title", none(m.Title))
	put("description", none(m.Description))
	putAll(put, "labels", m.Labels)
	putAll(put, "annotations", m.Annotations)
	if len(m.Tags) > 0 {
		put("tags", strings.Join(m.Tags, ", "))
	}
	if len(m.Links) > 0 {
		put("links", m.Links)
	}
	putAll(put, "metadata", m.Extra)
	for _, k := range sorted(e.Spec) {
		if k != "owner" { // which is told as what it leads to
			put(k, e.Spec[k])
		}
	}
	return out
}

func none(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func putAll[V any](put func(string, any), name string, m map[string]V) {
	if len(m) > 0 {
		put(name, m)
	}
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func value(v any) string {
	switch v := v.(type) {
	case string:
		if len(v) <= maxValue && !strings.HasPrefix(v, "#") && !strings.ContainsAny(v, "\r\n") {
			return v
		}
	case bool, int, int64, float64:
		return fmt.Sprint(v)
	}
	return "#" + digest.New("value").JSON(v).Sum().Short()
}

// cut is the beginning of a text that is too long to be remembered.
func cut(s string) string {
	if len(s) <= maxValue {
		return s
	}
	return strings.ToValidUTF8(s[:maxValue], "") + "…"
}

// compare tells what differs; there is no change if nothing does.
func compare(before, now line) (Change, bool) {
	c := Change{What: Changed, Ref: now.Ref, Title: now.Title, Owner: now.Owner, Repo: now.Repo}
	if before.Owner != now.Owner {
		c.Was = before.Owner
		c.Fields = append(c.Fields, Field{"owner", before.Owner, now.Owner})
	}
	if before.Repo != now.Repo {
		c.Fields = append(c.Fields, Field{"repository", before.Repo, now.Repo})
	}
	for _, name := range names(before.Fields, now.Fields) {
		if was, is := before.Fields[name], now.Fields[name]; was != is {
			c.Fields = append(c.Fields, told(name, was, is))
		}
	}
	return c, len(c.Fields) > 0
}

func names(a, b map[string]string) []string {
	return slices.Compact(slices.Sorted(func(yield func(string) bool) {
		for _, m := range []map[string]string{a, b} {
			for k := range m {
				if !yield(k) {
					return
				}
			}
		}
	}))
}

// told is a field without its values if one of them is but a digest.
func told(name, was, is string) Field {
	if strings.HasPrefix(was, "#") || strings.HasPrefix(is, "#") {
		return Field{Name: name}
	}
	return Field{name, was, is}
}
