package docs

func (b *navBuilder) awesomePages(nodes []*navNode, plugin Plugin) []*navNode { return nodes }
func (b *navBuilder) awesomeNav(plugin Plugin) []rawNav                       { return nil }
