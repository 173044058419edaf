package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// keys is ++ctrl+k++ of pymdown-extensions' keys.
type keys struct {
	ast.BaseInline
	labels []string
}

var kindKeys = ast.NewNodeKind("Keys")

func (n *keys) Kind() ast.NodeKind         { return kindKeys }
func (n *keys) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }
func (n *keys) String() string             { return strings.Join(n.labels, "+") }

func (w *writer) keys(n *keys) {
	w.s(`<span class="keys">`)
	for i, l := range n.labels {
		if i > 0 {
			w.s("<span>+</span>")
		}
		w.s("<kbd>")
		w.esc(l)
		w.s("</kbd>")
	}
	w.s("</span>")
	w.plain.say(n.String())
}

// keysParser reads them. All names must be known: "++" is also an operator.
type keysParser struct{}

func (keysParser) Trigger() []byte { return []byte{'+'} }

const (
	longestKeys = 80 // characters between the pluses
	mostKeys    = 6
)

func (keysParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if !bytes.HasPrefix(line, []byte("++")) {
		return nil
	}
	inner := line[2:min(len(line), longestKeys)]
	end := bytes.Index(inner, []byte("++"))
	if end <= 0 {
		return nil
	}
	names := strings.Split(string(inner[:end]), "+")
	if len(names) > mostKeys {
		return nil
	}
	n := &keys{}
	for _, name := range names {
		label := keyLabel(name)
		if label == "" {
			return nil
		}
		n.labels = append(n.labels, label)
	}
	block.Advance(2 + end + 2)
	return n
}

// keyLabel is what stands on a key, or "" if there is no such key. A label in
// quotes is taken as it is.
func keyLabel(name string) string {
	if name == "" {
		return ""
	}
	if l := strings.Trim(name, `"`); len(l) == len(name)-2 {
		return l
	}
	low := strings.ToLower(name)
	if l, ok := keyLabels[low]; ok {
		return l
	}
	if len(low) == 1 && (low[0] >= 'a' && low[0] <= 'z' || low[0] >= '0' && low[0] <= '9') {
		return strings.ToUpper(low)
	}
	if len(low) <= 3 && low[0] == 'f' && strings.Trim(low[1:], "0123456789") == "" {
		return strings.ToUpper(low)
	}
	return ""
}

var keyLabels = map[string]string{
	"alt": "Alt", "option": "Option", "opt": "Option", "ctrl": "Ctrl", "control": "Ctrl", "ctl": "Ctrl", "shift": "Shift", "cmd": "Cmd", "command": "Cmd", "meta": "Meta", "win": "Win", "windows": "Win", "super": "Super", "fn": "Fn",
	"enter": "Enter", "return": "Return", "tab": "Tab", "space": "Space", "spacebar": "Space", "esc": "Esc", "escape": "Esc", "backspace": "Backspace", "bksp": "Backspace", "del": "Del", "delete": "Del", "ins": "Ins", "insert": "Ins",
	"up": "↑", "down": "↓", "left": "←", "right": "→", "arrow-up": "↑", "arrow-down": "↓", "arrow-left": "←", "arrow-right": "→",
	"home": "Home", "end": "End", "page-up": "Page Up", "page-down": "Page Down", "pgup": "Page Up", "pgdn": "Page Down", "caps-lock": "Caps Lock", "num-lock": "Num Lock", "scroll-lock": "Scroll Lock", "print-screen": "Print Screen", "pause": "Pause", "menu": "Menu",
	"plus": "+", "minus": "-", "hyphen": "-", "equal": "=", "comma": ",", "period": ".", "dot": ".", "slash": "/", "backslash": "\\", "colon": ":", "semicolon": ";", "single-quote": "'", "double-quote": "\"", "grave": "`", "tilde": "~", "question": "?", "exclam": "!", "bracket-left": "[", "bracket-right": "]", "brace-left": "{", "brace-right": "}", "pipe": "|", "bar": "|", "underscore": "_",
}
