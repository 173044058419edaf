// Package facts is what hosts tell of a repository beside its files. A fact is
// true of the moment at which it was observed, and says when that was.
package facts

import "time"

// Repo are the facts of one repository. What its host does not tell is zero or
// nil; nil pointers tell "not known" from "none".
type Repo struct {
	// Observed is when the host told.
	Observed    time.Time `json:"observed,omitzero"`
	Description string    `json:"description,omitempty"`
	Homepage    string    `json:"homepage,omitempty"`
	// Topics are the words by which the host lists the repository.
	Topics []string `json:"topics,omitempty"`
	// Languages are the languages of the code, most used first.
	Languages []Language `json:"languages,omitempty"`
	// Licence is an SPDX identifier, such as Apache-2.0.
	Licence    string    `json:"licence,omitempty"`
	Archived   bool      `json:"archived,omitempty"`
	Fork       bool      `json:"fork,omitempty"`
	Visibility string    `json:"visibility,omitempty"` // public, internal or private
	Created    time.Time `json:"created,omitzero"`
	Pushed     time.Time `json:"pushed,omitzero"` // last push to any branch
	OpenPulls  *int      `json:"openPulls,omitempty"`
	OpenIssues *int      `json:"openIssues,omitempty"` // without pull requests
	Stars      *int      `json:"stars,omitempty"`
	Release    *Release  `json:"release,omitempty"`
	// Run is the last run of a workflow or pipeline on the default branch.
	Run *Run `json:"run,omitempty"`
	// Contributors is how many there are; Top are those with most commits.
	Contributors *int          `json:"contributors,omitempty"`
	Top          []Contributor `json:"top,omitempty"`
	// Codeowners are the errors that the host finds in the CODEOWNERS file; nil
	// if it was not asked.
	Codeowners []CodeownersError `json:"codeowners,omitempty"`
	// AskedFor are the names of the facts, as JSON has them, that the host does not
	// tell with the others, and Asked is when it was asked for these.
	AskedFor []string  `json:"askedFor,omitempty"`
	Asked    time.Time `json:"asked,omitzero"`
}

// Language is a language and its share.
type Language struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes,omitempty"` // of code; 0 if the host tells percentages alone
	// Share is in thousandths of all.
	Share int `json:"share,omitempty"`
}

// Release is the latest release.
type Release struct {
	Name      string    `json:"name,omitempty"`
	Tag       string    `json:"tag"`
	URL       string    `json:"url,omitempty"`
	Published time.Time `json:"published,omitzero"`
}

// Run is a run of a workflow or pipeline.
type Run struct {
	Name string `json:"name,omitempty"`
	// Result is success, failure, cancelled, running or skipped.
	Result   string    `json:"result"`
	URL      string    `json:"url,omitempty"`
	Finished time.Time `json:"finished,omitzero"`
}

// Contributor is somebody who committed.
type Contributor struct {
	Login   string `json:"login"`
	Commits int    `json:"commits"`
}

// CodeownersError is what a host finds wrong with a line of CODEOWNERS.
type CodeownersError struct {
	Line    int    `json:"line"`
	Column  int    `json:"column,omitempty"`
	Kind    string `json:"kind"` // such as "Unknown owner"
	Message string `json:"message,omitempty"`
}
