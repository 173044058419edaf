package polite

import (
	"context"
	"net/http"
	"strings"
)

// Ask is what the client cannot see in a request. The zero Ask is that of a GET
// for a JSON answer.
type Ask struct {
	// What is what is asked for, as faults name it: "list repositories of acme".
	What string
	// Idempotent tells that the request may be sent twice though its method is
	// POST, because it only asks, as a GraphQL query does.
	Idempotent bool
	// Stream tells that the answer is handed over while it arrives, as archives
	// are. It is not kept in the cache, and not tried again once it has begun; its
	// body ends with a *source.Fault if it is cut, too slow or too large.
	Stream bool
	// MaxBody overrides Options.MaxBody.
	MaxBody int64
	// Cost is what the host charges for the request; 0 means 1.
	Cost int
	// Attempts overrides Options.Attempts, for what is better asked for in smaller
	// parts than again.
	Attempts int
	// Fresh tells not to use the cache.
	Fresh bool
}

type askKey struct{}

// With is a context for requests that ask as a says.
func With(ctx context.Context, a Ask) context.Context { return context.WithValue(ctx, askKey{}, a) }

func askOf(r *http.Request) Ask {
	a, _ := r.Context().Value(askKey{}).(Ask)
	if a.What == "" {
		a.What = r.Method + " request"
	}
	a.Cost = max(a.Cost, 1)
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		a.Idempotent = true
	}
	return a
}

// maxBody is the largest body in bytes.
func (t *transport) maxBody(a Ask) int64 {
	if a.Stream {
		return or(a.MaxBody, or(t.o.MaxBody, 1<<30))
	}
	return or(a.MaxBody, or(t.o.MaxBody, 64<<20))
}

// resource tells the allowances of GitHub apart. Other hosts have one, or one
// for each of these.
func resource(r *http.Request) string {
	switch p := r.URL.Path; {
	case strings.HasSuffix(p, graphqlPath):
		return "graphql"
	case strings.Contains(p, "/search/"):
		return "search"
	}
	return "core"
}

const graphqlPath = "/graphql"
