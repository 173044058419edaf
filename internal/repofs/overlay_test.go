package repofs

import (
	"slices"
	"testing"
)

func TestWith(t *testing.T) {
	disk := Memory("r", nil, map[string]string{"a": "one", "c": "three"})
	disk.WebURL = "https://git.acme.example/r"
	over := disk.With(map[string][]byte{"a": []byte("unsaved"), "b": []byte("new")})
	var paths []string
	for _, f := range over.Files {
		paths = append(paths, f.Path)
	}
	if want := []string{"a", "b", "c"}; !slices.Equal(paths, want) || over.WebURL != disk.WebURL {
		t.Errorf("files %v, want %v; address %q", paths, want, over.WebURL)
	}
	for path, want := range map[string]string{"a": "unsaved", "b": "new", "c": "three"} {
		got, err := over.Read(path)
		if f, _ := over.Lookup(path); string(got) != want || err != nil || f.Size != int64(len(want)) {
			t.Errorf("%s is %q of %d bytes (%v), want %q", path, got, f.Size, err, want)
		}
	}
	if got, _ := disk.Read("a"); string(got) != "one" {
		t.Errorf("the snapshot below has changed: %q", got)
	}
	if disk.With(nil) != disk {
		t.Error("with nothing on it, it is another snapshot")
	}
}

func TestWithIsNotChangedByReaders(t *testing.T) {
	over := Memory("r", nil, nil).With(map[string][]byte{"a": []byte("abc")})
	first, err := over.Read("a")
	if err != nil {
		t.Fatal(err)
	}
	first[0] = 'X'
	if got, _ := over.Read("a"); string(got) != "abc" {
		t.Errorf("a reader changed it: %q", got)
	}
}
