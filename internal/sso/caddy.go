package sso

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// caddy guards each portal below its prefix, or gives all the same addresses, with
// a gate that Caddy asks by forward_auth. A portal's files are served from its own
// directory only, so that a path that is guarded as one portal's cannot name
// another's.
func (s site) caddy(prefix bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Made by callboard proxy caddy, for Caddy 2.6 or later and a gate that speaks as
# oauth2-proxy does. Make it again when audiences in callboard.yaml change.

%s {
	encode gzip
	@portal_fixed path_regexp ^/(a/[^/]+/)?(assets|data)/.*[.-][0-9a-f]{8,64}\.[a-z0-9]+$
	@portal_fresh not path_regexp ^/(a/[^/]+/)?(assets|data)/.*[.-][0-9a-f]{8,64}\.[a-z0-9]+$
	header @portal_fixed Cache-Control "private, max-age=31536000, immutable"
	header @portal_fresh Cache-Control "private, no-cache"
	header {
		-Server
		Vary Cookie
`, s.Listen)
	for _, h := range s.Headers {
		fmt.Fprintf(&b, "\t\t%s %q\n", h.Name, h.Value)
	}
	fmt.Fprintf(&b, "\t}\n\n\thandle /oauth2/* {\n\t\treverse_proxy %s\n\t}\n\t# Who the reader is, so that pages can put their team forward.\n\thandle %s {\n\t\trewrite * /oauth2/userinfo\n\t\treverse_proxy %s\n\t}\n\n", s.Gate, Whoami, s.Gate)
	if prefix {
		b.WriteString(s.caddyPrefixes())
	} else {
		b.WriteString(s.caddyShared())
	}
	b.WriteString("}\n")
	return b.String()
}

// caddyAuth asks the gate. Without groups, whoever is not signed in is let through,
// as nobody in particular.
func (s site) caddyAuth(groups []string, anyone bool) string {
	query := ""
	if !anyone {
		query = "?allowed_groups=" + url.QueryEscape(strings.Join(groups, ","))
	}
	text := fmt.Sprintf(`request_header -X-Auth-Request-Groups
forward_auth %s {
	uri /oauth2/auth%s
	copy_headers X-Auth-Request-Groups
`, s.Gate, query)
	if anyone {
		text += "\t@nobody status 401 403\n\thandle_response @nobody {\n\t\trequest_header -X-Auth-Request-Groups\n\t}\n"
	} else {
		// What a script asks for is answered with 401, so that the page can say that
		// the session has ended. Where to return to after the sign-in is told by a
		// header, as an address in an address would have to be encoded.
		text += "\t@nobody status 401\n\thandle_response @nobody {\n\t\t@script {\n\t\t\theader Sec-Fetch-Dest *\n\t\t\tnot header Sec-Fetch-Dest document\n\t\t}\n\t\troute {\n\t\t\trespond @script 401\n\t\t\trewrite * /oauth2/start?\n\t\t\treverse_proxy " + s.Gate + " {\n\t\t\t\theader_up X-Auth-Request-Redirect {http.request.orig_uri}\n\t\t\t}\n\t\t}\n\t}\n"
	}
	return text + "}\n"
}

// caddyAudience is the map from the reader's groups, as the gate tells them, to the
// audience that sees most.
func (s site) caddyAudience() string {
	var b strings.Builder
	b.WriteString("map {http.request.header.X-Auth-Request-Groups} {portal_audience} {\n")
	for i := len(s.portals) - 1; i >= 0; i-- {
		for _, g := range s.portals[i].Groups {
			fmt.Fprintf(&b, "\t\"~(^|,)[ ]*%s[ ]*(,|$)\" %s\n", regexp.QuoteMeta(g), s.portals[i].Name)
		}
	}
	other := s.anyone()
	if other == "" {
		other = nobody
	}
	fmt.Fprintf(&b, "\tdefault %s\n}\n", other)
	return b.String()
}

func (s site) caddyShared() string {
	anyone := s.anyone() != ""
	return "\thandle {\n\t\troute {\n" +
		indent(3, s.caddyAuth(s.groups(), anyone)+s.caddyAudience()+fmt.Sprintf("root * %s/a/{portal_audience}\nfile_server\n", s.Root)) +
		"\t\t}\n\t}\n\thandle_errors {\n" +
		indent(2, fmt.Sprintf("@missing expression {http.error.status_code} == 404\nhandle @missing {\n\troot * %s/a/{portal_audience}\n\trewrite * /404.html\n\tfile_server\n}\n", s.Root)) +
		"\t}\n"
}

func (s site) caddyPrefixes() string {
	var b, missing strings.Builder
	fmt.Fprintf(&b, "\thandle / {\n\t\troute {\n%s\t\t}\n\t}\n", indent(3, s.caddyAuth(s.groups(), s.anyone() != "")+s.caddyAudience()+"redir * /a/{portal_audience}/\n"))
	for i, p := range s.portals {
		groups, anyone := s.readers(i)
		auth := ""
		if !anyone {
			auth = s.caddyAuth(groups, false)
		}
		own := fmt.Sprintf("root * %s/a/%s\n", s.Root, p.Name)
		fmt.Fprintf(&b, "\thandle /a/%s/* {\n\t\troute {\n%s\t\t}\n\t}\n", p.Name, indent(3, auth+"uri strip_prefix /a/"+p.Name+"\n"+own+"file_server\n"))
		missing.WriteString(indent(2, fmt.Sprintf("@missing_%s {\n\tpath /a/%s/*\n\texpression {http.error.status_code} == 404\n}\nhandle @missing_%s {\n\t%s\trewrite * /404.html\n\tfile_server\n}\n", p.Name, p.Name, p.Name, own)))
	}
	return b.String() + "\thandle {\n\t\trespond 404\n\t}\n\thandle_errors {\n" + missing.String() + "\t}\n"
}

// indent puts tabs before every line.
func indent(n int, text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.Repeat("\t", n) + line)
	}
	return b.String()
}
