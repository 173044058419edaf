package githubtest

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
)

var hash = regexp.MustCompile(`^[0-9a-f]{40}$`)

// resolve is the commit of a hash or a reference, "" if there is none.
func resolve(r *Repo, ref string) string {
	if hash.MatchString(ref) {
		if t := r.Content.Tree(ref); t != nil {
			return ref
		}
		return ""
	}
	if b, ok := strings.CutPrefix(ref, "refs/heads/"); ok {
		return r.tip(b)
	}
	if b, ok := strings.CutPrefix(ref, "heads/"); ok {
		return r.tip(b)
	}
	if ref == "HEAD" {
		ref = r.branch()
	}
	return r.tip(ref)
}

// content is the repository if it has a commit.
func (s *Server) content(r *http.Request, args []string) (*Repo, *answer) {
	repo, no := s.named(r, args)
	if no != nil {
		return nil, no
	}
	if repo.tip(repo.branch()) == "" {
		a := refuse(http.StatusConflict, "Git Repository is empty.")
		return nil, &a
	}
	return repo, nil
}

// accepts tells that a request asks for a media type of GitHub's own.
func accepts(r *http.Request, what string) bool {
	a := r.Header.Get("Accept")
	return strings.HasPrefix(a, "application/vnd.github.") && strings.Contains(a, what)
}

func (s *Server) getCommit(r *http.Request, args []string) answer {
	repo, no := s.content(r, args)
	if no != nil {
		return *no
	}
	oid := resolve(repo, args[2])
	if oid == "" {
		return refuse(http.StatusUnprocessableEntity, "No commit found for SHA: "+args[2])
	}
	if !accepts(r, "sha") {
		s.t.Errorf("github: the test server answers for commits only with their hash")
	}
	return answer{status: http.StatusOK, body: []byte(oid), kind: "application/vnd.github.sha; charset=utf-8"}
}

func (s *Server) getTree(r *http.Request, args []string) answer {
	repo, no := s.content(r, args)
	if no != nil {
		return *no
	}
	at := args[2]
	if !hash.MatchString(at) {
		at = resolve(repo, at)
	}
	t := repo.Content.Tree(at)
	if t == nil {
		return notFound
	}
	most := either(s.o.TreeEntries, 100_000)
	var list []any
	s.entries(&list, repo, t, "", r.URL.Query().Get("recursive") != "", most)
	out := map[string]any{"sha": t.OID, "url": s.URL + "/repos/" + repo.full() + "/git/trees/" + t.OID, "truncated": len(list) > most}
	out["tree"] = append([]any{}, list[:min(len(list), most)]...)
	return ok(out)
}

func (s *Server) entries(list *[]any, r *Repo, t *Tree, prefix string, recursive bool, most int) {
	for i := range t.Entries {
		e := &t.Entries[i]
		if len(*list) > most {
			return
		}
		one := map[string]any{"path": prefix + e.Name, "mode": e.Mode, "type": e.Type(), "sha": e.OID}
		if e.Type() == "blob" {
			one["size"] = e.Size
		}
		if e.Type() != "commit" {
			one["url"] = s.URL + "/repos/" + r.full() + "/git/" + e.Type() + "s/" + e.OID
		}
		*list = append(*list, one)
		if recursive && e.Sub != nil {
			s.entries(list, r, e.Sub, prefix+e.Name+"/", recursive, most)
		}
	}
}

func (s *Server) getBlob(r *http.Request, args []string) answer {
	repo, no := s.content(r, args)
	if no != nil {
		return *no
	}
	if !hash.MatchString(args[2]) {
		return refuse(http.StatusUnprocessableEntity, "The sha parameter must be exactly 40 characters and contain only [0-9a-f].")
	}
	b, found := repo.Content.Blob(args[2])
	if !found {
		return notFound
	}
	if accepts(r, "raw") {
		return answer{status: http.StatusOK, body: append([]byte{}, b...), kind: "application/vnd.github.raw; charset=utf-8"}
	}
	return ok(map[string]any{
		"sha": args[2], "node_id": "B_" + args[2], "url": s.URL + "/repos/" + repo.full() + "/git/blobs/" + args[2],
		"size": len(b), "encoding": "base64", "content": base64.StdEncoding.EncodeToString(b)})
}

func (s *Server) getTarball(r *http.Request, args []string) answer {
	repo, no := s.content(r, args)
	if no != nil {
		return *no
	}
	oid := resolve(repo, args[2])
	if oid == "" {
		return notFound
	}
	a := answer{status: http.StatusFound}
	a.setHeader("Location", s.Archives+"/"+repo.full()+"/legacy.tar.gz/"+oid+"?token="+archiveToken)
	return a
}
