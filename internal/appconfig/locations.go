package appconfig

import (
	"fmt"
	"net/url"
	"path/filepath"

	"callboard/internal/config"
	"callboard/internal/diag"
)

// locations reads catalog.locations.
func (r *reader) locations() {
	for i, n := range r.entries(r.top.get("catalog", "locations")) {
		path := fmt.Sprintf("catalog.locations[%d]", i)
		r.only(n, path, "type", "target", "rules", "presence")
		typ, target := r.text(n.get("type")), r.text(n.get("target"))
		if target == "" {
			r.report(n.at, path+" has no target", "")
			continue
		}
		switch typ {
		case "file":
			r.config.AddLocation(config.Location{Type: "file", Target: r.filePath(target)}, n.get("target").at)
		case "url":
			r.url(n, target)
		case "ldap-org": // says where a provider of ldap.providers is used
		default:
			if r.discovered(n, typ, target) {
				continue
			}
			r.unsupported(n.at, fmt.Sprintf("locations of type %q are not supported", typ), "use the provider of the host in catalog.providers")
		}
	}
}

// filePath is where a target is. Backstage looks from the directory it is
// started in, which for the backend of an app is packages/backend.
func (r *reader) filePath(target string) string {
	if filepath.IsAbs(target) {
		return filepath.Clean(target)
	}
	target = filepath.FromSlash(target)
	fromBackend, fromFile := filepath.Join(r.dir, "packages", "backend", target), filepath.Join(r.dir, target)
	if r.Exists(filepath.Join(r.dir, "packages", "backend")) || !r.Exists(fromFile) && r.Exists(fromBackend) {
		return fromBackend
	}
	return fromFile
}

// url adds the repository that an address names as a source.
func (r *reader) url(n *node, target string) {
	if u, err := url.Parse(target); err == nil && u.User != nil {
		r.sink.Report(diag.Diagnostic{Pos: n.get("target").at, Severity: diag.Error, Code: config.CodeSecret,
			Message: "a secret stands in the address, which is not read", Hint: "leave it out; integrations say who may be asked and how"})
		return
	}
	s, err := SourceOf(target, r.hosts.kindOf)
	if err != nil {
		r.unsupported(n.get("target").at, fmt.Sprintf("%q is not read: %v", target, err), "")
		return
	}
	r.add(s, n.get("target"))
}

// discovered adds the source that a location of an older type stands for. It is
// false for types that are not known.
func (r *reader) discovered(n *node, typ, target string) bool {
	s, known, err := r.discovery(typ, target)
	if err != nil {
		r.unsupported(n.get("target").at, fmt.Sprintf("%q is not read: %v", target, err), "use the provider of the host in catalog.providers")
		return true
	}
	if g := s.GitHub; known && (g == nil || !g.PeopleOnly || !r.withPeople(*g)) {
		r.add(s, n.get("target"))
	}
	return known
}
