package gitlab

import (
	"context"
	"strconv"
	"strings"
	"time"

	"callboard/internal/facts"
	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/rest"
)

// patience is after how many queries in a row that had no answer GraphQL is asked
// no more for what can be had otherwise.
const patience = 3

// query asks GraphQL. What the host says is wrong with the query is a fault of
// kind Unsupported: the queries here are right for the versions of GitLab that
// we know, and the host is another.
func (h *Host) query(ctx context.Context, what, text string, vars map[string]any, into any) error {
	answer := struct {
		Data   any
		Errors []struct{ Message string }
	}{Data: into}
	body := map[string]any{"query": text, "variables": vars}
	err := h.graph.Query(ctx, rest.Call{What: what}, body, &answer)
	if err == nil && len(answer.Errors) > 0 {
		said := source.Clip(secret.Hide(answer.Errors[0].Message, h.hidden...))
		err = h.graph.Fault(source.Unsupported, what, said)
	}
	switch {
	case err == nil:
		h.refused.Store(0)
	case ctx.Err() == nil && source.KindOf(err) != source.Limited:
		h.refused.Add(1)
	}
	return err
}

// optional tells whether GraphQL is worth asking for what REST tells too.
func (h *Host) optional() bool { return h.refused.Load() < patience }

// tipsAtOnce is for how many projects one query asks for commits. GitLab looks
// them up one after the other, within half a minute.
const tipsAtOnce = 50

const tipsQuery = `query($ids: [ID!], $ref: String) {
  projects(ids: $ids, first: 100) {
    nodes { id openMergeRequestsCount languages { name share } repository { rootRef tree(ref: $ref) { lastCommit { sha committedDate } } } }
  }
}`

// olderTipsQuery is without what instances did not know in the middle of 2023, who
// refuse a query that asks for more than they know.
const olderTipsQuery = `query($ids: [ID!], $ref: String) {
  projects(ids: $ids, first: 100) {
    nodes { id repository { rootRef tree(ref: $ref) { lastCommit { sha } } } }
  }
}`

// tip is what GraphQL tells of a project beside what REST does.
type tip struct {
	ID        string
	Pulls     *int `json:"openMergeRequestsCount"`
	Languages []struct {
		Name  string
		Share float64 // in per cent
	}
	Repository *struct {
		RootRef string
		Tree    *struct {
			LastCommit *struct {
				SHA       string
				Committed time.Time `json:"committedDate"`
			}
		}
	}
}

// none tells that there is no such branch, if one was asked for, or no commit.
func (t *tip) none(asked bool) bool {
	return t.Repository != nil && (t.Repository.RootRef == "" || asked && (t.Repository.Tree == nil || t.Repository.Tree.LastCommit == nil))
}

// tips asks for the commits of projects. It is a convenience, without which the
// crawl asks for each: any failure tells nothing of those concerned.
func (h *Host) tips(ctx context.Context, ps []project) map[int64]*tip {
	if len(ps) == 0 || !h.optional() {
		return nil
	}
	ids := make([]string, len(ps))
	for i, p := range ps {
		ids[i] = projectID + strconv.FormatInt(p.ID, 10)
	}
	vars := map[string]any{"ids": ids}
	if b := h.o.Filters.Branch; b != "" {
		vars["ref"] = b
	}
	var a struct {
		Projects struct{ Nodes []*tip }
	}
	if h.askTips(ctx, "commits of "+strconv.Itoa(len(ps))+" projects", vars, &a) != nil {
		return nil
	}
	out := map[int64]*tip{}
	for _, t := range a.Projects.Nodes {
		if t == nil {
			continue
		}
		if id, err := strconv.ParseInt(strings.TrimPrefix(t.ID, projectID), 10, 64); err == nil {
			out[id] = t
		}
	}
	return out
}

// askTips asks for all that tips have, or for what an older host knows of it.
func (h *Host) askTips(ctx context.Context, what string, vars map[string]any, into any) error {
	if !h.older.Load() {
		err := h.query(ctx, what, tipsQuery, vars, into)
		if source.KindOf(err) != source.Unsupported {
			return err
		}
		h.older.Store(true)
	}
	return h.query(ctx, what, olderTipsQuery, vars, into)
}

const projectID = "gid://gitlab/Project/"

// add adds to a repository what its tip tells.
func (h *Host) add(r *source.Repo, t *tip) {
	r.Facts.OpenPulls = t.Pulls
	for _, l := range t.Languages {
		r.Facts.Languages = append(r.Facts.Languages, facts.Language{Name: l.Name, Share: int(l.Share*10 + 0.5)})
	}
	rep := t.Repository
	if rep == nil || rep.Tree == nil || rep.Tree.LastCommit == nil || !rest.IsObject(rep.Tree.LastCommit.SHA) {
		return
	}
	if h.o.Filters.Branch != "" || rep.RootRef == r.Branch {
		r.Revision, r.Facts.Pushed = rep.Tree.LastCommit.SHA, rep.Tree.LastCommit.Committed
	}
}

// number is a name of GraphQL's without what it is the name of, such as 7 of
// gid://gitlab/User/7; 0 if it is none.
func number(gid, kind string) int64 {
	n, err := strconv.ParseInt(strings.TrimPrefix(gid, "gid://gitlab/"+kind+"/"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
