package mcp

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"callboard/internal/jsonrpc"
	"callboard/internal/search"
)

// portal is one of two entities and a page of documentation.
func portal(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	put := func(name, text string) { files[name] = &fstest.MapFile{Data: []byte(text)} }
	write := func(name string, data []byte) error { put("data/"+name, string(data)); return nil }
	seg := search.Prepare([]search.Doc{
		{URL: "catalog/default/component/pay/", Kind: "component", Ref: "component:default/pay", Name: "pay", Title: "Payments", Owner: "team", Description: "Takes the money."},
		{URL: "catalog/default/api/refunds/", Kind: "api", Ref: "api:default/refunds", Name: "refunds", Title: "Refunds", Description: "Gives the money back."},
		{URL: "docs/default/component/pay/retries/", Kind: "docs", Ref: "component:default/pay", Title: "Retries", Crumb: "pay", Sections: []search.Section{{ID: "backoff", Title: "Backoff", Text: "Wait longer each time."}}},
	})
	for name, data := range seg.Fragments() {
		if err := write(name, data); err != nil {
			t.Fatal(err)
		}
	}
	b := search.NewBuilder(nil)
	if err := b.Add(seg); err != nil {
		t.Fatal(err)
	}
	meta, err := b.Write(nil, write)
	if err != nil {
		t.Fatal(err)
	}
	put("data/site.json", `{"v":1,"base":"/board/","title":"T","search":"`+meta+`"}`)
	put("llms.txt", "# T\n")
	put("catalog/default/component/pay/index.md", "# Payments\n")
	put("catalog/default/component/pay/entity.json", `{"ref":"component:default/pay","relations":[{"type":"ownedBy","target":"group:default/team","dangling":true},{"type":"providesApi","target":"api:default/refunds","dangling":false}]}`)
	put("catalog/default/api/refunds/entity.json", `{"ref":"api:default/refunds","relations":[]}`)
	put("docs/default/component/pay/retries/index.html", `<html><head><link rel="alternate" type="text/markdown" href="/board/docs/default/component/pay/retries.md"></head></html>`)
	put("docs/default/component/pay/index.html", `<html><head><link rel="alternate" type="text/markdown" href="index.md"></head></html>`)
	put("docs/default/component/pay/evil/index.html", `<link rel="alternate" type="text/markdown" href="https://evil.example/board/x.md">`)
	put("docs/default/component/pay/retries.md", "# Retries\n\nWait löngér.\n")
	put("docs/default/component/pay/index.md", "# Pay\n")
	return files
}

func options(t testing.TB) Options {
	return Options{Files: portal(t), Address: "https://h.example/board/", Version: "test", Now: func() time.Time { return time.Unix(0, 0) },
		Lint: func(_ context.Context, path string) (json.RawMessage, error) {
			if path == "bad" {
				return nil, errors.New("there is no bad")
			}
			return json.RawMessage(`{"diagnostics":[]}`), nil
		}}
}

// talk says lines, and gives the answers by the id of the request.
func talk(t testing.TB, o Options, lines ...string) map[string]map[string]any {
	t.Helper()
	var out strings.Builder
	if err := Serve(t.Context(), o, strings.NewReader(strings.Join(lines, "\n")+"\n"), &out); err != nil {
		t.Fatal(err)
	}
	answers := map[string]map[string]any{}
	for l := range strings.Lines(out.String()) {
		var m struct {
			Version string          `json:"jsonrpc"`
			ID      json.RawMessage `json:"id"`
			Result  map[string]any  `json:"result"`
			Error   map[string]any  `json:"error"`
		}
		if err := json.Unmarshal([]byte(l), &m); err != nil || m.Version != "2.0" {
			t.Fatalf("%q: %v", l, err)
		}
		if m.Result == nil {
			m.Result = m.Error
		}
		answers[string(m.ID)] = m.Result
	}
	return answers
}

func request(id, method, params string) string {
	return `{"jsonrpc":"2.0","id":` + id + `,"method":"` + method + `","params":` + params + `}`
}

func call(tool, args string) string {
	return request("1", "tools/call", `{"name":"`+tool+`","arguments":`+args+`}`)
}

// text is what a tool says, and whether that is a failure.
func text(t testing.TB, a map[string]any) (string, bool) {
	t.Helper()
	content, ok := a["content"].([]any)
	if !ok {
		t.Fatalf("%v is no answer of a tool", a)
	}
	failed, _ := a["isError"].(bool)
	return content[0].(map[string]any)["text"].(string), failed
}

func TestConversation(t *testing.T) {
	a := talk(t, options(t),
		request("1", "initialize", `{"protocolVersion":"2025-03-26","capabilities":{},"clientInfo":{"name":"x","version":"1"}}`),
		`{"jsonrpc":"2.0","method":"notifications/initialized"}`,
		request(`"two"`, "tools/list", `{}`),
		request("3", "resources/list", `{}`),
		request("4", "resources/templates/list", `{}`),
		request("5", "no/such", `{}`),
		request("6", "initialize", `{"protocolVersion":"1999-01-01"}`),
		request("7", "ping", `{}`),
		request("8", "tools/call", `{"name":"shell","arguments":{}}`),
		`{"id":9,"method":"ping"}`,
		request("10", "tools/call", `[1]`),
		request("11", "initialize", `{"protocolVersion":5}`),
		`{"jsonrpc":"2.0","id":12,"result":{}}`,
	)
	if a["1"]["protocolVersion"] != "2025-03-26" || a["6"]["protocolVersion"] != versions[0] {
		t.Error(a["1"], a["6"])
	}
	if tools := a[`"two"`]["tools"].([]any); len(tools) != len(allTools) {
		t.Error(tools)
	}
	if rs := a["3"]["resources"].([]any); len(rs) != 1 || rs[0].(map[string]any)["uri"] != "callboard:///llms.txt" {
		t.Error(rs)
	}
	if ts := a["4"]["resourceTemplates"].([]any); len(ts) != 3 {
		t.Error(ts)
	}
	for id, code := range map[string]float64{"5": jsonrpc.NoMethod, "8": jsonrpc.InvalidParams, "9": jsonrpc.InvalidRequest} {
		if a[id]["code"] != code {
			t.Errorf("%s: %v, want the code %v", id, a[id], code)
		}
	}
	if a["7"] == nil || len(a["7"]) != 0 {
		t.Errorf("ping: %v", a["7"])
	}
	for _, id := range []string{"10", "11"} {
		if said, _ := a[id]["message"].(string); a[id]["code"] != float64(jsonrpc.InvalidParams) || !strings.Contains(said, "must be an object with") {
			t.Errorf("%s: %v", id, a[id])
		}
	}
	if a["12"] != nil {
		t.Error("an answer is answered")
	}
	if a := talk(t, options(t), "{nonsense"); a["null"]["code"] != float64(jsonrpc.ParseError) {
		t.Error(a)
	}
}

func TestTools(t *testing.T) {
	for _, c := range []struct {
		tool, args string
		want       string // that the answer holds
		failed     bool
	}{
		{"search", `{"query":"money","limit":1}`, `"url": "https://h.example/board/catalog/`, false},
		{"search", `{"query":"money"}`, `"total": 2`, false},
		{"search", `{"query":"wait longer"}`, `"page": "docs/default/component/pay/retries/"`, false},
		{"search", `{"query":" "}`, "query must have", true},
		{"search", `{"quary":"x"}`, `search has no argument \"quary\"; it has limit, offset, query`, true},
		{"search", `{"query":"money","limit":"3"}`, "the argument limit of search must be of the type integer", true},
		{"search", `{"query":"money","limit":2.5}`, "the argument limit of search must be of the type integer", true},
		{"search", `{"query":"money","limit":-1}`, "the argument limit of search must be from 1 to 50, not -1", true},
		{"search", `{"query":"money","limit":0}`, "the argument limit of search must be from 1 to 50, not 0", true},
		{"search", `{"query":"money","limit":1000}`, "the argument limit of search must be from 1 to 50, not 1000", true},
		{"search", `{"query":"money","offset":-1}`, "the argument offset of search must be 0 or more, not -1", true},
		{"search", `{"query":"money","offset":1000000}`, `"hits": []`, false},
		{"get_doc", `{"page":"docs/default/component/pay/retries/","offset":17,"limit":1}`, "ö\n\n[2 of 26 bytes; go on with offset 19]", false},
		{"get_doc", `{"page":"docs/default/component/pay/retries/","offset":27}`, "the page has 26 bytes; there is nothing at offset 27", true},
		{"list_relations", `{"ref":"pay","type":"nope"}`, "there is none of this type; there are ", false},
		{"get_doc", `{"page":"docs/default/component/pay/retries/","limit":-5}`, "the argument limit of get_doc must be from 1 to 200000, not -5", true},
		{"search", `{"query":"money","limit":null}`, `"total": 2`, false},
		{"search", `{}`, "search lacks the argument query: words", true},
		{"search", `[]`, "the arguments of search must be an object", true},
		{"search", `{"query":"refnuds"}`, "looked for refunds in place of refnuds, which nothing has", false},
		{"search", `{"query":"zeppelin"}`, "nothing has zeppelin; ask with fewer or other words", false},
		{"search", `{"query":"kind:system money"}`, "without the filters", false},
		{"get_entity", `{"ref":"component:default/pay"}`, "# Payments", false},
		{"get_entity", `{"ref":"pay"}`, "# Payments", false},
		{"get_entity", `{"ref":"refunds"}`, `"api:default/refunds"`, false}, // by its name alone, and without a twin
		{"get_entity", `{"ref":"pay","format":"json"}`, `"relations"`, false},
		{"get_entity", `{"ref":"pay","format":"xml"}`, "format is", true},
		{"get_entity", `{"ref":"component:default/refunds"}`, "did you mean api:default/refunds?", true},
		{"get_entity", `{"ref":"../../x"}`, "there is no", true},
		{"list_relations", `{"ref":"pay"}`, `"target": "group:default/team"`, false},
		{"list_relations", `{"ref":"pay","type":"dependsOn"}`, `"relations": []`, false},
		{"get_doc", `{"page":"docs/default/component/pay/retries/"}`, "# Retries", false},
		{"get_doc", `{"page":"docs/default/component/pay/retries"}`, "# Retries", false},
		{"get_doc", `{"page":"https://h.example/board/docs/default/component/pay/retries/?h=x#backoff"}`, "# Retries", false},
		{"get_doc", `{"page":"/board/docs/default/component/pay/retries.md"}`, "# Retries", false},
		{"get_doc", `{"page":"component:default/pay"}`, "# Pay", false},
		{"get_doc", `{"page":"docs/default/component/pay/retries/","offset":12,"limit":6}`, "ait l\n\n[5 of 26 bytes; go on with offset 17]", false},
		{"get_doc", `{"page":"docs/default/component/pay/evil/"}`, "leads out of the portal", true},
		{"get_doc", `{"page":"docs/../data/site.json"}`, "is no page of this portal", true},
		{"get_doc", `{"page":"docs/no/such/page/"}`, "there is no page", true},
		{"lint", `{}`, "diagnostics", false},
		{"lint", `{"path":"bad"}`, "there is no bad", true},
	} {
		got, failed := text(t, talk(t, options(t), call(c.tool, c.args))["1"])
		if !strings.Contains(got, strings.ReplaceAll(c.want, `\"`, `"`)) || failed != c.failed {
			t.Errorf("%s %s: %q, failed: %v; want %q", c.tool, c.args, got, failed, c.want)
		}
	}
	o := options(t)
	o.Lint = nil
	if a := talk(t, o, call("lint", "{}")); a["1"]["code"] != float64(jsonrpc.InvalidParams) {
		t.Error("lint is there without files:", a)
	}
}

func TestResources(t *testing.T) {
	read := func(uri string) map[string]any {
		return talk(t, options(t), request("1", "resources/read", `{"uri":"`+uri+`"}`))["1"]
	}
	c, ok := read("callboard:///catalog/default/component/pay/index.md")["contents"].([]any)
	if !ok || c[0].(map[string]any)["text"] != "# Payments\n" || c[0].(map[string]any)["mimeType"] != "text/markdown" {
		t.Error(c)
	}
	for _, uri := range []string{"callboard:///no.md", "callboard:///../secret.md", "file:///etc/passwd.md", "callboard:///docs/default/component/pay/retries/", "callboard:////etc/x.md"} {
		if a := read(uri); a["code"] != float64(codeNoResource) {
			t.Errorf("%s: %v", uri, a)
		}
	}
}

// TestNewPortal finds what was published while the server runs.
func TestNewPortal(t *testing.T) {
	o := options(t)
	files := o.Files.(fstest.MapFS)
	in, say := io.Pipe()
	hear, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- Serve(t.Context(), o, in, out) }()
	answers := bufio.NewScanner(hear)
	ask := func() string {
		if _, err := io.WriteString(say, call("search", `{"query":"money"}`)+"\n"); err != nil {
			t.Fatal(err)
		}
		answers.Scan()
		return answers.Text()
	}
	if got := ask(); !strings.Contains(got, `\"total\": 2`) {
		t.Fatal(got)
	}
	for name := range files {
		if strings.HasPrefix(name, "data/") {
			delete(files, name)
		}
	}
	if got := ask(); !strings.Contains(got, "the portal cannot be read") {
		t.Error(got)
	}
	for name, f := range portal(t) {
		files[name] = f
	}
	if got := ask(); !strings.Contains(got, `\"total\": 2`) {
		t.Error(got)
	}
	if err := say.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestCancelled calls a request off while it runs; it has no answer.
func TestCancelled(t *testing.T) {
	o := options(t)
	begun := make(chan struct{})
	o.Lint = func(ctx context.Context, _ string) (json.RawMessage, error) {
		close(begun)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	in, say := io.Pipe()
	var out strings.Builder
	ended := make(chan error, 1)
	go func() { ended <- Serve(t.Context(), o, in, &out) }()
	for _, line := range []string{call("lint", "{}"), "", `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`, request("2", "ping", "{}")} {
		if line == "" {
			<-begun
			continue
		}
		if _, err := io.WriteString(say, line+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := say.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got := out.String(); got != `{"jsonrpc":"2.0","id":2,"result":{}}`+"\n" {
		t.Errorf("%q", got)
	}
}

// TestLongMessage: what is too long is refused, and the conversation goes on.
func TestLongMessage(t *testing.T) {
	a := talk(t, options(t), strings.Repeat("x", maxMessage+1), request("2", "ping", `{}`), strings.Repeat(" ", 2*maxMessage), request("3", "ping", `{}`))
	if a["null"]["code"] != float64(jsonrpc.InvalidRequest) || a["2"] == nil || a["3"] == nil {
		t.Error(a)
	}
	var out strings.Builder
	if err := Serve(t.Context(), options(t), strings.NewReader(strings.Repeat("x", maxMessage+1)), &out); err != nil || !strings.Contains(out.String(), "must not have more than") {
		t.Errorf("without an end: %v, %s", err, out.String())
	}
}

// TestWhatIsNoRequest: what is JSON, and asks for nothing, is told from what is none.
func TestWhatIsNoRequest(t *testing.T) {
	for line, want := range map[string]string{
		`5`:           "null -32600",
		`"x"`:         "null -32600",
		`null`:        "null -32600",
		`[]`:          "null -32600",
		`{nonsense`:   "null -32700",
		`[{"jsonrpc"`: "null -32700",
		`{"jsonrpc":"1.0","id":3,"method":"ping"}`:       "3 -32600",
		`{"jsonrpc":"2.0","id":null,"method":"ping"}`:    "null -32600",
		`{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}`: "null -32600",
		`{"jsonrpc":"2.0","id":3,"method":5}`:            "3 -32600",
		`{"jsonrpc":"2.0","id":-3.5,"method":"ping"}`:    "-3.5 0",
		`{"jsonrpc":"2.0","method":5}`:                   "null -32600",
	} {
		var out strings.Builder
		if err := Serve(t.Context(), options(t), strings.NewReader(line+"\n"), &out); err != nil {
			t.Fatal(err)
		}
		var m struct {
			ID    json.RawMessage
			Error struct{ Code int }
		}
		if err := json.Unmarshal([]byte(out.String()), &m); err != nil {
			t.Errorf("%s: %q", line, out.String())
		} else if got := fmt.Sprint(string(m.ID), " ", m.Error.Code); got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}

// TestBatch: several messages in one array are answered by one.
func TestBatch(t *testing.T) {
	for line, want := range map[string][]string{
		"[" + request("1", "ping", `{}`) + `,{"jsonrpc":"2.0","method":"notifications/initialized"},7,` + request("2", "no/such", `{}`) + "]": {"1 0", "2 -32601", "null -32600"},
		`[{"jsonrpc":"2.0","method":"notifications/initialized"}]`:                                                                            nil,
	} {
		var out strings.Builder
		if err := Serve(t.Context(), options(t), strings.NewReader(line+"\n"), &out); err != nil {
			t.Fatal(err)
		}
		var all []struct {
			ID    json.RawMessage
			Error struct{ Code int }
		}
		if err := json.Unmarshal([]byte(out.String()), &all); err != nil && len(want) > 0 || len(want) == 0 && out.Len() > 0 {
			t.Errorf("%s: %q, %v", line, out.String(), err)
		}
		var got []string
		for _, m := range all {
			got = append(got, fmt.Sprint(string(m.ID), " ", m.Error.Code))
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

// TestManyFindings: of very many findings, an agent gets those that matter most.
func TestManyFindings(t *testing.T) {
	var all []string
	for i := range 1000 {
		all = append(all, fmt.Sprintf(`{"severity":%q,"message":"m%d"}`, []string{"info", "warning", "info", "error"}[i%4], i))
	}
	o := options(t)
	o.Lint = func(context.Context, string) (json.RawMessage, error) {
		return json.RawMessage(`{"version":1,"diagnostics":[` + strings.Join(all, ",") + `]}`), nil
	}
	said, failed := text(t, talk(t, o, call("lint", "{}"))["1"])
	var got struct {
		Version     int
		Note        string
		Diagnostics []struct{ Severity, Message string }
	}
	if err := json.Unmarshal([]byte(said), &got); err != nil || failed {
		t.Fatal(failed, err)
	}
	if got.Version != 1 || len(got.Diagnostics) != maxFindings || got.Note != "the 100 gravest of 1000; path narrows it" {
		t.Errorf("%d findings, %q", len(got.Diagnostics), got.Note)
	}
	for i, d := range got.Diagnostics {
		if want := fmt.Sprint("m", 4*i+3); d.Severity != "error" || d.Message != want {
			t.Errorf("finding %d is %v, want %s", i, d, want)
		}
	}
}

// TestWhatIsRepeated: an agent does not get back at length what it sent.
func TestWhatIsRepeated(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	for _, line := range []string{call("get_entity", `{"ref":"`+long+`"}`), call("list_relations", `{"ref":"`+long+`"}`), call("get_doc", `{"page":"`+long+`"}`), call("get_doc", `{"page":"docs/`+long+`/"}`), call("search", `{"query":"`+long+`"}`)} {
		if said, failed := text(t, talk(t, options(t), line)["1"]); !failed || len(said) > 300 {
			t.Errorf("%.60s: %v, %.300s", line, failed, said)
		}
	}
	if said, _ := text(t, talk(t, options(t), call("get_doc", `{"page":"docs/default/component/nothing/"}`))["1"]); said != `there is no page "docs/default/component/nothing/"; search tells which there are` {
		t.Error(said)
	}
}

// TestWholeNumbers: a number without a fraction is whole, however it is written.
func TestWholeNumbers(t *testing.T) {
	for _, limit := range []string{"1", "1.0", "1e0", "10e-1"} {
		said, failed := text(t, talk(t, options(t), call("search", `{"query":"pay","limit":`+limit+`}`))["1"])
		if failed || strings.Count(said, `"page"`) != 1 {
			t.Errorf("%s: %v, %s", limit, failed, said)
		}
	}
	if said, failed := text(t, talk(t, options(t), call("search", `{"query":"pay","limit":1e300}`))["1"]); !failed || !strings.Contains(said, "must be of the type integer") {
		t.Errorf("a very large number: %v, %s", failed, said)
	}
}

// FuzzServe holds that no input stops the server or makes it say what is no
// answer.
func FuzzServe(f *testing.F) {
	f.Add(request("1", "initialize", `{"protocolVersion":"x"}`))
	f.Add(call("search", `{"query":"kind:api \"a b\" -c"}`))
	f.Add(call("get_doc", `{"page":"docs/default/component/pay/","offset":1}`))
	f.Add(request("1", "resources/read", `{"uri":"callboard:///a.md"}`))
	f.Add(`[{"jsonrpc":"2.0"},[],1,null]`)
	o := options(f)
	f.Fuzz(func(t *testing.T, line string) {
		var out strings.Builder
		if err := Serve(t.Context(), o, strings.NewReader(line), &out); err != nil {
			t.Skip(err)
		}
		for l := range strings.Lines(out.String()) {
			if !json.Valid([]byte(l)) {
				t.Errorf("%q", l)
			}
		}
	})
}
