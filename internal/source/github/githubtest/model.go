package githubtest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Repo is a repository of the server. Its fields may be changed while no request
// is under way.
type Repo struct {
	ID          int64
	Owner, Name string
	Content     Content
	// Branch is the default branch; "" means main.
	Branch     string
	Visibility string // "" means public
	Archived   bool
	Fork       bool
	// Hidden is not visible to anybody: as if it were not there. Withheld is there,
	// and a policy keeps it from the token: lists of GraphQL have null in its place.
	Hidden, Withheld bool

	Description, Homepage, Licence string // Licence is an SPDX identifier
	Topics                         []string
	Languages                      map[string]int // bytes
	Stars, OpenPulls, OpenIssues   int
	Size                           int64 // bytes; 0 is made up
	Created, Pushed                time.Time
	Release                        string // the tag of the latest release
	Contributors                   []Contributor
	Runs                           []Run // the last is the latest
	Codeowners                     []CodeownersError
	HasCodeowners, NoActions       bool

	former []string // full names, in lower case
}

// Contributor is somebody who committed.
type Contributor struct {
	Login   string
	Commits int
}

// Run is a workflow run on the default branch.
type Run struct{ Name, Status, Conclusion string }

// CodeownersError is an error of the CODEOWNERS file.
type CodeownersError struct {
	Line, Column int
	Kind         string
}

// Person is a member of an organisation.
type Person struct {
	Login, Name, Email, Bio string
	Verified                []string
	Suspended               bool // as an Enterprise has it
}

// Team is a team of an organisation. Members are its own.
type Team struct {
	Slug, Name, Description, Parent string
	Members                         []string
}

// Org is an organisation.
type Org struct {
	Login   string
	People  []Person
	Teams   []Team
	Install int64 // the ID of the app's installation, 0 if there is none
	// Suspended tells that the installation is, User that the account is a user's.
	Suspended, User bool
	// Older tells that lists of teams by REST do not say who is only a member of a
	// team below.
	Older bool
}

func (r *Repo) full() string { return r.Owner + "/" + r.Name }

func (r *Repo) branch() string {
	if r.Branch == "" {
		return "main"
	}
	return r.Branch
}

func (r *Repo) visibility() string {
	if r.Visibility == "" {
		return "public"
	}
	return r.Visibility
}

func (r *Repo) tip(branch string) string {
	if r.Content == nil {
		return ""
	}
	return r.Content.Tip(branch)
}

func (r *Repo) size() int64 {
	if r.Size == 0 {
		return 64 << 10
	}
	return r.Size
}

func nodeID(kind string, id int64) string { return fmt.Sprintf("%s_kgDO%08d", kind, id) }

// Add adds a repository, in the order of creation, and gives it what it lacks.
func (s *Server) Add(r *Repo) *Repo {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.ID == 0 {
		r.ID = int64(1000 + len(s.repos))
	}
	if r.Created.IsZero() {
		r.Created = time.Date(2020, 1, 1, 0, 0, len(s.repos), 0, time.UTC)
	}
	if r.Pushed.IsZero() {
		r.Pushed = r.Created
	}
	s.repos = append(s.repos, r)
	s.byName[strings.ToLower(r.full())] = r
	s.byID[r.ID] = r
	return r
}

// Rename gives a repository another owner or name; the old name leads to it
// until another repository takes it.
func (s *Server) Rename(r *Repo, owner, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := strings.ToLower(r.full())
	delete(s.byName, old)
	r.former = append(r.former, old)
	r.Owner, r.Name = owner, name
	s.byName[strings.ToLower(r.full())] = r
}

// Delete removes a repository.
func (s *Server) Delete(r *Repo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byName, strings.ToLower(r.full()))
	delete(s.byID, r.ID)
	s.repos = slices.DeleteFunc(s.repos, func(o *Repo) bool { return o == r })
}

// AddOrg adds an organisation.
func (s *Server) AddOrg(o *Org) *Org {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.orgs[strings.ToLower(o.Login)] = o
	return o
}

// find is a repository by its name, or by one that it had.
func (s *Server) find(owner, name string) (r *Repo, renamed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	full := strings.ToLower(owner + "/" + name)
	if r := s.byName[full]; r != nil {
		return visible(r), false
	}
	for _, r := range s.repos {
		if slices.Contains(r.former, full) {
			return visible(r), true
		}
	}
	return nil, false
}

func visible(r *Repo) *Repo {
	if r == nil || r.Hidden || r.Withheld {
		return nil
	}
	return r
}

func (s *Server) withID(id int64) *Repo {
	s.mu.Lock()
	defer s.mu.Unlock()
	return visible(s.byID[id])
}

func (s *Server) withNode(id string) *Repo {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.repos {
		if nodeID("R", r.ID) == id {
			return visible(r)
		}
	}
	return nil
}

// ownedBy are the repositories of an owner, oldest first; withheld ones are among
// them, hidden ones are not.
func (s *Server) ownedBy(owner string) []*Repo {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Repo
	for _, r := range s.repos {
		if strings.EqualFold(r.Owner, owner) && !r.Hidden {
			out = append(out, r)
		}
	}
	return out
}

func (s *Server) org(login string) *Org {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.orgs[strings.ToLower(login)]
}
