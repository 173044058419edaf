// Package doctor looks at a portal where it is read, as a browser gets it: whether
// everything is there that its manifest names, is what was built, and is sent with
// the headers that it needs; how old it is; and whether what is to be behind a gate
// is. It asks for files of one origin alone and follows no redirection, a few at a
// time, within bounds on their number and size.
//
// What it finds are diagnostics whose file is a path below the portal's address.
// Findings of one kind about many files are one finding, about the first of them.
package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/output"
)

// The codes of what is found.
const (
	CodeBase         = diag.Code("portal-base")         // built for another address
	CodeBooks        = diag.Code("portal-books-open")   // what publish keeps can be read
	CodeCache        = diag.Code("portal-cache")        // kept too long, or not long enough
	CodeType         = diag.Code("portal-content-type") // of another type than it is
	CodeDiffers      = diag.Code("portal-file-differs") // not what was built
	CodeMissing      = diag.Code("portal-file-missing") // not there
	CodeDirectory    = diag.Code("portal-directory")    // directories are not answered with their pages
	CodeHeader       = diag.Code("portal-header")       // a header for security is missing
	CodeLink         = diag.Code("portal-link-broken")  // leads nowhere within the portal
	CodeNotFound     = diag.Code("portal-not-found")    // what is not there is answered as if it were
	CodeOpen         = diag.Code("portal-open")         // those may read it who must not
	CodePolicy       = diag.Code("portal-policy")       // the policy forbids what pages need
	CodeSignIn       = diag.Code("portal-sign-in")      // data is answered with a sign-in
	CodeSources      = diag.Code("portal-sources")      // something is shown as it was
	CodeStale        = diag.Code("portal-stale")        // a run is overdue
	CodeUncompressed = diag.Code("portal-uncompressed") // text is sent as it is
)

// Header is a field that every answer should have.
type Header struct{ Name, Value string }

// Options are what a look at a portal needs from outside.
type Options struct {
	// Address is where the portal is. Its path ends with a slash, and it has no
	// query and no user.
	Address *url.URL
	// Headers are what a gate before the portal wants to be sent.
	Headers http.Header
	// Recommended are the headers for security that hosts should send.
	Recommended []Header
	// Denied are paths of the same origin, such as those of other audiences'
	// portals, at which whoever sends Headers must get nothing.
	Denied []string
	// Pages is how many pages are read; they are taken evenly from all.
	Pages int
	// Jobs is how many requests are under way at once.
	Jobs int
	// Now is the time, and Wait waits.
	Now  time.Time
	Wait func(context.Context, time.Duration) error
	// Transport carries requests.
	Transport http.RoundTripper
	// Agent is what the program calls itself.
	Agent string
	// Progress, if set, is told how many of how many files have been asked for. It
	// may be called from several goroutines.
	Progress func(done, total int)
}

// Result is what was looked at, and found.
type Result struct {
	Address  string    `json:"address"`
	Built    time.Time `json:"built,omitzero"`
	Files    int       `json:"files"`    // that the portal has
	Checked  int       `json:"checked"`  // that were asked for
	Read     int       `json:"read"`     // that were compared with what was built
	Pages    int       `json:"pages"`    // whose links were followed
	Requests int       `json:"requests"` // in all
	Bytes    int64     `json:"bytes"`    // as they were sent

	Diagnostics []diag.Diagnostic `json:"-"`
}

// ErrNoPortal tells that what is at the address is no portal.
var ErrNoPortal = errors.New("there is no portal")

// ErrSignIn tells that something before the portal answers for all of it.
var ErrSignIn = errors.New("a sign-in stands before the portal")

// errMoved tells that the portal was published while it was looked at.
var errMoved = errors.New("the portal was published meanwhile")

// Look looks at a portal. If it is published meanwhile, it looks once more.
func Look(ctx context.Context, o Options) (*Result, error) {
	r, err := look(ctx, o)
	if errors.Is(err, errMoved) {
		r, err = look(ctx, o)
	}
	return r, err
}

func look(ctx context.Context, o Options) (*Result, error) {
	v := &visit{o: o, client: newClient(o), known: map[string]bool{}, sums: map[digest.Sum]bool{}, sightings: sightings{seen: map[finding]*sighting{}}}
	v.result.Address = o.Address.String()
	if err := v.whole(ctx); err != nil {
		return nil, err
	}
	v.result.Requests, v.result.Bytes = v.client.count()
	v.result.Diagnostics = v.findings()
	return &v.result, nil
}

// visit is one look at a portal.
type visit struct {
	o      Options
	client *client
	site   siteFile
	files  []output.Entry
	known  map[string]bool     // the paths of files
	sums   map[digest.Sum]bool // of the files, and of the list of them
	// plain tells that the host does not answer directories with their pages.
	plain  bool
	result Result
	sightings
}

// siteFile is what is read of data/site.json.
type siteFile struct {
	Version    int       `json:"v"`
	Base       string    `json:"base"`
	Built      time.Time `json:"built"`
	StaleAfter int       `json:"staleAfter"` // seconds
	Interval   int       `json:"interval"`   // seconds, 0 if none is known
	Catalog    string    `json:"catalog"`
	Search     string    `json:"search"`
}

func (v *visit) whole(ctx context.Context) error {
	entrance, err := v.entrance(ctx)
	if err != nil {
		return err
	}
	v.fresh()
	steps := []func(context.Context) error{v.manifest, v.sources, v.directories, v.everything, v.nothing, v.compression, v.revalidation, v.books, v.anonymous, v.denied}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return v.moved(ctx, entrance)
}

// entrance reads the file through which scripts find the others.
func (v *visit) entrance(ctx context.Context) ([]byte, error) {
	home, err := v.client.get(ctx, v.o.Address, ask{})
	if err != nil {
		return nil, err
	}
	if home.signIn() {
		return nil, fmt.Errorf("%w: %s", ErrSignIn, home.told())
	}
	a, err := v.client.get(ctx, v.at(siteName), ask{})
	if err != nil {
		return nil, err
	}
	switch ours := home.status == http.StatusOK && home.isPage(); {
	case a.status == http.StatusOK && json.Unmarshal(a.body, &v.site) == nil && v.site.Version == 1:
	case ours && (a.signIn() || a.status == http.StatusOK):
		v.report(diag.Error, CodeSignIn, siteName, "data is answered with "+a.told()+" and not with the file", "let the gate take the same session for data/ as for pages")
		return nil, nil
	case ours:
		v.report(diag.Error, CodeMissing, siteName, "the answer is "+a.told(), "publish the portal again, with --verify")
		return nil, nil
	default:
		return nil, fmt.Errorf("%w at %s: data/site.json is answered with %s", ErrNoPortal, v.o.Address.Redacted(), a.told())
	}
	v.result.Built = v.site.Built
	v.sums[digest.Of(a.body)] = true
	if v.site.Base != v.o.Address.Path {
		v.report(diag.Error, CodeBase, siteName, fmt.Sprintf("the portal was built for the path %q and is at %q", v.site.Base, v.o.Address.Path), "set baseUrl in callboard.yaml, and build it again")
	}
	return a.body, nil
}

// fresh tells whether a run is overdue.
func (v *visit) fresh() {
	if v.site.Built.IsZero() {
		return
	}
	most := time.Duration(v.site.StaleAfter) * time.Second
	age := v.o.Now.Sub(v.site.Built).Truncate(time.Second)
	if most <= 0 || age <= most {
		return
	}
	usual := fmt.Sprintf("readers are told from %s on", most)
	if v.site.Interval > 0 {
		usual = fmt.Sprintf("it is built every %s", time.Duration(v.site.Interval)*time.Second)
	}
	v.report(diag.Error, CodeStale, siteName, fmt.Sprintf("the portal was built %s ago, and %s", age, usual), "see whether the scheduled run fails, or is no longer started")
}

// manifest reads the list of all files.
func (v *visit) manifest(ctx context.Context) error {
	a, err := v.client.get(ctx, v.at(manifestName), ask{})
	if err != nil {
		return err
	}
	var m output.Manifest
	if a.status != http.StatusOK || json.Unmarshal(a.body, &m) != nil || len(m.Files) == 0 {
		v.report(diag.Error, CodeMissing, manifestName, "the answer is "+a.told(), "without the list of its files, little can be said of the portal; publish it again")
		return nil
	}
	v.files = m.Files
	for _, f := range m.Files {
		v.known[f.Path], v.sums[f.Sum] = true, true
	}
	v.known[manifestName], v.sums[digest.Of(a.body)] = true, true
	v.result.Files = len(m.Files)
	return nil
}

// sources tells, by what the portal tells to monitoring, whether hosts could not be
// read when it was built. It was published on time and is old in that part.
func (v *visit) sources(ctx context.Context) error {
	if !v.known[statusName] {
		return nil // of an older callboard
	}
	a, err := v.client.get(ctx, v.at(statusName), ask{})
	if err != nil {
		return err
	}
	var s struct {
		FailedSources int       `json:"failedSources"`
		FailedSince   time.Time `json:"failedSince"`
	}
	if a.status != http.StatusOK || json.Unmarshal(a.body, &s) != nil || s.FailedSources <= 0 {
		return nil // what is wrong with the file itself is found with all others
	}
	msg := "1 source could not be read when the portal was built"
	if s.FailedSources > 1 {
		msg = fmt.Sprintf("%d sources could not be read when the portal was built", s.FailedSources)
	}
	if !s.FailedSince.IsZero() {
		msg += ", since " + s.FailedSince.UTC().Format(time.DateOnly)
	}
	v.report(diag.Warning, CodeSources, statusName, msg, "the health page names them, with the causes")
	return nil
}

// moved finds out whether another portal has been published meanwhile, if files
// were not as they should be.
func (v *visit) moved(ctx context.Context, before []byte) error {
	if before == nil || !v.hasAny(CodeMissing, CodeDiffers) {
		return nil
	}
	a, err := v.client.get(ctx, v.at(siteName), ask{})
	if err == nil && a.status == http.StatusOK && !bytes.Equal(a.body, before) {
		return errMoved
	}
	return err
}

// at is the address of a file of the portal.
func (v *visit) at(name string) *url.URL { return below(v.o.Address, name) }

func below(base *url.URL, name string) *url.URL {
	u := *base
	u.Path = base.Path + name
	u.RawPath = ""
	return &u
}

// address is where a file is asked for: a page at its directory.
func (v *visit) address(name string) *url.URL {
	if dir, isIndex := strings.CutSuffix(name, "index.html"); isIndex && !v.plain && (dir == "" || strings.HasSuffix(dir, "/")) {
		return v.at(dir)
	}
	return v.at(name)
}

const (
	siteName     = "data/site.json"
	manifestName = "manifest.json"
	statusName   = "status.json"
	books        = ".callboard/state.json.gz"
)

// largest is the largest file that a test holds for, "" if there is none.
func (v *visit) largest(is func(output.Entry) bool) (best output.Entry) {
	for _, f := range v.files {
		if f.Size > best.Size && is(f) {
			best = f
		}
	}
	return best
}

func (v *visit) entry(name string) (output.Entry, bool) {
	i := slices.IndexFunc(v.files, func(f output.Entry) bool { return f.Path == name })
	if i < 0 {
		return output.Entry{}, false
	}
	return v.files[i], true
}
