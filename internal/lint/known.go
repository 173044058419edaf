package lint

// Known is an annotation that Backstage or a plugin of it reads.
type Known struct {
	Key string
	// Want completes "the value is …", "" for any text.
	Want string
	// Instead is what took the place of a key that is out of use.
	Instead string
}

// WellKnown are the annotations that rules know, in the order of their subjects.
func WellKnown() []Known {
	out := make([]Known, len(annotations))
	for i, a := range annotations {
		out[i] = Known{Key: a.key, Want: a.form.want, Instead: a.instead}
	}
	return out
}

// LinkIcons are the names of icons that Backstage's app has for links.
func LinkIcons() []string { return append([]string(nil), icons...) }
