package config

import (
	"fmt"
	"net/url"
	"strings"

	"callboard/internal/diag"
)

// CheckFrame says what a host of docs.frames must be, "" if it is that.
func CheckFrame(host string) string {
	if f := formOf("hosts"); !f.check(host) {
		return f.want
	}
	return ""
}

// checkFrames refuses the portal's own host: what a frame shows has its host's
// origin, so that a frame of the portal could do there what a reader can.
func (l *Loaded) checkFrames(sink diag.Sink) {
	u, err := url.Parse(l.BaseURL)
	if err != nil || u.Host == "" {
		return
	}
	own := strings.ToLower(u.Hostname())
	for i, f := range l.Docs.Frames {
		host := strings.ToLower(f)
		if name, _, _ := strings.Cut(host, ":"); name == own || strings.HasPrefix(name, "*") && strings.HasSuffix(own, name[1:]) {
			l.refuse(sink, fmt.Sprintf("docs.frames[%d] is %q, where the portal itself is", i, f), "name hosts of other sites", "docs", "frames", i)
		}
	}
}
