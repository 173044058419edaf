package emoji

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"strings"
	"sync"
)

//go:embed data/*.gz
var data embed.FS

// pack is a file of lines "name<tab>rest" in the order of the names.
type pack struct {
	icons bool
	text  func() string
}

var packs = map[string]*pack{
	"emojione":    open("emojione", false),
	"gemoji":      open("gemoji", false),
	"twemoji":     open("twemoji", false),
	"material":    open("material", true),
	"octicons":    open("octicons", true),
	"fontawesome": open("fontawesome", true),
	"simple":      open("simple", true),
}

// open makes a pack that is unpacked when it is first asked.
func open(name string, icons bool) *pack {
	return &pack{icons: icons, text: sync.OnceValue(func() string {
		packed, err := data.ReadFile("data/" + name + ".gz")
		if err != nil {
			panic(err) // it is part of the program
		}
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			panic(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			panic(err)
		}
		return string(text)
	})}
}

// find gives what stands behind a name.
func (p *pack) find(name string) (rest string, ok bool) {
	text := p.text()
	low, high := 0, len(text) // both are beginnings of lines
	for low < high {
		middle := (low + high) / 2
		start := strings.LastIndexByte(text[low:middle], '\n') + 1 + low
		line := text[start:]
		line = line[:strings.IndexByte(line, '\n')]
		key, rest, _ := strings.Cut(line, "\t")
		switch strings.Compare(key, name) {
		case 0:
			return rest, true
		case -1:
			low = start + len(line) + 1
		default:
			high = start
		}
	}
	return "", false
}
