// Package bitbucket is Bitbucket, the one at bitbucket.org (Cloud) and those that
// firms run (Server, Data Center), seen as source.Hosts. The two share a name,
// and little else: addresses, pages and fields differ, so that each has a type of
// its own here.
//
// Neither names contents as git does. An entry's Blob is the commit and the path,
// which name a content as well, if not for long. The client libraries that there
// are for Bitbucket are not used, for the reasons that package rest gives.
package bitbucket

import (
	"context"
	"fmt"
	"net/http"
	"regexp"

	"callboard/internal/polite"
	"callboard/internal/secret"
)

// Auth is as whom a Bitbucket is asked.
type Auth struct {
	// Token is an access token of a repository, project or workspace, an HTTP access
	// token of a Data Center, or, with Username, an app password or API token, which
	// are shown as Basic.
	Token    secret.String
	Username string
}

// apply makes requests the account's.
func (a Auth) apply(p polite.Options) polite.Options {
	if a.Token.IsZero() {
		return p
	}
	p.Secrets = append(p.Secrets[:len(p.Secrets):len(p.Secrets)], a.Token)
	p.Authorize = func(_ context.Context, r *http.Request) error {
		if a.Username != "" {
			r.SetBasicAuth(a.Username, a.Token.Reveal())
		} else {
			r.Header.Set("Authorization", "Bearer "+a.Token.Reveal())
		}
		return nil
	}
	return p
}

// pattern compiles a filter; "" lets everything through.
func pattern(key, text string, whole bool) (*regexp.Regexp, error) {
	if whole && text != "" {
		text = "^(?:" + text + ")$"
	}
	r, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("%s %q: %w", key, text, err)
	}
	return r, nil
}

// blob is a content as Entry names it.
func blob(commit, path string) string { return commit + ":" + path }
