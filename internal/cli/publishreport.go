package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"callboard/internal/build"
	"callboard/internal/publish"
)

// published is called by a run of publish, from several goroutines.
func (p *progress) published(x publish.Progress) {
	p.told(build.Progress{Stage: "publish " + x.Phase.String(), Done: x.Done, Total: x.Total})
}

// plannedJSON is a plan as JSON.
type plannedJSON struct {
	*publish.Plan
	Bytes int64 `json:"bytes"`
}

// showPlan prints what a run would do.
func (a *app) showPlan(p *publish.Plan, f publishFlags) error {
	if f.format.value == "json" {
		return a.printJSON(plannedJSON{p, p.Bytes()})
	}
	for _, put := range p.Puts {
		fmt.Fprintf(a.Stdout, "send    %s (%s, %s)\n", printable(put.Key), put.Why, size(put.Size))
	}
	for _, g := range p.Leaving {
		fmt.Fprintf(a.Stdout, "retire  %s (deleted by the first run after %s)\n", printable(g.Key), g.Since.Add(f.grace).UTC().Format(time.RFC3339))
	}
	for _, g := range p.Delete {
		fmt.Fprintf(a.Stdout, "delete  %s\n", printable(g.Key))
	}
	_, err := fmt.Fprintf(a.Stdout, "%s to send (%s), %d to retire, %d to delete, %d there already\n",
		count(len(p.Puts), "file", "files"), size(p.Bytes()), len(p.Leaving), len(p.Delete), p.Same)
	return err
}

// reportJSON is what a run did, as JSON.
type reportJSON struct {
	To        string `json:"to"`
	Sent      int    `json:"sent"`
	Bytes     int64  `json:"bytes"`
	Same      int    `json:"same"`
	Retired   int    `json:"retired"`
	Deleted   int    `json:"deleted"`
	Recovered bool   `json:"recovered"`
	Found     int    `json:"found"`
}

// showReport tells what a run did.
func (a *app) showReport(r *publish.Report, s publish.Store, took time.Duration, f publishFlags) error {
	a.came = publishedOutcome(r)
	if f.format.value == "json" {
		return a.printJSON(reportJSON{s.String(), r.Sent, r.Bytes, r.Plan.Same, len(r.Plan.Leaving), r.Deleted, r.Recovered, r.Found})
	}
	if r.Recovered {
		a.talk("an earlier run had not ended; of its files, and those before, %d were found as they should be", r.Found)
	}
	if r.Plan.Empty() {
		a.talk("%s is as it should be: %s", s, count(r.Plan.Same, "file", "files"))
		return nil
	}
	a.talk("published to %s in %s: %s sent (%s), %d were there, %d retired, %d deleted", s, took.Round(time.Millisecond),
		count(r.Sent, "file", "files"), size(r.Bytes), r.Plan.Same, len(r.Plan.Leaving), r.Deleted)
	return nil
}

func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.Stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
