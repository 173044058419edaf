// Package ldap is a directory server that knows people and groups, as a
// source.Directory. What it makes of entries is what Backstage's
// catalog.providers.ldapOrg makes of them, with the same attributes by default.
//
// What a server sends is hostile: values that are no text, addresses that are
// none, and more of everything than anybody has are left out or bounded.
package ldap

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/go-ldap/ldap/v3"

	"callboard/internal/secret"
	"callboard/internal/source"
)

// Limits of what is taken of a server.
const (
	MaxEntries = 200_000 // users and groups
	MaxValue   = 4 << 10 // bytes of a text; longer ones are cut
	MaxMembers = 50_000  // values of one attribute of one entry; the rest is left out
	pageSize   = 500     // entries in an answer
	dialTime   = 15 * time.Second
	askTime    = 2 * time.Minute // for one answer
)

// Options say which server is asked for what.
type Options struct {
	// URL is the address, ldaps:// or ldap://.
	URL string
	// StartTLS encrypts a connection of ldap:// before anything is said.
	StartTLS bool
	// CA are certificates of authorities in PEM; nil means those of the system.
	CA []byte
	// BindDN and Secret say who asks; without a DN nobody in particular does.
	BindDN string
	Secret secret.String
	Users  []Search
	Groups []Search
}

// Search is where entries are and what they are made of.
type Search struct {
	Base, Scope, Filter, Namespace string
	Map                            Map
}

// Map names the attributes of an entry. "" is none.
type Map struct{ RDN, Name, DisplayName, Email, Description, Picture, MemberOf, Type, Members string }

// Directory is a server.
type Directory struct {
	o    Options
	host string // as faults show it
	tls  *tls.Config
}

var _ source.Directory = (*Directory)(nil)

// New makes a directory. The error is about options that make no sense. Nothing
// is asked yet.
func New(o Options) (*Directory, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "ldap" && u.Scheme != "ldaps" || u.Hostname() == "" {
		return nil, fmt.Errorf("ldap: %q is no address of a directory server", o.URL)
	}
	if u.Scheme == "ldaps" && o.StartTLS {
		return nil, errors.New("ldap: ldaps:// is encrypted already; startTls is for ldap://")
	}
	if u.Scheme == "ldap" && !o.StartTLS && !o.Secret.IsZero() && !isLoopback(u.Hostname()) {
		return nil, errors.New("ldap: the password would be sent in the clear; use ldaps:// or startTls")
	}
	d := &Directory{o: o, host: u.Host, tls: &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}}
	if o.CA != nil {
		d.tls.RootCAs = x509.NewCertPool()
		if !d.tls.RootCAs.AppendCertsFromPEM(o.CA) {
			return nil, errors.New("ldap: caFile holds no certificate in PEM")
		}
	}
	for _, s := range append(append([]Search{}, o.Users...), o.Groups...) {
		if _, err := ldap.CompileFilter(s.Filter); err != nil {
			return nil, fmt.Errorf("ldap: the filter %q is none: %w", s.Filter, err)
		}
	}
	return d, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// People asks for all users and groups.
func (d *Directory) People(ctx context.Context) (p source.People, err error) {
	c, err := d.connect(ctx)
	if err != nil {
		return p, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Close() }) // the library knows no contexts
	defer func() {
		stop()
		_ = c.Close() // nothing is lost by a connection that does not end well
		if ctx.Err() != nil {
			err = ctx.Err()
		}
	}()
	b := newPeople()
	for _, s := range d.o.Groups {
		if err := d.search(c, s, b.group); err != nil {
			return source.People{}, err
		}
	}
	for _, s := range d.o.Users {
		if err := d.search(c, s, b.user); err != nil {
			return source.People{}, err
		}
	}
	if len(b.users)+len(b.groups) == 0 {
		return source.People{}, &source.Fault{Kind: source.Denied, Host: d.host, What: "search", Err: errors.New("no entry is shown to who asks")}
	}
	return b.people(), nil
}

// connect opens a connection and says who asks.
func (d *Directory) connect(ctx context.Context) (*ldap.Conn, error) {
	const what = "connect"
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c, err := ldap.DialURL(d.o.URL, ldap.DialWithDialer(&net.Dialer{Timeout: dialTime}), ldap.DialWithTLSConfig(d.tls))
	if err != nil {
		return nil, d.fault(what, err)
	}
	c.SetTimeout(askTime)
	if d.o.StartTLS {
		err = c.StartTLS(d.tls)
	}
	if err == nil && d.o.BindDN != "" {
		err = c.Bind(d.o.BindDN, d.o.Secret.Reveal())
	}
	if err != nil {
		_ = c.Close() // the fault is what is told
		return nil, d.fault(what, err)
	}
	return c, nil
}

var scopes = map[string]int{"base": ldap.ScopeBaseObject, "one": ldap.ScopeSingleLevel, "sub": ldap.ScopeWholeSubtree}

// search asks for the entries of a search, page by page.
func (d *Directory) search(c *ldap.Conn, s Search, take func(Search, *ldap.Entry) bool) error {
	what := "search " + clean(s.Base)
	r := ldap.NewSearchRequest(s.Base, scopes[s.Scope], ldap.NeverDerefAliases, 0, 0, false, s.Filter, s.Map.attributes(), nil)
	pages := ldap.NewControlPaging(pageSize)
	r.Controls = append(r.Controls, pages)
	for {
		res, err := c.Search(r)
		if err != nil {
			return d.fault(what, err)
		}
		for _, e := range res.Entries {
			if !take(s, e) {
				return &source.Fault{Kind: source.Broken, Host: d.host, What: what, Err: fmt.Errorf("more than %d entries", MaxEntries)}
			}
		}
		next, _ := ldap.FindControl(res.Controls, ldap.ControlTypePaging).(*ldap.ControlPaging)
		if next == nil || len(next.Cookie) == 0 {
			return nil
		}
		pages.SetCookie(next.Cookie)
	}
}

// attributes are those that are asked for.
func (m Map) attributes() (out []string) {
	for _, a := range []string{m.RDN, m.Name, m.DisplayName, m.Email, m.Description, m.Picture, m.MemberOf, m.Type, m.Members} {
		if a != "" {
			out = append(out, a)
		}
	}
	return append(out, "entryUUID", "objectGUID", "ipaUniqueID")
}

// fault is an error of the server as a fault.
func (d *Directory) fault(what string, err error) error {
	f := &source.Fault{Kind: source.Broken, Host: d.host, What: what, Err: errors.New(clean(secret.Hide(err.Error(), d.o.Secret)))}
	switch {
	case ldap.IsErrorAnyOf(err, ldap.ErrorNetwork, ldap.LDAPResultUnavailable, ldap.LDAPResultBusy, ldap.LDAPResultServerDown, ldap.LDAPResultTimeout, ldap.LDAPResultConnectError):
		f.Kind = source.Unreachable
	case ldap.IsErrorAnyOf(err, ldap.LDAPResultInvalidCredentials, ldap.LDAPResultInsufficientAccessRights, ldap.LDAPResultInappropriateAuthentication,
		ldap.LDAPResultStrongAuthRequired, ldap.LDAPResultConfidentialityRequired, ldap.LDAPResultUnwillingToPerform, ldap.ErrorEmptyPassword):
		f.Kind = source.Denied
	case ldap.IsErrorWithCode(err, ldap.LDAPResultNoSuchObject):
		f.Kind = source.Gone
	case ldap.IsErrorAnyOf(err, ldap.LDAPResultSizeLimitExceeded, ldap.LDAPResultTimeLimitExceeded, ldap.LDAPResultAdminLimitExceeded):
		f.Kind = source.Limited
	}
	return f
}
