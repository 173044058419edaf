package appconfig

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/lazyregexp"
)

// environPrefix is that of the variables that are laid over all files.
const environPrefix = "APP_CONFIG_"

// keyPart is a key as Backstage takes it in the name of a variable.
var keyPart = lazyregexp.New(`^[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z][a-zA-Z0-9]*)*$`)

// environ is what variables of the form APP_CONFIG_app_title say: the rest of the
// name, at its underscores, is the path of a value, which is JSON, or text where
// it is none. Nothing in it is replaced. It is nil if there are none.
func (l *loader) environ() *node {
	if l.Environ == nil {
		return nil
	}
	var top *node
	for _, pair := range slices.Sorted(slices.Values(l.Environ())) {
		name, value, _ := strings.Cut(pair, "=")
		rest, ours := strings.CutPrefix(name, environPrefix)
		if !ours || value == "" {
			continue
		}
		at := diag.Pos{File: name, Line: 1, Col: 1}
		if top == nil {
			top = &node{at: at, key: at, value: map[string]*node{}}
		}
		if !put(top, strings.Split(rest, "_"), said(name, value, at)) {
			l.report(at, fmt.Sprintf("%.100q is no path of a value, or another variable has a value there", rest), "write the keys as app-config.yaml has them, with underscores between them")
		}
	}
	return top
}

// said is the value of a variable.
func said(name, value string, at diag.Pos) *node {
	var v any
	if json.Unmarshal([]byte(value), &v) != nil {
		return &node{at: at, key: at, value: value, variable: name}
	}
	return valued(v, at)
}

// valued is a value without places of its own.
func valued(v any, at diag.Pos) *node {
	n := &node{at: at, key: at, value: v}
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]*node, len(v))
		for k, x := range v {
			m[k] = valued(x, at)
		}
		n.value = m
	case []any:
		list := make([]*node, len(v))
		for i, x := range v {
			list[i] = valued(x, at)
		}
		n.value = list
	case string:
		n.literal = true
	}
	return n
}

// put puts a value at a path of keys. It is false if there is one already, or a
// key cannot be one.
func put(top *node, keys []string, v *node) bool {
	for i, k := range keys {
		m, ok := top.mapping()
		if !ok || !keyPart.MatchString(k) {
			return false
		}
		next := m[k]
		if i == len(keys)-1 {
			if next != nil || v.value == nil {
				return false
			}
			m[k] = v
			return true
		}
		if next == nil {
			next = &node{at: v.at, key: v.key, value: map[string]*node{}}
			m[k] = next
		}
		top = next
	}
	return false
}
