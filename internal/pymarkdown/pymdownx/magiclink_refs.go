package pymdownx

import (
	"slices"
	"strings"

	"callboard/internal/pymarkdown"
)

// refs finds user/repo#1 and user/repo@commit.
type refs struct {
	*magicLinks
	// named are the hosts whose name must stand before the user's; nil means the
	// page's own, where the user may be left out, too.
	named []string
}

// thing is what a reference is to: an issue with its sign, or one or two commits.
type thing struct {
	sign   byte // '#', '!', '?', or '@' for commits
	number string
	second string // the other commit of a comparison
}

func (r refs) find(text string, from int) (pymarkdown.Match, bool) {
	for at := from; at < len(text); at++ {
		i := strings.IndexAny(text[at:], "#!?@")
		if i < 0 {
			break
		}
		at += i
		t, end, ok := thingAt(text, at)
		if !ok {
			continue
		}
		start, owner, repo, ok := r.before(text, from, at)
		if !ok {
			continue
		}
		if m, ok := r.match(text, start, end, owner, repo, t); ok {
			return m, true
		}
		at, from = end-1, end
	}
	return pymarkdown.Match{}, false
}

func (r refs) match(text string, start, end int, owner, repo string, t thing) (pymarkdown.Match, bool) {
	host, user, named := strings.Cut(owner, ":")
	if !named {
		host, user = r.host, owner
	}
	if user == "" {
		user = r.user
	}
	if user == "" {
		return pymarkdown.Match{}, false
	}
	e := r.element(host, user, repo, t)
	if e == nil {
		return pymarkdown.Match{Start: start, End: end, Text: text[start:end]}, true
	}
	return pymarkdown.Match{Start: start, End: end, Node: e}, true
}

// thingAt reads an issue's number or commits behind the sign at a byte.
func thingAt(text string, at int) (t thing, end int, ok bool) {
	if text[at] == '@' {
		t.sign = '@'
		t.number, t.second, end, ok = commitsAt(text, at+1)
		return t, end, ok
	}
	end = at + 1
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	if end == at+1 || text[at+1] == '0' || pymarkdown.WordAt(text, end) {
		return t, 0, false
	}
	return thing{sign: text[at], number: text[at+1 : end]}, end, true
}

// commitLen is the length of a commit's hash.
const commitLen = 40

func commitsAt(text string, at int) (first, second string, end int, ok bool) {
	end = at + commitLen
	if !isHash(text, at) {
		return "", "", 0, false
	}
	first = text[at:end]
	const dots = "..."
	if strings.HasPrefix(text[end:], dots) {
		if from := end + len(dots); isHash(text, from) && !pymarkdown.WordAt(text, from+commitLen) {
			return first, text[from : from+commitLen], from + commitLen, true
		}
	}
	return first, "", end, !pymarkdown.WordAt(text, end)
}

func isHash(text string, at int) bool {
	if at+commitLen > len(text) {
		return false
	}
	for i := at; i < at+commitLen; i++ {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// before reads the repository, and what its owner is, before the sign at a byte,
// as far to the left as it can begin.
func (r refs) before(text string, from, sign int) (start int, owner, repo string, ok bool) {
	run := sign
	for run > from && isRepoByte(text[run-1]) {
		run--
	}
	if run == sign || !isAlnum(text[sign-1]) {
		return 0, "", "", false
	}
	if run > from && text[run-1] == '/' && sign-run <= maxRepo {
		if start, ok := r.owner(text, from, run-1); ok {
			return start, text[start : run-1], text[run:sign], true
		}
	}
	if r.named != nil {
		return 0, "", "", false
	}
	start = max(run, sign-maxRepo)
	if afterPath(text, start) {
		start++
	}
	return start, "", text[start:sign], start < sign
}

// afterPath tells whether a byte belongs to a path or mention.
func afterPath(text string, at int) bool {
	return at > 0 && (text[at-1] == '@' || text[at-1] == '/')
}

// owner is where the name of a user begins, with that of a host if there must be
// one, that ends at the slash.
func (r refs) owner(text string, from, slash int) (start int, ok bool) {
	if r.named == nil {
		h := r.hosts[r.host]
		for start = max(from, slash-maxOwner); start < slash; start++ {
			if boundary(text, start) && !afterPath(text, start) && h.isUser(text[start:slash]) {
				return start, true
			}
		}
		return 0, false
	}
	colon := strings.LastIndexByte(text[max(from, slash-maxOwner):slash], ':')
	if colon < 0 {
		return 0, false
	}
	colon += max(from, slash-maxOwner)
	names := slices.Clone(r.named)
	slices.SortStableFunc(names, func(a, b string) int { return len(b) - len(a) })
	for _, name := range names {
		start = colon - len(name)
		if start >= from && text[start:colon] == name && !afterPath(text, start) && (name != "github" || boundary(text, start)) &&
			r.hosts[name].isUser(text[colon+1:slash]) {
			return start, true
		}
	}
	return 0, false
}

// maxOwner is more bytes than a user's name can have.
const maxOwner = 64

// findMicro finds #1 and commits of the page's own repository.
func (l *magicLinks) findMicro(text string, from int) (pymarkdown.Match, bool) {
	if l.user == "" || l.repo == "" {
		return pymarkdown.Match{}, false
	}
	for at := from; at < len(text); at++ {
		c := text[at]
		var t thing
		end, ok := 0, false
		switch {
		case c == '#' || c == '!' || c == '?':
			if at == 0 || !isAlpha(text[at-1]) {
				t, end, ok = thingAt(text, at)
			}
		case (c >= '0' && c <= '9' || c >= 'a' && c <= 'f') && !pymarkdown.WordBefore(text, at) && !afterPath(text, at):
			t.sign = '@'
			t.number, t.second, end, ok = commitsAt(text, at)
		}
		if !ok {
			continue
		}
		m := pymarkdown.Match{Start: at, End: end, Node: l.element(l.host, l.user, l.repo, t)}
		if m.Node == nil {
			m.Text = text[at:end]
		}
		return m, true
	}
	return pymarkdown.Match{}, false
}

// element is the link to an issue or to commits; nil if the host has no such
// thing.
func (l *magicLinks) element(host, user, repo string, t thing) *pymarkdown.Element {
	h := l.hosts[host]
	own := user == l.user && host == l.host
	prefix := user + "/" + repo
	if own {
		prefix = repo
		if repo == l.repo {
			prefix = ""
		}
	}
	title := h.label + " %: " + user + "/" + repo
	if t.sign == '@' {
		return l.commits(h, host, user, repo, prefix, title, t)
	}
	path, kind, label := h.issue, "issue", l.label("issue", "Issue")
	switch {
	case t.sign == '!':
		path, kind, label = h.pull, "pull", l.label("pull", "Pull Request")
	case t.sign == '?' && h.kind == "github":
		path, kind, label = h.discuss, "discussion", l.label("discuss", "Discussion")
	case t.sign == '?':
		return nil
	}
	icon := string(rune(t.sign))
	if l.normalize {
		icon = "#"
	}
	return magicElement(host, kind, h.link(path, user, repo, t.number), strings.Replace(title, "%", label, 1)+" #"+t.number, prefix+icon+t.number)
}

func (l *magicLinks) commits(h *codeHost, host, user, repo, prefix, title string, t thing) *pymarkdown.Element {
	short := t.number[:h.hash]
	kind, label, href := "commit", l.label("commit", "Commit"), ""
	if t.second == "" {
		href = h.link(h.commit, user, repo, t.number)
	} else {
		short += "..." + t.second[:h.hash]
		kind, label = "compare", l.label("compare", "Compare")
		href = h.link(h.compare, user, repo, t.number, t.second)
	}
	text := short
	if prefix != "" {
		text = prefix + "@" + short
	}
	return magicElement(host, kind, href, strings.Replace(title, "%", label, 1)+"@"+short, text)
}
