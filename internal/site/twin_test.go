package site

import (
	"strings"
	"testing"

	"callboard/internal/apidoc"
)

// TestMarkdown holds what the twin of an entity says, and that names of strangers
// stay names.
func TestMarkdown(t *testing.T) {
	team := EntityLink{Kind: "group", Name: "Team | [A](http://x)", Title: "group:default/a", URL: "/p/catalog/default/group/a/"}
	overview := Entity{
		Chrome: Chrome{Canonical: "https://h/p/catalog/default/component/x/"},
		Head: Head{Title: "X <script>", Ref: "component:default/x", KindWord: "Component", Lead: "First.\n# No heading\n<b>no</b>",
			Facts:   []Fact{{Label: "Owner", Entities: []EntityLink{team}}, {Label: "Lifecycle", Text: "production"}},
			Actions: []Action{{Text: "#chat", URL: "https://c/a>b"}}, Notes: []Note{{Title: "Deprecated", Text: "Nothing new should use this."}}},
		Main: []Block{
			{Title: relationsTitle, Cards: []Card{{Title: "Provides", Count: 1, Tabbed: true, Rows: []Row{{Text: "in a tab"}}}, {Title: "People", Count: 1, Rows: []Row{{Entity: &team, Sub: "lead"}}}}},
			{Title: "What it offers", Tabbed: true, Outline: &apidoc.Reference{}},
			{Title: "Around", Diagram: &Diagram{}},
			{Undeclared: &Undeclared{Missing: []string{"system", "runbook"}}},
		},
		Side: []Block{{Title: "About", Terms: []Term{{Name: "Reference", Text: "component:default/x"}, {Name: "More", Terms: []Term{{Name: "a", Text: "b"}}}}}},
	}
	tab := Entity{Heading: "Definition", Main: []Block{
		{Title: "Definition", Count: 2, Outline: &apidoc.Reference{Groups: []apidoc.Group{{Name: "G", Items: []apidoc.Item{{Method: "GET", Path: "/a/{b}", Summary: "Gets.", Deprecated: true}}}}, Schemas: []apidoc.Schema{{Name: "T"}}}},
		{Title: "Table", Table: &Table{Columns: []Column{{Title: "Name"}, {Title: "Is"}}, Rows: [][]Cell{{{Text: "a|b"}, {Link: &Link{"l", "/u"}, Sub: "s"}}}}},
		{Title: "Code", Code: &Code{Lang: "ya ml", Text: "a: ```\n"}},
		{Title: "Long", Code: &Code{Text: strings.Repeat("x", maxTwinCode+1)}},
		{Title: "Source", Code: &Code{Title: "openapi.yaml", Text: "no", Raw: &Link{"Raw file", "/p/o.yaml"}}},
		{Title: "Finds", Finds: []Finding{{Word: "warning", Code: "c", CodeURL: "/r/", Message: "m", Hint: "h", Place: "f:1", URL: "/f"}}},
		{Title: "Tree", Tree: []TreeItem{{Entity: team, Sub: "s", Children: []TreeItem{{Entity: EntityLink{Name: "gone", Title: "component:default/gone", Missing: true, URL: "/health/"}}}}}},
	}}
	const want = "---\ntitle: \"X \\u003cscript\\u003e\"\nref: \"component:default/x\"\nkind: \"Component\"\nurl: \"https://h/p/catalog/default/component/x/\"\n---\n\n" +
		"# X \\<script\\>\n\n> First.\n> # No heading\n> \\<b>no\\</b>\n\n" +
		"- Owner: [Team \\| \\[A\\](http://x)](</p/catalog/default/group/a/index.md>) `group:default/a`\n- Lifecycle: production\n- Deprecated: Nothing new should use this.\n\n" +
		"## Links\n\n- [\\#chat](<https://c/a%3Eb>)\n\n" +
		"## People (1)\n\n- [Team \\| \\[A\\](http://x)](</p/catalog/default/group/a/index.md>) `group:default/a`: lead\n\n" +
		"Not declared: system, runbook.\n\n" +
		"## About\n\n- Reference: component:default/x\n- More: \n  - a: b\n\n" +
		"## Definition\n\n**G**\n\n- GET /a/{b}: Gets. (deprecated)\n\nTypes: T\n\n" +
		"### Table\n\n| Name | Is |\n| --- | --- |\n| a\\|b | [l](</u>) s |\n\n" +
		"### Code\n\n````yaml\na: ```\n````\n\n" +
		"### Long\n\nIt is long; entity.json beside this file has all of it.\n\n" +
		"### Source\n\nThe text is in [openapi.yaml](</p/o.yaml>).\n\n" +
		"### Finds\n\n- warning [c](</r/>): m (h), [f:1](</f>)\n\n" +
		"### Tree\n\n- [Team \\| \\[A\\](http://x)](</p/catalog/default/group/a/index.md>) `group:default/a` s\n  - gone `component:default/gone` (missing)\n"
	if got := string(Markdown(overview, tab)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := string(Markdown(overview)); !strings.Contains(got, "in a tab") {
		t.Error("what no tab has is left out of the twin of the overview alone")
	}
}

// TestOpenSearch holds the form of the description, and its name within the
// length that is allowed.
func TestOpenSearch(t *testing.T) {
	got, err := openSearch("A very long name & more", "https://h/p/", "https://h/p/search/?q={searchTerms}")
	if err != nil {
		t.Fatal(err)
	}
	const want = `<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
  <ShortName>A very long name</ShortName>
  <Description>Search A very long name &amp; more</Description>
  <InputEncoding>UTF-8</InputEncoding>
  <Url type="text/html" template="https://h/p/search/?q={searchTerms}"></Url>
  <SearchForm xmlns="http://www.mozilla.org/2006/browser/search/">https://h/p/</SearchForm>
</OpenSearchDescription>
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
