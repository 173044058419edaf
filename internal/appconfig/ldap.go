package appconfig

import (
	"callboard/internal/config"
	"callboard/internal/diag"
)

// ldap reads a provider of people of a directory server.
func (r *reader) ldap(n *node, path string) {
	r.only(n, path, "target", "bind", "tls", "users", "groups", "schedule")
	l := new(config.LDAP)
	m := map[string]any{"users": []any{}, "groups": []any{}}
	if target := r.text(n.get("target")); target != "" {
		m["url"] = target
	}
	bind := map[string]any{}
	if dn := r.text(n.get("bind", "dn")); dn != "" {
		bind["dn"] = dn
	}
	variable, file := r.secret(n.get("bind", "secret"))
	if variable != "" {
		bind["secret"] = variable
	}
	if file != "" {
		bind["secretFile"] = file
	}
	m["bind"] = bind
	if tls := n.get("tls"); tls != nil {
		r.only(tls, path+".tls", "rejectUnauthorized", "certs")
		if !r.bool(tls.get("rejectUnauthorized"), true) {
			r.unsupported(tls.at, "certificates are always verified", "name the authority that signed the server's certificate in caFile")
		}
	}
	for _, key := range []string{"users", "groups"} {
		for _, x := range r.entries(n.get(key)) {
			m[key] = append(m[key].([]any), r.search(x, path+"."+key))
		}
	}
	config.Decode(m, l, renamed{places{n}}, r.sink)
	r.config.AddSource(config.Source{People: &config.People{LDAP: l}}, n.at)
}

// search is a search of Backstage's as one of callboard's.
func (r *reader) search(n *node, path string) map[string]any {
	r.only(n, path, "dn", "options", "set", "map")
	r.only(n.get("options"), path+".options", "scope", "filter", "attributes", "paged", "sizeLimit", "timeLimit", "pageSize")
	r.only(n.get("set"), path+".set", "metadata.namespace")
	m := map[string]any{}
	for key, v := range map[string]*node{"base": n.get("dn"), "scope": n.get("options", "scope"), "filter": n.get("options", "filter"),
		"namespace": n.get("set", "metadata.namespace"), "map": n.get("map")} {
		if p := r.plain(v); p != nil {
			m[key] = p
		}
	}
	return m
}

// renamed finds the places of values that have other names in Backstage.
type renamed struct{ places }

func (p renamed) rename(path []any) []any {
	names := map[any]any{"url": "target", "base": "dn", "secretFile": "secret", "namespace": "set"}
	out := make([]any, len(path))
	for i, x := range path {
		out[i] = x
		if to, ok := names[x]; ok {
			out[i] = to
		}
	}
	return out
}

// Pos is the place of a value.
func (p renamed) Pos(path ...any) diag.Pos { return p.places.Pos(p.rename(path)...) }

// KeyPos is the place of the key of a value.
func (p renamed) KeyPos(path ...any) diag.Pos { return p.places.KeyPos(p.rename(path)...) }

// Keys are those that callboard reads: what is read and what is not has been
// told apart before.
func (p renamed) Keys(path ...any) []string { return nil }
