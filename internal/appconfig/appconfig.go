// Package appconfig reads the app-config.yaml files of a Backstage as far as
// they say what a portal is made of: where catalog files are found, who may be
// asked for them and with which tokens, what kinds are allowed, and what the
// portal is called. It makes entries of callboard.yaml of that, so that the rest
// of callboard knows one configuration.
//
// Files are read as Backstage's config-loader reads them
// (https://backstage.io/docs/conf/writing): later files are laid over earlier
// ones, variables and $env, $file and $include are replaced. Secrets are the
// exception: what names them is kept, and they are not read here. Variables of
// the form APP_CONFIG_… are laid over all files.
package appconfig

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"callboard/internal/config"
	"callboard/internal/diag"
)

// The codes of what can be wrong with app-config.yaml, beside those of packages
// config and yamldoc.
const (
	CodeValue       = diag.Code("appconfig-value")       // a value that cannot be
	CodeUnsupported = diag.Code("appconfig-unsupported") // entities that come from where callboard does not look
	CodeIgnored     = diag.Code("appconfig-ignored")     // what has no meaning for a portal of files
)

// Options are what the files may refer to.
type Options struct {
	// Getenv is the value of a variable, "" if it is not set.
	Getenv func(string) string
	// Environ are all variables, as NAME=value; nil for none.
	Environ func() []string
	// ReadFile reads a file that a file names, by its absolute path.
	ReadFile func(path string) ([]byte, error)
	// Exists tells whether there is a file, by its absolute path.
	Exists func(path string) bool
}

// File is one app-config.yaml.
type File struct {
	// Name is what findings call it, Dir the absolute path of its directory.
	Name, Dir string
	Text      []byte
}

// Add lays files over each other and adds what they say to a configuration.
// What that says itself stands.
func Add(c *config.Loaded, files []File, o Options, sink diag.Sink) {
	if len(files) == 0 {
		return
	}
	l := &loader{Options: o, sink: sink}
	var top *node
	for _, f := range files {
		n := l.parse(f, 0)
		if n == nil {
			continue
		}
		if _, ok := n.mapping(); !ok {
			l.report(n.at, "the file must be a mapping", "")
			continue
		}
		top = merge(top, n)
	}
	if over := l.environ(); over != nil {
		top = merge(top, over)
	}
	if top == nil {
		return
	}
	r := &reader{loader: l, config: c, top: top, dir: files[0].Dir}
	r.read()
	r.tellIgnored()
}

// reader adds what the merged files say to a configuration.
type reader struct {
	*loader
	config  *config.Loaded
	top     *node
	dir     string // of the first file
	hosts   hosts
	ignored []ignored
}

func (r *reader) read() {
	known := []string{"app", "organization", "catalog", "integrations", "ldap"}
	if r.frames() {
		known = append(known, "techdocs")
		r.only(r.top.get("techdocs"), "techdocs", "sanitizer")
		r.only(r.top.get("techdocs", "sanitizer"), "techdocs.sanitizer", "allowedIframeHosts")
	}
	r.only(r.top, "", known...)
	r.only(r.top.get("app"), "app", "title", "baseUrl")
	r.only(r.top.get("organization"), "organization", "name")
	r.only(r.top.get("catalog"), "catalog", "locations", "providers", "rules")
	r.names()
	r.readIntegrations()
	r.providers()
	for _, x := range r.entries(r.top.get("ldap", "providers")) {
		r.ldap(x, "ldap.providers")
	}
	r.locations()
	r.rules()
}

// names takes the title and the address of the portal.
func (r *reader) names() {
	title := cmp.Or(r.text(r.top.get("organization", "name")), r.text(r.top.get("app", "title")))
	if title != "" && !r.config.Says("title") {
		r.config.Title = oneLine(title)
	}
	base := r.top.get("app", "baseUrl")
	address := r.text(base)
	if address == "" || isLocal(address) || r.config.Says("baseUrl") {
		return
	}
	if want := config.CheckBaseURL(address); want != "" {
		r.report(base.at, "app.baseUrl must be "+want, "")
		return
	}
	r.config.BaseURL = address
}

// frames takes the hosts of which documentation may show frames. It tells whether
// there are any.
func (r *reader) frames() bool {
	n := r.top.get("techdocs", "sanitizer", "allowedIframeHosts").defined()
	if n == nil {
		return false
	}
	for _, host := range r.texts(n) {
		if want := config.CheckFrame(host); want != "" {
			r.report(n.at, fmt.Sprintf("%q must be %s", host, want), "")
		} else if !r.config.Says("docs", "frames") {
			r.config.Docs.Frames = append(r.config.Docs.Frames, host)
		}
	}
	return true
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// isLocal tells whether an address is one for development, which app-config.yaml
// has until another file is laid over it.
func isLocal(address string) bool {
	u, err := url.Parse(address)
	return err == nil && slices.Contains([]string{"localhost", "127.0.0.1", "::1", "0.0.0.0"}, u.Hostname())
}

// ignored is a setting without meaning here.
type ignored struct {
	path string
	at   diag.Pos
}

// only notes the keys of a mapping that are none of those.
func (r *reader) only(n *node, path string, known ...string) {
	for _, k := range n.keys() {
		if !slices.Contains(known, k) {
			r.ignored = append(r.ignored, ignored{strings.TrimPrefix(path+"."+k, "."), n.get(k).key})
		}
	}
}

// maxIgnored is how many settings one finding names.
const maxIgnored = 20

// tellIgnored says once for each file what has no meaning.
func (r *reader) tellIgnored() {
	byFile := map[string][]ignored{}
	for _, x := range r.ignored {
		byFile[x.at.File] = append(byFile[x.at.File], x)
	}
	for _, file := range slices.Sorted(maps.Keys(byFile)) {
		list := byFile[file]
		slices.SortFunc(list, func(a, b ignored) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.path, b.path)) })
		var paths []string
		for _, x := range list {
			paths = append(paths, x.path)
		}
		if len(paths) > maxIgnored {
			paths = append(paths[:maxIgnored], "and more")
		}
		r.sink.Report(diag.Diagnostic{Pos: list[0].at, Severity: diag.Info, Code: CodeIgnored,
			Message: "settings without meaning for callboard: " + strings.Join(paths, ", ")})
	}
}

// unsupported reports entities that callboard does not find.
func (r *reader) unsupported(at diag.Pos, msg, hint string) {
	r.sink.Report(diag.Diagnostic{Pos: at, Severity: diag.Warning, Code: CodeUnsupported, Message: msg, Hint: hint})
}
