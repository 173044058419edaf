package cli

import (
	"fmt"
	"io"
	"os"

	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/secret"
)

// maxSecret is how large a file with a secret may be, in bytes.
const maxSecret = 64 << 10

// secrets finds what the configuration names instead of saying it.
type secrets struct {
	a *app
	p *project
	// found are all that were found, which must show nowhere.
	found []secret.String
}

// of is the secret that a variable or a file holds. Without either, it is that
// of the variable that is usual for it, or none.
func (s *secrets) of(variable, file, usual string, at ...any) secret.String {
	switch {
	case variable != "":
		return s.variable(config.VariableOf(variable), at)
	case file != "":
		return s.file(file, at)
	case usual != "":
		return s.keep(s.a.Getenv(usual))
	}
	return secret.String{}
}

func (s *secrets) variable(name string, at []any) secret.String {
	v := s.keep(s.a.Getenv(name))
	if v.IsZero() {
		s.report(fmt.Sprintf("the environment variable %s is not set", name), "crawl needs the secret that it names", at)
	}
	return v
}

func (s *secrets) file(name string, at []any) secret.String {
	text, err := readSecret(s.p.join(name))
	if err != nil {
		s.report(fmt.Sprintf("cannot read %q: %s", name, reason(err)), "crawl needs the secret that it holds", at)
		return secret.String{}
	}
	v := s.keep(string(text))
	if v.IsZero() {
		s.report(fmt.Sprintf("the file %q is empty", name), "crawl needs the secret that it holds", at)
	}
	return v
}

func readSecret(file string) (text []byte, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	text, err = io.ReadAll(io.LimitReader(f, maxSecret))
	if e := f.Close(); err == nil {
		err = e
	}
	return text, err
}

func (s *secrets) keep(text string) secret.String {
	v := secret.New(text)
	if !v.IsZero() {
		s.found = append(s.found, v)
	}
	return v
}

// text is a setting that may be the name of a variable.
func (s *secrets) text(given string, at ...any) string {
	name := config.VariableOf(given)
	if name == "" {
		return given
	}
	v := s.a.Getenv(name)
	if v == "" {
		s.report(fmt.Sprintf("the environment variable %s is not set", name), "crawl needs what it names", at)
	}
	return v
}

func (s *secrets) report(msg, hint string, at []any) {
	s.p.findings.Report(diag.Diagnostic{Pos: s.p.config.Pos(at...), Severity: diag.Error, Code: config.CodeValue, Message: msg, Hint: hint})
}
