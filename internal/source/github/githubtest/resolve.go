package githubtest

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// query is the top of everything.
func (s *Server) query(x *execution) *object {
	return &object{"Query", map[string]any{
		"repositoryOwner": lazily(func(a map[string]any) any { return s.owner(x, a["login"].(string)) }),
		"organization": lazily(func(a map[string]any) any {
			if o := s.org(a["login"].(string)); o != nil {
				return s.organization(o)
			}
			return failure{"NOT_FOUND", fmt.Sprintf("Could not resolve to an Organization with the login of '%s'.", a["login"])}
		}),
		"repository": lazily(func(a map[string]any) any {
			owner, name := a["owner"].(string), a["name"].(string)
			r, renamed := s.find(owner, name)
			if follow, given := a["followRenames"].(bool); r == nil || renamed && given && !follow {
				return failure{"NOT_FOUND", fmt.Sprintf("Could not resolve to a Repository with the name '%s/%s'.", owner, name)}
			}
			return s.repository(x, r)
		}),
		"nodes": lazily(func(a map[string]any) any {
			out := []any{}
			for _, id := range a["ids"].([]any) {
				if r := s.withNode(id.(string)); r != nil {
					out = append(out, s.repository(x, r))
				} else {
					out = append(out, failure{"NOT_FOUND", fmt.Sprintf("Could not resolve to a node with the global id of '%s'", id)})
				}
			}
			return out
		}),
	}}
}

func (s *Server) owner(x *execution, login string) any {
	rs, org := s.ownedBy(login), s.org(login)
	if len(rs) == 0 && org == nil {
		return nil
	}
	typ := "User"
	if org != nil {
		typ = "Organization"
	}
	return &object{typ, map[string]any{"login": login, "repositories": lazily(func(a map[string]any) any {
		var items []item
		for _, r := range rs {
			i := item{key: key(r.Created.Unix()) + key(r.ID)}
			if r.Withheld {
				i.value = failure{"FORBIDDEN", "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization."}
			} else {
				i.value = s.repository(x, r)
			}
			items = append(items, i)
		}
		slices.SortFunc(items, func(a, b item) int { return strings.Compare(a.key, b.key) })
		return connect("RepositoryConnection", items, a)
	})}}
}

func (s *Server) repository(x *execution, r *Repo) *object {
	web := webHost + "/" + r.full()
	return &object{"Repository", map[string]any{
		"id": nodeID("R", r.ID), "databaseId": int(r.ID), "name": r.Name, "nameWithOwner": r.full(), "url": web,
		"description": text(r.Description), "homepageUrl": text(r.Homepage), "isArchived": r.Archived, "isFork": r.Fork, "isDisabled": false,
		"visibility": strings.ToUpper(r.visibility()), "diskUsage": int(r.size() >> 10), "stargazerCount": r.Stars,
		"createdAt": r.Created.Format(timeForm), "pushedAt": r.Pushed.Format(timeForm), "owner": &object{"Organization", map[string]any{"login": r.Owner}},
		"licenseInfo": licenceObject(r), "latestRelease": releaseObject(r),
		"defaultBranchRef": lazily(func(map[string]any) any { return refObject(r, r.branch()) }),
		"ref": lazily(func(a map[string]any) any {
			return refObject(r, strings.TrimPrefix(a["qualifiedName"].(string), "refs/heads/"))
		}),
		"repositoryTopics": lazily(func(a map[string]any) any {
			var items []item
			for i, t := range r.Topics {
				items = append(items, item{key(int64(i)), &object{"RepositoryTopic", map[string]any{"topic": &object{"Topic", map[string]any{"name": t}}}}})
			}
			return connect("RepositoryTopicConnection", items, a)
		}),
		"languages":    lazily(func(map[string]any) any { return languagesObject(r) }),
		"pullRequests": &object{"PullRequestConnection", map[string]any{"totalCount": r.OpenPulls}},
		"issues":       &object{"IssueConnection", map[string]any{"totalCount": r.OpenIssues}},
		"object":       lazily(func(a map[string]any) any { return x.gitObject(r, a) }),
	}}
}

func licenceObject(r *Repo) *object {
	if r.Licence == "" {
		return nil
	}
	return &object{"License", map[string]any{"spdxId": r.Licence}}
}

func releaseObject(r *Repo) *object {
	if r.Release == "" {
		return nil
	}
	return &object{"Release", map[string]any{
		"name": "Release " + r.Release, "tagName": r.Release, "url": webHost + "/" + r.full() + "/releases/tag/" + r.Release, "publishedAt": r.Pushed.Format(timeForm)}}
}

func refObject(r *Repo, branch string) *object {
	oid := r.tip(branch)
	if oid == "" {
		return nil
	}
	return &object{"Ref", map[string]any{"name": branch, "target": &object{"Commit", map[string]any{"oid": oid}}}}
}

func languagesObject(r *Repo) *object {
	names, total := slices.Collect(maps.Keys(r.Languages)), 0
	slices.SortFunc(names, func(a, b string) int { return r.Languages[b] - r.Languages[a] })
	edges := []any{}
	for _, n := range names {
		total += r.Languages[n]
		edges = append(edges, &object{"LanguageEdge", map[string]any{"size": r.Languages[n], "node": &object{"Language", map[string]any{"name": n}}}})
	}
	return &object{"LanguageConnection", map[string]any{"totalSize": total, "edges": edges}}
}

// gitObject is the commit, tree or blob that is named by an expression or a hash.
func (x *execution) gitObject(r *Repo, a map[string]any) any {
	oid, _ := a["oid"].(string)
	if e, ok := a["expression"].(string); ok {
		oid = resolve(r, e)
	}
	if oid == "" || r.Content == nil {
		return nil
	}
	if t := r.Content.Tree(oid); t != nil {
		if t.Commit == oid {
			return &object{"Commit", map[string]any{"oid": oid, "tree": lazily(func(map[string]any) any { return x.tree(t) })}}
		}
		return x.tree(t)
	}
	if b, ok := r.Content.Blob(oid); ok {
		return x.blob(oid, b)
	}
	return nil
}

func (x *execution) tree(t *Tree) *object {
	return &object{"Tree", map[string]any{"oid": t.OID, "entries": lazily(func(map[string]any) any {
		out := []any{}
		for i := range t.Entries {
			x.objects++
			out = append(out, x.entry(&t.Entries[i]))
		}
		return out
	})}}
}

func (x *execution) entry(e *Entry) *object {
	mode, err := strconv.ParseInt(e.Mode, 8, 32)
	must(err)
	return &object{"TreeEntry", map[string]any{
		"name": e.Name, "type": e.Type(), "mode": int(mode), "oid": e.OID, "size": int(e.Size),
		"object": lazily(func(map[string]any) any {
			if e.Sub != nil {
				return x.tree(e.Sub)
			}
			if e.Type() == "blob" {
				return &object{"Blob", map[string]any{"oid": e.OID}}
			}
			return nil // the commit of a submodule is elsewhere
		}),
	}}
}

// textLimit is where GitHub cuts the text of a blob.
const textLimit = 512_000

// blob is a content as GraphQL hands it out: no text of what is binary, and what
// is no UTF-8 is repaired.
func (x *execution) blob(oid string, b []byte) *object {
	x.objects++
	out := &object{"Blob", map[string]any{"oid": oid, "byteSize": len(b), "isBinary": false, "isTruncated": len(b) > textLimit, "text": nil}}
	switch {
	case bytes.IndexByte(b, 0) >= 0:
		out.fields["isBinary"] = true
	case len(b) > textLimit:
		out.fields["text"] = strings.ToValidUTF8(string(b[:textLimit]), "")
	case !utf8.Valid(b):
		out.fields["text"] = strings.ToValidUTF8(string(b), "\uFFFD")
	default:
		out.fields["text"] = string(b)
	}
	return out
}
