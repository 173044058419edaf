package appconfig

import (
	"encoding/json"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"callboard/internal/config"
)

// rule allows kinds, from everywhere or from some addresses.
type rule struct {
	kinds []string
	from  []string // conditions for addresses of files; none means everywhere
}

// rules makes a processor of catalog.rules, and of the rules of locations, that
// leaves out what they do not allow. Where there are no rules, Backstage allows
// components, APIs and locations only; callboard then allows everything.
func (r *reader) rules() {
	top := r.top.get("catalog", "rules").defined()
	if top == nil {
		return
	}
	var all []rule
	for i, n := range r.entries(top) {
		all = append(all, r.rule(n, fmt.Sprintf("catalog.rules[%d]", i))...)
	}
	for _, n := range r.entries(r.top.get("catalog", "locations")) {
		for _, x := range r.entries(n.get("rules")) {
			all = append(all, rule{r.kinds(x.get("allow")), []string{from(r.text(n.get("type")), r.text(n.get("target")))}})
		}
	}
	when := condition(all)
	if len(when) > maxCondition {
		r.report(top.at, "catalog.rules and the rules of locations are more than can be held", "write patterns that stand for several locations")
		return
	}
	r.config.AddProcessor(config.Processor{Name: "catalog.rules", When: when, Drop: "catalog.rules of app-config.yaml does not allow this kind here"}, top.at)
}

// rule reads an entry of catalog.rules. Rules for other types of locations
// allow nothing here.
func (r *reader) rule(n *node, name string) []rule {
	r.only(n, name, "allow", "locations")
	kinds := r.kinds(n.get("allow"))
	if n.get("locations").defined() == nil {
		return []rule{{kinds, nil}}
	}
	var places []string
	for i, x := range r.entries(n.get("locations")) {
		r.only(x, fmt.Sprintf("%s.locations[%d]", name, i), "type", "exact", "pattern")
		typ := r.text(x.get("type"))
		switch exact, pattern := r.text(x.get("exact")), r.text(x.get("pattern")); {
		case exact != "":
			places = append(places, from(typ, exact))
		case typ == "url" && pattern != "":
			places = append(places, tests(matching(pattern)))
		case typ == "url":
			places = append(places, viewURL+` != ""`)
		case typ == "file":
			places = append(places, viewURL+` == ""`)
		}
	}
	if places == nil {
		return nil
	}
	return []rule{{kinds, places}}
}

// from is the condition that an entity is from a location. Of a file of a
// checkout, the address at its host ends with its path.
func from(typ, target string) string {
	switch typ {
	case "url":
		return fmt.Sprintf("%s==%s", viewURL, quoted(target))
	case "github-discovery", "gitlab-discovery", "azure-discovery":
		below, _, stars := strings.Cut(target, "*")
		if in, _, ok := strings.Cut(below, "/blob/"); ok || !stars {
			below = strings.TrimRight(in, "/") + "/"
		}
		return tests("^" + regexp.QuoteMeta(below))
	}
	file := strings.TrimLeft(path.Clean(filepath.ToSlash(target)), "./")
	return fmt.Sprintf(`(%s == "" or (%s | endswith(%s)))`, viewURL, viewURL, quoted("/"+file))
}

func tests(pattern string) string { return fmt.Sprintf("(%s|test(%s))", viewURL, quoted(pattern)) }

// kinds are those of an allow list, in lower case. An entry may be a mapping
// with a type of the spec besides, which is not compared.
func (r *reader) kinds(n *node) (out []string) {
	list, ok := n.defined().list()
	if !ok {
		return nil
	}
	for _, x := range list {
		kind := x
		if _, isMap := x.mapping(); isMap {
			kind = x.get("kind")
		}
		if s := r.text(kind); s != "" {
			out = append(out, strings.ToLower(s))
		}
	}
	return out
}

// matching makes a regular expression of a pattern of minimatch: one star stays
// within a segment, two do not.
func matching(glob string) string {
	var b strings.Builder
	b.WriteString("(?i)^")
	for i := 0; i < len(glob); i++ {
		switch {
		case strings.HasPrefix(glob[i:], "**"):
			b.WriteString(".*")
			i++
		case glob[i] == '*':
			b.WriteString("[^/]*")
		case glob[i] == '?':
			b.WriteString("[^/]")
		case glob[i] == '\\' && i+1 < len(glob):
			i++
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		default:
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		}
	}
	return b.String() + "$"
}

// maxCondition is how long an expression may be, in bytes.
const maxCondition = 10_000

// viewURL is where a file is at its host, as condition finds it in an annotation.
const viewURL = "$at"

// condition is a jq expression that holds for entities that no rule allows.
func condition(all []rule) string {
	var kinds []string // in the order of the rules, each once
	places := map[string][]string{}
	for _, x := range all {
		k := fmt.Sprintf("(%s|index($kind)!=null)", quoted(x.kinds))
		if _, known := places[k]; !known {
			kinds = append(kinds, k)
		}
		if x.from == nil {
			x.from = []string{"true"} // everywhere
		}
		places[k] = append(places[k], x.from...)
	}
	var allowed []string
	for _, k := range kinds { // an entity must be of a kind and from a place
		allowed = append(allowed, "("+k+" and ("+strings.Join(places[k], " or ")+"))")
	}
	if len(allowed) == 0 {
		return "true"
	}
	return `((.kind? // "") | tostring | ascii_downcase) as $kind | (.metadata.annotations["backstage.io/view-url"]? // "") as $at | (` + strings.Join(allowed, " or ") + ") | not"
}

// quoted is a value as an expression.
func quoted(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts and lists of texts have a form in JSON
	}
	if string(b) == "null" {
		return "[]"
	}
	return string(b)
}
