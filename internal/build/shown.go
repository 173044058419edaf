package build

import "callboard/internal/config"

// shown is the configuration as far as linking and pages can see it. It is what
// they are given, and what stands in their keys: what is left out says how often
// the portal is made, of what and where to, and a change of it makes no page anew.
// What is told of it to readers stands in data/site.json and status.json, which
// every build writes.
func (o Options) shown() *config.Config {
	c := *o.Config
	c.Publish, c.Crawl, c.Include = config.Publish{}, config.Crawl{}, nil
	c.Interval, c.StaleAfter = "", ""
	return &c
}
