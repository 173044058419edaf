package github

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/google/go-github/v60/github"

	"callboard/internal/polite"
	"callboard/internal/secret"
	"callboard/internal/source"
)

// App is a GitHub App that asks as one of its installations.
type App struct {
	// ID is the app's ID or its client ID.
	ID string
	// Installation is the installation's ID; 0 finds that of the organisation or
	// user whose repositories are listed.
	Installation int64
	// Key is the private key in PEM, as GitHub hands it out.
	Key secret.String
}

func bearer(token secret.String) func(context.Context, *http.Request) error {
	return func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+token.Reveal())
		return nil
	}
}

// GitHub's bounds for the two kinds of tokens of an app.
const (
	// jwtLife is less than the ten minutes that GitHub accepts, and jwtSlack makes
	// up for a clock that is ahead of GitHub's.
	jwtLife  = 9 * time.Minute
	jwtSlack = time.Minute
	// renewBefore is how long before its end (an hour after it was made) a token
	// of an installation is replaced, so that none ends during a request.
	renewBefore = 5 * time.Minute
)

// appTokens makes tokens of an installation, one after the other.
type appTokens struct {
	app   App
	key   *rsa.PrivateKey
	owner string
	user  bool
	clock polite.Clock
	rest  *github.Client // asks as the app itself
	fault func(err error, what string) error

	mu           sync.Mutex
	installation int64
	token        secret.String
	until        time.Time

	told  sync.Mutex      // taken after mu
	given []secret.String // the last few tokens, for secrets
}

func newAppTokens(app App, owner string, user bool, at addresses, p polite.Options, fault func(error, string) error) (*appTokens, error) {
	if app.ID == "" {
		return nil, errors.New("github: the app has no ID")
	}
	key, err := parseKey(app.Key)
	if err != nil {
		return nil, err
	}
	a := &appTokens{app: app, key: key, owner: owner, user: user, clock: p.Clock, installation: app.Installation, fault: fault}
	p.Authorize = func(_ context.Context, r *http.Request) error {
		jwt, err := a.jwt()
		if err == nil {
			r.Header.Set("Authorization", "Bearer "+jwt)
		}
		return err
	}
	p.Secrets = append(p.Secrets, app.Key)
	p.Identity = "app " + app.ID
	p.Cache = nil // answers hold tokens
	a.rest = restClient(polite.New(p), at)
	return a, nil
}

func parseKey(k secret.String) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(k.Reveal()))
	if block == nil {
		return nil, errors.New("github: the app's private key is not in PEM")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	any, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if key, ok := any.(*rsa.PrivateKey); err == nil && ok {
		return key, nil
	}
	return nil, errors.New("github: the app's private key is no RSA key")
}

// jwt is what an app proves with that it is itself (RFC 7519, RS256).
func (a *appTokens) jwt() (string, error) {
	now := a.clock.Now()
	claims, err := json.Marshal(map[string]any{
		"iat": now.Add(-jwtSlack).Unix(), "exp": now.Add(jwtLife).Unix(), "iss": a.app.ID,
	})
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims)
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, a.key, crypto.SHA256, sum[:])
	if err != nil {
		return "", fmt.Errorf("github: sign as the app: %w", err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(sig), nil
}

// authorize adds the installation's token, which it renews before it ends.
func (a *appTokens) authorize(ctx context.Context, r *http.Request) error {
	t, err := a.current(ctx)
	if err == nil {
		r.Header.Set("Authorization", "Bearer "+t.Reveal())
	}
	return err
}

func (a *appTokens) current(ctx context.Context) (secret.String, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.token.IsZero() && a.clock.Now().Before(a.until.Add(-renewBefore)) {
		return a.token, nil
	}
	// The request that waits for the token must not lend its own description.
	const what = "token of the app's installation"
	ctx = polite.With(ctx, polite.Ask{What: what, Idempotent: true})
	if err := a.find(ctx); err != nil {
		return secret.String{}, a.fault(err, what)
	}
	// Without options go-github sends null, which is not what GitHub describes.
	t, _, err := a.rest.Apps.CreateInstallationToken(ctx, a.installation, &github.InstallationTokenOptions{})
	if err != nil {
		return secret.String{}, a.fault(err, what)
	}
	if t.GetToken() == "" {
		return secret.String{}, errors.New("the host made a token that is empty")
	}
	a.token, a.until = secret.New(t.GetToken()), t.GetExpiresAt().Time
	a.remember(a.token)
	return a.token, nil
}

func (a *appTokens) remember(token secret.String) {
	a.told.Lock()
	defer a.told.Unlock()
	a.given = append(a.given[max(0, len(a.given)-3):], token)
}

// find is the installation at the owner.
func (a *appTokens) find(ctx context.Context) error {
	if a.installation != 0 {
		return nil
	}
	if a.owner == "" {
		return errors.New("github: the app has no installation and there is no owner to find it by")
	}
	ask := a.rest.Apps.FindOrganizationInstallation
	if a.user {
		ask = a.rest.Apps.FindUserInstallation
	}
	in, resp, err := ask(ctx, a.owner)
	if resp != nil && resp.StatusCode == http.StatusNotFound {
		return &source.Fault{Kind: source.Denied, Host: a.rest.BaseURL.Host, Status: resp.StatusCode, Err: fmt.Errorf("the app is not installed at %q", a.owner)}
	}
	a.installation = in.GetID()
	return err
}

// renew drops a token that the host no longer takes, such as after the app's
// permissions changed.
func (a *appTokens) renew(context.Context) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	had := !a.token.IsZero()
	a.token = secret.String{}
	return had
}

func (a *appTokens) secrets() []secret.String {
	a.told.Lock()
	defer a.told.Unlock()
	return append([]secret.String{a.app.Key}, a.given...)
}

// identity tells the installation from others, for caches and budgets.
func (a *appTokens) identity() string {
	return "app " + a.app.ID + " at " + a.owner + " " + strconv.FormatInt(a.app.Installation, 10)
}
