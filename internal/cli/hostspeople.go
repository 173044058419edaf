package cli

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/source"
	"callboard/internal/source/ldap"
	"callboard/internal/source/people"
)

// peopleName is people: and the file, or ldap: and the server.
func peopleName(p *config.People) string {
	if p.LDAP == nil {
		return "people:" + path.Clean(filepath.ToSlash(p.File))
	}
	host := p.LDAP.URL
	if u, err := url.Parse(host); err == nil {
		host = u.Host
	}
	return "ldap:" + host
}

// people opens a file of people or a directory server. A file is read at once,
// so that what is wrong with it is told as what is wrong with the configuration.
func (o *opener) people(s config.Source, name string, at []any) (opened, error) {
	at = append(at, "people")
	if s.People.LDAP != nil {
		d, err := o.ldap(s.People.LDAP, append(at, "ldap"))
		return opened{directory: d, people: name}, err
	}
	p := s.People.File
	text, err := readBounded(o.p.join(p))
	if err != nil {
		return opened{}, fmt.Errorf("cannot read %q: %s", p, reason(err))
	}
	shown := filepath.ToSlash(o.a.shown(o.p.join(p)))
	if o.p.included == nil {
		o.p.included = map[string][]byte{}
	}
	o.p.included[shown] = text
	return opened{directory: known(people.Read(text, diag.Pos{File: shown}, &o.p.findings)), people: name}, nil
}

// known are people who are known already.
type known source.People

// People are the people.
func (k known) People(context.Context) (source.People, error) { return source.People(k), nil }

func (o *opener) ldap(l *config.LDAP, at []any) (*ldap.Directory, error) {
	opt := ldap.Options{URL: l.URL, StartTLS: l.StartTLS, BindDN: l.Bind.DN, Secret: o.of(l.Bind.Secret, l.Bind.SecretFile, "", append(at, "bind", "secret")...)}
	if l.CAFile != "" {
		ca, err := readBounded(o.p.join(l.CAFile))
		if err != nil {
			return nil, fmt.Errorf("cannot read %q: %s", l.CAFile, reason(err))
		}
		opt.CA = ca
	}
	for _, u := range l.Users {
		m := u.Map
		opt.Users = append(opt.Users, ldap.Search{Base: u.Base, Scope: u.Scope, Filter: u.Filter, Namespace: strings.ToLower(u.Namespace),
			Map: ldap.Map{RDN: m.RDN, Name: m.Name, DisplayName: m.DisplayName, Email: m.Email, Description: m.Description, Picture: m.Picture, MemberOf: m.MemberOf}})
	}
	for _, g := range l.Groups {
		m := g.Map
		opt.Groups = append(opt.Groups, ldap.Search{Base: g.Base, Scope: g.Scope, Filter: g.Filter, Namespace: strings.ToLower(g.Namespace),
			Map: ldap.Map{RDN: m.RDN, Name: m.Name, DisplayName: m.DisplayName, Email: m.Email, Description: m.Description, Picture: m.Picture, MemberOf: m.MemberOf, Type: m.Type, Members: m.Members}})
	}
	return ldap.New(opt)
}
