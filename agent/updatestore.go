package agent

import (
	"bytes"
	"fmt"
)

// UpdateStoreFate is what befalls the data store of the Windows Update agent, which real
// ones have in SoftwareDistribution\DataStore.
type UpdateStoreFate string

// What befalls it.
const (
	UpdateStoreDamaged      UpdateStoreFate = "damaged"       // its bytes are zeros
	UpdateStoreDeleted      UpdateStoreFate = "deleted"       // as people do to have the agent begin anew
	UpdateStoreOtherVersion UpdateStoreFate = "other-version" // an agent of another form has written it
)

// SpoilUpdateStore stops the service of the Windows Update agent, lets that befall its data
// store, and starts it again: it begins with nothing then, and says why in its log unless
// the store is just not there (WU_E_DS_INVALID, WU_E_DS_BADVERSION). The PC's ID is in the
// registry and stays. An error says that there is no such fate.
func (a *Agent) SpoilUpdateStore(fate UpdateStoreFate) error {
	if _, err := a.Updates(); err != nil {
		return err
	}
	return a.withoutAutomatic(func() error {
		if err := a.endUpdates(); err != nil {
			return err
		}
		spoilt, err := fate.befall(a.update.Store)
		if err != nil {
			return err
		}
		a.update.Store = spoilt
		_, err = a.Updates()
		return err
	})
}

func (f UpdateStoreFate) befall(store []byte) ([]byte, error) {
	switch f {
	case UpdateStoreDamaged:
		return make([]byte, len(store)), nil
	case UpdateStoreDeleted:
		return nil, nil
	case UpdateStoreOtherVersion:
		return bytes.Replace(store, []byte(`"version":1`), []byte(`"version":0`), 1), nil
	}
	return nil, fmt.Errorf("agent: the data store of the Windows Update agent: unknown fate %q", string(f))
}
