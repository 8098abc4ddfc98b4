package automatic

import "time"

// nextTime gives the next time of the schedule after now.
func (p Policy) nextTime(now time.Time, local *time.Location) time.Time {
	t := now.In(local)
	next := time.Date(t.Year(), t.Month(), t.Day(), p.Hour, 0, 0, 0, local)
	for !next.After(now) || p.Day != 0 && int(next.Weekday()) != p.Day-1 {
		next = time.Date(next.Year(), next.Month(), next.Day()+1, p.Hour, 0, 0, 0, local)
	}
	return next.UTC()
}

// Tuning is what the documents leave open, or tell in two ways. The zero value of a field
// is its default.
type Tuning struct {
	// StartDelay is the time from the start of the service to a detection that is due,
	// drawn between the two; 5 to 10 minutes, as KB 326693 tells of a service that is
	// turned on.
	StartDelay Span
	// ReportDelay is the time from an event to the batch that it goes with; 0 to 5
	// minutes (MS-WUSP product note 65; note 64 says 1 to 10).
	ReportDelay Span
	// Retry is the time from a detection that failed to the next; 5 hours (note 65).
	Retry time.Duration
	// Wizard is the time until a user who never chose is asked to; 24 hours (KB 326693).
	Wizard time.Duration
}

// Span is a range of time to draw from.
type Span struct{ From, To time.Duration }

func (t Tuning) withDefaults() Tuning {
	if t.StartDelay == (Span{}) {
		t.StartDelay = Span{5 * time.Minute, 10 * time.Minute}
	}
	if t.ReportDelay == (Span{}) {
		t.ReportDelay = Span{0, 5 * time.Minute}
	}
	if t.Retry == 0 {
		t.Retry = 5 * time.Hour
	}
	if t.Wizard == 0 {
		t.Wizard = 24 * time.Hour
	}
	return t
}

// draw gives a time of the span, in whole seconds as the registry keeps them.
func (s *Service) draw(span Span) time.Duration {
	seconds := int64((span.To - span.From) / time.Second)
	if seconds <= 0 {
		return span.From
	}
	return span.From + time.Duration(s.rand.Int64N(seconds+1))*time.Second
}

// nextPeriod is MS-WUSP product note 61: at most the period and at least 0.8 of it.
func (s *Service) nextPeriod(period time.Duration) time.Duration {
	return s.draw(Span{period * 8 / 10, period})
}
