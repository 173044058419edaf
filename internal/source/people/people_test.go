package people_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/source"
	"callboard/internal/source/people"
)

func read(name, text string) (source.People, []string) {
	var l diag.List
	p := people.Read([]byte(text), diag.Pos{File: name}, &l)
	var said []string
	for _, d := range l.All() {
		said = append(said, strings.TrimSuffix(fmt.Sprintf("%d:%d %s %s; %s", d.Pos.Line, d.Pos.Col, d.Severity, d.Message, d.Hint), "; "))
	}
	return p, said
}

func TestAllFormsSayTheSame(t *testing.T) {
	want := source.People{
		Users:  []source.User{{Name: "ada", DisplayName: "Ada Lovelace", Email: "ada@acme.example", Groups: []string{"payments", "board"}}, {Name: "bob"}},
		Groups: []source.Group{{Name: "payments", Type: "team", Parent: "board", Members: []string{"bob"}}, {Name: "board", Type: "department", DisplayName: "The \"board\""}},
	}
	for name, text := range map[string]string{
		"people.csv":  "kind,name,displayName,email,groups,type,parent,members\nuser,ada,Ada Lovelace,ada@acme.example,payments; board\ngroup,payments,,,,,board,bob\nuser,bob\ngroup,board,\"The \"\"board\"\"\",,,department\n",
		"excel.CSV":   "\ufeffKind;Name;DisplayName;Email;Groups;Type;Parent;Members\r\nuser;ada;Ada Lovelace;ada@acme.example;payments,board\r\ngroup;payments;;;;;board;bob\r\n;bob\r\nGroup;board;\"The \"\"board\"\"\";;;department\r\n",
		"people.yaml": "users:\n- {name: ada, displayName: Ada Lovelace, email: ada@acme.example, groups: [payments, board]}\n- {name: bob}\ngroups:\n- {name: payments, parent: board, members: bob}\n- {name: board, type: department, displayName: The \"board\"}\n",
		"people.json": `{"users": [{"name": "ada", "displayName": "Ada Lovelace", "email": "ada@acme.example", "groups": ["payments", "board"]}, {"name": "bob"}], "groups": [{"name": "payments", "parent": "board", "members": ["bob"]}, {"name": "board", "type": "department", "displayName": "The \"board\""}]}`,
	} {
		got, said := read(name, text)
		if len(said) > 0 || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Errorf("%s: %q\n got %+v\nwant %+v", name, said, got, want)
		}
	}
}

func TestWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"p.csv", "name,emial\na,b\n", []string{`1:6 error there is no column "emial"; did you mean "email"?`}},
		{"p.csv", "name,Name\n", []string{`1:6 error the column "name" is there twice`}},
		{"p.csv", "email\na@b\n", []string{`1:1 error the table has no column name; the first line names the columns`}},
		{"p.csv", "name,email\n,a@b\nx,y,z\n", []string{`2:1 error the row has no name`, `3:5 error the row has more cells than there are columns; a cell with a comma in it stands in quotes`}},
		{"p.csv", "name,email\na,\"b\n", []string{`2:6 error the table cannot be read further: extraneous or missing " in quoted-field; a cell with quotes in it stands in quotes, and the quotes are doubled`}},
		{"p.csv", "kind,name,groups,picture\nrobot,a,nobody,javascript:x\nuser,A\n", []string{
			`2:1 error kind is "robot"; it must be user or group`, `2:9 warning there is no group "nobody" in the file`,
			`2:16 error picture must be an address that begins with https:// or http://`, `3:6 error the user "A" is there twice; names differ in more than their case`}},
		{"p.csv", "name\n\xff\n", []string{`1:1 error the file is not in UTF-8; save it as CSV in UTF-8`}},
		{"p.yaml", "users:\n- {nmae: a}\n", []string{`2:3 error users[0].name is missing`, `2:4 error there is no setting "nmae" in users[0]; did you mean "name"?`}},
		{"p.yaml", "users: [{name: a, groups: b}]\n", []string{`1:27 warning there is no group "b" in the file`}},
		{"p.yaml", "groups: [{name: a, parent: b, members: [c]}]\n", []string{`1:28 warning there is no group "b" in the file`, `1:40 warning there is no user "c" in the file`}},
		{"p.yaml", "- a\n", []string{`1:1 error the file must be a mapping with users and groups`}},
		{"p.yaml", strings.Repeat("#", people.MaxBytes+1), []string{`1:1 error the file has 4194305 bytes, more than the limit of 4194304; split it into several files`}},
		{"p.csv", "name\n" + strings.Repeat("a\n", people.MaxPeople+1), []string{`1:1 error the file names 100001 users and groups, more than the limit of 100000; split it into several files`}},
	} {
		if _, said := read(c.name, c.text); !reflect.DeepEqual(said, c.want) {
			t.Errorf("%.80q:\n got %q\nwant %q", c.text, said, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("name,groups\na,b\n", true)
	f.Add("kind;name\ngroup;\"a\"\"\n", true)
	f.Add("users: [{name: a}]\ngroups: 3\n", false)
	f.Fuzz(func(t *testing.T, text string, table bool) {
		name := "p.yaml"
		if table {
			name = "p.csv"
		}
		var l diag.List
		p := people.Read([]byte(text), diag.Pos{File: name}, &l)
		for _, u := range p.Users {
			if u.Name == "" {
				t.Fatalf("%q: a user without a name", text)
			}
		}
		for _, d := range l.All() {
			if d.Pos.Line < 1 || d.Pos.Col < 1 {
				t.Fatalf("%q: a finding without a place: %+v", text, d)
			}
		}
	})
}
