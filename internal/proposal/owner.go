package proposal

import (
	"fmt"
	"strings"

	"callboard/internal/codeowners"
	"callboard/internal/diag"
	"callboard/internal/draft"
)

// owner is who owns the repository: by CODEOWNERS the first team of what covers
// everything, else its first user; else a team that settings.yml lets maintain
// it.
func (r *repository) owner() (owner, why string) {
	file, dialect, ok := codeowners.Find(r.snap.WebURL, r.has)
	if ok {
		rules := codeowners.Parse(r.read(file, codeowners.MaxBytes), dialect, diag.Pos{Repo: r.snap.Repo, File: file}, r.sink)
		if o, line := best(rules.OfDir(".")); o.Text != "" {
			ref := draft.Name(o.Name())
			if o.Type == codeowners.User {
				ref = "user:" + ref
			}
			return ref, fmt.Sprintf("%s:%d: %s", file, line, o.Text)
		}
	}
	if t := r.settings().team; t != "" {
		return draft.Name(t), settingsFile
	}
	if ok {
		return Unknown, "write the group that owns it: " + file + " names none for everything"
	}
	return Unknown, "write the group that owns it: there is no CODEOWNERS"
}

// best is the first team, else the first user.
func best(ms []codeowners.Match) (o codeowners.Owner, line int) {
	for _, want := range []codeowners.Type{codeowners.Team, codeowners.Account, codeowners.User} {
		for _, m := range ms {
			for _, x := range m.Owners {
				if x.Type == want && strings.Trim(x.Name(), "-_.") != "" {
					return x, m.Line
				}
			}
		}
	}
	return codeowners.Owner{}, 0
}
