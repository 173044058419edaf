package action

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Bounds on what GitHub is asked for.
const (
	requestTimeout = 30 * time.Second
	maxAnswer      = 32 << 20 // bytes; a page of comments of the largest size has 6.5 MB
	pageSize       = 100
	maxPages       = 30 // comments beyond are not looked at
)

// Thread is a pull request, and with what it is written to.
type Thread struct {
	// API is the address of the REST API, Repository the owner and name.
	API, Repository string
	Number          int
	Token           string
	// Author is whose comments are ours: somebody else's is never touched, whatever
	// is in it.
	Author string
}

// ErrForbidden is wrapped by errors about what the token may not do.
var ErrForbidden = errors.New("the token may not write comments")

// Put makes the comment with a mark say body: the one that is there, or a new one.
// Without one, body is written only if fresh is true. The mark stands in the comment
// where nobody sees it.
func (t Thread) Put(ctx context.Context, mark, body string, fresh bool) error {
	line := "<!-- " + mark + " -->\n"
	id, said, err := t.find(ctx, line)
	switch {
	case err != nil:
		return err
	case id == 0 && !fresh, said == line+body:
		return nil
	case id == 0:
		return t.do(ctx, http.MethodPost, fmt.Sprintf("issues/%d/comments", t.Number), comment{Body: line + body}, nil)
	}
	return t.do(ctx, http.MethodPatch, fmt.Sprintf("issues/comments/%d", id), comment{Body: line + body}, nil)
}

type comment struct {
	ID   int64  `json:"id,omitempty"`
	Body string `json:"body"`
	User *user  `json:"user,omitempty"`
}

type user struct {
	Login string `json:"login"`
}

// find looks for our comment and returns its number, 0 if there is none.
func (t Thread) find(ctx context.Context, line string) (id int64, body string, err error) {
	for page := 1; page <= maxPages; page++ {
		var cs []comment
		if err := t.do(ctx, http.MethodGet, fmt.Sprintf("issues/%d/comments?per_page=%d&page=%d", t.Number, pageSize, page), nil, &cs); err != nil {
			return 0, "", err
		}
		for _, c := range cs {
			// GitHub may keep line ends as a browser sends them.
			said := strings.ReplaceAll(c.Body, "\r\n", "\n")
			if c.User != nil && c.User.Login == t.Author && strings.HasPrefix(said, line) {
				return c.ID, said, nil
			}
		}
		if len(cs) < pageSize {
			return 0, "", nil
		}
	}
	return 0, "", nil
}

// do carries out a request about the repository.
func (t Thread) do(ctx context.Context, method, path string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(t.API, "/")+"/repos/"+t.Repository+"/"+path, &body)
	if err != nil {
		return err
	}
	for key, value := range map[string]string{"Authorization": "Bearer " + t.Token, "Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28", "User-Agent": "callboard"} {
		req.Header.Set(key, value)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("comment on #%d: %w", t.Number, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	switch {
	case err != nil:
		return fmt.Errorf("comment on #%d: %w", t.Number, err)
	case res.StatusCode == http.StatusForbidden, res.StatusCode == http.StatusUnauthorized, res.StatusCode == http.StatusNotFound:
		return fmt.Errorf("comment on #%d: %w: %s %s is answered with %s", t.Number, ErrForbidden, method, path, res.Status)
	case res.StatusCode >= 300:
		return fmt.Errorf("comment on #%d: %s %s is answered with %s", t.Number, method, path, res.Status)
	case out == nil:
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("comment on #%d: %w", t.Number, err)
	}
	return nil
}
