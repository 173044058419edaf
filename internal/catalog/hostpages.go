package catalog

// HostPages are the addresses of a repository's lists at its code host, "" for
// those that the host has none of.
type HostPages struct{ Pulls, Issues, Contributors string }

// HostPagesOf tells them by the form that LinksOf takes the host for.
func HostPagesOf(webURL string) HostPages {
	r, ok := repoOf(webURL)
	if !ok {
		return HostPages{}
	}
	b := r.base
	switch r.host {
	case gitHub:
		return HostPages{b + "/pulls", b + "/issues", b + "/graphs/contributors"}
	case gitLab:
		return HostPages{b + "/-/merge_requests", b + "/-/issues", b + "/-/graphs/HEAD"}
	case gitea:
		return HostPages{b + "/pulls", b + "/issues", b + "/activity/contributors"}
	case bitbucketCloud, bitbucketServer:
		return HostPages{Pulls: b + "/pull-requests"}
	case azure:
		return HostPages{Pulls: b + "/pullrequests"}
	}
	return HostPages{}
}
