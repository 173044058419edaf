package output

// Commit is Install, and returns the manifest besides.
func (d *Dir) Commit() (*Manifest, int, error) {
	removed, err := d.Install()
	if err != nil {
		return nil, 0, err
	}
	m := &Manifest{Version: version, Files: make([]Entry, 0, d.total)}
	for p, r := range d.files(d.order()) {
		m.Files = append(m.Files, Entry{string(p), r.sum, r.size(), r.key})
	}
	return m, removed, nil
}
