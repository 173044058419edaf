package pymdownx

import (
	"strings"

	"callboard/internal/pymarkdown"
)

// mentions finds @user, and @user/repo.
type mentions struct {
	*magicLinks
	// named are the hosts whose name must stand before the user's, as in
	// @gitlab:user; nil means the page's own, without name.
	named []string
	repo  bool
}

func (m mentions) find(text string, from int) (pymarkdown.Match, bool) {
	for at := from; at < len(text); at++ {
		i := strings.IndexByte(text[at:], '@')
		if i < 0 {
			break
		}
		at += i
		if at > 0 && isAlpha(text[at-1]) {
			continue
		}
		if m.named == nil {
			if match, ok := m.at(text, at, at+1, m.host); ok {
				return match, true
			}
		}
		for _, name := range m.named {
			if rest, ok := strings.CutPrefix(text[at+1:], name); ok && strings.HasPrefix(rest, ":") {
				if match, ok := m.at(text, at, at+2+len(name), name); ok {
					return match, true
				}
			}
		}
	}
	return pymarkdown.Match{}, false
}

func isAlpha(c byte) bool { return isAlnum(c) && (c < '0' || c > '9') }

// at reads a mention that begins at start, with the user's name at byte user.
func (m mentions) at(text string, start, user int, host string) (pymarkdown.Match, bool) {
	h := m.hosts[host]
	for _, end := range h.userEnds(text, user) {
		if !boundary(text, end) {
			continue
		}
		name := text[user:end]
		if !m.repo {
			return pymarkdown.Match{Start: start, End: end, Node: m.mention(host, name)}, true
		}
		if repoEnd := repoEnd(text, end); repoEnd > 0 {
			return pymarkdown.Match{Start: start, End: repoEnd, Node: m.repository(host, name, text[end+1:repoEnd])}, true
		}
	}
	return pymarkdown.Match{}, false
}

// boundary tells whether a word begins or ends at a byte.
func boundary(text string, at int) bool {
	return pymarkdown.WordBefore(text, at) != pymarkdown.WordAt(text, at)
}

// repoEnd is where the name of a repository ends that stands behind the slash at
// a byte, or 0.
func repoEnd(text string, slash int) int {
	if slash >= len(text) || text[slash] != '/' {
		return 0
	}
	end := 0
	for at := slash + 1; at < len(text) && at <= slash+maxRepo && isRepoByte(text[at]); at++ {
		if isAlnum(text[at]) && boundary(text, at+1) {
			end = at + 1
		}
	}
	return end
}

func (l *magicLinks) mention(host, user string) *pymarkdown.Element {
	h := l.hosts[host]
	return magicElement(host, "mention", h.url+"/"+user, h.label+" "+l.label("mention", "User")+": "+user, "@"+user)
}

func (l *magicLinks) repository(host, user, repo string) *pymarkdown.Element {
	h := l.hosts[host]
	name := user + "/" + repo
	return magicElement(host, "repository", h.url+"/"+name, h.label+" "+l.label("repository", "Repository")+": "+name, name)
}

func magicElement(host, kind, href, title, text string) *pymarkdown.Element {
	a := pymarkdown.NewElement("a")
	a.Set("href", href)
	a.Set("title", title)
	a.Set("class", "magiclink magiclink-"+host+" magiclink-"+kind)
	a.SetAtomic(text)
	return a
}
