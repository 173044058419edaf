package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/doctor"
	"callboard/internal/serve"
)

// doctorFlags say how a published portal is looked at.
type doctorFlags struct {
	denied []string
	pages  int
	strict bool
	format wordFlag
}

// doctorJobs is how many requests are under way at once unless --jobs says so. It
// is what one browser does.
const doctorJobs = 6

func (a *app) doctorCommand() *cobra.Command {
	f := doctorFlags{format: wordFlag{"text", []string{"text", "json"}}}
	c := &cobra.Command{
		Use:   "doctor URL",
		Short: "Look at a portal where it is read",
		Long: `Ask for a portal as a browser does and tell what is wrong with how it is served:
files that are missing or are not what was built, shards that are answered with a
sign-in, types, headers for security and for caches that are wrong or missing,
compressed files that are older than what they were made of, broken links, and a
portal that is older than it should be.

Everything that scripts load is asked for, and --pages of the pages. Only the
portal's own origin is asked, a few files at a time, and redirections are not
followed.

If a gate stands before the portal, the variable CALLBOARD_SITE_HEADERS holds what
it wants to be sent, such as "Authorization: Bearer ...", one header to a line. Then
everything is asked for without it, too: nothing may be answered. --denied names
paths of the host, such as the portals of other audiences, at which whoever is so
let in must get nothing, however the path is spelled.

An error makes the exit code 1; with --strict, a warning does, too. If the portal
cannot be had at all, the exit code is 3.`,
		Example: `  callboard doctor https://portal.acme.example/
  callboard doctor https://portal.acme.example/a/guests/ --denied /a/staff/
  callboard doctor https://portal.acme.example/ --format json --strict`,
		Args: exactly(1),
		RunE: func(c *cobra.Command, args []string) error { return a.doctor(c.Context(), args[0], f) },
	}
	c.Flags().StringArrayVar(&f.denied, "denied", nil, "a `path` below which nothing must be answered; may be given more than once")
	c.Flags().IntVar(&f.pages, "pages", 200, "how many pages are read, taken evenly from all")
	c.Flags().BoolVar(&f.strict, "strict", false, "end with 1 if there is a warning, too")
	c.Flags().Var(&f.format, "format", "how to tell what was found")
	complete(c, "format", f.format.words...)
	return c
}

func (a *app) doctor(ctx context.Context, address string, f doctorFlags) error {
	o, err := a.doctorOptions(address, f)
	if err != nil {
		return err
	}
	bar := a.newProgress(true)
	o.Progress = func(done, total int) { bar.told(build.Progress{Stage: "look", Done: done, Total: total}) }
	r, err := doctor.Look(ctx, o)
	bar.end()
	if errors.Is(err, doctor.ErrSignIn) {
		return fmt.Errorf("%w; %s holds what it wants to be sent", err, portalHeaders)
	}
	if err != nil {
		return err
	}
	if err := a.tellDoctor(r, f); err != nil {
		return err
	}
	if f.strict {
		return verdict(r.Diagnostics, diag.Warning)
	}
	return verdict(r.Diagnostics, diag.Error)
}

func (a *app) doctorOptions(address string, f doctorFlags) (doctor.Options, error) {
	o := doctor.Options{Denied: f.denied, Pages: f.pages, Jobs: a.flags.jobs, Now: a.Now(), Wait: a.clock().Sleep, Transport: a.transport(), Agent: "callboard-doctor/" + version()}
	if o.Jobs == 0 {
		o.Jobs = doctorJobs
	}
	u, err := url.Parse(address)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "", u.User != nil:
		return o, &usageError{"the portal must be given as an address that begins with http:// or https://", "such as https://portal.acme.example/; credentials are never part of it"}
	case f.pages < 0:
		return o, &usageError{"--pages must not be negative", "0 reads none but the home page"}
	}
	if o.Headers, err = headerLines(a.Getenv(portalHeaders)); err != nil {
		return o, err
	}
	if len(o.Headers) > 0 && u.Scheme == "http" && !isLoopback(u.Hostname()) {
		return o, &usageError{u.Redacted() + " is not https", "what " + portalHeaders + " holds would be open to everybody on the way"}
	}
	o.Address = &url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimSuffix(strings.TrimSuffix(u.Path, "index.html"), "/") + "/"}
	for i, p := range f.denied {
		if d, err := o.Address.Parse(p); err != nil || d.Host != u.Host || d.Path == "/" || !strings.HasPrefix(d.Path, "/") {
			return o, &usageError{"--denied " + quote(p) + " is no path of the host", "such as /a/staff/"}
		} else {
			o.Denied[i] = d.Path
		}
	}
	for _, h := range serve.Headers(nil) {
		o.Recommended = append(o.Recommended, doctor.Header{Name: http.CanonicalHeaderKey(h.Name), Value: h.Value})
	}
	return o, nil
}

// doctorJSON is what was found, as JSON: the findings as in other reports, and what
// was looked at.
type doctorJSON struct {
	*doctor.Result
	diag.Report
}

func (a *app) tellDoctor(r *doctor.Result, f doctorFlags) error {
	if f.format.value == "json" {
		return a.printJSON(doctorJSON{r, diag.NewReport(r.Diagnostics)})
	}
	if err := diag.WriteText(a.Stdout, r.Diagnostics, diag.TextOptions{Color: a.flags.color.on(a.Stdout, a.Getenv)}); err != nil {
		return err
	}
	a.talk("%s: %s, %d asked for, %d compared with what was built, links of %s followed; %s, %s",
		printable(r.Address), count(r.Files, "file", "files"), r.Checked, r.Read, count(r.Pages, "page", "pages"), count(r.Requests, "request", "requests"), size(r.Bytes))
	a.talk("%s", diag.Summary(r.Diagnostics))
	return nil
}
