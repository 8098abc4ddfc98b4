package scenarios

import (
	"fmt"

	"github.com/wualab/wualab/auth/exposure"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// exposure judges the worst that the exchanges gave away. The fakes and the PC may
// both have it on record.
func (j *judge) exposure(e plan.Exposures, about string, seen []*transcript.Exchange) {
	if !e.Set {
		return
	}
	worst, of, err := worstOf(seen)
	switch {
	case err != nil:
		j.fail(e.Pos, about+"exposure", e.String(), err.Error())
	case e.Any:
		j.observe(e.Pos, about+"exposure", worst.String())
	case e.Holds(worst):
	case of == nil:
		j.fail(e.Pos, about+"exposure", e.String(), worst.String())
	default:
		j.fail(e.Pos, about+"exposure", e.String(), worst.String(),
			fmt.Sprintf("%s learned it by %s: %s", of.Node, brief(of), worst.Words())).Exchanges = []*transcript.Exchange{of}
	}
}

// worstOf gives the greatest exposure and the exchange of it, nil when nothing was
// given away.
func worstOf(seen []*transcript.Exchange) (worst exposure.Exposure, of *transcript.Exchange, err error) {
	for _, x := range seen {
		if x.Exposure == "" {
			continue
		}
		e, err := exposure.Parse(x.Exposure)
		if err != nil {
			return worst, x, fmt.Errorf("%s: %w", brief(x), err)
		}
		if e > worst {
			worst, of = e, x
		}
	}
	return worst, of, nil
}
