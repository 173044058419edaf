package lsp

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/lint"
	"callboard/internal/schema"
	"callboard/internal/source"
	"callboard/internal/source/dir"
)

// editor is the other side of a conversation.
type editor struct {
	t    testing.TB
	in   *io.PipeWriter
	done chan struct{} // closed when Serve has returned
	// orderly and err are what Serve returned.
	orderly bool
	err     error

	mu       sync.Mutex
	answers  map[string]chan reply
	news     chan reply
	next     int
	versions map[string]int
	found    map[string]published
}

type reply struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

type published struct {
	URI         string `json:"uri"`
	Version     *int   `json:"version"`
	Diagnostics []struct {
		Range           wireRange `json:"range"`
		Severity        int       `json:"severity"`
		Code            string    `json:"code"`
		CodeDescription struct {
			Href string `json:"href"`
		} `json:"codeDescription"`
		Message string `json:"message"`
		Tags    []int  `json:"tags"`
		Related []struct {
			Location wireLocation `json:"location"`
			Message  string       `json:"message"`
		} `json:"relatedInformation"`
	} `json:"diagnostics"`
}

type wirePosition struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

type wireRange struct {
	Start wirePosition `json:"start"`
	End   wirePosition `json:"end"`
}

func (r wireRange) String() string {
	if r.Start.Line == r.End.Line {
		return fmt.Sprintf("%d:%d-%d", r.Start.Line+1, r.Start.Character+1, r.End.Character+1)
	}
	return fmt.Sprintf("%d:%d-%d:%d", r.Start.Line+1, r.Start.Character+1, r.End.Line+1, r.End.Character+1)
}

type wireLocation struct {
	URI   string    `json:"uri"`
	Range wireRange `json:"range"`
}

// openDir opens a directory as the command does, with the rules of lint and
// without a configuration.
func openDir(_ context.Context, a Asked) (*Project, error) {
	c := config.Default()
	top := a.Dir
	opt := dir.Options{Repositories: dir.Auto, Entries: c.Catalog.Files, Ignore: c.Catalog.Ignore}
	if a.File != "" {
		top = filepath.Dir(a.File)
		opt.Repositories, opt.Entries = dir.One, []string{filepath.Base(a.File)}
	}
	s := dir.New(".", top, opt)
	p := &Project{
		Editor:  known(),
		Options: build.Options{Config: c, Sources: []source.Source{s}, Version: "test"},
		Close:   s.Close,
		Abs: func(at diag.Pos) string {
			if at.Repo == "" {
				return ""
			}
			return filepath.Join(top, filepath.FromSlash(at.Repo), filepath.FromSlash(at.File))
		},
	}
	return p, nil
}

// known are the annotations and icons that rules know.
func known() schema.Editor {
	e := schema.Editor{Icons: lint.LinkIcons()}
	for _, w := range lint.WellKnown() {
		e.Annotations = append(e.Annotations, schema.Suggestion{Key: w.Key, Description: w.Want, Deprecated: w.Instead != ""})
	}
	return e
}

// start begins a conversation.
func start(t testing.TB, o Options) *editor {
	t.Helper()
	if o.Open == nil {
		o.Open = openDir
	}
	o.Version, o.Editor = "test", known()
	in, toServer := io.Pipe()
	fromServer, out := io.Pipe()
	e := &editor{t: t, in: toServer, done: make(chan struct{}), answers: map[string]chan reply{}, news: make(chan reply, 1000), versions: map[string]int{}, found: map[string]published{}}
	go func() {
		defer close(e.done)
		e.orderly, e.err = Serve(t.Context(), in, out, o)
		out.Close()
		in.Close()
	}()
	go e.listen(fromServer)
	return e
}

func (e *editor) listen(r io.Reader) {
	defer close(e.news)
	b := bufio.NewReader(r)
	for {
		head, err := b.ReadString('\n')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(head, "Content-Length:")))
		if err != nil {
			e.t.Errorf("the header is %q", head)
			return
		}
		if blank, err := b.ReadString('\n'); blank != "\r\n" || err != nil {
			e.t.Errorf("after the header comes %q (%v)", blank, err)
			return
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(b, body); err != nil {
			return
		}
		var m reply
		if err := json.Unmarshal(body, &m); err != nil {
			e.t.Errorf("%v in %s", err, body)
			return
		}
		e.mu.Lock()
		answer := e.answers[string(m.ID)]
		e.mu.Unlock()
		switch {
		case answer != nil && m.Method == "":
			answer <- m
		default:
			e.news <- m
		}
	}
}

// write sends one message, whatever it is.
func (e *editor) write(body string) {
	e.t.Helper()
	if _, err := fmt.Fprintf(e.in, "Content-Length: %d\r\n\r\n%s", len(body), body); err != nil && !errors.Is(err, io.ErrClosedPipe) {
		e.t.Fatal(err)
	}
}

func encode(t testing.TB, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (e *editor) tell(method string, params any) {
	e.t.Helper()
	e.write(encode(e.t, map[string]any{"jsonrpc": "2.0", "method": method, "params": params}))
}

// send sends a request; the answer comes on the channel.
func (e *editor) send(method string, params any) (id int, answer <-chan reply) {
	e.t.Helper()
	e.mu.Lock()
	e.next++
	id = e.next
	c := make(chan reply, 1)
	e.answers[strconv.Itoa(id)] = c
	e.mu.Unlock()
	e.write(encode(e.t, map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
	return id, c
}

func (e *editor) wait(c <-chan reply) reply {
	e.t.Helper()
	select {
	case r := <-c:
		return r
	case <-e.done:
		select {
		case r := <-c:
			return r
		default:
		}
		e.t.Fatal("the server has ended:", e.err)
	case <-time.After(time.Minute):
		e.t.Fatal("there is no answer")
	}
	return reply{}
}

// ask sends a request and reads the result.
func (e *editor) ask(method string, params, into any) {
	e.t.Helper()
	_, c := e.send(method, params)
	r := e.wait(c)
	if r.Error != nil {
		e.t.Fatalf("%s: %d %s", method, r.Error.Code, r.Error.Message)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(r.Result, into); err != nil {
		e.t.Fatalf("%s: %v in %s", method, err, r.Result)
	}
}

// begin initializes the server for some folders.
func (e *editor) begin(more map[string]any, dirs ...string) {
	e.t.Helper()
	folders := []any{}
	for _, d := range dirs {
		folders = append(folders, map[string]any{"uri": uri(d), "name": filepath.Base(d)})
	}
	params := map[string]any{"processId": nil, "rootUri": nil, "workspaceFolders": folders, "capabilities": map[string]any{
		"textDocument": map[string]any{
			"completion": map[string]any{"completionItem": map[string]any{"snippetSupport": true, "documentationFormat": []string{"plaintext"}}},
			"hover":      map[string]any{"contentFormat": []string{"plaintext"}},
		}}}
	for k, v := range more {
		params[k] = v
	}
	e.ask("initialize", params, nil)
	e.tell("initialized", map[string]any{})
}

// end takes leave.
func (e *editor) end() {
	e.t.Helper()
	e.ask("shutdown", nil, nil)
	e.tell("exit", nil)
	<-e.done
	if !e.orderly || e.err != nil {
		e.t.Errorf("the conversation ended with %v, %v", e.orderly, e.err)
	}
}

func uri(path string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}

func (e *editor) open(path, text string) {
	e.t.Helper()
	e.versions[path]++
	e.tell("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": uri(path), "languageId": "yaml", "version": e.versions[path], "text": text}})
}

func (e *editor) change(path, text string) {
	e.t.Helper()
	e.versions[path]++
	e.tell("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": uri(path), "version": e.versions[path]}, "contentChanges": []any{map[string]any{"text": text}}})
}

// diagnostics waits for those of the present version of a file.
func (e *editor) diagnostics(path string) published {
	e.t.Helper()
	for {
		if p, ok := e.found[uri(path)]; ok && p.Version != nil && *p.Version == e.versions[path] {
			return p
		}
		e.receive()
	}
}

// receive takes one piece of news.
func (e *editor) receive() reply {
	e.t.Helper()
	select {
	case m, ok := <-e.news:
		if !ok {
			e.t.Fatal("the server has ended:", e.err)
		}
		if m.Method == "textDocument/publishDiagnostics" {
			var p published
			if err := json.Unmarshal(m.Params, &p); err != nil {
				e.t.Fatal(err)
			}
			e.found[p.URI] = p
		}
		return m
	case <-time.After(time.Minute):
		e.t.Fatal("there is no news")
	}
	return reply{}
}

// tree writes files below a new directory.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	top := t.TempDir()
	for name, text := range files {
		file := filepath.Join(top, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return top
}
