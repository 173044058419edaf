package markdown

import (
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/yamldoc"
)

// TagList are the settings of a list of tags.
type TagList struct {
	// Include are the tags that are listed; without any, all are, but for Exclude.
	Include, Exclude []string `json:",omitempty"`
	// Scope lists pages of the page's own directory and those below it alone.
	Scope bool `json:",omitempty"`
}

// Limits of a mark.
const (
	maxTagMark   = 4 << 10 // bytes
	maxTagsNamed = 200
)

// tagList reads a comment that is the mark of Material's plugin tags, with
// settings as YAML behind its name; nil for any other comment.
func tagList(comment string) *TagList {
	text := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(comment), "<!--"), "-->"))
	settings, ok := strings.CutPrefix(text, "material/tags")
	if !ok || settings != "" && !strings.ContainsAny(settings[:1], " \t\n{") || len(settings) > maxTagMark {
		return nil
	}
	l := new(TagList)
	d := yamldoc.One([]byte(settings), diag.Pos{}, diag.Discard)
	if d == nil {
		return l
	}
	if m, ok := d.Value.(map[string]any); ok {
		l.Include, l.Exclude = tagNames(m["include"]), tagNames(m["exclude"])
		l.Scope, _ = m["scope"].(bool)
	}
	return l
}

func tagNames(v any) (out []string) {
	list, _ := v.([]any)
	for _, x := range list {
		if s, ok := x.(string); ok && len(out) < maxTagsNamed {
			out = append(out, s)
		}
	}
	return out
}

// Whole tells whether all tags are listed, with all their pages.
func (l *TagList) Whole() bool { return len(l.Include) == 0 && len(l.Exclude) == 0 && !l.Scope }

// Lists tells whether a tag is listed.
func (l *TagList) Lists(tag string) bool {
	return (len(l.Include) == 0 || slices.Contains(l.Include, tag)) && !slices.Contains(l.Exclude, tag)
}
