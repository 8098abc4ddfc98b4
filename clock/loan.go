package clock

import "time"

// loan is a fake's SleepFor: first it waits until all it wrote was read and
// the reader waits for more, then the exchange's hold is lent to it and a
// timer set. All fields are guarded by the clock's lock, save that err may be
// read once woken is closed.
type loan struct {
	d      time.Duration
	server ends
	hold   *hold // lent by
	timer  *timer
	woken  chan struct{}
	ended  bool
	err    error
}

// settleLoans lends to each fake whose readers are quiet.
func (v *Virtual) settleLoans() {
	for i := 0; i < len(v.lent); {
		l := v.lent[i]
		if v.net.leftAt(l.server) {
			v.endLoan(l, ErrAbandoned) // which takes it out of the list
			continue
		}
		h, quiet := v.net.exchangeAt(l.server)
		if !quiet || (h != nil && !h.active) {
			i++
			continue
		}
		v.lent = append(v.lent[:i], v.lent[i+1:]...)
		l.timer = v.setTimer(l.d, func() { v.endLoan(l, nil) })
		if h != nil {
			l.hold, h.loan = h, l
			h.active = false
			v.active--
			v.progress++
		}
	}
}

// endLoan gives the hold back to the exchange and wakes the fake.
func (v *Virtual) endLoan(l *loan, err error) {
	if l.ended {
		return
	}
	l.ended, l.err = true, err
	for i, other := range v.lent {
		if other == l {
			v.lent = append(v.lent[:i], v.lent[i+1:]...)
			break
		}
	}
	if l.timer != nil {
		v.drop(l.timer)
	}
	if l.hold != nil {
		l.hold.loan = nil
		v.activate(l.hold)
	}
	close(l.woken)
}
