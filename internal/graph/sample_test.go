package graph

import (
	"fmt"
	"math/rand/v2"
)

func node(kind, name, sub string) Node {
	return Node{ID: kind + ":default/" + name, Kind: kind, Label: name, Sub: sub, Href: "/catalog/default/" + kind + "/" + name + "/"}
}

// star is a subject with n neighbours, of several kinds, systems and owners.
func star(n, limit int) (Diagram, int, int, int) {
	kinds := []string{"component", "component", "api", "resource", "component"}
	var ns []Neighbour
	for i := range n {
		k := kinds[i%len(kinds)]
		sub := "service · team-" + fmt.Sprint(i%7)
		if k == "api" {
			sub = "openapi · v1." + fmt.Sprint(i)
		}
		nb := Neighbour{Node: node(k, fmt.Sprintf("neighbour-%02d", i), sub), In: i%3 == 0 && k != "resource", Style: Style(i % 4 / 3)}
		nb.Out = !nb.In
		nb.System = []string{"checkout", "identity", "search-platform", "", "notifications"}[i%5]
		nb.SystemHref = "/catalog/default/system/" + nb.System + "/"
		nb.Owner = fmt.Sprintf("team-%d", i%7)
		ns = append(ns, nb)
	}
	d, shown, total, groups := Around(node("component", "payments-service", "service · team-payments"), ns, nil, limit)
	d.ID = fmt.Sprint("star", n)
	return d, shown, total, groups
}

// payments is the reference of the design.
func payments() Diagram {
	service := node("component", "payments-service", "service · team-payments")
	service.Self = true
	ns := []Node{service,
		node("component", "storefront-web", "website · team-storefront"), node("component", "mobile-bff", "service · team-mobile"),
		node("component", "refund-worker", "job · team-payments"), node("api", "payments-api", "openapi · v1.8"),
		node("resource", "payments-db", "postgres · eu-west-1"), node("component", "ledger-service", "service · team-ledger"),
		node("api", "payment-events", "asyncapi · kafka"), node("component", "fraud-score", "service · team-risk"),
	}
	ns[7].Label = "payment-events"
	c := func(s string) string { return "component:default/" + s }
	return Diagram{ID: "g1", Title: "One step around payments-service", Desc: "Three callers.", Nodes: ns, Edges: []Edge{
		{c("storefront-web"), "api:default/payments-api", Solid}, {c("mobile-bff"), "api:default/payments-api", Solid},
		{c("refund-worker"), "api:default/payments-api", Solid}, {"api:default/payments-api", c("payments-service"), Solid},
		{c("payments-service"), "resource:default/payments-db", Solid}, {c("payments-service"), c("ledger-service"), Solid},
		{c("payments-service"), "api:default/payment-events", Dashed}, {c("payments-service"), c("fraud-score"), Solid},
	}}
}

// system is a boundary with callers, parts, what it relies on, a circle, an
// edge back to a caller and parts that nothing joins.
func system() Diagram {
	d := Diagram{ID: "sys", Title: "The system checkout", Boundary: &Boundary{ID: "s", Label: "checkout", Href: "/catalog/default/system/checkout/", Kind: "system"}}
	in := func(kind, name, sub string) {
		n := node(kind, name, sub)
		n.Group = "s"
		d.Nodes = append(d.Nodes, n)
	}
	in("api", "payments-api", "openapi · v1.8")
	in("component", "payments-service", "service · team-payments")
	in("component", "cart-service", "service · team-cart")
	in("component", "pricing", "service · team-cart")
	in("resource", "payments-db", "postgres · team-payments")
	in("resource", "cart-cache", "redis · team-cart")
	in("api", "payment-events", "asyncapi · kafka")
	for i := range 5 {
		in("component", fmt.Sprintf("loose-tool-%d", i), "tool · team-cart")
	}
	out := func(kind, name, sub string) { d.Nodes = append(d.Nodes, node(kind, name, sub)) }
	out("component", "storefront-web", "website · team-storefront")
	out("component", "mobile-bff", "service · team-mobile")
	out("component", "fraud-score", "service · team-risk")
	out("component", "ledger-service", "service · team-ledger")
	out("system", "notifications", "system · team-messaging")
	id := func(kind, name string) string { return kind + ":default/" + name }
	use := func(a, b string, st Style) { d.Edges = append(d.Edges, Edge{a, b, st}) }
	use(id("component", "storefront-web"), id("api", "payments-api"), Solid)
	use(id("component", "mobile-bff"), id("api", "payments-api"), Solid)
	use(id("component", "storefront-web"), id("component", "cart-service"), Solid)
	use(id("component", "mobile-bff"), id("component", "cart-service"), Solid)
	use(id("api", "payments-api"), id("component", "payments-service"), Solid)
	use(id("component", "payments-service"), id("resource", "payments-db"), Solid)
	use(id("component", "payments-service"), id("api", "payment-events"), Dashed)
	use(id("component", "payments-service"), id("component", "fraud-score"), Solid)
	use(id("component", "payments-service"), id("component", "ledger-service"), Solid)
	use(id("component", "cart-service"), id("component", "pricing"), Solid)
	use(id("component", "pricing"), id("component", "cart-service"), Solid)
	use(id("component", "cart-service"), id("resource", "cart-cache"), Solid)
	use(id("component", "cart-service"), id("api", "payments-api"), Solid)
	use(id("component", "pricing"), id("component", "storefront-web"), Dashed)
	use(id("system", "notifications"), id("api", "payment-events"), Solid)
	use(id("component", "fraud-score"), id("component", "ledger-service"), Solid) // not drawn
	return d
}

// random is a graph of n nodes and m edges, some of which make circles.
func random(seed uint64, n, m, circles int) Diagram {
	r := rand.New(rand.NewPCG(seed, 1))
	kinds := []string{"component", "api", "resource", "system", "group"}
	d := Diagram{ID: "random", Title: "Random"}
	for i := range n {
		d.Nodes = append(d.Nodes, node(kinds[r.IntN(len(kinds))], fmt.Sprintf("node-%03d", i), "service · team-a"))
	}
	for i := range m {
		a, b := r.IntN(n), r.IntN(n)
		if (a > b) != (i < circles) {
			a, b = b, a
		}
		d.Edges = append(d.Edges, Edge{d.Nodes[a].ID, d.Nodes[b].ID, Style(r.IntN(3))})
	}
	return d
}

// kindsShown has a node of every kind and state, without edges.
func kindsShown() Diagram {
	d := Diagram{ID: "kinds", Title: "Kinds"}
	for _, k := range kinds {
		d.Nodes = append(d.Nodes, node(k.name, "a-"+k.name, "type · team-owner"))
	}
	missing := node("component", "gone-service", "service")
	missing.Missing, missing.Href = true, ""
	group := node("system", "checkout (7)", "5 components, 2 APIs")
	group.Count = 7
	long := node("component", "a-service-with-a-name-longer-than-its-box", "documentation · team-with-a-very-long-name")
	d.Nodes = append(d.Nodes, missing, group, long, node("component", "支払いサービスと長い名前のコンポーネント", "サービス"), node("widget", "own-kind", ""))
	return d
}

// rings has circles of two, three and five and loops.
func rings() Diagram {
	d := Diagram{ID: "rings", Title: "Circles"}
	ids := map[string]string{}
	for _, s := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		n := node("component", "service-"+s, "service · team-"+s)
		ids[s] = n.ID
		d.Nodes = append(d.Nodes, n)
	}
	for _, e := range []string{"ab", "bc", "ca", "cd", "de", "ed", "ef", "fb", "gg", "bg", "dg", "ff"} {
		d.Edges = append(d.Edges, Edge{ids[e[:1]], ids[e[1:]], Solid})
	}
	return d
}

// islands are several parts that nothing joins.
func islands() Diagram {
	d := Diagram{ID: "islands", Title: "Islands"}
	for i := range 17 {
		d.Nodes = append(d.Nodes, node("component", fmt.Sprintf("part-%02d", i), "service · team-a"))
	}
	for _, e := range [][2]int{{0, 1}, {0, 2}, {0, 3}, {4, 5}, {6, 5}, {7, 8}} {
		d.Edges = append(d.Edges, Edge{d.Nodes[e[0]].ID, d.Nodes[e[1]].ID, Solid})
	}
	return d
}
