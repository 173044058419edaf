package site

import "time"

// Stamp is a moment. Pages do not know what time it is when they are read:
// scripts write how long ago it was, and everybody else reads the date.
type Stamp struct {
	At   string // as in RFC 3339, in UTC
	Text string // the date for people
}

// stamp is nil for a moment that is not known, or cannot be.
func stamp(t time.Time) *Stamp {
	t = t.UTC()
	if t.Year() < 1970 || t.Year() > 9999 {
		return nil
	}
	return &Stamp{t.Format(time.RFC3339), t.Format("2 January 2006, 15:04 UTC")}
}
