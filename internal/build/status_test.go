package build_test

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"callboard/internal/repofs"
)

// TestStatus holds what monitoring and readers are told of the age of a portal, and
// of what it is made of.
func TestStatus(t *testing.T) {
	dir := t.TempDir()
	stale := map[string]time.Duration{}
	o := hosted(t, filepath.Join(dir, "public"), "", func(repo string, snap *repofs.Snapshot) {
		if d, ok := stale[repo]; ok {
			snap.Stale = &repofs.Stale{Since: epoch.Add(-d), Cause: "the host is down"}
		}
	})
	type status struct {
		V, Entities, Documents, Repositories, Outdated int
		Built, Due, Overdue, OutdatedSince             string
	}
	type site struct{ StaleAfter, Interval int }
	made := func() (s status, x site) {
		t.Helper()
		mustRun(t, o)
		for name, v := range map[string]any{"status.json": &s, "data/site.json": &x} {
			if err := json.Unmarshal([]byte(read(t, o, name)), v); err != nil {
				t.Fatal(err)
			}
		}
		return s, x
	}
	in := func(d time.Duration) string { return epoch.Add(d).UTC().Format(time.RFC3339) }

	s, x := made()
	if s.V != 1 || s.Entities == 0 || s.Repositories == 0 || s.Built != in(0) || s.Due != "" || s.Overdue != in(24*time.Hour) || s.Outdated != 0 || s.OutdatedSince != "" || x != (site{24 * 60 * 60, 0}) {
		t.Errorf("%+v %+v", s, x)
	}
	for interval, late := range map[string]time.Duration{"10m": 70 * time.Minute, "6h": 12 * time.Hour} {
		o.Config.Interval = interval
		d, _ := time.ParseDuration(interval)
		if s, x := made(); s.Due != in(d) || s.Overdue != in(late) || x != (site{int(late.Seconds()), int(d.Seconds())}) {
			t.Errorf("%s: %+v %+v", interval, s, x)
		}
	}
	stale["booking"], stale["catalog"] = 2*time.Hour, 5*time.Hour
	if s, _ := made(); s.Outdated != 2 || s.OutdatedSince != in(-5*time.Hour) {
		t.Errorf("%+v", s)
	}
}
