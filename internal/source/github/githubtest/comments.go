package githubtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

// Bot is who comments with the token of a workflow's job.
const Bot = "github-actions[bot]"

// maxComment is how many characters a comment may have.
const maxComment = 65_536

// Comment is one on an issue or a pull request.
type Comment struct {
	ID           int64
	Author, Body string
	Edits        int // how often it was changed
}

// talk is where comments are.
type talk struct {
	repo   string // its full name
	number string
}

// Say adds a comment of somebody to an issue or a pull request.
func (s *Server) Say(r *Repo, number int, author, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := talk{r.full(), strconv.Itoa(number)}
	s.talks[at] = append(s.talks[at], Comment{ID: s.nextComment(), Author: author, Body: body})
}

func (s *Server) nextComment() int64 {
	n := int64(1)
	for _, cs := range s.talks {
		n += int64(len(cs))
	}
	return n
}

// Said are the comments on an issue or a pull request, in order.
func (s *Server) Said(r *Repo, number int) []Comment {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.talks[talk{r.full(), strconv.Itoa(number)}])
}

func (s *Server) listComments(r *http.Request, args []string) answer {
	repo, no := s.named(r, args)
	if no != nil {
		return *no
	}
	s.mu.Lock()
	cs := slices.Clone(s.talks[talk{repo.full(), args[2]}])
	s.mu.Unlock()
	part, h := paged(s, r, cs)
	out := []any{}
	for _, c := range part {
		out = append(out, s.commentJSON(repo, args[2], c))
	}
	return answer{status: http.StatusOK, header: h, body: out}
}

func (s *Server) createComment(r *http.Request, args []string) answer {
	repo, no := s.named(r, args)
	text, refused := s.said(r)
	if no = first(no, refused); no != nil {
		return *no
	}
	s.mu.Lock()
	at := talk{repo.full(), args[2]}
	c := Comment{ID: s.nextComment(), Author: Bot, Body: text}
	s.talks[at] = append(s.talks[at], c)
	s.mu.Unlock()
	a := answer{status: http.StatusCreated, body: s.commentJSON(repo, args[2], c)}
	a.setHeader("Location", fmt.Sprintf("%s/repos/%s/issues/comments/%d", s.URL, repo.full(), c.ID))
	return a
}

func (s *Server) updateComment(r *http.Request, args []string) answer {
	repo, no := s.named(r, args)
	text, refused := s.said(r)
	if no = first(no, refused); no != nil {
		return *no
	}
	at, c, found := s.change(repo, args[2], text)
	if !found {
		return notFound
	}
	return ok(s.commentJSON(repo, at.number, c))
}

func (s *Server) change(repo *Repo, id, text string) (talk, Comment, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for at, cs := range s.talks {
		for i := range cs {
			if at.repo == repo.full() && strconv.FormatInt(cs[i].ID, 10) == id {
				cs[i].Body = text
				cs[i].Edits++
				return at, cs[i], true
			}
		}
	}
	return talk{}, Comment{}, false
}

// said is what a request wants to write.
func (s *Server) said(r *http.Request) (string, *answer) {
	if s.o.ReadOnly {
		a := refuse(http.StatusForbidden, "Resource not accessible by integration")
		return "", &a
	}
	var in struct{ Body string }
	if err := json.Unmarshal(body(r), &in); err != nil || in.Body == "" || len([]rune(in.Body)) > maxComment {
		a := refuse(http.StatusUnprocessableEntity, "Validation Failed")
		return "", &a
	}
	return in.Body, nil
}

func first(as ...*answer) *answer {
	for _, a := range as {
		if a != nil {
			return a
		}
	}
	return nil
}

func (s *Server) commentJSON(r *Repo, number string, c Comment) map[string]any {
	u := s.userJSON(c.Author)
	if c.Author == Bot {
		u["type"] = "Bot"
	}
	api, when := fmt.Sprintf("%s/repos/%s/issues/", s.URL, r.full()), "2026-01-02T03:04:05Z"
	return map[string]any{
		"id": c.ID, "node_id": nodeID("IC", c.ID), "body": c.Body, "user": u, "author_association": "NONE", "performed_via_github_app": nil,
		"url": fmt.Sprintf("%scomments/%d", api, c.ID), "issue_url": api + number,
		"html_url": fmt.Sprintf("%s/%s/pull/%s#issuecomment-%d", webHost, r.full(), number, c.ID), "created_at": when, "updated_at": when,
	}
}
