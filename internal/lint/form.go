package lint

import (
	"net/url"
	"strings"

	"callboard/internal/entity"
	"callboard/internal/lazyregexp"
)

// form is what the value of an annotation must look like. The zero form takes
// anything.
type form struct {
	// want completes "it must be …", with an example.
	want  string
	valid func(string) bool
	// tidy, if set, makes the value of what people write in its place. What it
	// makes counts only if it is valid.
	tidy func(string) string
}

func pattern(want, expr string) form {
	return form{want: want, valid: lazyregexp.New(`^(?:` + expr + `)$`).MatchString}
}

func (f form) tidied(by func(string) string) form {
	f.tidy = by
	return f
}

// The forms of values. Names follow the rules of the host that they are for
// where it has published them, and are wide otherwise: what is reported here
// must be wrong.
var (
	text  = pattern("some text", `(?s).*\S.*`)
	word  = pattern("one word without spaces", `\S+`).tidied(strings.TrimSpace)
	token = pattern("a key of letters and digits", `[A-Za-z0-9_+/=-]{8,}`).tidied(strings.TrimSpace)
	// nodeID is GitHub's name for anything, which Backstage's provider writes, or a
	// number of its older API.
	nodeID    = pattern("an id of GitHub, such as U_kgDOABCD or 1234", `[A-Za-z0-9_+/=-]+`).tidied(strings.TrimSpace)
	digits    = pattern("a number, such as 1234", `[0-9]+`).tidied(strings.TrimSpace)
	truth     = pattern(`"true" or "false"`, `true|false`).tidied(strings.ToLower)
	slashPath = pattern("a path, such as /docs", `[^\s:]+`)
	noSlash   = pattern("a name without a slash", `[^/]*[^/\s][^/]*`)
	host      = pattern("a host, such as gitlab.example.com", `[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]+)?`).tidied(withoutScheme)
	hostOrg   = pattern("a host and an organisation, such as dev.azure.com/acme", `[A-Za-z0-9.:-]+(/[^/\s]+)+`).tidied(withoutScheme)

	ownerName   = pattern("owner/name, such as acme/payments", `[A-Za-z0-9_][A-Za-z0-9_.-]*/[A-Za-z0-9_.-]+`).tidied(ownSlug)
	groupName   = pattern("group/name, such as acme/backend/payments", `[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]+)+`).tidied(ownSlug)
	maybeOwned  = pattern("name or organisation/name, such as acme/payments", `[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?`).tidied(trimSlashes)
	teamSlug    = pattern("organisation/team, such as acme/payments-team", `[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?`).tidied(func(s string) string { return strings.TrimPrefix(trimSlashes(s), "@") })
	login       = pattern("the name of a user, such as octocat", `[A-Za-z0-9](-?[A-Za-z0-9])*(_[A-Za-z0-9]+)?`).tidied(func(s string) string { return strings.TrimPrefix(strings.TrimSpace(s), "@") })
	projectRepo = pattern("project/repository, such as shop/payments", `[^/]*[^/\s]/[^/\s][^/]*`).tidied(trimSlashes)
	circleSlug  = pattern("host/owner/name, such as github/acme/payments", `(github|gh|bitbucket|bb|gitlab|gl|circleci)/[^/\s]+/[^/\s]+`).tidied(trimSlashes)
	jobName     = pattern("the full name of a job without address, such as payments/build", `([^:/\s]+:)?[^/:]+(/[^/]+)*`).tidied(trimSlashes)

	labelValue  = form{want: "a value that a label of Kubernetes may have, such as payments", valid: func(s string) bool { return s != "" && entity.CheckLabelValue(s) == "" }, tidy: strings.TrimSpace}
	namespaces  = pattern("a namespace of Kubernetes, such as payments", `[a-z0-9]([a-z0-9-]*[a-z0-9])?( *, *[a-z0-9]([a-z0-9-]*[a-z0-9])?)*`)
	pagerDutyID = pattern("the id of a service, such as PXXXXXX, from the end of its address", `[A-Z0-9]{6,20}`).tidied(lastOfPath)
	sonarKey    = pattern("the key of a project, such as acme_payments", `([^/\s]+/)?[A-Za-z0-9_.:-]+`).tidied(strings.TrimSpace)
	jiraKeys    = pattern("the key of a project, such as PAY", `[A-Za-z][A-Za-z0-9_]*(\s*,\s*[A-Za-z][A-Za-z0-9_]*)*`).tidied(lastOfPath)
	uuid        = pattern("an id of 32 hexadecimal digits in five groups", `[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`).tidied(strings.TrimSpace)
	email       = pattern("an e-mail address", `[^@\s]+@[^@\s]+`)
	coverage    = pattern("enabled or scm-only", `enabled|scm-only`)
	graphSize   = pattern("small, medium, large or x-large", `small|medium|large|x-large`)
	awsRegion   = pattern("a region, such as eu-central-1", `[a-z]{2,4}(-[a-z]+)+-[0-9]`)
	arn         = pattern("an ARN, such as arn:aws:codepipeline:eu-central-1:123456789012:payments", `arn:[^:\s]+:[^:\s]+:[^:]*:[^:]*:.+`)

	address   = form{want: "an address, such as https://example.com/", valid: isAddress, tidy: strings.TrimSpace}
	addresses = form{want: "one address or several with commas between", valid: func(s string) bool {
		for part := range strings.SplitSeq(s, ",") {
			if !isAddress(strings.TrimSpace(part)) {
				return false
			}
		}
		return true
	}}
	location  = form{want: "url: and an address, such as url:https://github.com/acme/payments/", valid: isLocation, tidy: withURL}
	reference = form{want: "a complete reference, such as component:default/payments", valid: isReference}
	selector  = form{want: "a selector of labels, such as app=payments,tier in (web,api)", valid: isSelector}
)

func isAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && !strings.ContainsAny(s, " \t")
}

// isLocation checks type:target as Backstage splits it (parseLocationRef in
// catalog-model): at the first colon, both sides trimmed, and no address
// without a type.
func isLocation(s string) bool {
	typ, target, found := strings.Cut(s, ":")
	typ, target = strings.TrimSpace(typ), strings.TrimSpace(target)
	switch {
	case !found || typ == "" || target == "" || strings.ContainsAny(typ, "/ "):
		return false
	case typ == "url":
		return isAddress(target)
	}
	return typ != "http" && typ != "https" && !strings.HasPrefix(strings.ToLower(target), "javascript:")
}

func isReference(s string) bool {
	r, err := entity.ParseRef(s, "", entity.DefaultNamespace)
	return err == nil && entity.CheckName(r.Name) == ""
}

var requirement = lazyregexp.New(`^\s*(!?\s*` + labelKey + `|` + labelKey + `\s*(=|==|!=)\s*[A-Za-z0-9._-]*|` + labelKey + `\s+(in|notin)\s*\([A-Za-z0-9._,\s-]*\))\s*$`)

const labelKey = `([a-z0-9.-]+/)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?`

// isSelector checks a selector of labels by the grammar of Kubernetes ("Labels
// and Selectors"): requirements with commas between, which stand in the
// parentheses of sets, too.
func isSelector(s string) bool {
	depth, from := 0, 0
	for i := 0; i <= len(s); i++ {
		switch {
		case i == len(s) || s[i] == ',' && depth == 0:
			if !requirement.MatchString(s[from:i]) {
				return false
			}
			from = i + 1
		case s[i] == '(':
			depth++
		case s[i] == ')':
			depth--
		}
	}
	return depth == 0
}

// ownSlug is the owner and name of a repository's address in any of the forms
// that people copy: of the browser, of git over https or ssh.
func ownSlug(s string) string {
	s = strings.TrimSpace(s)
	if after, ok := strings.CutPrefix(s, "git@"); ok {
		_, s, _ = strings.Cut(after, ":")
	} else if isAddress(s) {
		_, s, _ = strings.Cut(withoutScheme(s), "/")
	} else if first, rest, _ := strings.Cut(s, "/"); strings.HasSuffix(first, ".com") && strings.Contains(rest, "/") {
		s = rest
	}
	for _, sep := range []string{"/-/", "/tree/", "/blob/", "?", "#"} {
		s, _, _ = strings.Cut(s, sep)
	}
	return strings.TrimSuffix(strings.Trim(s, "/"), ".git")
}

func withoutScheme(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
	return strings.TrimSuffix(s, "/")
}

func trimSlashes(s string) string { return strings.Trim(strings.TrimSpace(s), "/") }

// lastOfPath is the last part of an address.
func lastOfPath(s string) string {
	s = strings.TrimRight(strings.TrimSpace(s), "/")
	if !isAddress(s) {
		return s
	}
	return s[strings.LastIndexByte(s, '/')+1:]
}

func withURL(s string) string {
	if s = strings.TrimSpace(s); isAddress(s) {
		return "url:" + s
	}
	return s
}
