package search

import "strings"

// entityDoc is an entity as the pipeline hands it in.
func entityDoc(kind, name, title, owner, typ, lifecycle, description string, tags ...string) Doc {
	return Doc{
		URL: "catalog/default/" + kind + "/" + name + "/", Kind: kind, Ref: kind + ":default/" + name,
		Name: name, Title: title, Owner: owner, Type: typ, Lifecycle: lifecycle, Tags: tags, Description: description,
	}
}

// pageDoc is a page of the set of a component; sections are "title|text".
func pageDoc(component, path, title string, sections ...string) Doc {
	d := Doc{
		URL: "docs/default/component/" + component + "/" + path, Kind: "docs", Ref: "component:default/" + component,
		Title: title, Crumb: component, Owner: "team-payments",
	}
	for i, s := range sections {
		heading, text, _ := strings.Cut(s, "|")
		id := strings.ReplaceAll(strings.ToLower(heading), " ", "-")
		if i == 0 {
			id = ""
		}
		d.Sections = append(d.Sections, Section{ID: id, Title: heading, Text: text})
	}
	return d
}

// company is a small organisation in which words mean several things, as they
// do in real ones: a system, a site and a service of one name, and pages that
// speak of them.
func company() [][]Doc {
	entities := []Doc{
		entityDoc("component", "payments-service", "Payments Service", "team-payments", "service", "production",
			"Takes money for orders and gives it back.", "go", "grpc"),
		entityDoc("component", "payment-sms-lib", "Payment SMS library", "team-feature", "library", "production",
			"Texts a receipt of the payment.", "java"),
		entityDoc("component", "payments-old", "Payments (old)", "team-payments", "service", "deprecated",
			"The payments service of before.", "perl"),
		entityDoc("api", "payments-api", "Payments API", "team-payments", "openapi", "production",
			"Intents, captures and refunds over HTTP."),
		entityDoc("system", "checkout", "Checkout", "team-shop", "", "", "From the basket to the receipt."),
		entityDoc("component", "checkout-web", "Checkout site", "team-shop", "website", "production",
			"The pages of the checkout.", "typescript"),
		entityDoc("component", "user-directory", "", "team-identity", "service", "experimental",
			"Who works here; getUserById answers in a millisecond.", "kotlin", "ldap"),
		entityDoc("group", "team-payments", "Payments team", "", "team", "", "Runs all that moves money."),
		entityDoc("group", "team-shop", "Shop team", "", "team", "", "Runs what customers see."),
		entityDoc("user", "jane.doe", "Jane Doe", "", "", "", "jane.doe@example.com"),
		entityDoc("resource", "orders_db", "Orders database", "team-shop", "postgres", "production", "All orders since 2019."),
		entityDoc("domain", "commerce", "Commerce", "team-shop", "", "", "Selling things."),
		entityDoc("template", "go-service", "Go service", "team-platform", "service", "", "A new service in Go with a pipeline."),
		entityDoc("component", "strasse", "Straßenverzeichnis", "team-identity", "library", "production", "Naïve Suche nach Straßen."),
	}
	docs := []Doc{
		pageDoc("payments-service", "", "Payments Service",
			"Payments Service|The payments service takes money. Checkout calls it for every order, and checkout waits for it.",
			"Refunds|A refund must be asked for within the refund window of 30 days. Refunding twice gives ERR_1234."),
		pageDoc("payments-service", "runbook/", "Runbook",
			"Runbook|What to do when the alert of payments rings.",
			"Rotate signing keys|Keys are rotated with paymentctl rotate --all and deployed at night.",
			"High latency|Look at the dashboard; restart the workers; call the on-call of team-payments."),
		pageDoc("payments-service", "api/", "HTTP interface",
			"HTTP interface|POST /v1/payments/{id}/capture takes an Idempotency-Key header.",
			"Errors|ERR_1234 means that the refund was made before. ERR_9 is anything else."),
		pageDoc("payments-service", "adr/0001/", "Use Postgres for ledgers",
			"Use Postgres for ledgers|We need transactions. The ledger is append only."),
		pageDoc("checkout-web", "", "Checkout site",
			"Checkout site|Checkout, checkout, checkout: the checkout site shows the checkout. The checkout is fast.",
			"Local setup|Run npm start. The checkout opens at port 3000."),
		pageDoc("checkout-web", "search/", "検索エンジン",
			"検索エンジン|日本語の検索は二文字ずつ索引されます。"),
		pageDoc("checkout-web", "deploy/", "How to deploy the site",
			"How to deploy the site|Deployments go out every hour. To deploy at once, press the button.",
			"Rolling back|Rollbacks keep the last three versions."),
		pageDoc("user-directory", "", "User directory",
			"User directory|A naïve cache holds users for a minute. Use getUserById, not listUsers."),
	}
	return [][]Doc{entities, docs}
}
