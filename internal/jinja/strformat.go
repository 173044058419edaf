package jinja

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// formatted is the method format of texts: {} {0} {name.a} {:>10}.
func formatted(r *run, b *bound) any {
	s := text(b.of)
	var out strings.Builder
	next := 0
	for s != "" {
		i := strings.IndexAny(s, "{}")
		if i < 0 {
			out.WriteString(s)
			break
		}
		out.WriteString(s[:i])
		if i+1 < len(s) && s[i+1] == s[i] {
			out.WriteByte(s[i])
			s = s[i+2:]
			continue
		}
		field, rest, ok := strings.Cut(s[i+1:], "}")
		if s[i] == '}' || !ok || strings.Contains(field, "{") {
			r.fail("a bracket in the format has no other")
		}
		out.WriteString(r.field(field, b, &next))
		s = rest
	}
	return r.string(out.String())
}

// field writes one {…}.
func (r *run) field(field string, b *bound, next *int) string {
	ref, format, _ := strings.Cut(field, ":")
	ref, conversion, _ := strings.Cut(ref, "!")
	v := r.referred(ref, b, next)
	if conversion == "r" {
		v = r.repr(v)
	}
	if format == "" {
		return r.text(v)
	}
	s := r.spec(format)
	if s.verb == 0 {
		s.verb = 's'
		if _, _, isInt, ok := number(v); ok && isInt {
			s.verb = 'd'
		} else if ok {
			s.verb = 'g'
		}
		s.left = s.left || s.verb == 's' && !strings.ContainsAny(format[:min(2, len(format))], ">^")
	}
	r.made(s.width + max(s.precision, 0))
	return r.formatted(s, v)
}

// referred is the value a field is of: by its number, its name, or the next.
func (r *run) referred(ref string, b *bound, next *int) any {
	end := strings.IndexAny(ref, ".[")
	if end < 0 {
		end = len(ref)
	}
	first, path := ref[:end], ref[end:]
	v := r.argument(first, b, next)
	for path != "" {
		r.step(1)
		name := ""
		if path[0] == '[' {
			name, path, _ = strings.Cut(path[1:], "]")
		} else {
			end := strings.IndexAny(path[1:], ".[")
			if end < 0 {
				end = len(path) - 1
			}
			name, path = path[1:end+1], path[end+1:]
		}
		if n, err := strconv.ParseInt(name, 10, 64); err == nil {
			v = r.item(v, n)
		} else {
			v = r.item(v, name)
		}
	}
	return v
}

func (r *run) argument(name string, b *bound, next *int) any {
	i, err := strconv.Atoi(name)
	if name == "" {
		i, err = *next, nil
		*next++
	}
	if err == nil && i >= 0 && i < len(b.rest) {
		return b.rest[i]
	}
	for _, k := range b.names {
		if k.name == name {
			return k.value
		}
	}
	r.fail("the format has a place %q for which there is no value", name)
	return nil
}

// spec reads what stands behind the colon: fill and side, sign, #, 0, width,
// comma, precision and letter.
func (r *run) spec(f string) spec {
	s := spec{fill: ' ', precision: -1}
	if c, size := utf8.DecodeRuneInString(f); len(f) > size && strings.IndexByte("<>^=", f[size]) >= 0 {
		s.fill, f = c, f[size:]
	}
	if f != "" && strings.IndexByte("<>^=", f[0]) >= 0 {
		s.left, s.center = f[0] == '<', f[0] == '^'
		f = f[1:]
	}
	if f != "" && strings.IndexByte("+- ", f[0]) >= 0 {
		s.plus, s.blank = f[0] == '+', f[0] == ' '
		f = f[1:]
	}
	if f, s.alt = strings.CutPrefix(f, "#"); strings.HasPrefix(f, "0") {
		s.zero = true
	}
	s.width, f = r.size(f)
	f, s.comma = strings.CutPrefix(f, ",")
	if strings.HasPrefix(f, ".") {
		s.precision, f = r.size(f[1:])
	}
	if len(f) > 1 {
		r.fail("the format knows no %q", f)
	}
	if f != "" {
		s.verb = f[0]
	}
	return s
}
