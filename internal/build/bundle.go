package build

import (
	"encoding/json"
	"fmt"
	"io/fs"

	"callboard/internal/assets"
	"callboard/internal/cache"
	"callboard/internal/diag"
	"callboard/internal/digest"
)

// bundled is what the theme's styles and scripts came to.
type bundled struct {
	Set         assets.Set        `json:"set"`
	Files       []assets.File     `json:"files"`
	Diagnostics []diag.Diagnostic `json:"diagnostics"`
}

// bundle bundles the theme's styles and scripts, unless they are as they were.
// Bundling them takes as long as all the rest of a small build.
func (b *builder) bundle() (bundled, error) {
	theme, brand := b.renderer.Theme().FS(), b.o.Config.Theme.Brand
	if set, files, ok := assets.Kept(b.o.Bundle, theme, assets.Options{Brand: brand}); ok {
		return bundled{Set: set, Files: files}, nil
	}
	key, err := bundleKey(theme, b.o.Version, brand)
	if err != nil {
		return bundled{}, err
	}
	pack := b.kept.pack("theme", "")
	defer pack.Release()
	x, err := cache.Do(pack, key, func(raw []byte) (x bundled, err error) {
		return x, json.Unmarshal(raw, &x)
	}, func() (x bundled, raw []byte, err error) {
		if x.Set, x.Files, x.Diagnostics, err = assets.Build(theme, assets.Options{Brand: brand}); err != nil {
			return x, nil, err
		}
		raw, err = json.Marshal(x)
		return x, raw, err
	})
	if err != nil {
		return x, err
	}
	return x, pack.Close()
}

func bundleKey(theme fs.FS, version, brand string) (digest.Sum, error) {
	h := digest.New("bundle/2").String(version).String(brand)
	err := fs.WalkDir(theme, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git"):
			return fs.SkipDir // of somebody who works on a theme
		case d.IsDir():
			return nil
		}
		src, err := fs.ReadFile(theme, name)
		h.String(name).Bytes(src)
		return err
	})
	if err != nil {
		return digest.Sum{}, fmt.Errorf("theme: %w", err)
	}
	return h.Sum(), nil
}
