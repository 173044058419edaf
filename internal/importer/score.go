package importer

import (
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/entity"
)

// score reads score.yaml by the schema score-v1b1: a workload, and the
// resources that it needs. It says nothing of owners or lifecycles.
func (x *file) score(n node) {
	meta := n.at("metadata")
	name := meta.at("name").str()
	if !x.named(meta.at("name"), "metadata.name", name) {
		return
	}
	d := x.begin(entity.KindComponent, draft.Name(name), n)
	meta.at("name").title(d)
	d.Set("type", "service", n.pos(), "")
	d.Guess("lifecycle", unknown, n.pos(), "a Score file says nothing of it")
	d.Guess("owner", unknown, n.pos(), "a Score file names no owner")
	for _, a := range meta.at("annotations").fields() {
		if !d.Annotate(a.key(), flat(a.value), "") {
			a.keepAs(d, "annotations."+a.key(), "")
		}
	}
	for _, f := range meta.fields() {
		switch f.key() {
		case "name", "annotations":
		case "description":
			d.Describe(f.str())
		default:
			f.keep(d, f.key(), "")
		}
	}
	n.scoreContainers(d)
	n.at("service").at("ports").keep(d, "ports", "")
	for _, r := range n.at("resources").fields() {
		x.scoreResource(r, d, name)
	}
	n.others(d, "", []string{"apiVersion", "metadata", "service", "containers", "resources"})
}

// scoreContainers keeps the images. How containers run is for those who run
// them, and may hold what no catalog should.
func (n node) scoreContainers(d *draft.Draft) {
	var left []string
	for _, c := range n.at("containers").fields() {
		c.at("image").keepAs(d, "image."+c.key(), "")
		for _, f := range c.fields() {
			if k := f.key(); k != "image" && !f.empty() && !slices.Contains(left, k) {
				left = append(left, k)
			}
		}
	}
	if len(left) > 0 {
		slices.Sort(left)
		list := strings.Join(left[:min(len(left), 10)], ", ")
		n.x.say(n.at("containers").pos(), diag.Info, CodeLeftOut, "how the containers run is left out: "+short(list), "")
		d.Comment("left out of the containers: "+list, "spec")
	}
}

// plumbing are the types of resources that nobody looks for in a catalog: they
// are parts of how the workload runs.
var plumbing = []string{"dns", "route", "environment", "env", "volume", "ingress", "horizontal-pod-autoscaler", "service-account", "tls-cert", "namespace", "k8s-namespace"}

// scoreResource makes a Resource of what a workload needs, and a dependency of
// it. One with an id is the same in all workloads that name it.
func (x *file) scoreResource(r node, d *draft.Draft, workload string) {
	typ, id, class := r.at("type").str(), r.at("id").str(), r.at("class").str()
	switch {
	case slices.Contains(plumbing, typ) || typ == "":
		r.keepAs(d, "resources."+r.key(), "")
		return
	case typ == "service" || typ == "workload" || typ == "service-port":
		other := first(r.at("params").at("workload").str(), r.at("params").at("name").str(), id, r.key())
		d.Add("dependsOn", "component:"+draft.Name(other), r.pos(), "")
		r.keepAs(d, "resources."+r.key(), "")
		return
	}
	name := workload + "-" + r.key()
	if id != "" {
		name = typ
		if class != "" && class != "default" {
			name += "-" + class
		}
		name += "-" + id
	}
	name = draft.Name(name)
	d.Add("dependsOn", "resource:"+name, r.pos(), "")
	res := x.begin(entity.KindResource, name, r)
	pos := r.doc.KeyPos(r.path...)
	res.Entity.Origin.Line, res.Entity.Origin.Col = pos.Line, pos.Col
	res.Set("type", draft.Kebab(typ), r.at("type").pos(), "")
	res.Guess("owner", unknown, r.pos(), "a Score file names no owner")
	for _, f := range r.at("metadata").at("annotations").fields() {
		res.Annotate(f.key(), flat(f.value), "")
	}
	r.at("metadata").others(res, "metadata.", []string{"annotations"})
	r.others(res, "", []string{"type", "metadata"}, "class", "id", "params")
}
