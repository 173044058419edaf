package changes_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"callboard/internal/catalog"
	"callboard/internal/changes"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
)

// read makes entities of documents, as if each text were the catalog file of the
// repository that it is given for.
func read(t *testing.T, files map[string]string) []*entity.Entity {
	t.Helper()
	var out []*entity.Entity
	for repo, text := range files {
		snap := repofs.Memory(repo, []string{"catalog-info.yaml"}, map[string]string{"catalog-info.yaml": text})
		var sink diag.List
		es, err := catalog.Read(t.Context(), snap, snap.Read, &sink)
		if err != nil || len(sink.All()) > 0 {
			t.Fatal(sink.All(), err)
		}
		out = append(out, es...)
	}
	return out
}

func doc(kind, name, rest string) string {
	return fmt.Sprintf("apiVersion: backstage.io/v1alpha1\nkind: %s\nmetadata: {name: %s, tags: [a, b]}\nspec: {type: t, lifecycle: l, owner: team%s}\n", kind, name, rest)
}

func told(d changes.Diff) string {
	var b strings.Builder
	for _, c := range d.Changes {
		fmt.Fprintf(&b, "%s %v was %v\n", c.What, c.Ref, c.Was)
		for _, f := range c.Fields {
			fmt.Fprintf(&b, " %s %s > %s\n", f.Path, f.Old, f.New)
		}
		for _, r := range c.Lost {
			fmt.Fprintf(&b, " -%s %v\n", r.Type, r.Target)
		}
		for _, r := range c.Gained {
			fmt.Fprintf(&b, " +%s %v\n", r.Type, r.Target)
		}
	}
	for _, x := range d.Broken {
		fmt.Fprintf(&b, "broken %v %s > %v now %v\n", x.From.Ref, x.Field, x.Target, x.Now)
	}
	return b.String()
}

func TestCompare(t *testing.T) {
	before := read(t, map[string]string{"own": doc("Component", "a", ", dependsOn: [component:b]") + "---\n" + doc("Component", "b", "") + "---\n" + doc("Component", "gone", "") + "---\n" + doc("Component", "same", "")})
	after := read(t, map[string]string{"own": strings.ReplaceAll(doc("Component", "a", ", dependsOn: [component:same], deep: {x: [1, {y: z}]}"), "lifecycle: l", "lifecycle: m") + "---\n" + doc("Component", "B2", "") + "---\n" + doc("Resource", "new", "") + "---\n" + doc("Component", "same", "")})
	others := read(t, map[string]string{
		"one": doc("Component", "user", ", dependsOn: [component:b, component:gone, component:a]"),
		"two": doc("Component", "gone2", ", dependsOn: [component:gone]"),
	})
	want := `changed component:default/a was :/
 spec.deep.x[0]  > 1
 spec.deep.x[1].y  > "z"
 spec.lifecycle "l" > "m"
 -dependsOn component:default/b
 +dependsOn component:default/same
renamed component:default/b2 was component:default/b
removed component:default/gone was :/
added resource:default/new was :/
broken component:default/user spec.dependsOn[0] > component:default/b now component:default/b2
broken component:default/gone2 spec.dependsOn[0] > component:default/gone now :/
broken component:default/user spec.dependsOn[1] > component:default/gone now :/
`
	if got := told(changes.Compare(before, after, others)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if d := changes.Compare(before, before, others); len(d.Changes)+len(d.Broken) > 0 {
		t.Errorf("nothing changed, and told is %s", told(d))
	}
	// What another repository has, too, is not gone.
	others = append(others, read(t, map[string]string{"three": doc("Component", "gone", "") + "---\n" + doc("Component", "b", "")})...)
	if d := changes.Compare(before, after, others); len(d.Broken) > 0 {
		t.Errorf("%s", told(d))
	}
}

// hostile is text that would be something else in Markdown or HTML.
const hostile = "`x` ``<script>alert(1)</script>`` @acme/team #1 http://x.example [a](b) | *b*\n\n# heading\n\x1b[0m"

func TestMarkdownIsOnlyCode(t *testing.T) {
	e := &entity.Entity{Ref: entity.NewRef("component", "default", hostile), Kind: "Component", Name: hostile, Namespace: "default", Spec: map[string]any{hostile: hostile},
		Origin: entity.Origin{Repo: hostile, File: hostile}, Edges: []entity.Edge{{Type: "dependsOn", Target: entity.NewRef("component", "default", "old"), Field: hostile}}}
	was := &entity.Entity{Ref: e.Ref, Kind: "Component", Name: hostile, Namespace: "default"}
	old := &entity.Entity{Ref: entity.NewRef("component", "default", "old"), Kind: "Component", Name: "old", Namespace: "default"}
	other := *e
	other.Ref = entity.NewRef("component", "default", "x"+hostile)
	d := changes.Compare([]*entity.Entity{was, old}, []*entity.Entity{e}, []*entity.Entity{&other})
	if len(d.Changes) != 2 || len(d.Broken) != 1 {
		t.Fatal(told(d))
	}
	got := changes.Summary{Diff: &d, Findings: []diag.Diagnostic{{Pos: diag.Pos{File: hostile, Line: 3}, Code: "c", Message: hostile, Hint: hostile}}}.Markdown(changes.MaxComment)
	for line := range strings.Lines(got) {
		if rest := outsideCode(strings.TrimSuffix(line, "\n")); strings.ContainsAny(rest, "<>@[]*|`_") || strings.Contains(rest, "http") || strings.Contains(strings.TrimLeft(rest, "# "), "#") {
			t.Errorf("outside code: %q of %q", rest, line)
		}
	}
	if strings.Contains(got, "\x1b") || strings.Contains(got, "# heading\n") {
		t.Errorf("%q", got)
	}
}

// outsideCode is a line without its code spans, by the rule of CommonMark: a run
// of backticks ends at the next run of the same length.
func outsideCode(line string) string {
	var out strings.Builder
	for i := 0; i < len(line); {
		if line[i] != '`' {
			out.WriteByte(line[i])
			i++
			continue
		}
		n := len(line[i:]) - len(strings.TrimLeft(line[i:], "`"))
		j := i + n
		for j < len(line) {
			if line[j] != '`' {
				j++
				continue
			}
			m := len(line[j:]) - len(strings.TrimLeft(line[j:], "`"))
			j += m
			if m == n {
				break
			}
		}
		i = j
	}
	return out.String()
}

func TestMarkdownKeepsItsLimit(t *testing.T) {
	var after []*entity.Entity
	for i := range 5000 {
		after = append(after, &entity.Entity{Ref: entity.NewRef("component", "default", fmt.Sprint("é", i)), Kind: "Component", Spec: map[string]any{}})
	}
	d := changes.Compare(nil, after, nil)
	for _, limit := range []int{1000, changes.MaxComment, changes.MaxStepSummary} {
		got := changes.Summary{Diff: &d}.Markdown(limit)
		cut := strings.Contains(got, "for which there is no room here")
		if len(got) > limit || !utf8.ValidString(got) || cut != (limit < changes.MaxStepSummary) {
			t.Errorf("limit %d: %d bytes, cut %v", limit, len(got), cut)
		}
	}
}

func TestAffected(t *testing.T) {
	before := read(t, map[string]string{"own": doc("Component", "shop", ", providesApis: [orders]") + "---\n" + doc("Component", "words", "") + "---\n" + doc("Resource", "db", "")})
	after := read(t, map[string]string{"own": strings.Replace(doc("Component", "shop", ", providesApis: [orders]"), "lifecycle: l", "lifecycle: old", 1) + "---\n" + strings.Replace(doc("Component", "words", ""), "[a, b]", "[a, c]", 1)})
	others := read(t, map[string]string{
		"one": doc("API", "orders", ", definition: x"),
		"two": doc("Component", "cart", ", consumesApis: [orders]") + "---\n" + doc("Component", "till", ", dependsOn: [component:cart, component:shop]"),
		"fix": doc("Component", "clerk", ", dependsOn: [component:words]") + "---\n" + doc("Component", "report", ", dependsOn: [resource:db]") + "---\n" + doc("Resource", "disk", ", dependencyOf: [component:report]"),
	})
	d := changes.Compare(before, after, others)
	all := append(after, others...)
	var b strings.Builder
	as := d.Affected(all)
	for _, a := range as {
		fmt.Fprintf(&b, "%d %v %s %v of %v\n", a.Distance, a.Ref, a.Via, a.On, a.Owner)
	}
	const want = `1 api:default/orders apiProvidedBy component:default/shop of group:default/team
1 component:default/report dependsOn resource:default/db of group:default/team
1 component:default/till dependsOn component:default/shop of group:default/team
2 component:default/cart consumesApi api:default/orders of group:default/team
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if os := changes.Owners(as); len(os) != 1 {
		t.Errorf("%v", os)
	}
	if rs := d.References(all); len(rs) != 1 || rs[0].From.Ref.Name != "report" {
		t.Errorf("%v", rs)
	}
	got := changes.Summary{Diff: &d, Affected: as, Bare: true}.Markdown(changes.MaxComment)
	for _, want := range []string{"### Who depends on what changes: 4 entities\n\nOwned by `group:default/team`.\n\n- `api:default/orders` `apiProvidedBy` → `component:default/shop`\n", "- and 1 entity by way of these\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
	if strings.Contains(got, "Findings") {
		t.Error(got)
	}
}
