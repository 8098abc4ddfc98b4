package wua

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/wualab/wualab/hresult"
)

// storeVersion is that of the form in which a data store is kept.
const storeVersion = 1

type dataStore struct {
	Version int    `json:"version"`
	State   *State `json:"state"`
}

// Store gives what the agent keeps in its data store, as [OpenStore] reads it again.
func (a *Agent) Store() ([]byte, error) {
	return json.Marshal(dataStore{storeVersion, a.State()})
}

// OpenStore reads a data store, for Config.State. An error is an [*Error] and says that it
// is damaged or of another version: WU_E_DS_INVALID, WU_E_DS_BADVERSION. An agent then
// begins with nothing and asks the server for all; assumed, from what public guides do by
// deleting the store's folder.
func OpenStore(data []byte) (*State, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var kept dataStore
	if err := d.Decode(&kept); err != nil {
		return nil, &Error{Code: hresult.WU_E_DS_INVALID, What: "data store", Err: err}
	}
	if kept.Version != storeVersion {
		return nil, &Error{Code: hresult.WU_E_DS_BADVERSION, What: fmt.Sprintf("data store: version %d, and %d is known", kept.Version, storeVersion)}
	}
	if kept.State == nil || d.More() {
		return nil, &Error{Code: hresult.WU_E_DS_INVALID, What: "data store: it does not hold one state"}
	}
	for i := range kept.State.Cache {
		if _, err := kept.State.Cache[i].parsed(); err != nil {
			return nil, &Error{Code: hresult.WU_E_DS_INVALID, What: fmt.Sprintf("data store: the metadata of revision %d", kept.State.Cache[i].ID), Err: err}
		}
	}
	return kept.State, nil
}

// open takes up a data store, or begins a new one in its place. Assumed: the words of the
// lines of the log.
func (a *Agent) open(data []byte) {
	state, err := OpenStore(data)
	if err != nil {
		a.log.warn(componentDataStore, "Failed to open the data store: 0x%08X: %v", uint32(codeIn(err)), err)
		a.log.write(componentDataStore, "A new data store is begun: what was cached, hidden, accepted and done is gone, and events that were not sent")
		state = &State{}
	}
	a.state = state
}

// componentDataStore is what the log calls the data store, KB 902093.
const componentDataStore = "DTASTOR"
