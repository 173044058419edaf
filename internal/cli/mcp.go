package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"callboard/internal/mcp"
)

// portalFresh is for how long a portal at an address is taken to be as it was.
const portalFresh = time.Minute

func (a *app) mcpCommand() *cobra.Command {
	site, noLint := "", false
	c := &cobra.Command{
		Use:   "mcp",
		Short: "Serve an agent, over standard input and output",
		Long: `Speak the Model Context Protocol with an agent, which starts the command itself,
so that it reads what people read: it can search, read entities, their relations
and the documentation, and check the catalog files of the current directory.

--site is the directory of a portal, or the address of one (https), of which only
what is asked for is loaded. CALLBOARD_SITE_HEADERS holds headers, one a line,
that a sign-in before it wants, such as "Authorization: Bearer ...".

Nothing is written, and nothing that callboard.yaml names is run. The manual has
the settings of agents.`,
		Example: `  callboard mcp
  callboard mcp --site https://portal.acme.example`,
		Args: atMost(0),
		RunE: func(c *cobra.Command, _ []string) error { return a.mcp(c.Context(), site, noLint) },
	}
	a.siteFlag(c, &site)
	c.Flags().BoolVar(&noLint, "no-lint", false, "offer no check of the current directory")
	return c
}

// siteFlag is the portal that a command reads.
func (a *app) siteFlag(c *cobra.Command, site *string) {
	c.Flags().StringVar(site, "site", defaultOut, "the `DIR` of the portal, or its address")
	if err := c.MarkFlagDirname("site"); err != nil {
		panic(err) // the flag has just been defined
	}
}

func (a *app) mcp(ctx context.Context, site string, noLint bool) (err error) {
	portal, err := a.openPortal(ctx, site)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, portal.close()) }()
	if _, err := searchMeta(portal, site); err != nil {
		return err // now rather than at the first question
	}
	o := mcp.Options{Files: portal, Address: portal.address, Version: version(), Now: a.Now}
	if portal.address != "" {
		o.Fresh = portalFresh
	}
	if !noLint {
		o.Lint = a.lintFor
	}
	err = mcp.Serve(ctx, o, a.Stdin, a.Stdout)
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return nil // the agent is gone
	}
	return err
}

// lintFor is lint for an agent: what is wrong with the files at a path below the
// current directory, as JSON. It runs as a command of its own would.
func (a *app) lintFor(ctx context.Context, at string) (json.RawMessage, error) {
	args := []string{"lint", "--format", "json", "--quiet"}
	if at != "" {
		if at = filepath.ToSlash(at); !fs.ValidPath(at) {
			return nil, fmt.Errorf("%q is no path below the directory", at)
		}
		args = append(args, "--", filepath.FromSlash(at))
	}
	var out, said bytes.Buffer
	env := Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &said, Getenv: a.Getenv, Dir: a.Dir, Now: a.Now}
	switch code := Main(ctx, env, args); {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case code != ExitOK && code != ExitFindings || !json.Valid(out.Bytes()):
		return nil, errors.New(strings.TrimSpace(said.String()))
	}
	return out.Bytes(), nil
}
