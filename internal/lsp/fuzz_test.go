package lsp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/diag"
)

// nothing opens projects without files.
func nobody(context.Context, Asked) (*Project, error) {
	return &Project{Options: build.Options{Config: config.Default()}, Abs: func(diag.Pos) string { return "" }, Close: func() error { return nil }}, nil
}

// FuzzServe sends bytes as they are after a hello. Whatever comes, the server
// answers in whole frames of JSON, or ends with an error.
func FuzzServe(f *testing.F) {
	const file = "file:///w/catalog-info.yaml"
	opened := frame(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"` + file + `","version":1,"text":"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: x\nspec:\n  owner: y\n"}}}`)
	for _, method := range []string{"completion", "hover", "definition", "references", "documentSymbol", "codeAction"} {
		f.Add([]byte(opened + frame(fmt.Sprintf(`{"jsonrpc":"2.0","id":2,"method":"textDocument/%s","params":{"textDocument":{"uri":%q},"position":{"line":5,"character":9},"range":{"start":{"line":0,"character":0},"end":{"line":9,"character":9}},"context":{"only":["source"]}}}`, method, file))))
	}
	f.Add([]byte(opened + frame(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"`+file+`","version":2},"contentChanges":[{"range":{"start":{"line":-1,"character":-5},"end":{"line":99,"character":1e9}},"text":"\ud800"}]}}`)))
	f.Add([]byte(frame(bye) + frame(exit)))
	f.Add([]byte("Content-Length: 2\r\nContent-Length: 4\r\n\r\nnull"))
	f.Add([]byte(frame(`{"jsonrpc":"2.0","id":1e999,"method":"workspace/symbol"}`) + frame(`{"jsonrpc":"2.0","method":null,"id":null}`)))
	f.Fuzz(func(t *testing.T, in []byte) {
		var out bytes.Buffer
		_, err := Serve(t.Context(), io.MultiReader(strings.NewReader(frame(hello)), bytes.NewReader(in)), &out, Options{Open: nobody})
		if strings.Contains(out.String(), "please report it") {
			t.Fatalf("it panicked (%v):\n%s", err, &out)
		}
		for rest := out.String(); rest != ""; {
			head, body, ok := strings.Cut(rest, "\r\n\r\n")
			n, bad := strconv.Atoi(strings.TrimPrefix(head, "Content-Length: "))
			if !ok || bad != nil || n > len(body) || !json.Valid([]byte(body[:n])) {
				t.Fatalf("the answer is %q", rest)
			}
			rest = body[n:]
		}
	})
}
