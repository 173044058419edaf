package main

import (
	"context"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"callboard/internal/publish"
	"callboard/internal/publish/publishtest"
)

// stores are the object stores of scripts, by their directories. "store start"
// starts one and sets STORE to the address of its bucket; "store damage WORD" takes
// a byte of the first object whose key has the word for another; "store race WORD"
// has somebody else write an object whose key has the word just before the script
// does; "store keys" prints what is in it.
type stores struct {
	t  *testing.T
	mu sync.Mutex
	of map[string]*scriptStore
}

type scriptStore struct {
	*publishtest.Memory
	mu   sync.Mutex
	race string
}

// before lets somebody else be faster.
func (s *scriptStore) before(op, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if op != "put" || s.race == "" || !strings.Contains(key, s.race) {
		return nil
	}
	s.race = ""
	b, _, err := s.Get(context.Background(), key)
	if err == nil {
		_, err = s.Put(context.Background(), key, append(b, 0), publish.Attributes{}, publish.Condition{})
	}
	return err
}

func (h *stores) store(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: store start|damage|race|keys ...")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	dir := ts.MkAbs(".")
	s := h.of[dir]
	switch {
	case args[0] == "start":
		s = &scriptStore{Memory: new(publishtest.Memory)}
		h.of[dir] = s
		srv := httptest.NewServer(publishtest.S3(&publishtest.Faulty{Store: s.Memory, Before: s.before}))
		h.t.Cleanup(srv.Close)
		for name, v := range map[string]string{"AWS_ACCESS_KEY_ID": "testkey", "AWS_SECRET_ACCESS_KEY": "testsecret", "AWS_EC2_METADATA_DISABLED": "true", "STORE": "s3://site?endpoint=" + srv.URL} {
			ts.Setenv(name, v)
		}
	case args[0] == "damage" && len(args) == 2:
		ts.Check(s.damage(args[1]))
	case args[0] == "race" && len(args) == 2:
		s.mu.Lock()
		s.race = args[1]
		s.mu.Unlock()
	case args[0] == "keys":
		_, _ = ts.Stdout().Write([]byte(strings.Join(s.Keys(), "\n") + "\n"))
	default:
		ts.Fatalf("store cannot %s", strings.Join(args, " "))
	}
}

func (s *scriptStore) damage(word string) error {
	for _, key := range s.Keys() {
		if !strings.Contains(key, word) {
			continue
		}
		b, _, err := s.Get(context.Background(), key)
		if err != nil {
			return err
		}
		b[len(b)/2]++
		_, err = s.Put(context.Background(), key, b, publish.Attributes{}, publish.Condition{})
		return err
	}
	return publish.ErrNotFound
}
