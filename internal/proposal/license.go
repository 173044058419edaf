package proposal

import "strings"

// licenses are the SPDX identifiers of licences, by texts that only they have.
// The first whose texts are all there is the one.
var licenses = []struct {
	id    string
	texts []string
}{
	{"Apache-2.0", []string{"apache license", "version 2.0"}},
	{"MPL-2.0", []string{"mozilla public license", "2.0"}},
	{"AGPL-3.0", []string{"gnu affero general public license"}},
	{"LGPL-3.0", []string{"gnu lesser general public license", "version 3"}},
	{"GPL-3.0", []string{"gnu general public license", "version 3"}},
	{"GPL-2.0", []string{"gnu general public license", "version 2"}},
	{"BSD-3-Clause", []string{"redistribution and use in source and binary forms", "neither the name of"}},
	{"BSD-2-Clause", []string{"redistribution and use in source and binary forms"}},
	{"ISC", []string{"permission to use, copy, modify, and/or distribute this software for any purpose"}},
	{"MIT", []string{"permission is hereby granted, free of charge, to any person obtaining a copy"}},
	{"Unlicense", []string{"this is free and unencumbered software released into the public domain"}},
}

// license tells the licence by the text of its file.
func (r *repository) license() (id, file string) {
	file = r.oneOf("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "COPYING")
	if file == "" {
		return "", ""
	}
	text := strings.ToLower(strings.Join(strings.Fields(string(r.head(file, MaxHead))), " "))
	for _, l := range licenses {
		found := true
		for _, t := range l.texts {
			found = found && strings.Contains(text, t)
		}
		if found {
			return l.id, file
		}
	}
	return "", ""
}
