package github

import (
	"errors"
	"iter"

	"callboard/internal/source"
)

// inParts asks each host for those of the questions that are for it, and yields the
// answers in the order of the questions. What fails with one host is the answer to
// its questions and no others. At most a batch of answers is held.
func inParts[Q, A any](qs []Q, hostOf func(Q) (*Host, error), ask func(*Host, []Q) iter.Seq2[A, error], failed func(Q, error) A) iter.Seq2[A, error] {
	return func(yield func(A, error) bool) {
		answers, parts := make([]A, len(qs)), map[*Host][]int{}
		var hosts []*Host // in the order of their first questions
		for i, q := range qs {
			h, err := hostOf(q)
			if err != nil {
				answers[i] = failed(q, err)
				continue
			}
			if parts[h] == nil {
				hosts = append(hosts, h)
			}
			parts[h] = append(parts[h], i)
		}
		for _, h := range hosts {
			answerPart(qs, answers, parts[h], func(some []Q) iter.Seq2[A, error] { return ask(h, some) }, failed)
		}
		for _, a := range answers {
			if !yield(a, nil) {
				return
			}
		}
	}
}

// answerPart fills in the answers to the questions at some places.
func answerPart[Q, A any](qs []Q, answers []A, places []int, ask func([]Q) iter.Seq2[A, error], failed func(Q, error) A) {
	some := make([]Q, len(places))
	for k, i := range places {
		some[k] = qs[i]
	}
	n, why := 0, error(&source.Fault{Kind: source.Broken, Host: "host", What: "answer", Err: errors.New("the answer is not complete")})
	for a, err := range ask(some) {
		if err != nil {
			why = err
			break
		}
		if n < len(places) {
			answers[places[n]] = a
			n++
		}
	}
	for _, i := range places[n:] {
		answers[i] = failed(qs[i], why)
	}
}
