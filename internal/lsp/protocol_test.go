package lsp

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// converse sends everything at once, and returns what came back.
func converse(t *testing.T, o Options, bodies ...string) (out string, orderly bool, err error) {
	t.Helper()
	if o.Open == nil {
		o.Open = openDir
	}
	o.Version = "test"
	var in, answer bytes.Buffer
	for _, b := range bodies {
		fmt.Fprintf(&in, "Content-Length: %d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n%s", len(b), b)
	}
	orderly, err = Serve(t.Context(), &in, &answer, o)
	return answer.String(), orderly, err
}

const (
	hello = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{"general":{"positionEncodings":["utf-32","utf-16"]},"workspace":{"didChangeWatchedFiles":{"dynamicRegistration":true}}},"rootUri":null,"workspaceFolders":null}}`
	ready = `{"jsonrpc":"2.0","method":"initialized","params":{}}`
	bye   = `{"jsonrpc":"2.0","id":"last","method":"shutdown"}`
	exit  = `{"jsonrpc":"2.0","method":"exit"}`
)

// TestTranscript holds a short conversation byte for byte.
func TestTranscript(t *testing.T) {
	got, orderly, err := converse(t, Options{}, hello, ready, bye, exit)
	if !orderly || err != nil {
		t.Error("it did not end as it should:", orderly, err)
	}
	var want strings.Builder
	for _, b := range []string{
		`{"jsonrpc":"2.0","id":1,"result":{"capabilities":{"codeActionProvider":{"codeActionKinds":["quickfix","source.fixAll.callboard"]},"completionProvider":{"triggerCharacters":[":"," ","/","-","\n",".","$"]},"definitionProvider":true,"documentSymbolProvider":true,"hoverProvider":true,"positionEncoding":"utf-32","referencesProvider":true,"textDocumentSync":{"change":2,"openClose":true,"save":{"includeText":false}},"workspace":{"workspaceFolders":{"changeNotifications":true,"supported":true}},"workspaceSymbolProvider":true},"serverInfo":{"name":"callboard","version":"test"}}}`,
		`{"jsonrpc":"2.0","id":"callboard/1","method":"client/registerCapability","params":{"registrations":[{"id":"callboard/watch","method":"workspace/didChangeWatchedFiles","registerOptions":{"watchers":[{"globPattern":"**/*.{yaml,yml,json}"},{"globPattern":"**/*.{md,graphql,proto}"},{"globPattern":"**/CODEOWNERS"}]}}]}}`,
		`{"jsonrpc":"2.0","id":"last","result":null}`,
	} {
		fmt.Fprintf(&want, "Content-Length: %d\r\n\r\n%s", len(b), b)
	}
	if got != want.String() {
		t.Errorf("got\n%s\nwant\n%s", got, &want)
	}
}

func TestLifecycle(t *testing.T) {
	request := func(id int, method string) string {
		return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":{}}`, id, method)
	}
	for name, c := range map[string]struct {
		send    []string
		want    []string
		orderly bool
	}{
		"a request before initialize":      {[]string{request(7, "textDocument/hover"), exit}, []string{`"id":7,"error":{"code":-32002`}, false},
		"initialize twice":                 {[]string{hello, hello, bye, exit}, []string{`"code":-32600`, `initialized before`}, true},
		"a request after shutdown":         {[]string{hello, bye, request(8, "textDocument/hover"), exit}, []string{`"id":8,"error":{"code":-32600`}, true},
		"shutdown before initialize":       {[]string{bye, exit}, []string{`"code":-32002`}, false},
		"exit without shutdown":            {[]string{hello, exit}, nil, false},
		"the end without exit":             {[]string{hello}, nil, false},
		"the end after shutdown":           {[]string{hello, bye}, nil, true},
		"a method that there is not":       {[]string{hello, request(9, "textDocument/dance"), bye, exit}, []string{`"id":9,"error":{"code":-32601`}, true},
		"a notification that there is not": {[]string{hello, `{"jsonrpc":"2.0","method":"$/setTrace","params":{"value":"off"}}`, bye, exit}, nil, true},
		"no JSON":                          {[]string{`{"jsonrpc"`, hello, bye, exit}, []string{`"id":null,"error":{"code":-32700`}, true},
		"an array":                         {[]string{`[]`, hello, bye, exit}, []string{`"id":null,"error":{"code":-32600`}, true},
		"an empty message":                 {[]string{``, hello, bye, exit}, []string{`"id":null,"error":{"code":-32700`}, true},
		"an ID that is none":               {[]string{`{"jsonrpc":"2.0","id":{},"method":"shutdown"}`, hello, bye, exit}, []string{`"id":null,"error":{"code":-32600`}, true},
		"another version":                  {[]string{`{"jsonrpc":"1.0","id":5,"method":"shutdown"}`, hello, bye, exit}, []string{`"id":5,"error":{"code":-32600`}, true},
		"parameters of another form":       {[]string{`{"jsonrpc":"2.0","id":3,"method":"initialize","params":[1]}`, hello, bye, exit}, []string{`"id":3,"error":{"code":-32602`}, true},
		"a change of what is not open":     {[]string{hello, `{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///a","version":1},"contentChanges":[]}}`, bye, exit}, []string{`window/logMessage`, `is not open`}, true},
	} {
		t.Run(name, func(t *testing.T) {
			out, orderly, err := converse(t, Options{}, c.send...)
			if orderly != c.orderly || err != nil {
				t.Errorf("it ended with %v, %v", orderly, err)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("the answers lack %s:\n%s", want, out)
				}
			}
		})
	}
}

func TestFraming(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"no length":            {"Content-Type: x\r\n\r\n{}", "no Content-Length"},
		"a length of letters":  {"Content-Length: ten\r\n\r\n", `"ten"`},
		"a negative length":    {"Content-Length: -1\r\n\r\n", `"-1"`},
		"a length too large":   {"Content-Length: 99999999999\r\n\r\n", `"99999999999"`},
		"a header too long":    {"X: " + strings.Repeat("x", MaxHeader) + "\r\n\r\n", "longer than"},
		"headers without end":  {strings.Repeat("X: y\r\n", MaxHeader), "longer than"},
		"no colon":             {"hello\r\n\r\n", `"hello"`},
		"an end in the header": {"Content-Le", "unexpected EOF"},
		"an end in the body":   {"Content-Length: 10\r\n\r\n{}", "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Serve(t.Context(), strings.NewReader(c.in), io.Discard, Options{Open: openDir})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v; it should say %s", err, c.want)
			}
		})
	}
}

// TestTooLarge: what is too large is passed over, and the conversation goes on.
func TestTooLarge(t *testing.T) {
	large := io.MultiReader(strings.NewReader(fmt.Sprintf("Content-Length: %d\r\n\r\n", MaxBody+1)), io.LimitReader(spaces{}, MaxBody+1),
		strings.NewReader(frame(hello)+frame(bye)+frame(exit)))
	var out bytes.Buffer
	orderly, err := Serve(t.Context(), large, &out, Options{Open: openDir})
	if !orderly || err != nil || !strings.Contains(out.String(), "larger than") || !strings.Contains(out.String(), `"id":"last","result":null`) {
		t.Errorf("%v, %v:\n%s", orderly, err, &out)
	}
}

func frame(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// TestCancel: a request that waits for a catalog can be given up, while the
// catalog is still being read.
func TestCancel(t *testing.T) {
	release := make(chan struct{})
	e := start(t, Options{Open: func(ctx context.Context, a Asked) (*Project, error) {
		select {
		case <-release:
		case <-ctx.Done():
		}
		return openDir(ctx, a)
	}})
	top := tree(t, map[string]string{"catalog-info.yaml": "kind: Component\n"})
	e.begin(nil, top)
	id, answer := e.send("workspace/symbol", map[string]any{"query": ""})
	e.tell("$/cancelRequest", map[string]any{"id": id})
	if r := e.wait(answer); r.Error == nil || r.Error.Code != -32800 {
		t.Errorf("the answer is %+v", r)
	}
	close(release)
	e.ask("workspace/symbol", map[string]any{"query": ""}, nil)
	e.end()
}

// TestShutdownWhileReading: leaving does not wait for the catalog.
func TestShutdownWhileReading(t *testing.T) {
	e := start(t, Options{Open: func(ctx context.Context, _ Asked) (*Project, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}})
	e.begin(nil, t.TempDir())
	e.end()
}

// TestPanic: a panic costs what it was about, and the conversation goes on.
func TestPanic(t *testing.T) {
	top := tree(t, map[string]string{"catalog-info.yaml": "kind: Component\n"})
	e := start(t, Options{Open: func(ctx context.Context, a Asked) (*Project, error) { panic("a mistake") }})
	e.begin(nil, top)
	for m := e.receive(); ; m = e.receive() {
		if m.Method == "window/logMessage" {
			if !strings.Contains(string(m.Params), "a mistake") {
				t.Errorf("the log says %s", m.Params)
			}
			break
		}
	}
	e.open(filepath.Join(top, "catalog-info.yaml"), "kind: ")
	var list struct{ Items []struct{ Label string } }
	e.ask("textDocument/completion", map[string]any{"textDocument": map[string]any{"uri": uri(filepath.Join(top, "catalog-info.yaml"))}, "position": wirePosition{0, 6}}, &list)
	if len(list.Items) != 9 {
		t.Errorf("the kinds that are offered are %v", list.Items)
	}
	e.end()
}

// TestFolders: what one folder has is known in another, and no longer when it is
// closed.
func TestFolders(t *testing.T) {
	users := tree(t, map[string]string{"catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: payments\n  description: x\nspec:\n  type: team\n  children: []\n"})
	const text = "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata:\n  name: shop\n  description: x\nspec:\n  owner: payments\n"
	shop := tree(t, map[string]string{"catalog-info.yaml": text})
	file := filepath.Join(shop, "catalog-info.yaml")
	e := start(t, Options{})
	e.begin(nil, users, shop)
	e.open(file, text)
	has := func(code string) bool { return strings.Contains(fmt.Sprint(e.diagnostics(file).Diagnostics), code) }
	if has("ref-dangling") {
		t.Error("the group of the other folder is not known")
	}
	at := map[string]any{"textDocument": map[string]any{"uri": uri(file)}, "position": wirePosition{6, 12}}
	var where []wireLocation
	if e.ask("textDocument/definition", at, &where); len(where) != 1 || where[0].URI != uri(filepath.Join(users, "catalog-info.yaml")) {
		t.Errorf("the group is at %v", where)
	}
	e.tell("workspace/didChangeWorkspaceFolders", map[string]any{"event": map[string]any{"removed": []any{map[string]any{"uri": uri(users)}}}})
	e.change(file, text+"\n")
	if !has("ref-dangling") {
		t.Error("the group is known after its folder was closed")
	}
	e.end()
}

// TestAlone: a file outside all folders is looked at by itself.
func TestAlone(t *testing.T) {
	const text = "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata:\n  name: not a name\nspec:\n  owner: payments\n"
	file := filepath.Join(tree(t, map[string]string{"system.yaml": text}), "system.yaml")
	e := start(t, Options{})
	e.begin(nil)
	e.open(file, text)
	if ds := e.diagnostics(file).Diagnostics; len(ds) == 0 || ds[0].Code == "" {
		t.Error("nothing is found in it")
	}
	e.tell("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": uri(file)}})
	for len(e.found[uri(file)].Diagnostics) > 0 {
		e.receive()
	}
	e.end()
}

// TestIncremental types a file character by character in ranges, and ends with
// the same findings as when it is opened whole.
func TestIncremental(t *testing.T) {
	const text = "apiVersion: backstage.io/v1alpha1\r\nkind: System\r\nmetadata:\r\n  name: x\r\n  title: 𝒮hop 🛒\r\n  description: 🛒\r\nspec: {owner: 🛒}\r\n"
	top := tree(t, map[string]string{"a/catalog-info.yaml": "", "b/catalog-info.yaml": ""})
	file, whole := filepath.Join(top, "a", "catalog-info.yaml"), filepath.Join(top, "b", "catalog-info.yaml")
	e := start(t, Options{})
	e.begin(nil, filepath.Join(top, "a"), filepath.Join(top, "b"))
	e.open(file, "")
	line, col := 0, 0
	var changes []any
	for _, r := range strings.ReplaceAll(text, "\r\n", "\n") {
		at := wirePosition{line, col}
		changes = append(changes, map[string]any{"range": wireRange{at, at}, "text": strings.ReplaceAll(string(r), "\n", "\r\n")})
		col++
		if r > 0xffff {
			col++
		}
		if r == '\n' {
			line, col = line+1, 0
		}
	}
	e.versions[file]++
	e.tell("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": uri(file), "version": e.versions[file]}, "contentChanges": changes})
	got := fmt.Sprint(e.diagnostics(file).Diagnostics)
	e.tell("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": uri(file)}})
	e.open(whole, text)
	want := fmt.Sprint(e.diagnostics(whole).Diagnostics)
	if got != want || !strings.Contains(got, "ref-") {
		t.Errorf("typed:\n%s\nwhole:\n%s", got, want)
	}
	e.end()
}

// TestDisk: a change on disk is seen, and text that is not saved goes before it.
func TestDisk(t *testing.T) {
	const good = "apiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata:\n  name: x\n  description: x\nspec:\n  type: database\n  owner: group:default/g\n"
	top := tree(t, map[string]string{"catalog-info.yaml": good, "g.yaml": ""})
	file := filepath.Join(top, "catalog-info.yaml")
	e := start(t, Options{})
	e.begin(nil, top)
	e.open(file, good)
	if n := len(e.diagnostics(file).Diagnostics); n != 1 {
		t.Errorf("%d findings, want the group that is missing", n)
	}
	location := good + "---\napiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: l\nspec:\n  target: ./g.yaml\n"
	e.change(file, location)
	e.diagnostics(file)
	if err := os.WriteFile(filepath.Join(top, "g.yaml"), []byte("apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: g\n  description: x\nspec:\n  type: team\n  children: []\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	e.tell("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": uri(filepath.Join(top, "g.yaml")), "type": 2}}})
	e.change(file, location+"\n")
	if ds := e.diagnostics(file).Diagnostics; len(ds) != 0 {
		t.Errorf("findings %v, want none", ds)
	}
	e.end()
}
