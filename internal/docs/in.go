package docs

import (
	"path"

	"callboard/internal/diag"
	"callboard/internal/repofs"
)

// In is the documentation set in a directory of a repository, whoever it belongs
// to. config is the name of the configuration in that directory, "" for the one
// that Backstage would find. Pages are in the dialect that the configuration says.
// It is false if there is neither a configuration nor
// a page.
func In(snap *repofs.Snapshot, dir, config string) (Spec, bool) {
	s := Spec{Pos: diag.Pos{Repo: snap.Repo}, Snap: snap, Dir: dir, Config: configIn(snap, dir), Profile: ProfileMkDocs}
	if config != "" {
		s.Config = firstOf(snap, dir, path.Clean(config))
		return s, s.Config != ""
	}
	return s, s.Config != "" || hasDir(snap, path.Join(dir, "docs")) || readmeIn(snap, dir) != ""
}

// File is the file that is served at the address of a page below its set's.
func File(address string) string { return pageFile(address) }

// ConfigPos is where a finding about the set as a whole belongs: its
// configuration, or where its entity is declared.
func (p *Plan) ConfigPos() diag.Pos { return p.configPos() }
