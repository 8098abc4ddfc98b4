package link

import (
	"testing"
	"time"
)

func berlin(t *testing.T) *time.Location {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

const layout = "2006-01-02 15:04"

func at(t *testing.T, s string, loc *time.Location) time.Time {
	t.Helper()
	i, err := time.ParseInLocation(layout, s, loc)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// 2004-07-01 was a Thursday; Berlin put its clocks back on 2004-10-31 at 3:00
// and forward on 2004-03-28 at 2:00.
func TestWindowChanges(t *testing.T) {
	night := Window{From: 22 * time.Hour, To: 6 * time.Hour}
	friday := Window{From: 22 * time.Hour, To: 6 * time.Hour, Days: []time.Weekday{time.Friday}}
	once := Window{Begin: time.Date(2004, 7, 2, 0, 0, 0, 0, time.UTC), End: time.Date(2004, 7, 3, 0, 0, 0, 0, time.UTC)}
	loc := berlin(t)
	for _, c := range []struct {
		name   string
		w      Window
		loc    *time.Location
		at     string
		covers bool
		change string // empty: never
	}{
		{"always", Window{}, time.UTC, "2004-07-01 12:00", true, ""},
		{"by day, before", Window{From: 8 * time.Hour, To: 17 * time.Hour}, time.UTC, "2004-07-01 07:59", false, "2004-07-01 08:00"},
		{"by day, begin", Window{From: 8 * time.Hour, To: 17 * time.Hour}, time.UTC, "2004-07-01 08:00", true, "2004-07-01 17:00"},
		{"by day, end", Window{From: 8 * time.Hour, To: 17 * time.Hour}, time.UTC, "2004-07-01 17:00", false, "2004-07-02 08:00"},
		{"until midnight", Window{From: 8 * time.Hour, To: 24 * time.Hour}, time.UTC, "2004-07-01 23:59", true, "2004-07-02 00:00"},
		{"night, evening", night, time.UTC, "2004-07-01 22:00", true, "2004-07-02 06:00"},
		{"night, morning", night, time.UTC, "2004-07-01 05:59", true, "2004-07-01 06:00"},
		{"night, day", night, time.UTC, "2004-07-01 06:00", false, "2004-07-01 22:00"},
		{"Friday night, Thursday", friday, time.UTC, "2004-07-01 23:00", false, "2004-07-02 22:00"},
		{"Friday night, Friday morning", friday, time.UTC, "2004-07-02 05:00", false, "2004-07-02 22:00"},
		{"Friday night, Saturday morning", friday, time.UTC, "2004-07-03 05:00", true, "2004-07-03 06:00"},
		{"Friday night, Saturday evening", friday, time.UTC, "2004-07-03 22:00", false, "2004-07-09 22:00"},
		{"Sundays", Window{Days: []time.Weekday{time.Sunday}}, time.UTC, "2004-07-03 12:00", false, "2004-07-04 00:00"},
		{"Sundays, on one", Window{Days: []time.Weekday{time.Sunday}}, time.UTC, "2004-07-04 12:00", true, "2004-07-05 00:00"},
		{"once, before", once, time.UTC, "2004-07-01 12:00", false, "2004-07-02 00:00"},
		{"once, in", once, time.UTC, "2004-07-02 12:00", true, "2004-07-03 00:00"},
		{"once, after", once, time.UTC, "2004-07-03 00:00", false, ""},
		{"a night with 9 hours", night, loc, "2004-10-30 23:00", true, "2004-10-31 06:00"},
		{"begins in the hour that is left out", Window{From: 150 * time.Minute, To: 5 * time.Hour}, loc, "2004-03-28 01:00", false, "2004-03-28 03:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := at(t, c.at, c.loc)
			if got := c.w.covers(now); got != c.covers {
				t.Errorf("covers is %t", got)
			}
			change := c.w.change(now)
			if c.change == "" {
				if !change.IsZero() {
					t.Errorf("changes at %s", change)
				}
			} else if want := at(t, c.change, c.loc); !change.Equal(want) {
				t.Errorf("changes at %s, want %s", change, want)
			}
		})
	}
}

// Between an instant and next, covers must not change.
func TestNextMissesNoChange(t *testing.T) {
	loc := berlin(t)
	windows := []Window{
		{From: 22 * time.Hour, To: 6 * time.Hour},
		{From: 150 * time.Minute, To: 3 * time.Hour},
		{From: 90 * time.Minute, To: 150 * time.Minute, Days: []time.Weekday{time.Sunday, time.Monday}},
		{From: 12 * time.Hour, To: 12 * time.Hour, Days: []time.Weekday{time.Saturday}},
		{Begin: time.Date(2004, 3, 28, 0, 30, 0, 0, time.UTC)},
	}
	for _, day := range []string{"2004-03-26 00:00", "2004-10-29 00:00"} {
		for i, w := range windows {
			begin := at(t, day, loc)
			next, was := w.next(begin), w.covers(begin)
			for now := begin; now.Before(begin.Add(4 * wholeDay)); now = now.Add(5 * time.Minute) {
				if !next.IsZero() && !now.Before(next) {
					next, was = w.next(now), w.covers(now)
				}
				if w.covers(now) != was {
					t.Fatalf("window %d changed unforeseen by %s", i, now)
				}
			}
		}
	}
}
