package apidoc

import (
	"fmt"
	"slices"
	"strings"

	"callboard/internal/diag"
)

// channels is the one group of AsyncAPI.
const channels = "Channels"

func (p *parse) asyncapi(t *tree, spec string) {
	p.info(t, AsyncAPI, spec)
	p.brokers(t)
	if _, ok := t.at("channels").(map[string]any); !ok {
		p.report(diag.Warning, CodeInvalid, pos(t.line("channels")), "the definition has no channels", "")
	}
	if strings.HasPrefix(spec, "2") || strings.HasPrefix(spec, "1") {
		p.channels2(t)
	} else {
		p.channels3(t)
	}
	p.namedSchemas(t, "message", "components", "messages")
	p.namedSchemas(t, "schema", "components", "schemas")
}

// brokers reads the servers: url in version 2; protocol, host and pathname in 3.
func (p *parse) brokers(t *tree) {
	for _, name := range t.keys("servers") {
		s := t.resolve(t.at("servers", name))
		if u := str(s, "url"); u != "" {
			p.server(u)
		} else if h := str(s, "host"); h != "" {
			p.server(strings.TrimPrefix(str(s, "protocol")+"://"+h+str(s, "pathname"), "://"))
		}
	}
}

// channel gathers what the operations of a channel say.
type channel struct {
	item          Item
	sends, takes  bool
	messages      []string
	fromOperation bool // the summary is an operation's
}

// operation adds an operation of the application with the channel.
func (c *channel) operation(t *tree, op any, sends bool) {
	c.sends, c.takes = c.sends || sends, c.takes || !sends
	if s := line(str(op, "summary")); s != "" && !c.fromOperation {
		c.item.Summary, c.fromOperation = s, true
	}
	if c.item.Description == "" {
		c.item.Description = text(str(op, "description"))
	}
	c.item.Deprecated = c.item.Deprecated || dig(op, "deprecated") == true
	for _, tag := range tagNames(dig(op, "tags")) {
		if len(c.item.Tags) < MaxTags && !slices.Contains(c.item.Tags, tag) {
			c.item.Tags = append(c.item.Tags, tag)
		}
	}
	c.message(t, dig(op, "message"))
}

// message adds the names of a message, or of one of several.
func (c *channel) message(t *tree, v any) {
	if several, ok := dig(v, "oneOf").([]any); ok {
		for _, m := range several {
			c.name(t, m, "")
		}
		return
	}
	c.name(t, v, "")
}

// maxMessages is how many names of messages a summary holds.
const maxMessages = 6

func (c *channel) name(t *tree, v any, fallback string) {
	m := t.resolve(v)
	name := str(m, "title")
	for _, s := range []string{str(m, "name"), lastPart(str(v, "$ref")), fallback} {
		if name == "" {
			name = s
		}
	}
	if name = line(name); name != "" && len(c.messages) < maxMessages && !slices.Contains(c.messages, name) {
		c.messages = append(c.messages, name)
	}
}

func lastPart(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

func (p *parse) channel(c *channel) {
	switch {
	case c.sends && c.takes:
		c.item.Method = "SEND RECEIVE"
	case c.sends:
		c.item.Method = "SEND"
	case c.takes:
		c.item.Method = "RECEIVE"
	}
	if c.item.Summary == "" {
		c.item.Summary = strings.Join(c.messages, ", ")
	}
	c.item.ID = p.id("channel", c.item.Name)
	p.add(channels, c.item)
}

// channels2 reads version 2, where "publish" is what others do and the
// application receives.
func (p *parse) channels2(t *tree) {
	for _, address := range t.keys("channels") {
		v := t.resolve(t.at("channels", address))
		c := newChannel(address, v, t.line("channels", address))
		if op := dig(v, "publish"); op != nil {
			c.operation(t, t.resolve(op), false)
		}
		if op := dig(v, "subscribe"); op != nil {
			c.operation(t, t.resolve(op), true)
		}
		p.channel(c)
	}
}

func newChannel(address string, v any, at int) *channel {
	return &channel{item: Item{
		Name: line(address), Path: line(address), Description: text(str(v, "description")),
		Summary: line(str(v, "summary")), Tags: tagNames(dig(v, "tags")),
		Deprecated: dig(v, "deprecated") == true, Line: at,
	}}
}

// channelName is the name that a reference to a channel holds.
func channelName(ref string) string {
	path := pointer(strings.TrimPrefix(ref, "#/"))
	if len(path) != 2 || path[0] != "channels" {
		return ""
	}
	return path[1].(string)
}

// channels3 reads version 3, where operations stand apart and point to their
// channel.
func (p *parse) channels3(t *tree) {
	byName := map[string]*channel{}
	names := t.keys("channels")
	for _, name := range names {
		v := t.resolve(t.at("channels", name))
		address := str(v, "address")
		if address == "" {
			address = name
		}
		c := newChannel(address, v, t.line("channels", name))
		byName[name] = c
		messages, _ := dig(v, "messages").(map[string]any)
		for _, m := range t.keys("channels", name, "messages") {
			c.name(t, messages[m], m)
		}
	}
	for _, name := range t.keys("operations") {
		op := t.resolve(t.at("operations", name))
		c := byName[channelName(str(op, "channel", "$ref"))]
		switch action := str(op, "action"); {
		case c == nil:
			p.report(diag.Warning, CodeInvalid, pos(t.line("operations", name)), fmt.Sprintf("the operation %q has no channel of this definition", line(name)), "point its \"channel\" to \"#/channels/…\"")
		case action != "send" && action != "receive":
			p.report(diag.Warning, CodeInvalid, pos(t.line("operations", name)), fmt.Sprintf("the action %q of the operation %q is neither \"send\" nor \"receive\"", line(action), line(name)), "")
		default:
			c.operation(t, op, action == "send")
		}
	}
	for _, name := range names {
		p.channel(byName[name])
	}
}
