package docs

import (
	"encoding/json"
	"path"
	"strings"

	"callboard/internal/repofs"
)

// Version is a version of a documentation beside others, as mike writes them down:
// versions.json, and a directory for each.
type Version struct {
	// Dir is its directory beside versions.json, a plain name.
	Dir string
	// Title is what it is called.
	Title string
	// Aliases are other names of it, such as "latest".
	Aliases []string `json:",omitempty"`
}

// Limits of versions.json.
const (
	maxVersions     = 200
	maxVersionsFile = 256 << 10 // bytes
)

// Versions reads the versions.json in a directory of a repository. There are none
// if the file is not there or is none of mike's.
func Versions(snap *repofs.Snapshot, dir string) []Version {
	file := path.Join(dir, "versions.json")
	if f, ok := snap.Lookup(file); !ok || f.Size > maxVersionsFile {
		return nil
	}
	text, err := snap.Read(file)
	if err != nil {
		return nil
	}
	var raw []struct {
		Version, Title string
		Aliases        []string
	}
	if json.Unmarshal(text, &raw) != nil {
		return nil
	}
	var out []Version
	for _, v := range raw {
		if !plainName(v.Version) || !hasDir(snap, path.Join(dir, v.Version)) || len(out) >= maxVersions {
			continue
		}
		ver := Version{Dir: v.Version, Title: oneLine(v.Title, maxTag)}
		if ver.Title == "" {
			ver.Title = oneLine(v.Version, maxTag)
		}
		for _, a := range v.Aliases {
			if plainName(a) && len(ver.Aliases) < maxPageTags {
				ver.Aliases = append(ver.Aliases, a)
			}
		}
		out = append(out, ver)
	}
	return out
}

// plainName tells whether a name can be that of a directory.
func plainName(s string) bool {
	return s != "" && s != "." && s != ".." && len(s) <= maxTitle && !strings.ContainsAny(s, "/\\\x00")
}

// Prebuilt tells whether a directory is a finished site: it has an index.html and
// no configuration of MkDocs. files are all that is in it, by path in the
// repository.
func Prebuilt(snap *repofs.Snapshot, dir string) (files []string, ok bool) {
	if configIn(snap, dir) != "" || !has(snap, path.Join(dir, "index.html")) {
		return nil, false
	}
	for _, f := range snap.Under(dir) {
		files = append(files, f.Path)
	}
	return files, true
}
