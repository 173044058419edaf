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
		overview,
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
	"k8s clusters":                    "cluster/",      // another word for it
	"how to clone a postgres":         "clone/",        // in a question
	"high availability":               "availability/", // what a page calls itself
	"how do I get high availability?": "availability/",
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

// TestNumbersAreNoErrors: what is mostly digits is meant as it is.
func TestNumbersAreNoErrors(t *testing.T) {
	for word, want := range map[string]bool{"log4j": true, "fail2ban": true, "oauth2": true, "ipv6x4": true, "teq9285": false, "4shared": false, "b1b2b3": false, "x2": false, "日本語log": false} {
		if got := correctable([]rune(word)); got != want {
			t.Errorf("%s may have errors: %t, want %t", word, got, want)
		}
	}
}

// TestSynonymsStandOnce: a group is found by each of its words, and a word is in
// one group, so that what is looked for besides is as little as it seems.
func TestSynonymsStandOnce(t *testing.T) {
	var seen []string
	for _, group := range strings.Split(synonyms["en"], ",") {
		words := strings.Fields(group)
		if len(words) < 2 || len(words) > 4 || strings.Join(words, " ") != group {
			t.Errorf("%q is no group", group)
		}
		for _, w := range words {
			root := stem("en", w)
			if slices.Contains(seen, root) || isStopword("en", w) || fold(w) != w {
				t.Errorf("%q stands twice, is not folded or is never looked for", w)
			}
			seen = append(seen, root)
		}
	}
}
