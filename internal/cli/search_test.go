package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/search"
)

// indexed writes the data files of a portal of three documents.
func indexed(t *testing.T, dir string) {
	t.Helper()
	b := search.NewBuilder(nil)
	write := func(name string, data []byte) error {
		put(t, filepath.Join(dir, "public", "data", name), string(data))
		return nil
	}
	seg := search.Prepare([]search.Doc{
		{URL: "catalog/default/component/pay/", Kind: "component", Ref: "component:default/pay", Name: "pay", Title: "Payments", Owner: "team", Description: "Takes the money\x1b[2J of customers."},
		{URL: "catalog/default/api/refunds/", Kind: "api", Ref: "api:default/refunds", Name: "refunds", Title: "Refunds", Description: "Gives the money back."},
		{URL: "docs/default/component/pay/retries/", Kind: "docs", Ref: "component:default/pay", Title: "Retries", Crumb: "pay", Sections: []search.Section{{ID: "backoff", Title: "Backoff", Text: "Wait longer each time."}}},
	})
	for name, data := range seg.Fragments() {
		if err := write(name, data); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Add(seg); err != nil {
		t.Fatal(err)
	}
	meta, err := b.Write(nil, write)
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "public", "data", "site.json"), `{"v":1,"base":"/","search":"`+meta+`"}`)
}

func TestSearch(t *testing.T) {
	dir := t.TempDir()
	indexed(t, dir)
	code, out, msg := run(t, t.Context(), dir, "search", "money", "--color", "always")
	if code != ExitOK || !strings.Contains(msg, "2 matches") {
		t.Fatal(code, out, msg)
	}
	for _, want := range []string{"Payments", "/catalog/default/component/pay/", "\x1b[1mmoney\x1b[0m<U+001B>[2J of"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q lacks %q", out, want)
		}
	}
	_, out, _ = run(t, t.Context(), dir, "search", "kind:docs", "wait", "long", "--json", "--site", filepath.Join(dir, "public"))
	var f found
	if err := json.Unmarshal([]byte(out), &f); err != nil || f.Total != 1 || f.Hits[0].URL != "docs/default/component/pay/retries/" || f.Hits[0].Sections[0].ID != "backoff" {
		t.Errorf("%v %s", err, out)
	}
	if _, out, msg := run(t, t.Context(), dir, "search", "zeppelin", "--json"); !strings.Contains(out, `"hits": []`) {
		t.Error(out, msg)
	}
	if _, out, _ := run(t, t.Context(), dir, "search", "money", "--format", "ndjson"); strings.Count(out, "\n") != 2 || !strings.HasPrefix(out, `{"url":"catalog/`) {
		t.Error(out)
	}
	if _, out, _ := run(t, t.Context(), dir, "search", "paymnets", "--json"); !strings.Contains(out, `"word": "paymnets"`) {
		t.Error("the JSON does not tell what was corrected:", out)
	}
	if _, _, msg := run(t, t.Context(), dir, "search", "paymnets"); !strings.Contains(msg, "in place of paymnets") {
		t.Error(msg)
	}
	if _, _, msg := run(t, t.Context(), dir, "search", "money", "owner:taem"); !strings.Contains(msg, "0 matches; nothing has owner:taem (did you mean owner:team?)") {
		t.Error(msg)
	}
	if _, out, _ := run(t, t.Context(), dir, "search", "kind:people", "--json"); !strings.Contains(out, `"filter": "kind:people"`) || !strings.Contains(out, `"near": []`) {
		t.Error("the JSON does not tell which filter nothing meets:", out)
	}
	if _, _, msg := run(t, t.Context(), dir, "search", "money", "-n", "1"); !strings.Contains(msg, "2 matches, the first 1 are shown") {
		t.Error(msg)
	}
}

func TestSearchOfNoPortal(t *testing.T) {
	dir := t.TempDir()
	if code, _, msg := run(t, t.Context(), dir, "search", "x"); code != ExitFailure || !strings.Contains(msg, `there is no portal in "public"`) {
		t.Error(code, msg)
	}
	if err := os.Mkdir(filepath.Join(dir, "public"), 0o777); err != nil {
		t.Fatal(err)
	}
	if code, _, msg := run(t, t.Context(), dir, "search", "x"); code != ExitFailure || !strings.Contains(msg, "holds no portal with a search index") {
		t.Error(code, msg)
	}
	put(t, filepath.Join(dir, "public", "data", "site.json"), `{"search": "s/meta.000000000000.json"}`)
	if code, _, msg := run(t, t.Context(), dir, "search", "x"); code != ExitFailure || !strings.Contains(msg, "open search index") {
		t.Error(code, msg)
	}
	if code, _, _ := run(t, t.Context(), dir, "search", "x", "-n", "0"); code != ExitUsage {
		t.Error(code)
	}
}
