package lsp

import (
	"path"
	"slices"
	"strings"

	"callboard/internal/entity"
	"callboard/internal/repofs"
)

// values offers what a value may be. The path is that of the value; before is
// what must be written before it.
func (c *completer) values(at *shape, to []string, before string) {
	add := func(detail string, kind int, words ...string) {
		for _, word := range words {
			c.value(completionItem{Label: word, Kind: kind, Detail: detail}, word, before)
		}
	}
	if f, ok := c.refField(to); ok {
		c.references(f, before)
		return
	}
	used := c.view.used()
	switch joined := strings.Join(to, "."); {
	case joined == "kind":
		c.kinds()
		return
	case joined == "metadata.namespace":
		add("", itemValue, unique(append([]string{entity.DefaultNamespace}, used.namespaces...))...)
		return
	case joined == "metadata.tags.-":
		add("used in this catalog", itemValue, used.tags...)
		return
	case joined == "metadata.links.-.icon":
		add("", itemEnum, c.icons()...)
		add("used in this catalog", itemEnum, used.linkIcons...)
		return
	case joined == "metadata.links.-.type":
		add("", itemValue, examples(at)...)
		add("used in this catalog", itemValue, used.linkTypes...)
		return
	case len(to) == 3 && to[0] == "metadata" && to[1] == "annotations":
		add("", itemValue, annotationValues(to[2])...)
		return
	case joined == "spec.lifecycle":
		add("", itemEnum, c.allowed(c.lifecycles(), at)...)
		add("used in this catalog", itemValue, c.unless(c.lifecycles(), used.lifecycles)...)
		return
	case joined == "spec.type" && c.w.head.kind != entity.KindLocation:
		add("", itemEnum, c.allowed(c.types(), at)...)
		add("used in this catalog", itemValue, c.unless(c.types(), used.types[c.w.head.kind])...)
		return
	case len(to) > 0 && strings.HasPrefix(to[len(to)-1], "$"), joined == "spec.target", joined == "spec.targets.-":
		c.files(before)
		return
	}
	if at == nil {
		return
	}
	add("", itemEnum, unique(append(slices.Clone(at.values), at.examples...))...)
	if at.boolean {
		add("", itemConstant, "true", "false")
	}
}

func examples(s *shape) []string {
	if s == nil {
		return nil
	}
	return s.examples
}

// allowed are the words that an organisation allows, or those that are usual.
func (c *completer) allowed(listed []string, at *shape) []string {
	if len(listed) > 0 || at == nil {
		return listed
	}
	return unique(append(slices.Clone(at.values), at.examples...))
}

// unless are the words that others use, where the organisation has not said
// which are allowed.
func (c *completer) unless(listed, used []string) []string {
	if len(listed) > 0 {
		return nil
	}
	return used
}

func (c *completer) lifecycles() []string {
	if c.view == nil || c.view.project.Options.Config == nil {
		return nil
	}
	return c.view.project.Options.Config.Lint.Lifecycles
}

func (c *completer) types() []string {
	if c.view == nil || c.view.project.Options.Config == nil {
		return nil
	}
	for kind, list := range c.view.project.Options.Config.Lint.Types {
		if strings.EqualFold(kind, c.w.head.kind) {
			return list
		}
	}
	return nil
}

func (c *completer) icons() []string {
	if c.view == nil {
		return nil
	}
	return c.view.project.Editor.Icons
}

// annotationValues are the values of annotations that have a few usual ones.
func annotationValues(key string) []string {
	switch key {
	case "backstage.io/techdocs-ref":
		return []string{"dir:."}
	case "backstage.io/orphan", "kubernetes.io/skip-tls-verify", "kubernetes.io/skip-metrics-lookup", "tekton.dev/cicd":
		return []string{"true", "false"}
	case "backstage.io/code-coverage":
		return []string{"enabled", "scm-only"}
	}
	return nil
}

func (c *completer) kinds() {
	for _, k := range c.shapes.kinds {
		c.value(completionItem{Label: k, Kind: itemEnum, Documentation: c.about(c.shapes.of[k].text)}, k, "")
	}
}

// value offers one value, once.
func (c *completer) value(item completionItem, text, before string) {
	if !c.fits(item.Label) && !c.fits(item.FilterText) || slices.ContainsFunc(c.items, func(x completionItem) bool {
		return x.Label == item.Label && x.Kind != itemField && x.Kind != itemSnippet
	}) {
		return
	}
	text = c.quoted(text)
	if item.FilterText != "" || before != "" || text != item.Label {
		item.FilterText = before + orText(item.FilterText, item.Label)
	}
	if c.w.glued {
		before = " " + before
	}
	c.offer(item, before+text)
}

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// quoted is a text as it must be written in the place: what stands in quotes
// already needs none.
func (c *completer) quoted(s string) string {
	switch c.w.quote {
	case '\'':
		return strings.ReplaceAll(s, "'", "''")
	case '"':
		return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
	}
	if c.w.flow && strings.ContainsAny(s, ",[]{}") {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
	}
	return scalarText(s)
}

// files offers the files of the repository, relative to the document's.
func (c *completer) files(before string) {
	if c.view == nil || c.view.linted == nil {
		return
	}
	spots := c.view.spots(c.doc.path)
	if len(spots) == 0 {
		return
	}
	snap := c.view.linted.Snapshots[spots[0].repo]
	typed, _ := path.Split(c.word)
	dir := path.Join(path.Dir(spots[0].file), typed)
	if snap == nil || strings.HasPrefix(dir, "..") || strings.Contains(c.word, "://") {
		return
	}
	if typed == "" {
		typed = "./"
	}
	for _, name := range namesIn(snap, dir) {
		item := completionItem{Label: typed + name, Kind: itemFile}
		if item.Label != "./"+path.Base(c.doc.path) {
			c.value(item, item.Label, before)
		}
	}
}

// namesIn are the files and directories of a directory, the latter with a slash.
func namesIn(s *repofs.Snapshot, dir string) []string {
	var out []string
	prefix := ""
	if dir != "." && dir != "" {
		prefix = dir + "/"
	}
	for _, f := range s.Under(dir) {
		name, rest, deep := strings.Cut(strings.TrimPrefix(f.Path, prefix), "/")
		if deep && rest != "" {
			name += "/"
		}
		if len(out) == 0 || out[len(out)-1] != name {
			out = append(out, name)
		}
		if len(out) > maxItems {
			break
		}
	}
	return out
}
