package cli

import (
	"encoding/json"
	"errors"
	"reflect"

	"github.com/spf13/cobra"

	"callboard/internal/config"
	"callboard/internal/yamldoc"
)

func (a *app) configCommand() *cobra.Command {
	var pf projectFlags
	asJSON := false
	c := &cobra.Command{
		Use:   "config [DIR]",
		Short: "Print the configuration in effect, or its schema",
		Long: `Print the configuration that build would use, with every default filled in.

callboard config schema prints the JSON Schema of callboard.yaml, for editors.
DIR is understood as by build.`,
		Example: `  callboard config
  callboard config schema > callboard.schema.json`,
		Args: atMost(1),
		RunE: func(c *cobra.Command, args []string) error { return a.showConfig(first(args), pf, asJSON) },
	}
	pf.addConfig(c)
	pf.addBaseURL(c)
	pf.uncrawled = true
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	c.ValidArgsFunction = directories
	c.AddCommand(&cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of callboard.yaml",
		Long:    "Print the JSON Schema (draft 2020-12) of callboard.yaml. Editors complete and\ncheck the file with it.",
		Example: "  callboard config schema > callboard.schema.json",
		Args:    atMost(0),
		RunE: func(*cobra.Command, []string) error {
			_, err := a.Stdout.Write(config.Schema())
			return err
		},
	})
	return c
}

func (a *app) showConfig(dir string, pf projectFlags, asJSON bool) (err error) {
	p, err := a.open(dir, pf)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if p.broken() {
		return a.refuse(p)
	}
	v := plain(reflect.ValueOf(*p.config.Config))
	if asJSON {
		e := json.NewEncoder(a.Stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(v)
	}
	_, err = a.Stdout.Write(yamldoc.Marshal(v))
	return err
}

// plain is a configuration as the values of a YAML file, with the keys that
// its tags give.
func plain(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Struct:
		m := make(map[string]any, v.NumField())
		for i := range v.NumField() {
			tag := v.Type().Field(i).Tag
			with := tag.Get("with") // stands after what it belongs to
			if left := tag.Get("choice") != "" && v.Field(i).IsZero(); !left && (with == "" || m[with] != nil) {
				m[tag.Get("yaml")] = plain(v.Field(i))
			}
		}
		return m
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem())
	case reflect.Map:
		m := make(map[string]any, v.Len())
		for _, k := range v.MapKeys() {
			m[k.String()] = plain(v.MapIndex(k))
		}
		return m
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = plain(v.Index(i))
		}
		return list
	}
	return v.Interface()
}
