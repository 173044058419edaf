package github

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"callboard/internal/crawl"
	"callboard/internal/crawl/state"
	"callboard/internal/polite"
	"callboard/internal/polite/politetest"
	"callboard/internal/secret"
	"callboard/internal/source/github/githubtest"
)

// TestScale crawls an organisation, which is a directory with one directory for
// each repository, from a server in a process of its own, with GitHub's limits by
// a simulated clock:
//
//	CALLBOARD_SCALE_ORG=org go test ./internal/source/github -run Scale -v -timeout 1h
//
// A request takes as long as those of GitHub do, by the simulated clock, and
// others are under way meanwhile.
func TestScale(t *testing.T) {
	org := os.Getenv("CALLBOARD_SCALE_ORG")
	if org == "" {
		t.Skip("CALLBOARD_SCALE_ORG names no organisation to crawl")
	}
	s := startServer(t, org)
	c := &scaled{t: t, s: s, clock: politetest.NewClock(), dir: t.TempDir(), cache: &politetest.Cache{}}
	total, fetched := c.run("the first crawl")
	if total == 0 || fetched != total {
		t.Errorf("%d repositories, %d fetched", total, fetched)
	}
	if spent := s.stats(t); spent.REST > 5000 || spent.Points > 5000 || c.took > 90*time.Minute {
		t.Errorf("the first crawl does not fit the budget of one token")
	}
	s.call(t, "/change?n=10")
	c.clock.Jump(3 * time.Hour)
	_, fetched = c.run("the second, after 10 repositories changed")
	if spent := s.stats(t); fetched != 10 || spent.REST+spent.GraphQL+spent.Archives >= 150 {
		t.Errorf("%d repositories fetched with %d requests", fetched, spent.REST+spent.GraphQL+spent.Archives)
	}
}

// scaled is one crawler over several crawls.
type scaled struct {
	t     *testing.T
	s     *remoteServer
	clock *politetest.Clock
	dir   string
	cache *politetest.Cache
	took  time.Duration
}

func (c *scaled) run(what string) (total, fetched int) {
	c.t.Helper()
	c.s.call(c.t, "/reset")
	budget := &polite.Budget{}
	h, err := New(Options{Organization: "acme", API: c.s.url, Token: secret.New(token), HTTP: polite.Options{
		Base: &timed{c.clock, polite.Base(nil)}, Clock: c.clock, Cache: c.cache, Budget: budget, MaxWait: 2 * time.Hour, Total: 10 * time.Hour}})
	if err != nil {
		c.t.Fatal(err)
	}
	d, err := state.Open(c.dir, state.Options{})
	if err != nil {
		c.t.Fatal(err)
	}
	defer d.Close()
	began, real := c.clock.Now(), polite.Machine().Now()
	rep, err := crawl.Run(context.Background(), crawl.Options{
		Dir: d, Clock: c.clock,
		Sources: []crawl.Source{{Host: h, Want: crawl.Want{Entries: []string{"catalog-info.yaml"}}}},
	})
	if err != nil {
		c.t.Fatal(err)
	}
	c.took = c.clock.Now().Sub(began)
	r, spent := rep.Sources[0], c.s.stats(c.t)
	c.t.Logf("%s: %d repositories, %d fetched (%+v), %d failed; %d requests of REST (%d not modified), %d of GraphQL for %d points, %d archives; %d MB; %s by the simulated clock, %s by this one; peak memory %s",
		what, r.Listed, r.Fetched, r.Ways, r.Failed, spent.REST, spent.NotModified, spent.GraphQL, spent.Points, spent.Archives, spent.Bytes>>20,
		c.took.Round(time.Second), polite.Machine().Now().Sub(real).Round(time.Second), peak())
	for i, f := range r.Faults {
		if i < 5 {
			c.t.Logf("%+v", f)
		}
	}
	if r.Fault != nil {
		c.t.Errorf("%+v", r.Fault)
	}
	return r.Listed, r.Fetched
}

// peak is the most memory that the process had, where the system tells.
func peak() string {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(b)) {
		if after, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strings.TrimSpace(after) + " on " + runtime.GOOS
		}
	}
	return "unknown"
}

// timed tells the server what time it is, and lets requests take theirs: as long
// as GitHub's, shared by those that are under way at once.
type timed struct {
	clock *politetest.Clock
	next  http.RoundTripper
}

const (
	underWay    = 8 // of polite.Options.Concurrent
	graphqlTime = 1500 * time.Millisecond
	restTime    = 300 * time.Millisecond
	timeHeader  = "X-Simulated-Time"
)

func (d *timed) RoundTrip(r *http.Request) (*http.Response, error) {
	took := restTime
	if strings.HasSuffix(r.URL.Path, "/graphql") {
		took = graphqlTime
	}
	r.Header.Set(timeHeader, strconv.FormatInt(d.clock.Now().UnixNano(), 10))
	resp, err := d.next.RoundTrip(r)
	d.clock.Advance(took / underWay)
	return resp, err
}

// remoteServer is a server in another process.
type remoteServer struct{ url, control string }

func startServer(t *testing.T, org string) *remoteServer {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestScaleServer$", "-test.timeout", "2h")
	cmd.Env = append(os.Environ(), "CALLBOARD_SCALE_SERVE="+org)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	t.Cleanup(func() {
		_ = in.Close()
		var said strings.Builder
		for lines.Scan() {
			fmt.Fprintln(&said, lines.Text())
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server: %v\n%s", err, said.String())
		}
	})
	for lines.Scan() {
		if f := strings.Fields(lines.Text()); len(f) == 3 && f[0] == "serving" {
			return &remoteServer{f[1], f[2]}
		}
	}
	t.Fatal("the server did not start")
	return nil
}

func (s *remoteServer) call(t *testing.T, path string) *http.Response {
	t.Helper()
	resp, err := http.Get(s.control + path)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func (s *remoteServer) stats(t *testing.T) (out githubtest.Stats) {
	t.Helper()
	resp := s.call(t, "/stats")
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// told is a clock that goes by what requests say.
type told struct {
	mu  sync.Mutex
	now time.Time
}

func (c *told) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *told) Sleep(context.Context, time.Duration) error { return nil }

func (c *told) hear(r *http.Request) {
	n, err := strconv.ParseInt(r.Header.Get(timeHeader), 10, 64)
	r.Header.Del(timeHeader)
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := time.Unix(0, n); err == nil && at.After(c.now) {
		c.now = at
	}
}

// TestScaleServer is the server of TestScale, until its input ends.
func TestScaleServer(t *testing.T) {
	org := os.Getenv("CALLBOARD_SCALE_SERVE")
	if org == "" {
		t.Skip("this is the server of TestScale")
	}
	clock := &told{now: politetest.Start()}
	s := githubtest.New(t, githubtest.Options{Clock: clock, Tokens: []string{token}, Latency: clock.hear})
	dirs, err := os.ReadDir(org)
	if err != nil {
		t.Fatal(err)
	}
	var all []*githubtest.Files
	var repos []*githubtest.Repo
	for _, d := range dirs {
		if d.IsDir() {
			f := githubtest.NewFiles("main", os.DirFS(filepath.Join(org, d.Name())), d.Name())
			all = append(all, f)
			repos = append(repos, s.Add(&githubtest.Repo{Owner: "acme", Name: d.Name(), Content: f, Topics: []string{"a", "b"}, Languages: map[string]int{"Go": 100}, Licence: "Apache-2.0"}))
		}
	}
	control := http.NewServeMux()
	control.HandleFunc("/stats", func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(s.Stats()) })
	control.HandleFunc("/reset", func(http.ResponseWriter, *http.Request) { s.Reset() })
	control.HandleFunc("/change", func(_ http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		for i := range n {
			at := i * len(all) / n
			all[at].Write("docs/changed.md", "# Changed\n")
			repos[at].Pushed = repos[at].Pushed.Add(time.Hour)
		}
	})
	srv := httptest.NewServer(control)
	defer srv.Close()
	fmt.Println("serving", s.URL, srv.URL)
	_, _ = bufio.NewReader(os.Stdin).ReadString(0)
	if got := s.MostConcurrent(); got > 100 {
		t.Errorf("%d requests at once", got)
	}
}
