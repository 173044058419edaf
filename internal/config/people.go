package config

// People are users and groups that no Git host knows.
type People struct {
	// File is a file of people, relative to callboard.yaml: people.csv, .json or
	// .yaml. The manual describes its columns.
	File string `yaml:"file" form:"line" choice:"true"`
	// LDAP is a directory server.
	LDAP *LDAP `yaml:"ldap" choice:"true"`
}

// LDAP is a directory server that knows people and groups.
type LDAP struct {
	// URL is the address of the server, such as ldaps://ldap.acme.example.
	URL string `yaml:"url" form:"ldap" required:"true"`
	// StartTLS turns a plain connection into an encrypted one before anything is
	// said.
	StartTLS bool `yaml:"startTls"`
	// CAFile is a file with the certificates of authorities, in PEM, that the
	// server's certificate may be signed by, relative to callboard.yaml. Without
	// it, those of the system count.
	CAFile string `yaml:"caFile" form:"line"`
	// Bind says who asks. Without it, nobody in particular does.
	Bind LDAPBind `yaml:"bind"`
	// Users are searches for people.
	Users []LDAPUsers `yaml:"users" single:"true"`
	// Groups are searches for groups.
	Groups []LDAPGroups `yaml:"groups" single:"true"`
}

// LDAPBind says who asks a directory server.
type LDAPBind struct {
	// DN is the distinguished name of the one who asks.
	DN string `yaml:"dn" form:"line"`
	// Secret names the environment variable that holds the password.
	Secret string `yaml:"secret" secret:"true"`
	// SecretFile is a file that holds the password, relative to callboard.yaml.
	SecretFile string `yaml:"secretFile" form:"line"`
}

// LDAPUsers is a search for people.
type LDAPUsers struct {
	// Base is the distinguished name below which people are.
	Base string `yaml:"base" form:"line" required:"true"`
	// Scope is how deep below the base: "base" (the entry itself), "one" level or
	// "sub" for all.
	Scope string `yaml:"scope" oneof:"base one sub" default:"one"`
	// Filter is an LDAP filter, such as (objectClass=person).
	Filter string `yaml:"filter" form:"line" default:"(uid=*)"`
	// Namespace is the namespace of the users.
	Namespace string `yaml:"namespace" form:"line"`
	// Map names the attributes that the fields of users are taken from.
	Map LDAPUserMap `yaml:"map"`
}

// LDAPUserMap names the attributes of people.
type LDAPUserMap struct {
	// RDN is the attribute that an entry is named by among its neighbours.
	RDN string `yaml:"rdn" form:"attribute" default:"uid"`
	// Name is the attribute of the name.
	Name string `yaml:"name" form:"attribute" default:"uid"`
	// DisplayName is the attribute of the name that is shown.
	DisplayName string `yaml:"displayName" form:"attribute" default:"cn"`
	// Email is the attribute of the address.
	Email string `yaml:"email" form:"attribute" default:"mail"`
	// Description is the attribute of the description.
	Description string `yaml:"description" form:"attribute" default:"description"`
	// Picture is the attribute of the address of a picture. Without it, there are
	// none.
	Picture string `yaml:"picture" form:"attribute"`
	// MemberOf is the attribute of the groups, which are distinguished names.
	MemberOf string `yaml:"memberOf" form:"attribute" default:"memberOf"`
}

// LDAPGroups is a search for groups.
type LDAPGroups struct {
	// Base is the distinguished name below which groups are.
	Base string `yaml:"base" form:"line" required:"true"`
	// Scope is how deep below the base: "base" (the entry itself), "one" level or
	// "sub" for all.
	Scope string `yaml:"scope" oneof:"base one sub" default:"one"`
	// Filter is an LDAP filter, such as (objectClass=groupOfNames).
	Filter string `yaml:"filter" form:"line" default:"(cn=*)"`
	// Namespace is the namespace of the groups.
	Namespace string `yaml:"namespace" form:"line"`
	// Map names the attributes that the fields of groups are taken from.
	Map LDAPGroupMap `yaml:"map"`
}

// LDAPGroupMap names the attributes of groups.
type LDAPGroupMap struct {
	// RDN is the attribute that an entry is named by among its neighbours.
	RDN string `yaml:"rdn" form:"attribute" default:"cn"`
	// Name is the attribute of the name.
	Name string `yaml:"name" form:"attribute" default:"cn"`
	// DisplayName is the attribute of the name that is shown.
	DisplayName string `yaml:"displayName" form:"attribute" default:"cn"`
	// Email is the attribute of the address. Without it, there is none.
	Email string `yaml:"email" form:"attribute"`
	// Description is the attribute of the description.
	Description string `yaml:"description" form:"attribute" default:"description"`
	// Picture is the attribute of the address of a picture. Without it, there are
	// none.
	Picture string `yaml:"picture" form:"attribute"`
	// Type is the attribute of the type, such as team.
	Type string `yaml:"type" form:"attribute" default:"groupType"`
	// MemberOf is the attribute of the groups that a group is in.
	MemberOf string `yaml:"memberOf" form:"attribute" default:"memberOf"`
	// Members is the attribute of the members, which are distinguished names of
	// people and groups.
	Members string `yaml:"members" form:"attribute" default:"member"`
}

// Crawl says how hosts are asked and what is taken.
type Crawl struct {
	// State is the directory or store in which what was crawled is kept, relative to
	// callboard.yaml. The next crawl goes on from it, and build, serve, lint and
	// catalog read it.
	State string `yaml:"state" form:"line"`
	// Reserve is the share of a host's hourly limit, in per cent, that is left for
	// others who use the same token.
	Reserve int `yaml:"reserve" min:"0" max:"90"`
	// Concurrency is how many requests one host is sent at once.
	Concurrency int `yaml:"concurrency" min:"1" max:"64"`
	// MaxWait is how long a request may wait for a host that asks for patience.
	// What takes longer is left for the next crawl.
	MaxWait string `yaml:"maxWait" form:"duration"`
	// Facts asks hosts for facts that take requests of their own, such as the last
	// release and the last run of a workflow, as far as the limit allows.
	Facts bool `yaml:"facts"`
	// Limits bound what is taken of one repository. What is beyond them is left
	// out, and said.
	Limits CrawlLimits `yaml:"limits"`
}

// CrawlLimits bound what is taken of one repository.
type CrawlLimits struct {
	// Files is how many files are taken.
	Files int `yaml:"files" min:"1" max:"200000"`
	// Size is how large they may be together.
	Size string `yaml:"size" form:"size"`
	// FileSize is how large one of them may be; more than 16MB is 16MB.
	FileSize string `yaml:"fileSize" form:"size"`
	// Definitions is how many files are taken for API definitions because of
	// their names. Those that catalog files name are taken anyway.
	Definitions int `yaml:"definitions" min:"0" max:"10000"`
}
