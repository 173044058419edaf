// Package action is what a program needs to be a step of a job at GitHub: the
// files through which a step tells the next ones what it found, the event that the
// job is of, and the one comment on a pull request that is kept up to date.
package action

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"callboard/internal/digest"
)

// WriteOutput writes an output of a step in the form of GITHUB_OUTPUT that may have
// any value
// (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
// The delimiter is made of the value, so that no value can hold its own.
func WriteOutput(w io.Writer, name, value string) error {
	end := "callboard-" + digest.New("output").String(value).Sum().String()
	_, err := fmt.Fprintf(w, "%s<<%s\n%s\n%s\n", name, end, value, end)
	return err
}

// Event is what is known of the event that a job is of.
type Event struct {
	// PullRequest is the number of the pull request, 0 if it is about none.
	PullRequest int
	// Fork tells whether the pull request comes from another repository: then the
	// job has no rights beyond reading.
	Fork bool
}

// ParseEvent reads the payload that GITHUB_EVENT_PATH names.
func ParseEvent(b []byte) (Event, error) {
	type side struct {
		Repo struct {
			ID int64 `json:"id"`
		} `json:"repo"`
	}
	var p struct {
		PullRequest *struct {
			Number int  `json:"number"`
			Head   side `json:"head"`
			Base   side `json:"base"`
		} `json:"pull_request"`
	}
	if err := json.Unmarshal(b, &p); err != nil {
		return Event{}, fmt.Errorf("the event of the job cannot be read: %w", err)
	}
	if p.PullRequest == nil {
		return Event{}, nil
	}
	return Event{p.PullRequest.Number, p.PullRequest.Head.Repo.ID != p.PullRequest.Base.Repo.ID}, nil
}

// errQuote is about a quotation that does not end.
var errQuote = errors.New("a quotation is not closed")

// Words takes a line of arguments apart as a shell does, but for all that a shell
// would carry out or look up: white space parts words, quotes and backslashes keep
// it, and nothing else means anything. Within single quotes a backslash is one, and
// within double quotes it is one unless before a double quote or another.
func Words(s string) ([]string, error) {
	var out []string
	var word strings.Builder
	var quote rune
	begun, escaped := false, false
	for _, r := range s {
		switch {
		case escaped:
			if quote == '"' && r != '"' && r != '\\' {
				word.WriteRune('\\')
			}
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			begun, escaped = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			begun, quote = true, r
		case strings.ContainsRune(" \t\r\n", r):
			if begun {
				out = append(out, word.String())
				word.Reset()
			}
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if quote != 0 || escaped {
		return nil, errQuote
	}
	if begun {
		out = append(out, word.String())
	}
	return out, nil
}

// Bool reads an input that is true or false, or is left out.
func Bool(name, value string, otherwise bool) (bool, error) {
	switch cmp.Or(value, fmt.Sprint(otherwise)) {
	case "true", "True", "TRUE":
		return true, nil
	case "false", "False", "FALSE":
		return false, nil
	}
	return false, fmt.Errorf("the input %s is %q; it must be true or false", name, value)
}
