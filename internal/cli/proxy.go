package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"callboard/internal/serve"
	"callboard/internal/sso"
)

func (a *app) proxyCommand() *cobra.Command {
	var pf projectFlags
	o := sso.Options{}
	c := &cobra.Command{
		Use:   "proxy PROXY [DIR]",
		Short: "Write the configuration of the proxy that signs readers in",
		Long: `Write the configuration of the proxy or host that signs readers in and gives each
the portal of their audience, from audiences and baseUrl of the configuration.

PROXY is nginx or caddy (with a gate that speaks as oauth2-proxy does), apache (with
mod_auth_openidc) or azure-static-web-apps (staticwebapp.config.json). The last
two need audiences.addresses to be prefix. DIR is understood as by build.`,
		Example: `  callboard proxy nginx --root /srv/portal > /etc/nginx/conf.d/portal.conf
  callboard proxy caddy --root /srv/portal >> /etc/caddy/Caddyfile
  callboard proxy azure-static-web-apps > public/staticwebapp.config.json`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return exactly(1)(c, args)
			}
			return atMost(2)(c, args)
		},
		ValidArgs: sso.Proxies(),
		RunE: func(c *cobra.Command, args []string) error {
			return a.proxy(args[0], first(args[1:]), pf, o)
		},
	}
	pf.addConfig(c)
	pf.addBaseURL(c)
	c.Flags().StringVar(&o.Root, "root", "/srv/portal", "where the output of build lies on the machine of the proxy")
	c.Flags().StringVar(&o.Gate, "gate", "http://127.0.0.1:4180", "the address of what signs readers in, for nginx and caddy")
	c.Flags().StringVar(&o.Listen, "listen", "", "what the proxy listens to (default \"443 ssl\" for nginx, \"*:443\" for apache, the host of baseUrl for caddy)")
	return c
}

func (a *app) proxy(name, dir string, pf projectFlags, o sso.Options) (err error) {
	known := wordFlag{words: sso.Proxies()}
	if err := known.Set(name); err != nil {
		return &usageError{fmt.Sprintf("there is no configuration for %s: %v", quote(name), err), ""}
	}
	p, err := a.open(dir, pf)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if p.broken() {
		return a.refuse(p)
	}
	if o.Config = p.config.Config; o.Listen == "" {
		o.Listen = sso.Listen(name, o.Config)
	}
	for _, h := range serve.Headers(p.config.Docs.Frames) {
		o.Headers = append(o.Headers, sso.Header(h))
	}
	text, err := sso.Write(name, o)
	if why, ok := errors.AsType[*sso.Error](err); ok {
		return &usageError{why.Message, why.Hint}
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(a.Stdout, text)
	return err
}
