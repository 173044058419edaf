package lsp

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/tools/txtar"

	"callboard/internal/diag"
)

var update = flag.Bool("update", false, "rewrite what the conversations must come to")

// cursor marks a place in the files of a conversation.
const cursor = "‸"

// TestTalk has the conversations of testdata: an archive holds the files of a
// folder, the commands of an editor, one a line, and in the file "want" what
// they come to. The mark ‸ in a file is the cursor; "change FILE TEXT" puts the
// text of another file of the archive into an open one.
func TestTalk(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no conversations", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, want := talk(t, a), wantOf(a)
			if *update {
				*want = []byte(got)
				if err := os.WriteFile(file, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if got != string(*want) {
				t.Errorf("got\n%s\nwant\n%s\nrewrite it with\n\tgo test ./internal/lsp -run Talk -update", got, *want)
			}
		})
	}
}

func wantOf(a *txtar.Archive) *[]byte {
	for i := range a.Files {
		if a.Files[i].Name == "want" {
			return &a.Files[i].Data
		}
	}
	a.Files = append(a.Files, txtar.File{Name: "want"})
	return &a.Files[len(a.Files)-1].Data
}

// speaker runs the commands of one conversation.
type speaker struct {
	*editor
	top   string
	texts map[string]string // with cursors
	shown map[string]string // the texts of open files, with cursors
	out   strings.Builder
}

func talk(t *testing.T, a *txtar.Archive) string {
	s := &speaker{texts: map[string]string{}, shown: map[string]string{}}
	disk := map[string]string{}
	commands := ""
	for _, f := range a.Files {
		switch {
		case f.Name == "commands":
			commands = string(f.Data)
		case f.Name == "want":
		default:
			s.texts[f.Name] = string(f.Data)
			if !strings.HasPrefix(f.Name, "text/") {
				disk[f.Name] = strings.ReplaceAll(string(f.Data), cursor, "")
			}
		}
	}
	s.top = tree(t, disk)
	s.editor = start(t, Options{Manual: "https://portal.acme.example/docs/manual", Explain: func(c diag.Code) string {
		if c == "ref-dangling" || c == "location-target-branch" {
			return "What the *manual* says of `" + string(c) + "`."
		}
		return ""
	}})
	s.begin(nil, s.top)
	s.ask("workspace/symbol", map[string]any{"query": "no such entity"}, nil) // waits for the catalog
	for line := range strings.Lines(commands) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fmt.Fprintf(&s.out, "> %s\n", line)
		s.command(strings.Fields(line))
	}
	s.end()
	return s.out.String()
}

func (s *speaker) abs(name string) string { return filepath.Join(s.top, filepath.FromSlash(name)) }

func (s *speaker) say(format string, args ...any) { fmt.Fprintf(&s.out, format+"\n", args...) }

func (s *speaker) command(words []string) {
	s.t.Helper()
	file := ""
	if len(words) > 1 {
		file = words[1]
	}
	switch words[0] {
	case "open":
		s.shown[file] = s.texts[file]
		s.open(s.abs(file), strings.ReplaceAll(s.texts[file], cursor, ""))
		s.diagnostics(s.abs(file))
	case "change":
		s.shown[file] = s.texts[words[2]]
		s.change(s.abs(file), strings.ReplaceAll(s.texts[words[2]], cursor, ""))
		s.diagnostics(s.abs(file))
	case "close":
		s.tell("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": uri(s.abs(file))}})
	case "write":
		if err := os.WriteFile(s.abs(file), []byte(s.texts[words[2]]), 0o666); err != nil {
			s.t.Fatal(err)
		}
		s.tell("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": uri(s.abs(file)), "type": 1}}})
	case "diagnostics":
		s.tellDiagnostics(file)
	case "complete":
		s.complete(file)
	case "hover":
		s.hover(file)
	case "define", "references":
		s.places(words[0], file)
	case "symbols", "find":
		s.symbols(words[0], file)
	case "actions", "fixall":
		s.actions(words[0], file)
	default:
		s.t.Fatalf("there is no command %q", words[0])
	}
}

// at are the parameters of a request about the cursor.
func (s *speaker) at(file string) map[string]any {
	before, _, ok := strings.Cut(s.shown[file], cursor)
	if !ok {
		s.t.Fatalf("%s has no cursor", file)
	}
	line := strings.Count(before, "\n")
	col := len(utf16.Encode([]rune(before[strings.LastIndex(before, "\n")+1:])))
	return map[string]any{"textDocument": map[string]any{"uri": uri(s.abs(file))}, "position": wirePosition{line, col}, "context": map[string]any{"includeDeclaration": true}}
}

// short is a location as the conversation shows it.
func (s *speaker) short(l wireLocation) string {
	return strings.TrimPrefix(l.URI, uri(s.top)+"/") + ":" + l.Range.String()
}

func (s *speaker) tellDiagnostics(file string) {
	for _, d := range s.diagnostics(s.abs(file)).Diagnostics {
		mark := ""
		if d.Tags != nil {
			mark = fmt.Sprint(" tags ", d.Tags)
		}
		s.say("%s %s %s%s\n  %s", d.Range, [...]string{"", "error", "warning", "information"}[d.Severity], d.Code, mark, strings.ReplaceAll(d.Message, "\n", "\n  "))
		if d.CodeDescription.Href != "" {
			s.say("  %s", d.CodeDescription.Href)
		}
		for _, r := range d.Related {
			s.say("  %s %s", s.short(r.Location), r.Message)
		}
	}
}

func (s *speaker) complete(file string) {
	var list struct {
		IsIncomplete bool
		Items        []struct {
			Label, Detail    string
			Documentation    struct{ Value string }
			Tags             []int
			InsertTextFormat int
			TextEdit         struct {
				Range   wireRange
				NewText string
			}
		}
	}
	s.ask("textDocument/completion", s.at(file), &list)
	for i, item := range list.Items {
		if i == 12 {
			s.say("… %d in all", len(list.Items))
			break
		}
		text := fmt.Sprintf("%s %s %q", item.Label, item.TextEdit.Range, item.TextEdit.NewText)
		if item.Detail != "" {
			text += " (" + item.Detail + ")"
		}
		if len(item.Tags) > 0 {
			text += " deprecated"
		}
		s.say("%s", text)
		if doc := item.Documentation.Value; doc != "" {
			s.say("  %s", strings.ReplaceAll(doc, "\n", "\n  "))
		}
	}
}

func (s *speaker) hover(file string) {
	var h *struct {
		Contents struct{ Value string }
		Range    wireRange
	}
	s.ask("textDocument/hover", s.at(file), &h)
	if h == nil {
		s.say("nothing")
		return
	}
	s.say("%s\n  %s", h.Range, strings.ReplaceAll(h.Contents.Value, "\n", "\n  "))
}

func (s *speaker) places(command, file string) {
	method := map[string]string{"define": "definition", "references": "references"}[command]
	var ls []wireLocation
	s.ask("textDocument/"+method, s.at(file), &ls)
	for _, l := range ls {
		s.say("%s", s.short(l))
	}
}

func (s *speaker) symbols(command, what string) {
	var list []struct {
		Name, Detail, ContainerName string
		Kind                        int
		SelectionRange              wireRange
		Location                    wireLocation
	}
	if command == "find" {
		s.ask("workspace/symbol", map[string]any{"query": what}, &list)
	} else {
		s.ask("textDocument/documentSymbol", map[string]any{"textDocument": map[string]any{"uri": uri(s.abs(what))}}, &list)
	}
	for _, x := range list {
		if command == "find" {
			s.say("%s (%s) %s", x.Name, x.ContainerName, s.short(x.Location))
			continue
		}
		s.say("%s (%s) %s", x.Name, x.Detail, x.SelectionRange)
	}
}

func (s *speaker) actions(command, file string) {
	s.diagnostics(s.abs(file))
	at := s.at(file)
	params := map[string]any{"textDocument": at["textDocument"], "range": wireRange{at["position"].(wirePosition), at["position"].(wirePosition)}, "context": map[string]any{"diagnostics": []any{}}}
	if command == "fixall" {
		params["context"] = map[string]any{"diagnostics": []any{}, "only": []string{"source.fixAll"}}
	}
	var list []struct {
		Title, Kind string
		Edit        struct {
			Changes map[string][]struct {
				Range   wireRange
				NewText string
			}
		}
	}
	s.ask("textDocument/codeAction", params, &list)
	for _, x := range list {
		s.say("%s (%s)", x.Title, x.Kind)
		for _, e := range x.Edit.Changes[uri(s.abs(file))] {
			s.say("  %s %q", e.Range, e.NewText)
		}
	}
}
