package extensions

import (
	"strings"
	"unicode/utf8"

	"callboard/internal/pymarkdown"
)

// gitHubLinks are the options of the extension mdx_gh_links.
type gitHubLinks struct{ domain, user, repo string }

// setupGitHubLinks makes links of mentions (@user, @user/repo), issues (#1,
// user/repo#1) and commits (their 40 digits, with user@ or user/repo@ before).
func setupGitHubLinks(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	g := gitHubLinks{o.String("domain", "https://github.com"), o.String("user", ""), o.String("repo", "")}
	if !strings.Contains(d.EscapedChars, "@") {
		d.EscapedChars += "@"
	}
	links := []string{"a"}
	d.Inline.Register("issue", 20, &pymarkdown.Pattern{Triggers: "#", Excludes: links, Find: g.issue})
	d.Inline.Register("mention", 20, &pymarkdown.Pattern{Triggers: "@", Excludes: links, Find: g.mention})
	d.Inline.Register("commit", 20, &pymarkdown.Pattern{Triggers: "0123456789abcdef", Excludes: links, Find: g.commit})
	return nil
}

func gitHubLink(start, end int, label, title, href, class string) (pymarkdown.Match, bool) {
	a := pymarkdown.NewElement("a")
	a.SetText(label)
	a.Set("title", title)
	a.Set("href", href)
	a.Set("class", "gh-link "+class)
	return pymarkdown.Match{Start: start, End: end, Node: a}, true
}

// mention finds "@user" and "@user/repo".
func (g gitHubLinks) mention(_ *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
	for {
		i := strings.IndexByte(text[from:], '@')
		if i < 0 {
			return pymarkdown.Match{}, false
		}
		start := from + i
		from = start + 1
		end := userEnd(text, from)
		if end < 0 {
			continue
		}
		user := text[from:end]
		if strings.HasPrefix(text[end:], "/") {
			if repoEnd := repoEnd(text, end+1); repoEnd > 0 {
				repo := text[end+1 : repoEnd]
				return gitHubLink(start, repoEnd, text[start:repoEnd], "GitHub Repository: @"+user+"/"+repo, g.domain+"/"+user+"/"+repo, "gh-mention")
			}
		}
		return gitHubLink(start, end, text[start:end], "GitHub User: @"+user, g.domain+"/"+user, "gh-mention")
	}
}

// issue finds "#1" and "user/repo#1".
func (g gitHubLinks) issue(_ *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
	for begin := from; ; {
		i := strings.IndexByte(text[from:], '#')
		if i < 0 {
			return pymarkdown.Match{}, false
		}
		sign := from + i
		from = sign + 1
		end := from
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		if end == from {
			continue
		}
		user, repo, start := g.user, g.repo, sign
		if u, r, s, ok := ownerBefore(text, begin, sign, true); ok {
			user, repo, start = u, r, s
		}
		number := strings.TrimLeft(text[from:end], "0")
		return gitHubLink(start, end, text[start:end], "GitHub Issue "+user+"/"+repo+" #"+number,
			g.domain+"/"+user+"/"+repo+"/issues/"+number, "gh-issue")
	}
}

// commit finds the 40 digits of a commit, with "user@" or "user/repo@" before.
func (g gitHubLinks) commit(_ *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
	for begin, at := from, from; at < len(text); {
		end := at
		for end < len(text) && isCommitDigit(text[end]) {
			end++
		}
		if end-at != 40 || !wordEdge(text, end) {
			at = max(end, at+1)
			continue
		}
		user, repo, start, ok := "", g.repo, at, false
		if at > begin && text[at-1] == '@' {
			user, repo, start, ok = ownerBefore(text, begin, at-1, false)
			if repo == "" {
				repo = g.repo
			}
		}
		if !ok && !wordEdge(text, at) {
			at = end
			continue
		}
		commit := text[at:end]
		label := commit[:7]
		if ok {
			label = text[start:at] + label
		} else {
			user, start = g.user, at
		}
		return gitHubLink(start, end, label, "GitHub Commit: "+user+"/"+repo+"@"+commit,
			g.domain+"/"+user+"/"+repo+"/commit/"+commit, "gh-commit")
	}
	return pymarkdown.Match{}, false
}

func isCommitDigit(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

const maxUser = 39 // characters of a user's name

// userEnd tells where the user's name ends that begins at i, or -1: as many as 39
// letters, digits, hyphens and underscores, up to the edge of a word.
func userEnd(text string, i int) int {
	end := -1
	for n := 0; n < maxUser; n++ {
		r, size := utf8.DecodeRuneInString(text[i:])
		if size == 0 || r != '-' && !isWord(r) {
			break
		}
		i += size
		if wordEdge(text, i) {
			end = i
		}
	}
	return end
}

// repoEnd tells where the repository's name ends that begins at i, or -1.
func repoEnd(text string, i int) int {
	end := -1
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r != '-' && r != '.' && !isWord(r) {
			break
		}
		i += size
		if wordEdge(text, i) {
			end = i
		}
	}
	return end
}

// ownerBefore reads "user/repo", or just "user" unless both are needed, from the
// text that ends at end and begins at begin.
func ownerBefore(text string, begin, end int, both bool) (user, repo string, start int, ok bool) {
	name := nameBefore(text, begin, end)
	if name == end || !wordEdge(text, end) {
		return "", "", 0, false
	}
	if name > begin && text[name-1] == '/' {
		if s := userBefore(text, begin, name-1); s < name-1 && wordEdge(text, name-1) {
			return text[s : name-1], text[name:end], s, true
		}
	}
	if s := userBefore(text, begin, end); !both && s < end {
		return text[s:end], "", s, true
	}
	return "", "", 0, false
}

// nameBefore tells where the characters of a repository's name begin that end at
// end.
func nameBefore(text string, begin, end int) int {
	for end > begin {
		r, size := utf8.DecodeLastRuneInString(text[begin:end])
		if r != '-' && r != '.' && !isWord(r) {
			break
		}
		end -= size
	}
	return end
}

func userBefore(text string, begin, end int) int {
	for n := 0; n < maxUser && end > begin; n++ {
		r, size := utf8.DecodeLastRuneInString(text[begin:end])
		if r != '-' && !isWord(r) {
			break
		}
		end -= size
	}
	return end
}
