package highlight

import "strings"

// shellReader colours commands, options, variables, strings and comments.
type shellReader struct {
	w       *out
	command bool   // the next word is a command
	value   bool   // the next word is what a variable is set to
	heredoc string // the word that ends the text which begins on the next line
}

func lexShell(w *out, s string) {
	r := shellReader{w: w, command: true}
	r.lex(s)
}

func (r *shellReader) lex(s string) {
	for i := 0; i < len(s); {
		c := s[i]
		n, as := 1, plain
		switch {
		case is(c, blank):
			n, as = run(s, i, blank), space
			if r.value {
				r.argument()
			}
		case c == '\n':
			r.command, r.value = true, false
			if r.heredoc != "" {
				r.w.put(plain, 1)
				i += 1 + r.text(s[i+1:])
				continue
			}
		case strings.IndexByte(";|&(`{}!)", c) >= 0:
			r.command = c != ')' && c != '}'
		case c == '\\' && i+1 < len(s):
			n = 2
		case c == '#' && (i == 0 || strings.IndexByte(" \t\n;", s[i-1]) >= 0):
			n, as = restOfLine(s, i), com
		case c == '"':
			n, as = quoted(s, i, true), str
			r.argument()
		case c == '\'':
			n, as = through(s, i, 1, "'"), str
			r.argument()
		case c == '$':
			n, as = r.dollar(s, i)
		case c == '<' && strings.HasPrefix(s[i:], "<<"):
			n = r.redirection(s, i)
		case is(c, letter|digit|path):
			n, as = r.word(s, i)
		}
		r.w.put(as, n)
		i += n
	}
}

// argument says that a word was read which is no command; a command can follow
// what a variable is set to.
func (r *shellReader) argument() { r.command, r.value = r.value, false }

func (r *shellReader) dollar(s string, i int) (int, class) {
	if strings.HasPrefix(s[i:], "$(") {
		r.command, r.value = true, false
		return 2, plain
	}
	r.argument()
	return variable(s, i), nu
}

// redirection reads "<<END", "<<-'END'" or "<<<".
func (r *shellReader) redirection(s string, i int) int {
	j := i + 2
	if j < len(s) && s[j] == '<' {
		return 3
	}
	if j < len(s) && s[j] == '-' {
		j++
	}
	j += run(s, j, blank)
	if j < len(s) && (s[j] == '\'' || s[j] == '"') {
		j++
	}
	n := word(s, j)
	if n > 0 && is(s[j], letter) {
		r.heredoc = s[j : j+n]
		j += n
	}
	if j < len(s) && (s[j] == '\'' || s[j] == '"') {
		j++
	}
	return j - i
}

// text writes the lines of a here-document and tells how long it is.
func (r *shellReader) text(s string) int {
	n := 0
	for line := range strings.Lines(s) {
		if strings.TrimSpace(line) == r.heredoc {
			break
		}
		n += len(line)
	}
	r.heredoc = ""
	r.w.put(str, n)
	return n
}

var shellWords = words("if then else elif fi for while until do done case esac in function select time export local readonly declare unset return exit set source alias trap shift eval exec", "true false")

// takesCommand are words behind which a command stands.
var takesCommand = words("if then else elif while until do time exec sudo env xargs nohup watch", "")

func (r *shellReader) word(s string, i int) (int, class) {
	n := run(s, i, letter|digit|path)
	name := s[i : i+n]
	if r.value {
		r.argument()
		return n, plain
	}
	wasCommand := r.command
	r.command = wasCommand && takesCommand()[name] != plain
	switch {
	case wasCommand && shellWords()[name] != plain:
		return n, shellWords()[name]
	case wasCommand && i+n < len(s) && s[i+n] == '=':
		r.command, r.value = true, true
		return n, nu
	case wasCommand && is(name[0], letter|digit) || wasCommand && (name[0] == '.' || name[0] == '/'):
		return n, fn
	case name[0] == '-' && n > 1:
		return n, kw
	}
	return n, plain
}

// lexConsole colours the commands behind prompts and leaves output plain.
func lexConsole(w *out, s string) {
	r := shellReader{w: w}
	more := false // the command goes on
	for line := range strings.Lines(s) {
		n := prompt(line)
		if n == 0 && !more {
			w.put(plain, len(line))
			continue
		}
		w.put(com, max(n-1, 0))
		w.put(space, min(n, 1))
		r.command, r.value, r.heredoc = !more, false, ""
		r.lex(line[n:])
		more = strings.HasSuffix(strings.TrimRight(line, "\r\n"), "\\")
	}
}

// prompt is the length of a prompt: "$ ", or one that names a user or place.
func prompt(line string) int {
	for _, p := range [...]string{"$ ", "# ", "> ", "% ", ">>> ", "... "} {
		if strings.HasPrefix(line, p) {
			return len(p)
		}
	}
	const longest = 60
	head := line[:min(len(line), longest)]
	if at := strings.IndexByte(head, '@'); at > 0 && word(head, 0) > 0 {
		if end := strings.IndexAny(head, "$#"); end > at && end+1 < len(head) && head[end+1] == ' ' {
			return end + 2
		}
	}
	return 0
}

// lexDockerfile knows the instructions; what RUN runs is shell.
func lexDockerfile(w *out, s string) {
	for i := 0; i < len(s); {
		n := logicalLine(s, i)
		dockerLine(w, s[i:i+n])
		i += n
	}
}

// logicalLine is the length of a line with those that a backslash joins to it.
func logicalLine(s string, i int) int {
	j := i
	for j < len(s) {
		n := restOfLine(s, j)
		line := strings.TrimRight(s[j:j+n], " \t\r")
		j = min(j+n+1, len(s))
		if !strings.HasSuffix(line, "\\") {
			break
		}
	}
	return j - i
}

var dockerWords = words("from as run cmd label expose env add copy entrypoint volume user workdir arg onbuild stopsignal healthcheck shell maintainer", "")

var dockerValue = (&grammar{multi: `"'`, vars: true, words: words("AS as", "")}).ready()

func dockerLine(w *out, s string) {
	i := run(s, 0, blank)
	w.put(space, i)
	if strings.HasPrefix(s[i:], "#") {
		n := restOfLine(s, i)
		w.put(com, n)
		w.put(plain, len(s)-i-n)
		return
	}
	n := word(s, i)
	name := strings.ToLower(s[i : i+min(n, longestWord)])
	if dockerWords()[name] == plain {
		dockerValue.lex(w, s[i:])
		return
	}
	w.put(kw, n)
	if name == "run" {
		lexShell(w, s[i+n:])
		return
	}
	dockerValue.lex(w, s[i+n:])
}

var makeWords = words("include define endef ifdef ifndef ifeq ifneq else endif export override unexport vpath", "")

// lexMakefile knows targets, assignments and recipes, which are shell.
func lexMakefile(w *out, s string) {
	for i := 0; i < len(s); {
		n := logicalLine(s, i)
		makeLine(w, s[i:i+n])
		i += n
	}
}

func makeLine(w *out, s string) {
	switch {
	case strings.HasPrefix(s, "\t"):
		lexShell(w, s)
		return
	case strings.HasPrefix(s, "#"):
		w.put(com, len(s))
		return
	}
	n := word(s, 0)
	if makeWords()[s[:min(n, longestWord)]] != plain {
		w.put(kw, n)
		dockerValue.lex(w, s[n:])
		return
	}
	at := strings.IndexAny(s, ":=?+#")
	if at <= 0 || s[at] == '#' {
		dockerValue.lex(w, s)
		return
	}
	c := nu
	if s[at] == ':' && !strings.HasPrefix(s[at:], ":=") && !strings.HasPrefix(s[at:], "::=") {
		c = fn
	}
	head := len(strings.TrimRight(s[:at], " \t"))
	w.put(c, head)
	dockerValue.lex(w, s[head:])
}
