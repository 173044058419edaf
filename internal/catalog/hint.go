package catalog

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"callboard/internal/entity"
	"callboard/internal/schema"
	"callboard/internal/yamldoc"
)

const quoteHint = "put quotes around the value"

// hintFor says what to do about the problems people have most.
func hintFor(p schema.Problem) string {
	switch {
	case p.Missing != "":
		return missingHint(p.Missing)
	case p.Where() == "apiVersion":
		return "use backstage.io/v1alpha1 (templates: scaffolder.backstage.io/v1beta3)"
	case p.Keyword == "type" && (strings.HasSuffix(p.Message, "not a number") || strings.HasSuffix(p.Message, "not a boolean")):
		return quoteHint
	case p.Keyword == "type" && strings.HasSuffix(p.Message, "not empty"):
		return "give it a value, or remove it"
	case p.Keyword == "type" && strings.HasSuffix(p.Message, "must be a list, not a string"):
		return "write a list, such as [a, b]"
	case p.Keyword == "type" && strings.HasSuffix(p.Message, "must be a string, not a list"):
		return "write one value instead of the list, such as " + example(p)
	case p.Keyword == "type" && strings.HasSuffix(p.Message, "must be a string, not a mapping"):
		return "write text in its place, such as " + example(p)
	}
	return ""
}

// example is a field with a value as it should be.
func example(p schema.Problem) string {
	field := ""
	if n := len(p.Path); n > 0 {
		field, _ = p.Path[n-1].(string)
	}
	switch field {
	case "owner":
		return "owner: group:default/payments-team"
	case "lifecycle":
		return "lifecycle: production"
	case "type":
		return "type: service"
	case "":
		return `"text"`
	}
	return field + ": text"
}

func missingHint(field string) string {
	switch field {
	case "apiVersion":
		return "add apiVersion: backstage.io/v1alpha1"
	case "kind":
		return "add the kind, such as kind: Component"
	case "metadata":
		return "add metadata: with a name below it"
	case "name":
		return "add name, of letters, digits and hyphens"
	case "spec":
		return "add spec: with the fields that the kind needs below it"
	case "lifecycle":
		return "add lifecycle: experimental, production or deprecated"
	case "owner":
		return "add owner: and the group that is responsible, such as group:default/payments-team"
	case "type":
		return "add type: and what sort of thing it is, such as service, library or website"
	case "children", "memberOf":
		return "it must be there; write " + field + ": [] for none"
	case "definition":
		return "write the definition, or definition: {$text: ./file.yaml}"
	}
	return "add " + field
}

// repair is what a problem with a value comes to: what to do, and the fix if
// that is certain.
func (x *document) repair(p schema.Problem) (hint, old, text string) {
	hint = hintFor(p)
	plain, _ := x.d.Plain(p.Path...)
	switch {
	case hint == quoteHint && plain != "":
		old, text = plain, `"`+plain+`"`
		return "write " + text, old, text
	case strings.HasSuffix(p.Message, "must be a list, not a string") && plain != "" && !strings.ContainsAny(plain, ", []{}#"):
		old, text = plain, "["+plain+"]"
		return "write " + text, old, text
	case strings.HasSuffix(p.Message, "not empty"):
		if c := x.commentAt(p.Path); c != "" {
			return fmt.Sprintf(`%s is a comment; write "%s" if it is the value`, short(c), short(c)), "", ""
		}
	}
	return hint, "", ""
}

// commentAt is the comment that stands where a value should be, or "". It is
// told with what is wrong with the value, and not again.
func (x *document) commentAt(at []any) string {
	line := x.d.Pos(at...).Line
	for _, t := range x.d.Traps() {
		if t.Kind == yamldoc.TrapComment && t.Value == "" && t.Pos.Line == line {
			x.refuse(t.Pos)
			return t.Text
		}
	}
	return ""
}

// rootHint says where a field belongs that stands at the root.
func rootHint(field string) string {
	switch field {
	case "name", "namespace", "title", "description", "labels", "annotations", "tags", "links":
		return "it belongs into metadata: indent it below metadata:"
	case "owner", "type", "lifecycle", "system", "domain", "definition", "dependsOn", "dependencyOf", "providesApis", "consumesApis", "subcomponentOf",
		"children", "members", "memberOf", "parent", "profile", "target", "targets", "steps", "parameters", "output":
		return "it belongs into spec: indent it below spec:"
	}
	return "an entity has apiVersion, kind, metadata and spec; other things go into metadata.annotations or spec"
}

// formatHint offers a value in the right format where that is easy.
func formatHint(at []any, s string) string {
	if len(at) < 2 {
		return ""
	}
	check := map[any]func(string) string{"name": entity.CheckName, "namespace": entity.CheckNamespace, "tags": entity.CheckTag, "labels": entity.CheckLabelValue}[at[1]]
	if at[1] == "links" && at[len(at)-1] == "url" {
		if u := "https://" + strings.TrimLeft(s, "/"); !strings.HasPrefix(s, "/") && strings.Contains(s, ".") && entity.CheckLinkURL(u) == "" {
			return "write " + u
		}
	}
	if check == nil {
		return ""
	}
	slug := slugOf(s, at[1] != "name" && at[1] != "labels")
	if slug == "" || check(slug) != "" {
		return ""
	}
	if at[1] == "name" && strings.ContainsAny(s, " \t") {
		return "write " + slug + "; what people read goes into metadata.title"
	}
	return "write " + slug
}

// certain is the value in the right format of a tag or a namespace, if all that
// changes is its case and what stands between its words; references are
// compared without regard to case. It is "" where it is not sure.
func certain(at []any, s string, check func(string) string) string {
	if len(at) < 2 || at[1] != "tags" && at[1] != "namespace" {
		return ""
	}
	t := strings.ToLower(s)
	if at[1] == "tags" {
		t = strings.Join(strings.FieldsFunc(t, func(r rune) bool { return r == ' ' || r == '_' }), "-")
	}
	if check(t) != "" {
		return ""
	}
	return t
}

// refHint says what to write instead of a reference that cannot be read.
func refHint(s, defaultKind string) string {
	switch {
	case defaultKind != "":
		return "write [kind:][namespace/]name"
	case s != "" && entity.CheckName(s) == "":
		return "write its kind before it: component:" + s + " or resource:" + s
	}
	return "write kind:name, such as component:payments"
}

// nearFile is the way from one file to the file that a missing one was most
// likely moved to, or "": the only one of that name, or the only one of them
// that lies in a directory of the same name.
func (r *reader) nearFile(from, missing string) string {
	if r.searched += len(r.snap.Files); r.searched > maxMatches {
		return ""
	}
	base, dirs := path.Base(missing), strings.Split(path.Dir(missing), "/")
	var all, near []string
	for _, f := range r.snap.Files {
		if path.Base(f.Path) != base || f.Path == from {
			continue
		}
		all = append(all, f.Path)
		if shares(f.Path, dirs) {
			near = append(near, f.Path)
		}
	}
	if len(near) > 0 {
		all = near
	}
	if len(all) != 1 {
		return ""
	}
	return relative(path.Dir(from), all[0])
}

// placeholderHint says what to do about a placeholder without content, and err why
// it has none.
func (x *document) placeholderHint(target any, err error) string {
	if _, read := errors.AsType[contentError](err); read {
		return "correct that file, or take it in as text, with $text"
	}
	p, ok := x.placeholderPath(str(target))
	if !ok && isWeb(str(target)) {
		return "keep a copy of the file here, and name it relative to this one; Backstage takes no file of another repository, either"
	}
	if ok {
		if _, there := x.r.snap.Lookup(p); !there {
			if near := x.r.nearFile(x.origin.File, p); near != "" {
				return "did you mean " + near + "?"
			}
		}
	}
	return "a placeholder names a file of the same repository, relative to this one"
}

// shares tells whether a path goes through one of some directories.
func shares(p string, dirs []string) bool {
	return slices.ContainsFunc(strings.Split(path.Dir(p), "/"), func(d string) bool { return d != "." && slices.Contains(dirs, d) })
}

// relative is the way from a directory to a file, both relative to the root.
func relative(dir, file string) string {
	var from []string
	if dir != "." {
		from = strings.Split(dir, "/")
	}
	to := strings.Split(file, "/")
	for len(from) > 0 && len(to) > 1 && from[0] == to[0] {
		from, to = from[1:], to[1:]
	}
	if len(from) == 0 {
		return "./" + strings.Join(to, "/")
	}
	return strings.Repeat("../", len(from)) + strings.Join(to, "/")
}
