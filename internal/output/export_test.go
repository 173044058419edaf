package output

import "callboard/internal/digest"

// Commit is Install, and returns the manifest besides.
func (d *Dir) Commit() (*Manifest, int, error) {
	removed, err := d.Install()
	if err != nil {
		return nil, 0, err
	}
	m := &Manifest{Version: version, Files: make([]Entry, 0, d.total)}
	for p, r := range d.files(d.order()) {
		m.Files = append(m.Files, Entry{string(p), r.sum, r.size(), wide(r.key)})
	}
	return m, removed, nil
}

// wide is a key of which half is known.
func wide(h half) (key digest.Sum) {
	copy(key[:], h[:])
	return key
}
