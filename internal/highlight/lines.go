package highlight

import "strings"

// The languages that are read by lines.

// yamlLexer colours keys, quoted and block text, constants and comments.
func yamlLexer(w *writer, s string) {
	block := -1 // indentation of the key whose block scalar is being read
	for line := range strings.Lines(s) {
		text := strings.TrimRight(line, "\r\n")
		indent := len(text) - len(strings.TrimLeft(text, " "))
		if block >= 0 {
			if strings.TrimSpace(text) == "" || indent > block {
				w.put("str", line)
				continue
			}
			block = -1
		}
		if yamlLine(w, text) {
			block = indent
		}
		w.put("", line[len(text):])
	}
}

// yamlLine writes one line and tells whether a block scalar begins behind it.
func yamlLine(w *writer, s string) (blockBegins bool) {
	i := 0
	for i < len(s) && (s[i] == ' ' || s[i] == '-' && (i+1 == len(s) || s[i+1] == ' ')) {
		i++
	}
	if s[:i] == "" && (strings.HasPrefix(s, "---") || strings.HasPrefix(s, "%")) {
		w.put("com", s)
		return false
	}
	w.put("", s[:i])
	if n := yamlKey(s[i:]); n > 0 {
		w.put("kw", s[i:i+n])
		w.put("", s[i+n:i+n+1])
		i += n + 1
	}
	rest := strings.TrimSpace(s[i:])
	yamlValue(w, s[i:])
	if h := strings.IndexByte(rest, '#'); h > 0 {
		rest = strings.TrimSpace(rest[:h])
	}
	return rest == "|" || rest == ">" || len(rest) == 2 && (rest[0] == '|' || rest[0] == '>') && strings.IndexByte("+-123456789", rest[1]) >= 0
}

// yamlKey is the length of a key that begins the text, before its colon.
func yamlKey(s string) int {
	if s == "" || strings.IndexByte("#{[&*!|>%@`", s[0]) >= 0 {
		return 0
	}
	from := 0
	if s[0] == '"' || s[0] == '\'' {
		from = delimited(s, 0, s[:1], false)
	}
	for j := from; j < len(s); j++ {
		switch {
		case s[j] == ':' && (j+1 == len(s) || s[j+1] == ' '):
			return j
		case s[j] == '#' && j > 0 && s[j-1] == ' ':
			return 0
		}
	}
	return 0
}

func yamlValue(w *writer, s string) {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '#' && (i == 0 || s[i-1] == ' '):
			w.put("com", s[i:])
			return
		case c == '"' || c == '\'':
			n := delimited(s, i, s[i:i+1], false)
			w.put("str", s[i:i+n])
			i += n
		case c == '&' || c == '*' || c == '!':
			n := yamlWord(s, i)
			w.put("fn", s[i:i+n])
			i += n
		case strings.IndexByte(" ,[]{}", c) >= 0:
			w.put("", s[i:i+1])
			i++
		default:
			n := yamlWord(s, i)
			w.put(yamlClass(s[i:i+n]), s[i:i+n])
			i += n
		}
	}
}

func yamlWord(s string, i int) int {
	j := i + 1
	for j < len(s) && strings.IndexByte(" ,[]{}", s[j]) < 0 {
		j++
	}
	return j - i
}

func yamlClass(word string) string {
	switch word {
	case "true", "false", "null", "~", "True", "False", "yes", "no", "on", "off":
		return "nu"
	}
	for i := range len(word) {
		if c := word[i]; !isDigit(c) && c != '.' && !(i == 0 && c == '-' && len(word) > 1) {
			return ""
		}
	}
	return "nu"
}

// shellLexer colours commands, options' variables, strings and comments.
func shellLexer(w *writer, s string) {
	command := true // the next word is a command
	for i := 0; i < len(s); {
		c := s[i]
		n, class := 1, ""
		switch {
		case c == '\n' || c == ';' || c == '|' || c == '&' || c == '(':
			command = true
		case c == ' ' || c == '\t':
			n = blanks(s, i)
		case c == '\\' && i+1 < len(s):
			n = 2
		case c == '#' && (i == 0 || strings.IndexByte(" \t\n;", s[i-1]) >= 0):
			n, class = toLineEnd(s, i), "com"
		case c == '"' || c == '\'':
			n, class, command = delimited(s, i, s[i:i+1], true), "str", false
		case c == '$':
			n, class, command = variable(s, i), "nu", false
		case isLetter(c) || c == '.' || c == '/' || c == '-' || isDigit(c):
			n, class, command = shellWord(s, i, command)
		}
		w.put(class, s[i:i+n])
		i += n
	}
}

func blanks(s string, i int) int {
	j := i
	for j < len(s) && (s[j] == ' ' || s[j] == '\t') {
		j++
	}
	return j - i
}

var shellWords = words("if then else elif fi for while until do done case esac in function select time export local readonly declare unset return exit set source alias", "true false")

func shellWord(s string, i int, command bool) (n int, class string, next bool) {
	j := i
	for j < len(s) && (isLetter(s[j]) || isDigit(s[j]) || strings.IndexByte(".-/_:@%+,~", s[j]) >= 0) {
		j++
	}
	word := s[i:j]
	switch {
	case shellWords[word] != "" && command:
		return j - i, shellWords[word], word != "for" && word != "case" && word != "export" && word != "local"
	case command && j < len(s) && s[j] == '=':
		return j - i, "nu", true
	case command:
		return j - i, "fn", word == "sudo" || word == "exec" || word == "env" || word == "time"
	case word[0] == '-':
		return j - i, "kw", false
	}
	return j - i, "", false
}

// consoleLexer colours the commands behind prompts and leaves output plain.
func consoleLexer(w *writer, s string) {
	more := false // the command goes on
	for line := range strings.Lines(s) {
		rest, prompt := line, 0
		for _, p := range []string{"$ ", "# ", "> ", "% ", ">>> "} {
			if strings.HasPrefix(line, p) {
				prompt = len(p)
				rest = line[prompt:]
				break
			}
		}
		if prompt == 0 && !more {
			w.put("", line)
			continue
		}
		w.put("com", line[:prompt])
		shellLexer(w, rest)
		more = strings.HasSuffix(strings.TrimRight(line, "\r\n"), "\\")
	}
}

func diffLexer(w *writer, s string) {
	for line := range strings.Lines(s) {
		class := ""
		switch {
		case strings.HasPrefix(line, "@@"):
			class = "kw"
		case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"), strings.HasPrefix(line, "diff "), strings.HasPrefix(line, "index "):
			class = "com"
		case strings.HasPrefix(line, "+"):
			class = "ins"
		case strings.HasPrefix(line, "-"):
			class = "del"
		}
		w.put(class, line)
	}
}

// iniLexer reads INI files, properties and TOML.
func iniLexer(w *writer, s string) {
	value := &grammar{quotes: "\"'", triple: true, line: []string{"#"}, words: words("", "true false")}
	for line := range strings.Lines(s) {
		body := strings.TrimLeft(line, " \t")
		w.put("", line[:len(line)-len(body)])
		key := strings.IndexByte(body, '=')
		switch {
		case body == "" || body[0] == '#' || body[0] == ';' || body[0] == '!':
			w.put("com", body)
		case body[0] == '[' && key < 0:
			w.put("fn", body)
		case key > 0:
			w.put("kw", body[:key])
			w.put("", "=")
			value.lex(w, body[key+1:])
		default:
			value.lex(w, body)
		}
	}
}

// markupLexer reads HTML and XML.
func markupLexer(w *writer, s string) {
	for i := 0; i < len(s); {
		lt := strings.IndexByte(s[i:], '<')
		if lt < 0 {
			w.put("", s[i:])
			return
		}
		w.put("", s[i:i+lt])
		i += lt
		if strings.HasPrefix(s[i:], "<!--") {
			n := len(s) - i
			if end := strings.Index(s[i:], "-->"); end >= 0 {
				n = end + 3
			}
			w.put("com", s[i:i+n])
			i += n
			continue
		}
		i += markupTag(w, s[i:])
	}
}

func markupTag(w *writer, s string) int {
	i := 1
	for i < len(s) && (s[i] == '/' || s[i] == '!' || s[i] == '?') {
		i++
	}
	i += tagName(s, i)
	w.put("kw", s[:i])
	for i < len(s) {
		switch c := s[i]; {
		case c == '>':
			w.put("kw", ">")
			return i + 1
		case c == '"' || c == '\'':
			n := delimited(s, i, s[i:i+1], true)
			w.put("str", s[i:i+n])
			i += n
		case tagName(s, i) > 0:
			n := tagName(s, i)
			w.put("fn", s[i:i+n])
			i += n
		case c == '<':
			return i
		default:
			w.put("", s[i:i+1])
			i++
		}
	}
	return i
}

func tagName(s string, i int) int {
	j := i
	for j < len(s) && (isLetter(s[j]) || isDigit(s[j]) || s[j] == '-' || s[j] == ':' || s[j] == '.') {
		j++
	}
	return j - i
}

// cssLexer reads CSS and what is like it.
func cssLexer(w *writer, s string) {
	depth := 0
	for i := 0; i < len(s); {
		c := s[i]
		n, class := 1, ""
		switch {
		case strings.HasPrefix(s[i:], "/*"):
			if n = strings.Index(s[i+2:], "*/") + 4; n < 4 {
				n = len(s) - i
			}
			class = "com"
		case c == '"' || c == '\'':
			n, class = delimited(s, i, s[i:i+1], false), "str"
		case c == '{':
			depth++
		case c == '}':
			depth--
		case c == '@':
			n, class = 1+tagName(s, i+1), "kw"
		case isDigit(c):
			n, class = digits(s, i), "nu"
		case isLetter(c) || c == '-':
			n = max(tagName(s, i), 1)
			if class = "kw"; depth > 0 {
				class = cssClass(s, i+n)
			}
		}
		w.put(class, s[i:i+n])
		i += n
	}
}

// cssClass is the class of a word before position i in a rule: a property
// before a colon, a function before a parenthesis.
func cssClass(s string, i int) string {
	switch {
	case i < len(s) && s[i] == ':':
		return "fn"
	case i < len(s) && s[i] == '(':
		return "fn"
	}
	return ""
}
