package githubtest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (s *Server) listContributors(r *http.Request, args []string) answer {
	repo, no := s.named(r, args)
	if no != nil {
		return *no
	}
	if repo.tip(repo.branch()) == "" {
		return answer{status: http.StatusNoContent}
	}
	part, h := paged(s, r, repo.Contributors)
	out := []any{}
	for _, c := range part {
		u := s.userJSON(c.Login)
		u["contributions"] = c.Commits
		out = append(out, u)
	}
	return answer{status: http.StatusOK, header: h, body: out}
}

func (s *Server) listRuns(r *http.Request, args []string) answer {
	repo, no := s.named(r, args)
	if no != nil {
		return *no
	}
	if repo.NoActions {
		return notFound
	}
	all := []any{}
	if b := r.URL.Query().Get("branch"); b == "" || b == repo.branch() {
		for i, run := range slices.Backward(repo.Runs) {
			all = append(all, s.runJSON(repo, i, run))
		}
	}
	part, h := paged(s, r, all)
	return answer{status: http.StatusOK, header: h, body: map[string]any{"total_count": len(all), "workflow_runs": part}}
}

func (s *Server) runJSON(r *Repo, i int, run Run) map[string]any {
	id := r.ID*1000 + int64(i)
	api, web := fmt.Sprintf("%s/repos/%s/actions/runs/%d", s.URL, r.full(), id), fmt.Sprintf("%s/%s/actions/runs/%d", webHost, r.full(), id)
	when := r.Pushed.Add(time.Duration(i) * time.Minute).Format(timeForm)
	oid := r.tip(r.branch())
	who := map[string]any{"name": "A", "email": "a@acme.example"}
	return map[string]any{
		"id": id, "node_id": nodeID("WFR", id), "name": run.Name, "head_branch": r.branch(), "head_sha": oid, "path": ".github/workflows/main.yml",
		"run_number": i + 1, "event": "push", "display_title": run.Name, "status": run.Status, "conclusion": text(run.Conclusion), "workflow_id": 1,
		"url": api, "html_url": web, "pull_requests": []any{}, "created_at": when, "updated_at": when,
		"jobs_url": api + "/jobs", "logs_url": api + "/logs", "check_suite_url": api + "/suite", "artifacts_url": api + "/artifacts",
		"cancel_url": api + "/cancel", "rerun_url": api + "/rerun", "workflow_url": api + "/workflow",
		"head_commit": map[string]any{"id": oid, "tree_id": oid, "message": "m", "timestamp": when, "author": who, "committer": who},
		"repository":  s.minimal(r), "head_repository": s.minimal(r),
	}
}

func (s *Server) listCodeowners(r *http.Request, args []string) answer {
	repo, no := s.named(r, args)
	if no != nil {
		return *no
	}
	if !repo.HasCodeowners {
		return notFound
	}
	es := []any{}
	for _, e := range repo.Codeowners {
		es = append(es, map[string]any{"line": e.Line, "column": e.Column, "kind": e.Kind, "source": "x @nobody", "suggestion": nil,
			"message": e.Kind + " on line " + strconv.Itoa(e.Line) + "\n\n  x @nobody\n    ^", "path": "CODEOWNERS"})
	}
	return ok(map[string]any{"errors": es})
}

func (s *Server) installation(r *http.Request, args []string) answer {
	if who, _ := s.who(r); who != "app" {
		return refuse(http.StatusUnauthorized, "A JSON web token could not be decoded")
	}
	o := s.org(args[0])
	if o == nil || o.Install == 0 {
		return notFound
	}
	return ok(s.installationJSON(o))
}

func (s *Server) installationJSON(o *Org) map[string]any {
	when, kind := "2020-01-01T00:00:00Z", "Organization"
	if o.User {
		kind = "User"
	}
	out := map[string]any{
		"id": o.Install, "app_id": 1, "app_slug": "callboard", "client_id": "Iv1.1", "target_id": 1, "target_type": kind, "account": s.userJSON(o.Login),
		"repository_selection": "all", "access_tokens_url": fmt.Sprintf("%s/app/installations/%d/access_tokens", s.URL, o.Install),
		"html_url": webHost + "/organizations/" + o.Login + "/settings/installations/1", "repositories_url": s.URL + "/installation/repositories",
		"events": []string{}, "permissions": map[string]any{"contents": "read", "metadata": "read"}, "single_file_name": nil,
		"created_at": when, "updated_at": when, "suspended_by": nil, "suspended_at": nil,
	}
	if o.Suspended {
		out["suspended_at"] = when
	}
	return out
}

// listInstallations lists where the app is installed, by the names of the accounts.
func (s *Server) listInstallations(r *http.Request, _ []string) answer {
	if who, _ := s.who(r); who != "app" {
		return refuse(http.StatusUnauthorized, "A JSON web token could not be decoded")
	}
	s.mu.Lock()
	var all []*Org
	for _, login := range slices.Sorted(maps.Keys(s.orgs)) {
		if o := s.orgs[login]; o.Install != 0 {
			all = append(all, o)
		}
	}
	s.mu.Unlock()
	part, h := paged(s, r, all)
	out := []any{}
	for _, o := range part {
		in := s.installationJSON(o)
		account := in["account"].(map[string]any)
		for _, n := range []string{"name", "slug"} { // the description of this list asks for all that an account may have
			account[n] = o.Login
		}
		account["created_at"], account["updated_at"] = in["created_at"], in["updated_at"]
		out = append(out, in)
	}
	return answer{status: http.StatusOK, header: h, body: out}
}

// tokenLife is how long GitHub lets a token of an installation live.
const tokenLife = time.Hour

func (s *Server) createToken(r *http.Request, args []string) answer {
	if who, _ := s.who(r); who != "app" {
		return refuse(http.StatusUnauthorized, "A JSON web token could not be decoded")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.orgs {
		if o.Install != 0 && strconv.FormatInt(o.Install, 10) == args[0] {
			if o.Suspended {
				return refuse(http.StatusForbidden, "This installation has been suspended")
			}
			token := fmt.Sprintf("ghs_marked%09d_%020d", o.Install, len(s.tokens))
			until := s.now().Add(tokenLife).UTC().Truncate(time.Second)
			s.tokens[token] = until
			return answer{status: http.StatusCreated, body: map[string]any{
				"token": token, "expires_at": until.Format(timeForm), "permissions": map[string]any{"contents": "read", "metadata": "read"}, "repository_selection": "all"}}
		}
	}
	return notFound
}

// EndTokens makes the host forget the tokens of installations that it gave.
func (s *Server) EndTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t := range s.tokens {
		s.tokens[t] = time.Time{}
	}
}

// knowsApp checks a JSON web token as GitHub does: signature, issuer, and a life
// of no more than ten minutes that has begun.
func (s *Server) knowsApp(jwt string) bool {
	if s.o.AppKey == nil {
		return false
	}
	parts := strings.Split(jwt, ".")
	sig, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return false
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if rsa.VerifyPKCS1v15(s.o.AppKey, crypto.SHA256, sum[:], sig) != nil {
		return false
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct {
		Iat, Exp int64
		Iss      string
	}
	if err != nil || json.Unmarshal(raw, &claims) != nil || claims.Iss != s.o.AppID {
		return false
	}
	now := s.now().Unix()
	return claims.Iat <= now && now < claims.Exp && claims.Exp <= now+600
}
