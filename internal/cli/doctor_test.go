package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDoctor looks at a portal that build made, at a host that sends no headers,
// as itself and behind a gate, whole and with a shard missing.
func TestDoctor(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "org", "callboard.yaml"), "baseUrl: /board/\ninterval: 6h\n")
	put(t, filepath.Join(dir, "org", "catalog-info.yaml"), team)
	if code, _, msg := run(t, t.Context(), dir, "build", "org", "--out", "public"); code != ExitOK {
		t.Fatal(code, msg)
	}
	url := gated(t, dir, "").URL + "/board/"
	code, out, msg := run(t, t.Context(), dir, "doctor", url)
	if code != ExitOK || !strings.Contains(out, "[portal-header]") || !strings.Contains(out, "[portal-uncompressed]") || strings.Contains(out, "error:") || !strings.Contains(msg, url+": ") {
		t.Error(code, out, msg)
	}
	if code, _, _ := run(t, t.Context(), dir, "doctor", url, "--strict"); code != ExitFindings {
		t.Error(code)
	}
	shards, err := filepath.Glob(filepath.Join(dir, "public", "data", "catalog.*.json"))
	if err != nil || len(shards) != 1 {
		t.Fatal(shards, err)
	}
	if err := os.Remove(shards[0]); err != nil {
		t.Fatal(err)
	}
	code, out, msg = run(t, t.Context(), dir, "doctor", url, "--format", "json", "--pages", "1")
	var r struct {
		Address                        string
		Files, Pages, Errors, Warnings int
		Diagnostics                    []struct {
			Pos  struct{ File string }
			Code string
		}
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != ExitFindings || r.Address != url || r.Files == 0 || r.Pages != 2 || r.Errors != 1 {
		t.Error(code, out, msg, err)
	}
	missing := 0
	for _, d := range r.Diagnostics {
		if d.Code == "portal-file-missing" && d.Pos.File == "data/"+filepath.Base(shards[0]) {
			missing++
		}
	}
	if missing != 1 {
		t.Error(out)
	}

	behind := gated(t, dir, "word").URL + "/board/"
	if code, _, msg := run(t, t.Context(), dir, "doctor", behind); code != ExitFailure || !strings.Contains(msg, "a sign-in stands before the portal") || !strings.Contains(msg, portalHeaders) || strings.Contains(msg, "?from") {
		t.Error(code, msg)
	}
	in := func(name string) string { return map[string]string{portalHeaders: "Authorization: Bearer word"}[name] }
	if code, out, msg := runEnv(t, dir, in, "doctor", behind, "--denied", "/secret/"); code != ExitFindings || strings.Contains(out, "[portal-open]") || !strings.Contains(out, "[portal-file-missing]") {
		t.Error(code, out, msg)
	}
	if code, out, msg := runEnv(t, dir, in, "doctor", url); code != ExitFindings || !strings.Contains(out, "catalog.json: error: the gate lets everybody have what is behind it") {
		t.Error(code, out, msg)
	}

	for _, args := range [][]string{{"doctor"}, {"doctor", "public"}, {"doctor", "https://me:word@h.example/"}, {"doctor", url, "--pages", "-1"}, {"doctor", url, "--denied", "https://h.example/x/"}, {"doctor", url, "--denied", "/"}} {
		if code, _, msg := run(t, t.Context(), dir, args...); code != ExitUsage || strings.Contains(msg, "word") {
			t.Error(args, code, msg)
		}
	}
	if code, _, msg := runEnv(t, dir, in, "doctor", "http://h.example/"); code != ExitUsage || !strings.Contains(msg, "is not https") {
		t.Error(code, msg)
	}
	if code, _, msg := run(t, t.Context(), dir, "doctor", strings.Replace(url, "/board/", "/elsewhere/", 1)); code != ExitFailure || !strings.Contains(msg, "there is no portal") {
		t.Error(code, msg)
	}
}
