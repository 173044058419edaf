package gcs

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
)

// scope is what is asked for: to read and write objects.
const scope = "https://www.googleapis.com/auth/devstorage.read_write"

// signer is a transport that adds the token of Google's application default
// credentials (https://docs.cloud.google.com/docs/authentication/application-default-credentials).
func signer(ctx context.Context, base http.RoundTripper) (http.RoundTripper, error) {
	// Tokens are had as long as the store is used, so not by a context that ends.
	ctx = context.WithValue(context.WithoutCancel(ctx), oauth2.HTTPClient, &http.Client{Transport: base})
	cred, err := google.FindDefaultCredentials(ctx, scope)
	if err != nil {
		return nil, fmt.Errorf("there are no credentials for Google Cloud (GOOGLE_APPLICATION_CREDENTIALS, google-github-actions/auth, gcloud auth application-default login): %w", err)
	}
	return &oauth2.Transport{Source: cred.TokenSource, Base: base}, nil
}

// denied tells that no token was given for a reason that stays.
func denied(err error) bool {
	re, ok := errors.AsType[*oauth2.RetrieveError](err)
	return ok && re.Response != nil && re.Response.StatusCode < 500 && re.Response.StatusCode != http.StatusTooManyRequests
}
