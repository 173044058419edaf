package build

import (
	"reflect"
	"testing"

	"callboard/internal/config"
)

// TestConfigurationOfPages holds every part of the configuration to be what pages
// are given, and so to be in their keys, but for those named here.
func TestConfigurationOfPages(t *testing.T) {
	unseen := map[string]bool{"Publish": true, "Crawl": true, "Include": true, "Interval": true, "StaleAfter": true}
	c := config.Default()
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		fill(v.Field(i))
	}
	shown := reflect.ValueOf(Options{Config: c}.shown()).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch {
		case unseen[name] && !shown.Field(i).IsZero():
			t.Errorf("%s is shown", name)
		case !unseen[name] && !reflect.DeepEqual(shown.Field(i).Interface(), v.Field(i).Interface()):
			t.Errorf("%s is not shown as it is", name)
		}
	}
	if c.Interval == "" {
		t.Error("the configuration itself was changed")
	}
}

// fill makes something of a field that is not its zero value.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("something")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case reflect.Struct:
		fill(v.Field(0))
	}
}
