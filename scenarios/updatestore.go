package scenarios

import (
	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/scenarios/plan"
)

// renewUpdates ends and starts the service of the Windows Update agent, if the step has
// that, also to let something befall its data store.
func (w *world) renewUpdates(s *plan.UpdateSteps) error {
	switch {
	case s.DataStore.Set:
		return w.pc.SpoilUpdateStore(agent.UpdateStoreFate(s.DataStore.Value))
	case s.UpdateService.Set:
		return w.pc.RestartUpdates()
	}
	return nil
}
