package scenarios

import (
	"fmt"
	"strconv"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/transcript"
)

// mostMoments bounds the events of the record that tell of the link.
const mostMoments = 200

// recordLink puts on the record what crossed the PC's link, an event for each
// interval from the first byte to the last, and gives these events; none unless the
// file has a link.
func (w *world) recordLink() []transcript.Event {
	if w.pc == nil || w.plan.Client.Link == nil {
		return nil
	}
	history := w.pc.Link.History(mostMoments)
	var events []transcript.Event
	for _, m := range history.Moments {
		down, up := m.Down.Foreground+m.Down.Background, m.Up.Foreground+m.Up.Background
		e := transcript.Event{At: m.At, Kind: transcript.KindLink, Node: "client", Subject: "link",
			Text: fmt.Sprintf("%v down, %v up in %v", history.Rate(down), history.Rate(up), history.Interval),
			Data: map[string]string{
				"interval": history.Interval.String(), "offered": offeredText(m.Offered),
				"down foreground": number(m.Down.Foreground), "down background": number(m.Down.Background),
				"up foreground": number(m.Up.Foreground), "up background": number(m.Up.Background),
			}}
		w.record.Add(e)
		events = append(events, e)
	}
	return events
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// offeredText is the rate in bits per second; empty when it has no bounds.
func offeredText(r link.Rate) string {
	if r >= link.Instant {
		return ""
	}
	return number(int64(r))
}
