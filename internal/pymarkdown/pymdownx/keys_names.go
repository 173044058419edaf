package pymdownx

import "strings"

// keyNames are the keys by name, with what is written on them.
var keyNames = func() map[string]string {
	m := map[string]string{
		"backslash": `\`, "bar": `|`, "brace-left": `{`, "brace-right": `}`, "bracket-left": `[`, "bracket-right": `]`, "colon": `:`, "comma": `,`,
		"double-quote": `"`, "equal": `=`, "exclam": `!`, "grave": "`", "greater": `>`, "less": `<`, "minus": `-`, "period": `.`, "plus": `+`,
		"question": `?`, "semicolon": `;`, "single-quote": `'`, "slash": `/`, "tilde": `~`, "underscore": `_`, "arrow-up": `Up`,
		"arrow-down": `Down`, "arrow-left": `Left`, "arrow-right": `Right`, "delete": `Del`, "insert": `Ins`, "escape": `Esc`, "num0": `Num 0`,
		"num1": `Num 1`, "num2": `Num 2`, "num3": `Num 3`, "num4": `Num 4`, "num5": `Num 5`, "num6": `Num 6`, "num7": `Num 7`, "num8": `Num 8`,
		"num9": `Num 9`, "num-asterisk": `Num *`, "num-delete": `Num Del`, "num-equal": `Num =`, "num-minus": `Num -`, "num-plus": `Num +`,
		"num-separator": `Num .`, "num-slash": `Num /`, "alt-graph": `AltGr`, "command": `Cmd`, "control": `Ctrl`, "function": `Fn`,
		"left-control": `Left Ctrl`, "left-windows": `Left Win`, "right-control": `Right Ctrl`, "right-windows": `Right Win`, "windows": `Win`,
		"backtab": `Back Tab`, "context-menu": `Menu`, "media-next-track": `Next Track`, "media-pause": `Pause`, "media-play": `Play`,
		"media-play-pause": `Play/Pause`, "media-prev-track": `Previous Track`, "media-stop": `Stop`, "volume-mute": `Mute`,
		"x-button1": `X Button 1`, "x-button2": `X Button 2`,
	}
	for name := range strings.FieldsSeq(plainKeys) {
		m[name] = titled(name)
	}
	return m
}()

// titled writes a key's name in words.
func titled(name string) string {
	words := strings.Split(name, "-")
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}

// plainKeys are the keys that are called what is written on them.
const plainKeys = `
0 1 2 3 4 5 6 7 8 9 a b c d e f g h i j k l m n o p q r s t u v w x y z space page-up page-down home end backspace tab break
caps-lock clear eject enter help print-screen scroll-lock num-clear num-lock num-enter alt left-alt left-command left-meta
left-option left-shift left-super meta option right-alt right-command right-meta right-option right-shift right-super shift super
f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20 f21 f22 f23 f24 browser-back browser-favorites
browser-forward browser-home browser-refresh browser-search browser-stop copy mail media print reset select sleep volume-down
volume-up zoom power fingerprint left-button middle-button right-button`

// keyAliases are the names of keys by other names for them.
var keyAliases = func() map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(keySynonyms) {
		names := strings.Fields(line)
		for i := 1; i < len(names); i++ {
			m[names[i]] = names[0]
		}
	}
	return m
}()

// keySynonyms are a key's name and, behind it, other names, one key a line.
const keySynonyms = `alt-graph altgr
arrow-down down
arrow-left left
arrow-right right
arrow-up up
backspace back bksp
backtab bktab
bar pipe
brace-left open-brace
brace-right close-brace
bracket-left open-bracket
bracket-right close-bracket
break cancel
browser-favorites favorites
browser-forward forward
browser-refresh refresh
browser-search search
caps-lock capital cplk
clear clr
command cmd
context-menu apps menu
control ctrl
delete del
double-quote dblquote
enter return
escape esc
exclam exclamation
function fn
grave grave-accent
greater greater-than gt
insert ins
left-alt lalt
left-button lbutton
left-command lcmd lcommand left-cmd
left-control lcontrol lctrl left-ctrl
left-meta lmeta
left-option lopt loption left-opt
left-shift lshift
left-super lsuper
left-windows left-win lwin lwindows
less less-than lt
mail launch-mail
media launch-media
media-next-track next-track
media-pause pause
media-play play
media-play-pause play-pause
media-prev-track prev-track
media-stop stop
middle-button mbutton
minus hyphen
num-asterisk multiply
num-delete num-del
num-lock numlk
num-minus subtract
num-plus add
num-separator decimal separator
num-slash divide
option opt
page-down next page-dn pg-dn
page-up page-up pg-up prior
print-screen prtsc
question question-mark
right-alt ralt
right-button rbutton
right-command rcmd rcommand right-cmd
right-control rcontrol rctrl right-ctrl
right-meta right-meta rmeta
right-option right-opt ropt roption
right-shift rshift
right-super rsuper
right-windows right-win rwin rwindows
scroll-lock scroll
space spc
tab tabulator
volume-down vol-down
volume-mute mute vol-mute
volume-up vol-up
windows win
x-button1 xbutton1
x-button2 xbutton2`
