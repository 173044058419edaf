package entity_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"callboard/internal/entity"
)

// full is an entity of which no field is empty, those included that were added
// after this was written.
func full() *entity.Entity {
	e := new(entity.Entity)
	fill(reflect.ValueOf(e).Elem(), new(int))
	e.Metadata.Links[0].Extra = map[string]any{"k": true}
	e.Metadata.Extra = map[string]any{"z": nil}
	e.Spec = map[string]any{"a": []any{}, "b": map[string]any{}, "c": []any{1.5, "x", nil, false, map[string]any{"deep": []any{"s"}}}, "n": 7.0, "long": "a text that is so long that nobody else has it"}
	e.Ref = entity.NewRef(e.Kind, e.Namespace, e.Name)
	return e
}

// fill gives every field another value.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("t%d é", *n))
	case reflect.Int:
		v.SetInt(int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Map:
		if v.Type().Elem().Kind() == reflect.String {
			v.Set(reflect.ValueOf(map[string]string{fmt.Sprint("k", *n): "1", "a": "2"}))
		}
	}
}

func TestEntitiesSurviveTheirEncoding(t *testing.T) {
	e := full()
	b, err := e.Append([]byte("before"))
	if err != nil {
		t.Fatal(err)
	}
	got, rest, err := entity.Read(append(b[len("before"):], "after"...), nil)
	if err != nil || string(rest) != "after" {
		t.Fatalf("%v, rest %q", err, rest)
	}
	if !reflect.DeepEqual(got, e) {
		t.Errorf("got  %+v\nwant %+v", got, e)
	}
	for range 20 { // maps come in any order
		if again, _ := full().Append(nil); string(again) != string(b[len("before"):]) {
			t.Fatal("equal entities have two encodings")
		}
	}
	for cut := range len(b) - len("before") {
		if _, _, err := entity.Read(b[len("before"):len("before")+cut], nil); err == nil {
			t.Errorf("the first %d bytes are taken for an entity", cut)
		}
	}
}

// TestValuesAreThoseOfJSON: whatever type a value has in memory, it is read as
// its JSON would be.
func TestValuesAreThoseOfJSON(t *testing.T) {
	for _, v := range []any{3, int64(-4), uint64(1) << 63, float32(0.5), json.Number("12"), []string{"a"}, map[string]int{"a": 1}, entity.NewText(3, func() string { return "abc" }), "\xff"} {
		e := full()
		e.Spec = map[string]any{"v": v}
		b, err := e.Append(nil)
		if err != nil {
			t.Fatalf("%T: %v", v, err)
		}
		got, _, err := entity.Read(b, nil)
		if err != nil {
			t.Fatalf("%T: %v", v, err)
		}
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var want any
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got.Spec["v"], want) {
			t.Errorf("%T: %#v, want %#v", v, got.Spec["v"], want)
		}
	}
	e := full()
	e.Spec = map[string]any{"v": func() {}}
	if _, err := e.Append(nil); err == nil {
		t.Error("a function is encoded")
	}
}

func FuzzRead(f *testing.F) {
	b, err := full().Append(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		e, _, err := entity.Read(b, nil)
		if err != nil {
			return
		}
		again, err := e.Append(nil)
		if err != nil {
			return // not a number
		}
		if _, rest, err := entity.Read(again, nil); err != nil || len(rest) != 0 {
			t.Fatalf("what was read is not read again: %v", err)
		}
	})
}
