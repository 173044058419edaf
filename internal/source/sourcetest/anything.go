package sourcetest

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"

	"callboard/internal/facts"
	"callboard/internal/source"
)

// Anything is a server that answers with texts that somebody made up, in turn,
// whatever it is asked for. It is a http.RoundTripper.
type Anything struct {
	// Answers are the bodies. A number of three digits before one, with a space, is
	// its status.
	Answers []string
	// Header is that of every answer.
	Header http.Header

	asked int
}

// mostAsked is after how many requests there is nothing more to be had, so that
// lists whose pages go on for ever do not keep a fuzzer from its work.
const mostAsked = 60

// RoundTrip answers.
func (a *Anything) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := http.StatusNotFound, ""
	if a.asked < mostAsked && len(a.Answers) > 0 {
		status, body = statusOf(a.Answers[a.asked%len(a.Answers)])
	}
	a.asked++
	if r.Body != nil {
		_ = r.Body.Close()
	}
	h := a.Header.Clone()
	if h == nil {
		h = http.Header{}
	}
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h,
		Body: io.NopCloser(bytes.NewReader([]byte(body))), ContentLength: int64(len(body)), Request: r,
	}, nil
}

func statusOf(answer string) (int, string) {
	number, body, ok := strings.Cut(answer, " ")
	if !ok || len(number) != 3 || strings.Trim(number, "0123456789") != "" || number[0] < '2' || number[0] > '5' {
		return http.StatusOK, answer
	}
	return int(number[0]-'0')*100 + int(number[1]-'0')*10 + int(number[2]-'0'), body
}

// FuzzHost has a host of a server that answers anything. New makes the host, for
// requests that go by base, and r is a repository as the host knows them; hidden
// is the token that the host shows. Answers may have the token in the place of
// TOKEN, and are parted by RS (0x1E); next is what headers say of another page.
//
// Nothing panics or goes on for ever, errors are faults and show no token, and
// names of what is listed have parts.
func FuzzHost(f *testing.F, seeds []string, hidden string, r source.Repo, newHost func(testing.TB, http.RoundTripper, *Clock) source.Host) {
	for _, s := range seeds {
		f.Add(s, "2")
		f.Add(s, `<https://example.com/x?page=2&cursor=a>; rel="next"`)
	}
	f.Fuzz(func(t *testing.T, answers, next string) {
		if strings.ContainsAny(next, "\r\n\x00") {
			return // no header
		}
		a := &Anything{Answers: strings.Split(strings.ReplaceAll(answers, "TOKEN", hidden), "\x1e"), Header: http.Header{
			"Content-Type": {"application/json"}, "Link": {next}, "X-Next-Page": {next}, "X-Ms-Continuationtoken": {next}}}
		h := newHost(t, a, NewClock())
		asker{t, h, hidden}.ask(r)
	})
}

// asker asks a host for all that it has.
type asker struct {
	t      *testing.T
	h      source.Host
	hidden string
}

func (a asker) ask(r source.Repo) {
	var listed []source.Repo
	for r, err := range a.h.Repos(a.t.Context()) {
		if a.fault(err); err == nil {
			a.named(r)
			listed = append(listed, r)
		}
	}
	for _, r := range append(listed[:min(len(listed), 2)], r) {
		found, err := a.h.Find(a.t.Context(), r)
		if a.fault(err); err == nil {
			a.named(found)
		}
		tree, err := a.h.Tree(a.t.Context(), r)
		a.fault(err)
		files := append(slices.Clone(tree.Entries[:min(len(tree.Entries), 3)]), source.Entry{Path: "a", Blob: sum("blob", "x"), Size: 1})
		a.read(r, files)
		a.archive(r)
		a.batches(r, files)
		a.more(r)
	}
	if d, ok := a.h.(source.Directory); ok {
		p, err := d.People(a.t.Context())
		a.fault(err)
		a.people(p)
	}
}

// fault is about an error that is none of the host's.
func (a asker) fault(err error) {
	a.t.Helper()
	if err == nil || errors.Is(err, errors.ErrUnsupported) {
		return
	}
	if source.KindOf(err) == "" {
		a.t.Errorf("an error that is no fault: %v", err)
	}
	if strings.Contains(err.Error(), a.hidden) {
		a.t.Errorf("the error shows the token: %v", err)
	}
}

func (a asker) named(r source.Repo) {
	a.t.Helper()
	if r.Name == "" || strings.HasPrefix(r.WebURL, "javascript:") {
		a.t.Errorf("a repository without a name, or whose page is a program: %+v", r)
	}
}

func (a asker) read(r source.Repo, files []source.Entry) {
	a.drain(a.h.Read(a.t.Context(), r, files), len(files))
}

func (a asker) drain(seq iter.Seq2[[]byte, error], most int) {
	a.t.Helper()
	for b, err := range seq {
		a.fault(err)
		if most--; most < 0 || err != nil && b != nil {
			a.t.Errorf("more than was asked for, or a content beside an error: %q, %v", b, err)
		}
	}
}

func (a asker) archive(r source.Repo) {
	stream, err := a.h.Archive(a.t.Context(), r)
	if a.fault(err); err == nil {
		_, _ = io.Copy(io.Discard, stream)
		_ = stream.Close()
	}
}

func (a asker) batches(r source.Repo, files []source.Entry) {
	b, ok := a.h.(source.Batcher)
	if !ok {
		return
	}
	n := 0
	for l, err := range b.Trees(a.t.Context(), []source.Repo{r, r}) {
		a.fault(err)
		a.fault(l.Err)
		n++
	}
	var of []source.FileOf
	for _, f := range files {
		of = append(of, source.FileOf{Repo: r, File: f})
	}
	for c, err := range b.ReadMany(a.t.Context(), of) {
		a.fault(err)
		a.fault(c.Err)
	}
	if n > 2 {
		a.t.Errorf("%d trees of 2", n)
	}
}

func (a asker) more(r source.Repo) {
	if e, ok := a.h.(source.Enricher); ok {
		a.fault(e.Enrich(a.t.Context(), r, &facts.Repo{}))
	}
}

func (a asker) people(p source.People) {
	for _, u := range p.Users {
		if u.Name == "" {
			a.t.Errorf("a user without a name: %+v", u)
		}
	}
	for _, g := range p.Groups {
		if g.Name == "" {
			a.t.Errorf("a group without a name: %+v", g)
		}
	}
}
