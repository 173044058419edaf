package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"callboard/internal/source/github/githubtest"
)

// hosts are the servers that scripts have started, by their directories.
type hosts struct {
	t  *testing.T
	mu sync.Mutex
	of map[string]*host
}

// host is a server, with the files of its repositories by OWNER/NAME.
type host struct {
	*githubtest.Server
	files map[string]*githubtest.Files
}

// github is a command of scripts. "github start OWNER DIR" starts a GitHub whose
// repositories are the directories in DIR, and whose address is in GITHUB_API;
// it knows the token ghp_marked. "github add OWNER DIR" adds another organisation,
// and "github push OWNER/NAME PATH FILE" commits what is in FILE. "github down" cuts
// all connections, and "github up" mends that.
func (h *hosts) github(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: github start|add|push|down|up ...")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	dir := ts.MkAbs(".")
	s := h.of[dir]
	switch {
	case args[0] == "start" && len(args) == 3:
		s = &host{githubtest.New(h.t, githubtest.Options{Tokens: []string{"ghp_marked"}}), map[string]*githubtest.Files{}}
		h.of[dir] = s
		s.add(ts, args[1], ts.MkAbs(args[2]))
		ts.Setenv("GITHUB_API", s.URL)
	case args[0] == "add" && len(args) == 3:
		s.add(ts, args[1], ts.MkAbs(args[2]))
	case args[0] == "push" && len(args) == 4:
		s.files[args[1]].Write(args[2], ts.ReadFile(args[3]))
	case args[0] == "down":
		s.Inject(githubtest.Fault{Status: http.StatusBadGateway})
	case args[0] == "up":
		s.Heal()
	default:
		ts.Fatalf("github cannot %s", strings.Join(args, " "))
	}
}

func (s *host) add(ts *testscript.TestScript, owner, dir string) {
	entries, err := os.ReadDir(dir)
	ts.Check(err)
	org := &githubtest.Org{Login: owner, People: []githubtest.Person{{Login: "ada", Name: "Ada Lovelace"}},
		Teams: []githubtest.Team{{Slug: "payments", Name: "Payments", Members: []string{"ada"}}}}
	s.AddOrg(org)
	for _, e := range entries {
		files := githubtest.NewFiles("main", os.DirFS(filepath.Join(dir, e.Name())), "1")
		s.files[owner+"/"+e.Name()] = files
		s.Add(&githubtest.Repo{Owner: owner, Name: e.Name(), Content: files, Description: "The repository " + e.Name()})
	}
}

// unpacked is the content of a file, with that of a gzipped one after it: answers
// of hosts are kept so, and packing hides words.
func unpacked(b []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return b
	}
	inner, err := io.ReadAll(z)
	if err != nil {
		return b
	}
	return append(b, inner...)
}

// nowhere is a command of scripts: "nowhere WORD" finds no file whose name or
// content, packed or not, has the word, nor anything of it in what the last command printed.
func nowhere(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: nowhere WORD")
	}
	word := []byte(args[0])
	looked := 0
	err := filepath.WalkDir(ts.MkAbs("."), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		text := []byte(path)
		if d.Type().IsRegular() {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text = append(text, unpacked(b)...)
			looked++
		}
		if bytes.Contains(text, word) {
			ts.Fatalf("%s has %q", path, word)
		}
		return nil
	})
	ts.Check(err)
	if said := ts.ReadFile("stdout") + ts.ReadFile("stderr"); strings.Contains(said, args[0]) {
		ts.Fatalf("what was printed has %q", args[0])
	}
	if looked == 0 {
		ts.Fatalf("there are no files")
	}
}
