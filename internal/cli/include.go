package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"callboard/internal/appconfig"
	"callboard/internal/config"
	"callboard/internal/diag"
)

// maxIncluded is how large a file of the configuration may be.
const maxIncluded = 4 << 20

// include reads the files of Backstage that the configuration or the command
// line names, in this order.
func (a *app) include(p *project, given []string) error {
	var files []appconfig.File
	for i, name := range p.config.Include {
		f, err := a.appConfig(p, p.join(name))
		if err != nil {
			p.report(fmt.Sprintf("cannot read %q: %s", name, reason(err)), "include", i)
			continue
		}
		files = append(files, f)
	}
	for _, name := range given {
		f, err := a.appConfig(p, a.path(name))
		if err != nil {
			return &usageError{fmt.Sprintf("cannot read %s: %s", quote(name), reason(err)), ""}
		}
		files = append(files, f)
	}
	o := appconfig.Options{Getenv: a.Getenv, Environ: a.Environ, ReadFile: readBounded, Exists: func(file string) bool { _, err := os.Stat(file); return err == nil }}
	appconfig.Add(p.config, files, o, &p.findings)
	return nil
}

func (a *app) appConfig(p *project, file string) (appconfig.File, error) {
	text, err := readBounded(file)
	if err != nil {
		return appconfig.File{}, err
	}
	name := filepath.ToSlash(a.shown(file))
	if p.included == nil {
		p.included = map[string][]byte{}
	}
	p.included[name] = text
	return appconfig.File{Name: name, Dir: filepath.Dir(file), Text: text}, nil
}

// readBounded reads a file that a configuration names.
func readBounded(file string) ([]byte, error) {
	st, err := os.Stat(file)
	switch {
	case err != nil:
		return nil, err
	case st.IsDir():
		return nil, fmt.Errorf("it is a directory")
	case st.Size() > maxIncluded:
		return nil, fmt.Errorf("it has more than %d bytes", maxIncluded)
	}
	return os.ReadFile(file)
}

// urlLocations makes sources of the locations that are addresses. Who may be
// asked and how follows from the sources of the same hosts.
func (p *project) urlLocations() {
	for i, l := range p.config.Locations {
		if l.Type != "url" {
			continue
		}
		s, err := appconfig.LikeOthers(l.Target, p.config.Sources)
		if err != nil {
			p.findings.Report(diag.Diagnostic{Pos: p.config.Pos("locations", i, "target"), Severity: diag.Error, Code: config.CodeValue,
				Message: fmt.Sprintf("%q cannot be read: %v", l.Target, err), Hint: "name the host in an entry of sources"})
			continue
		}
		p.config.AddSource(s, p.config.Pos("locations", i, "target"))
	}
}
