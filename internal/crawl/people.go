package crawl

import (
	"context"
	"fmt"

	"callboard/internal/crawl/state"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/repofs"
	"callboard/internal/source"
)

// peopleKey is the key of the repository that is made of people.
const peopleKey = "people"

// CodePeople marks people that are left out of what is generated.
const CodePeople = diag.Code("people-left-out")

const fewerPeople = "fewer-people"

// people makes a repository of the source's people. In a crawl of shards it is
// in one of them.
func (r *run) people(ctx context.Context) error {
	e := r.entries[peopleKey]
	if r.s.Directory == nil || !r.mine(peopleKey) {
		if e != nil {
			r.drop(e, "people are not asked for any more")
		}
		return nil
	}
	if e == nil {
		e = &entry{key: peopleKey}
		r.entries[peopleKey] = e
	}
	e.now.Key, e.now.Name, e.listed = peopleKey, r.peopleName(), &source.Repo{}
	r.progress("people", 0, 0)
	p, err := r.directory(ctx)
	if stop := ended(ctx); stop != nil {
		e.listed = nil
		return stop
	}
	if err != nil {
		e.now.Fault = r.faultOf(err, e.now.Fault)
		return nil
	}
	return r.keepPeople(e, p)
}

func (r *run) peopleName() string {
	if r.s.People != "" {
		return r.s.People
	}
	return r.name + " (people)"
}

func (r *run) directory(ctx context.Context) (source.People, error) {
	if err := r.stop(); err != nil {
		return source.People{}, err
	}
	p, err := r.s.Directory.People(ctx)
	r.note(err)
	return p, err
}

// keepPeople keeps what is generated, unless far fewer people are there than
// before: a directory that has lost a fifth of an organisation over night has
// rather lost its permission to see them.
func (r *run) keepPeople(e *entry, p source.People) error {
	n := len(p.Users) + len(p.Groups)
	if was := e.now.People; n == 0 && was > 0 || was-n > mayDrop(was) && !r.AllowDrop {
		e.now.Fault = since(&state.Fault{Kind: fewerPeople, Since: r.since(),
			Cause: fmt.Sprintf("the host lists %d people and teams, and listed %d before", n, was)}, e.now.Fault)
		return nil
	}
	e.fresh, e.now.Fault = true, nil
	revision, err := r.writePeople(p)
	if err != nil {
		return err
	}
	e.now.People, e.now.Revision, r.report.People = n, revision, n
	return nil
}

// writePeople writes the repository, unless it is there. Its revision is the
// digest of its files.
func (r *run) writePeople(p source.People) (revision string, err error) {
	var found diag.List
	files := peopleFiles(p, repofs.NewReporter("", &found))
	h := digest.New("people/1").JSON(found.All())
	for _, f := range files {
		h.String(f.name).Bytes(f.text)
	}
	revision = h.Sum().String()[:40]
	if index, err := r.Dir.Repository(r.name, peopleKey); err != nil || index != nil && index.Revision == revision {
		return revision, err
	}
	w := r.Dir.Begin(r.name, peopleKey)
	for _, f := range files {
		if err := w.Put(f.name, f.text); err != nil {
			_ = w.Abort() // the disk has failed already
			return "", err
		}
	}
	return revision, w.Commit(state.Repository{Revision: revision, Generated: true, Entries: []string{"*.yaml"}, Diagnostics: found.All()}, true)
}
