package search

import (
	"slices"
	"strings"
	"testing"
)

// otherwise are pages that are asked for in other words than theirs.
func otherwise() []Doc {
	page := func(url, title, text string) Doc {
		return pageDoc("x", url, title, title+"|"+text)
	}
	limits := pageDoc("x", "limits/", "Throttling", "Throttling|So many in a minute.", "Removing the agent|It goes.")
	overview := page("availability/", "Overview", "Three replicas.")
	overview.Heading = "High availability"
	return []Doc{
		page("threads/", "Thread Pool", "Work that blocks is done here."),
		page("release/", "Release notes", "The threadpool has a name."),
		page("mail/", "Mailserver", "Receives what is sent."),
		page("backup/", "Backup of messages", "Every night."),
		page("ban/", "Fail2ban", "Addresses that are refused."),
		page("log/", "Log4j", "What is written where."),
		page("cluster/", "Clusters of Kubernetes", "Nodes and what runs there."),
		page("clone/", "How to clone an existing PostgreSQL", "From a copy."),
		page("protocol/", "HTTP/2", "Many at once."),
		page("keys/", "1Password", "Where keys are."),
		overview,
		limits,
		page("later/", "Rate of exchange", "Limits of what is removed, and of what rolls."),
		page("undo/", "Going back: kubectl undo", "To what was there before."),
		page("databases/", "High availability of databases", "Replicas follow the first."),
	}
}

// otherwiseAsked are queries and the page of otherwise that is meant.
var otherwiseAsked = map[string]string{
	"threadpool":                      "threads/",      // a title of two words as one
	"threadpol":                       "threads/",      // with an error
	"mail server":                     "mail/",         // one word as two
	"how do I back up my messages":    "backup/",       // of which one holds questions together
	"fail2bann":                       "ban/",          // an error in a word with a digit
	"logj4":                           "log/",          // at the digit
	"http2":                           "protocol/",     // a title of a word and a digit as one
	"htttp2":                          "protocol/",     // with an error
	"1pasword":                        "keys/",         // of which one begins with a digit
	"k8s clusters":                    "cluster/",      // another word for it
	"how to clone a postgres":         "clone/",        // in a question
	"high availability":               "availability/", // what a page calls itself
	"how do I get high availability?": "availability/",
	"how do I set a rate limit?":      "limits/", // two words that are one in a title
	"throttling minute rate":          "limits/",
	"how do I uninstall the agent?":   "limits/", // another word, in a heading
	"how do I roll back?":             "undo/",   // the same, of which one is for questions
}

func TestOtherWords(t *testing.T) {
	r := build(t, otherwise()).open(t)
	for q, want := range otherwiseAsked {
		got := urls(find(t, r, q))
		if len(got) == 0 || !strings.HasSuffix(got[0], "/x/"+want) {
			t.Errorf("%q finds %q, want %s first", q, got, want)
		}
	}
}

// TestOtherWordsAreMarked: of what says the same otherwise, it is shown where it
// stands, and what holds a question together is not looked for in texts.
func TestOtherWordsAreMarked(t *testing.T) {
	r := build(t, otherwise()).open(t)
	res := find(t, r, "how do I uninstall the agent?")
	if got := strings.Join(res.Terms, " "); got != "uninstall agent" {
		t.Errorf("what is looked for is %q", got)
	}
	hits := res.Hits
	if len(hits) == 0 || len(hits[0].Sections) == 0 || hits[0].Sections[0].Title != "Removing the agent" {
		t.Errorf("%+v", hits)
	}
	hits = find(t, r, "k8s").Hits
	if len(hits) == 0 || len(hits[0].Excerpt.Marks) != 0 || len(hits[0].Sections) == 0 || hits[0].Sections[0].Title != "Clusters of Kubernetes" {
		t.Errorf("%+v", hits)
	}
}

// TestNumbersAreNoErrors: what is mostly digits is meant as it is.
func TestNumbersAreNoErrors(t *testing.T) {
	for word, want := range map[string]bool{"log4j": true, "fail2ban": true, "oauth2": true, "ipv6x4": true, "1pasword": true, "teq9285": false, "4shared": false, "b1b2b3": false, "x2": false, "日本語log": false} {
		if got := correctable([]rune(word)); got != want {
			t.Errorf("%s may have errors: %t, want %t", word, got, want)
		}
	}
}

// TestGroupsOfWords: what is alike is written as it is looked for, each word of a
// group is one that can be, and nothing is said twice.
func TestGroupsOfWords(t *testing.T) {
	same, groups := true, map[string][]string{}
	for line := range strings.Lines(alikeEnglish) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		group, isSame := strings.CutPrefix(line, "=")
		if isSame && !same {
			t.Errorf("%q comes after groups that are not the same thing, which then know nothing of it", line)
		}
		same = isSame
		if fault := faultOfGroup(group); fault != "" {
			t.Errorf("%q %s", line, fault)
		}
		if isSame {
			continue
		}
		roots := rootsOfGroup(group)
		for other, of := range groups {
			if isWithin(roots, of) || isWithin(of, roots) {
				t.Errorf("%q and %q: one says all of the other", line, other)
			}
		}
		groups[line] = roots
	}
}

// faultOfGroup is what is wrong with a group of the file.
func faultOfGroup(group string) string {
	if group != fold(group) || strings.ContainsAny(group, "-_.,") {
		return "is not written as it is looked for"
	}
	for _, member := range strings.Fields(group) {
		if words, _ := wordsOf(member); len(words) != 1+strings.Count(member, "+") {
			return "has " + member + ", which the index splits"
		}
	}
	if roots := rootsOfGroup(group); len(union(nil, roots)) < len(roots) {
		return "has two forms of one word"
	}
	fault, _ := CheckSynonyms(strings.ReplaceAll(strings.ReplaceAll(group, " ", ","), "+", " "))
	return fault
}

func rootsOfGroup(group string) (roots []string) {
	for _, member := range strings.Fields(group) {
		words, _ := wordsOf(member)
		roots = append(roots, strings.Join(words, " "))
	}
	return roots
}

func isWithin(a, b []string) bool {
	return !slices.ContainsFunc(a, func(root string) bool { return !slices.Contains(b, root) })
}

// TestFaultsOfGroups: what the test of the groups is to find is found.
func TestFaultsOfGroups(t *testing.T) {
	for group, want := range map[string]bool{
		"log journal": false, "log logging": true, "log": true, "roll-back undo": true, "Undo rollback": true, "how+to manual": true, "a+b+c+d undo": true,
	} {
		if fault := faultOfGroup(group); (fault != "") != want {
			t.Errorf("%q: %q", group, fault)
		}
	}
	if !isWithin([]string{"a"}, []string{"b", "a"}) || isWithin([]string{"a", "c"}, []string{"b", "a"}) {
		t.Error("what is within what is not known")
	}
}

// TestWordsOfTheSameThing: a group has what is the same thing as a word of it,
// also where that is several words.
func TestWordsOfTheSameThing(t *testing.T) {
	r := build(t, []Doc{pageDoc("x", "gap/", "Air-gapped clusters", "|Nothing is loaded.", ""), pageDoc("x", "other/", "Clusters", "|Something is.", "")}).open(t)
	if got := urls(find(t, r, "how do I make clusters without internet?")); len(got) == 0 || !strings.HasSuffix(got[0], "/gap/") {
		t.Errorf("found %q", got)
	}
}

func TestRoots(t *testing.T) {
	for w, want := range map[string]string{
		"migrations": "migrat", "migrate": "migrat", "organization": "organiz", "organised": "organis", "deployment": "deploy",
		"removal": "remov", "option": "option", "nation": "nation", "log4j": "log4j", "università": "università",
	} {
		if got := rootOf(w); got != want {
			t.Errorf("the root of %s is %s, want %s", w, got, want)
		}
	}
}
