// Package githubtest is a GitHub on loopback, for tests: REST, GraphQL and
// archives over repositories in memory, in directories or in bare repositories,
// with pages, conditional requests, limits by a simulated clock, renamings and
// faults. Every exchange is held against GitHub's own published descriptions in
// both directions, and fails the test if it breaks them.
package githubtest

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"callboard/internal/polite"
)

// Options say what kind of GitHub it is. The zero value is one without tokens
// and with GitHub's usual limits.
type Options struct {
	// Clock is the time of the limits; nil is that of the machine.
	Clock polite.Clock
	// Tokens are known; without any, every token is. Requests without one are
	// refused either way.
	Tokens []string
	// AppID and AppKey let an app in.
	AppID  string
	AppKey *rsa.PublicKey
	// Limits are the allowances; zero is GitHub's.
	Limits Limits
	// ReadOnly refuses to write comments, as for a job of a pull request from a fork.
	ReadOnly bool
	// NoGraphQL answers 404 to GraphQL.
	NoGraphQL bool
	// TreeEntries is where a tree of REST is cut; 0 is 100,000.
	TreeEntries int
	// Objects is how much GraphQL resolves before it gives up with a 502, in trees,
	// entries and contents; 0 is 50,000.
	Objects int
	// Latency is called for each request with a moment for it to take.
	Latency func(r *http.Request)
	// Full is the path of the full description of the REST API, GraphQLSchema that
	// of the full schema; "" are the reduced ones that are part of the package.
	Full, GraphQLSchema string
}

// Server is a GitHub. Its repositories may be changed between requests.
type Server struct {
	// URL is the address of the REST API, Archives that of the other host that
	// sends archives.
	URL, Archives string

	t     testing.TB
	o     Options
	judge *judge
	gql   *schema

	mu     sync.Mutex
	repos  []*Repo
	byName map[string]*Repo
	byID   map[int64]*Repo
	orgs   map[string]*Org
	tokens map[string]time.Time // of installations, and when they end
	faults []*Fault
	talks  map[talk][]Comment

	limiter limiter
	stats   Stats
}

// Stats are what was asked for.
type Stats struct {
	REST, GraphQL, Archives int // requests
	Points                  int // of GraphQL's allowance
	NotModified             int // among REST, which cost nothing
	Refused                 int // by limits
	Bytes                   int64
	// ByOperation are requests of REST by the operation's name, such as
	// "git/get-tree".
	ByOperation map[string]int
	// Queries are the different texts of queries, without their numbers.
	Queries map[string]int
}

// New starts a server that ends with the test.
func New(t testing.TB, o Options) *Server {
	t.Helper()
	s := &Server{
		t: t, o: o, byName: map[string]*Repo{}, byID: map[int64]*Repo{}, orgs: map[string]*Org{}, tokens: map[string]time.Time{},
		judge: judgeOf(t, o.Full), gql: schemaOf(t, o.GraphQLSchema),
	}
	s.talks = map[talk][]Comment{}
	s.stats.ByOperation, s.stats.Queries = map[string]int{}, map[string]int{}
	s.limiter = newLimiter(o.Limits)
	api := httptest.NewServer(http.HandlerFunc(s.serve))
	archives := httptest.NewServer(http.HandlerFunc(s.serveArchive))
	t.Cleanup(api.Close)
	t.Cleanup(archives.Close)
	s.URL, s.Archives = api.URL, archives.URL
	return s
}

func (s *Server) now() time.Time {
	if s.o.Clock == nil {
		return polite.Machine().Now()
	}
	return s.o.Clock.Now()
}

// Stats are the figures since the start, or since the last Reset.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.stats
	out.ByOperation, out.Queries = map[string]int{}, map[string]int{}
	for k, n := range s.stats.ByOperation {
		out.ByOperation[k] = n
	}
	for k, n := range s.stats.Queries {
		out.Queries[k] = n
	}
	return out
}

// Reset begins the figures anew.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats = Stats{ByOperation: map[string]int{}, Queries: map[string]int{}}
}

func (s *Server) count(f func(*Stats)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.stats)
}

// An answer is what a handler says; the server adds headers, pages and limits.
type answer struct {
	status int
	header http.Header
	body   any // JSON, or []byte as it is
	kind   string
}

func ok(body any) answer { return answer{status: http.StatusOK, body: body} }

func refuse(status int, message string) answer {
	return answer{status: status, body: map[string]any{
		"message": message, "documentation_url": "https://docs.github.com/rest", "status": http.StatusText(status)}}
}

var notFound = refuse(http.StatusNotFound, "Not Found")

// bytes are the body as it is sent, and what kind it is.
func (a answer) bytes() ([]byte, string) {
	switch b := a.body.(type) {
	case nil:
		return nil, ""
	case []byte:
		return b, a.kind
	}
	b, err := json.Marshal(a.body)
	if err != nil {
		panic(err)
	}
	return b, "application/json; charset=utf-8"
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if s.o.Latency != nil {
		s.o.Latency(r)
	}
	f := s.fault(r)
	if f.before(w, r) {
		return
	}
	// An Enterprise Server has its API below a path.
	r.URL.Path = strings.TrimPrefix(strings.Replace(r.URL.Path, "/api/graphql", "/graphql", 1), "/api/v3")
	who, known := s.who(r)
	resource := "core"
	if r.URL.Path == "/graphql" {
		resource = "graphql"
	}
	release, refused := s.limiter.enter(who, resource, s.now())
	defer release()
	switch {
	case !known:
		s.send(w, r, f, refuse(http.StatusUnauthorized, "Bad credentials"), who, resource, 1)
	case refused != nil:
		s.count(func(st *Stats) { st.Refused++ })
		s.send(w, r, f, *refused, who, resource, 0)
	case resource == "graphql":
		s.count(func(st *Stats) { st.GraphQL++ })
		a, points := s.graphql(r)
		s.count(func(st *Stats) { st.Points += points })
		s.send(w, r, f, a, who, resource, points)
	default:
		s.serveREST(w, r, f, who)
	}
}

func (s *Server) serveREST(w http.ResponseWriter, r *http.Request, f *Fault, who string) {
	sent := body(r) // is needed twice: to be carried out, and to be judged
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(sent)), nil }
	r.Body, _ = r.GetBody()
	op, a := s.rest(r)
	s.count(func(st *Stats) { st.REST++; st.ByOperation[op]++ })
	b, _ := a.bytes()
	tag := `W/"` + digest(b) + `"`
	if a.status == http.StatusOK {
		a.setHeader("ETag", tag)
		a.setHeader("Cache-Control", "private, max-age=60, s-maxage=60")
	}
	cost := 1
	if a.status == http.StatusOK && r.Header.Get("If-None-Match") == tag {
		a, cost = answer{status: http.StatusNotModified, header: a.header}, 0
		s.count(func(st *Stats) { st.NotModified++ })
	}
	s.send(w, r, f, a, who, "core", cost)
}

func (a *answer) setHeader(name, value string) {
	if a.header == nil {
		a.header = http.Header{}
	}
	a.header.Set(name, value)
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// send writes an answer, unless a fault spoils it, and has it judged.
func (s *Server) send(w http.ResponseWriter, r *http.Request, f *Fault, a answer, who, resource string, cost int) {
	b, kind := a.bytes()
	h := w.Header()
	for name, vs := range a.header {
		h[name] = vs
	}
	if kind != "" {
		h.Set("Content-Type", kind)
	}
	h.Set("Date", s.now().UTC().Format(http.TimeFormat)) // the clock that limits go by
	h.Set("X-GitHub-Media-Type", "github.v3; format=json")
	s.limiter.spend(h, who, resource, cost, s.now())
	if resource == "core" {
		s.judge.exchange(s.t, r, a.status, h, b)
	}
	s.count(func(st *Stats) { st.Bytes += int64(len(b)) })
	f.write(w, r, a.status, b)
}

// who is the account of a request, and whether it is known.
func (s *Server) who(r *http.Request) (string, bool) {
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !found || token == "" {
		return "", false
	}
	if strings.Count(token, ".") == 2 {
		return "app", s.knowsApp(token)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if until, ok := s.tokens[token]; ok {
		return "installation", s.now().Before(until)
	}
	if len(s.o.Tokens) == 0 && s.o.AppKey == nil {
		return token, true
	}
	for _, t := range s.o.Tokens {
		if t == token {
			return token, true
		}
	}
	return token, false
}

func body(r *http.Request) []byte {
	var b bytes.Buffer
	_, _ = b.ReadFrom(http.MaxBytesReader(nil, r.Body, 16<<20))
	return b.Bytes()
}
