// Package sso writes the configuration of the proxies and hosts that sign readers
// in and give each the portal of their audience. A portal never decides who may
// see it: what is written here does.
package sso

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"callboard/internal/config"
)

// Header is a field that every response has.
type Header struct{ Name, Value string }

// Options say what a configuration is for.
type Options struct {
	Config *config.Config
	// Headers are the fields recommended for hosting.
	Headers []Header
	// Root is the absolute path of the directory that build wrote, on the machine of
	// the proxy.
	Root string
	// Gate is the address of what signs readers in, by oauth2-proxy's contract.
	Gate string
	// Listen is what the proxy listens to, as it writes that.
	Listen string
}

// Whoami is the path at which the configurations let a gate tell readers who they
// are, for identity.endpoint of the configuration.
const Whoami = "/-/whoami"

// Error is why there is no configuration for what is asked for.
type Error struct{ Message, Hint string }

func (e *Error) Error() string { return e.Message }

// Proxies are the names of those that Write knows.
func Proxies() []string { return []string{"nginx", "caddy", "apache", "azure-static-web-apps"} }

// Write is the configuration of a proxy.
func Write(proxy string, o Options) (string, error) {
	u, err := url.Parse(o.Config.BaseURL)
	if err != nil {
		return "", err
	}
	if len(o.Config.Audiences.Portals) == 0 {
		return "", &Error{"the configuration has no audiences", "everybody may see everything; the manual tells how to change that"}
	}
	if strings.Trim(u.Path, "/") != "" {
		return "", &Error{fmt.Sprintf("baseUrl is %q; a portal with audiences needs a host of its own", o.Config.BaseURL), "take an address without a path"}
	}
	if !safe(o.Root) || !safe(o.Gate) || !safe(o.Listen) || !strings.HasPrefix(o.Root, "/") {
		return "", &Error{"the root must be an absolute path, and none of root, gate and listen may have quotes, braces, semicolons or line breaks", ""}
	}
	s := site{o, o.Config.Audiences.Portals, hostOf(o.Config)}
	prefix := o.Config.Audiences.Addresses == "prefix"
	switch {
	case proxy == "nginx" && prefix:
		return s.nginxPrefixes(), nil
	case proxy == "nginx":
		return s.nginx(), nil
	case proxy == "caddy":
		return s.caddy(prefix), nil
	case !prefix:
		return "", &Error{fmt.Sprintf("%s cannot choose a directory by the reader's groups", proxy), "set audiences.addresses to prefix"}
	case proxy == "apache":
		return s.apache(), nil
	}
	return s.azure()
}

// Listen is what a proxy listens to if nobody says anything else.
func Listen(proxy string, c *config.Config) string {
	switch proxy {
	case "nginx":
		return "443 ssl"
	case "caddy":
		return hostOf(c)
	}
	return "*:443"
}

// hostOf is the host that the portal is read at.
func hostOf(c *config.Config) string {
	if u, err := url.Parse(c.BaseURL); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "portal.example.com"
}

// safe tells whether a text stands in a configuration as it is.
func safe(s string) bool {
	return s != "" && !strings.ContainsAny(s, "\"'`{};$#\\\r\n<>")
}

type site struct {
	Options
	portals []config.Audience
	host    string
}

// readers are the groups whose members may see an audience's portal: its own, and
// those of the audiences that include it. Anyone tells that no group is needed.
func (s site) readers(i int) (groups []string, anyone bool) {
	in := map[string]bool{s.portals[i].Name: true}
	for j := i; j < len(s.portals); j++ {
		p := s.portals[j]
		if j > i && !slices.ContainsFunc(p.Includes, func(n string) bool { return in[n] }) {
			continue
		}
		in[p.Name] = true
		groups, anyone = append(groups, p.Groups...), anyone || p.Anyone
	}
	slices.Sort(groups)
	return slices.Compact(groups), anyone
}

// anyone is the audience of those without a group, "" if there is none.
func (s site) anyone() (name string) {
	for _, p := range s.portals {
		if p.Anyone {
			name = p.Name
		}
	}
	return name
}

func (s site) groups() (out []string) {
	for _, p := range s.portals {
		out = append(out, p.Groups...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// nobody is the directory of those who are in no audience. None has its name.
const nobody = "-"

// head are the maps that both forms for nginx need: which audience a reader
// belongs to, how long a file may be kept, and whether a page was asked for.
func (s site) head() string {
	var b strings.Builder
	b.WriteString("# Made by callboard proxy nginx, for the context http of nginx 1.22 or later with\n# ngx_http_auth_request_module, and a gate that speaks as oauth2-proxy does. Make\n# it again when audiences in callboard.yaml change.\n\n")
	other := s.anyone()
	if other == "" {
		other = nobody
	}
	b.WriteString("# The reader's groups, as the gate tells them, to the audience that sees most.\nmap $portal_groups $portal_audience {\n")
	fmt.Fprintf(&b, "    default %q;\n", other)
	for i := len(s.portals) - 1; i >= 0; i-- {
		for _, g := range s.portals[i].Groups {
			fmt.Fprintf(&b, "    \"~(^|,)\\s*%s\\s*(,|$)\" %q;\n", regexp.QuoteMeta(g), s.portals[i].Name)
		}
	}
	b.WriteString("}\nmap $uri $portal_cache {\n    default \"private, no-cache\";\n    \"~^/(a/[^/]+/)?(assets|data)/.*[.-][0-9a-f]{8,64}\\.[a-z0-9]+$\" \"private, max-age=31536000, immutable\";\n}\n")
	b.WriteString("# What a script asks for is answered with 401, so that the page can say that the\n# session has ended; a page is, with the sign-in.\nmap $http_sec_fetch_dest $portal_page {\n    default 0;\n    \"\" 1;\n    document 1;\n}\n\n")
	return b.String()
}

// serverTop is the beginning of the server.
func (s site) serverTop() string {
	var b strings.Builder
	fmt.Fprintf(&b, "server {\n    listen %s;\n    server_name %s;\n", s.Listen, s.host)
	if strings.Contains(s.Listen, "ssl") {
		fmt.Fprintf(&b, "    ssl_certificate     /etc/ssl/%s.pem;\n    ssl_certificate_key /etc/ssl/%s.key;\n", s.host, s.host)
	}
	b.WriteString("    server_tokens off;\n    disable_symlinks on;\n    gzip on;\n    gzip_types text/css text/javascript application/json image/svg+xml;\n    absolute_redirect off;\n\n")
	for _, h := range s.Headers {
		fmt.Fprintf(&b, "    add_header %s %q always;\n", h.Name, h.Value)
	}
	b.WriteString("    add_header Cache-Control $portal_cache always;\n    add_header Vary Cookie always;\n\n")
	gate := "        proxy_set_header Host $http_host;\n        proxy_set_header X-Scheme $scheme;\n        proxy_set_header X-Forwarded-For $remote_addr;\n"
	fmt.Fprintf(&b, "    location /oauth2/ {\n        proxy_pass %s;\n%s    }\n", s.Gate, gate)
	fmt.Fprintf(&b, "    # Who the reader is, so that pages can put their team forward.\n    location = %s {\n        proxy_pass %s/oauth2/userinfo;\n%s    }\n", Whoami, s.Gate, gate)
	fmt.Fprintf(&b, "    # Where to return to is told by a header: in an address, what follows an & would be\n    # lost, as nginx cannot encode it.\n    location @portal_sign_in {\n        if ($portal_page = 0) {\n            return 401;\n        }\n        rewrite ^ /oauth2/start? break;\n        proxy_pass %s;\n        proxy_set_header X-Auth-Request-Redirect $request_uri;\n%s    }\n", s.Gate, gate)
	return b.String()
}

// auth is a location that asks the gate. Without groups, whoever is not signed in
// is let through, as nobody in particular.
func (s site) auth(name string, groups []string, anyone bool) string {
	var b strings.Builder
	query := ""
	if !anyone {
		query = "?allowed_groups=" + url.QueryEscape(strings.Join(groups, ","))
	}
	fmt.Fprintf(&b, "    location = %s {\n        internal;\n        proxy_pass %s/oauth2/auth%s;\n        proxy_pass_request_body off;\n        proxy_set_header Content-Length \"\";\n        proxy_set_header Host $http_host;\n        proxy_set_header X-Original-URI $request_uri;\n", name, s.Gate, query)
	if anyone {
		b.WriteString("        proxy_intercept_errors on;\n        error_page 401 403 =204 /-/nobody;\n")
	}
	b.WriteString("    }\n")
	return b.String()
}

const nobodyLocation = "    location = /-/nobody {\n        internal;\n        return 204;\n    }\n"

// nginx gives all portals the same addresses.
func (s site) nginx() string {
	anyone := s.anyone() != ""
	var b strings.Builder
	b.WriteString(s.head() + s.serverTop() + s.auth("/-/auth", s.groups(), anyone))
	if anyone {
		b.WriteString(nobodyLocation)
	}
	fmt.Fprintf(&b, `    location / {
        auth_request /-/auth;
        auth_request_set $portal_groups $upstream_http_x_auth_request_groups;
        error_page 401 = @portal_sign_in;
        error_page 404 /404.html;
        root %s/a/$portal_audience;
        index index.html;
        try_files $uri $uri/ =404;
    }
}
`, s.Root)
	return b.String()
}

// nginxPrefixes guards each portal below its prefix.
func (s site) nginxPrefixes() string {
	var b strings.Builder
	b.WriteString(s.head() + s.serverTop())
	if s.anyone() != "" {
		b.WriteString(nobodyLocation)
	}
	b.WriteString(s.auth("/-/auth", s.groups(), s.anyone() != ""))
	b.WriteString("    location = / {\n        auth_request /-/auth;\n        auth_request_set $portal_groups $upstream_http_x_auth_request_groups;\n        error_page 401 = @portal_sign_in;\n        try_files /-/none @portal_own;\n    }\n    location @portal_own {\n        return 302 /a/$portal_audience/;\n    }\n    location / {\n        return 404;\n    }\n")
	for i, p := range s.portals {
		groups, anyone := s.readers(i)
		b.WriteString(s.auth("/-/auth/"+p.Name, groups, anyone))
		fmt.Fprintf(&b, `    location ^~ /a/%s/ {
        auth_request /-/auth/%s;
        error_page 401 = @portal_sign_in;
        error_page 404 /a/%s/404.html;
        root %s;
        index index.html;
        try_files $uri $uri/ =404;
    }
`, p.Name, p.Name, p.Name, s.Root)
	}
	b.WriteString("}\n")
	return b.String()
}

// apache guards each portal below its prefix with mod_auth_openidc.
func (s site) apache() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Made by callboard proxy apache, for Apache 2.4 with mod_auth_openidc, mod_headers,
# mod_alias and mod_dir. Make it again when audiences in callboard.yaml change. What is in
# ${…} comes from the environment of Apache (/etc/apache2/envvars).

<VirtualHost %s>
    ServerName %s
    DocumentRoot %s

    OIDCProviderMetadataURL "${OIDC_ISSUER}/.well-known/openid-configuration"
    OIDCClientID "${OIDC_CLIENT_ID}"
    OIDCClientSecret "${OIDC_CLIENT_SECRET}"
    OIDCCryptoPassphrase "${OIDC_PASSPHRASE}"
    OIDCRedirectURI /oauth2/callback
    OIDCScope "openid email groups"
    OIDCPKCEMethod S256
    OIDCStateMaxNumberOfCookies 7 true
    OIDCPassClaimsAs none
    # Who the reader is, so that pages can put their team forward.
    OIDCInfoHook id_token userinfo
    RedirectMatch "^%s$" "/oauth2/callback?info=json"
    # What a script asks for is answered with 401, so that the page can say that the
    # session has ended.
    OIDCUnAuthAction 401 "%%{HTTP:Sec-Fetch-Dest} != '' && %%{HTTP:Sec-Fetch-Dest} != 'document'"

`, s.Listen, s.host, s.Root, Whoami)
	for _, h := range s.Headers {
		fmt.Fprintf(&b, "    Header always set %s %q\n", h.Name, h.Value)
	}
	b.WriteString(`    Header always set Cache-Control "private, no-cache"
    <LocationMatch "^/a/[^/]+/(assets|data)/.*[.-][0-9a-f]{8,64}\.[a-z0-9]+$">
        Header always set Cache-Control "private, max-age=31536000, immutable"
    </LocationMatch>

`)
	fmt.Fprintf(&b, "    <Directory %q>\n        Options -Indexes -FollowSymLinks\n        AllowOverride None\n        DirectoryIndex index.html\n        Require all denied\n    </Directory>\n    <Location \"/oauth2/callback\">\n        AuthType openid-connect\n        Require valid-user\n    </Location>\n", s.Root)
	for i, p := range s.portals {
		groups, anyone := s.readers(i)
		fmt.Fprintf(&b, "    <Directory \"%s/a/%s\">\n        ErrorDocument 404 /a/%s/404.html\n", s.Root, p.Name, p.Name)
		if anyone {
			b.WriteString("        Require all granted\n")
		} else {
			b.WriteString("        AuthType openid-connect\n        AuthzSendForbiddenOnFailure On\n        <RequireAny>\n")
			for _, g := range groups {
				fmt.Fprintf(&b, "            Require claim \"groups:%s\"\n", g)
			}
			b.WriteString("        </RequireAny>\n")
		}
		b.WriteString("    </Directory>\n")
	}
	b.WriteString("</VirtualHost>\n")
	return b.String()
}

// route is a rule of Azure Static Web Apps.
type route struct {
	Route        string            `json:"route"`
	AllowedRoles []string          `json:"allowedRoles,omitempty"`
	StatusCode   int               `json:"statusCode,omitempty"`
	Redirect     string            `json:"redirect,omitempty"`
	Headers      map[string]string `json:"headers,omitempty"`
}

// azure is staticwebapp.config.json. Groups are roles there, which a function or
// invitations give.
func (s site) azure() (string, error) {
	headers := map[string]string{"Cache-Control": "private, no-cache"}
	for _, h := range s.Headers {
		headers[h.Name] = h.Value
	}
	var routes []route
	for i, p := range s.portals {
		roles, anyone := s.readers(i)
		if anyone {
			roles = []string{"anonymous"}
		}
		routes = append(routes, route{Route: "/a/" + p.Name + "/*", AllowedRoles: roles})
	}
	if name := s.anyone(); name != "" {
		routes = append(routes, route{Route: "/", Redirect: "/a/" + name + "/", StatusCode: 302})
	}
	routes = append(routes, route{Route: Whoami, Redirect: "/.auth/me", StatusCode: 302}, route{Route: "/.auth/*", AllowedRoles: []string{"anonymous", "authenticated"}}, route{Route: "/*", AllowedRoles: []string{"callboard-nobody"}})
	out, err := json.MarshalIndent(map[string]any{
		"routes": routes, "globalHeaders": headers, "trailingSlash": "always",
		"responseOverrides": map[string]any{"401": map[string]any{"redirect": "/.auth/login/aad?post_login_redirect_uri=.referrer", "statusCode": 302}},
	}, "", "  ")
	return string(out) + "\n", err
}
