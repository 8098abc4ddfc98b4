package scenarios

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wusp"
)

// ErrNoUpdateServer is the cause of the error when a node is no update server.
var ErrNoUpdateServer = errors.New("no update server")

// UpdateServer is what a served update server knows.
type UpdateServer struct {
	Computers []wsus.Computer // by their names
	Events    []UpdateEvent   // in the order of their coming
}

// UpdateEvent is an event that a client has reported.
type UpdateEvent struct {
	ClientID string
	ID       int // EventID
	Time     time.Time
	Update   string // the scenario's name, or the UpdateID; "" for an event about none
	UpdateID string
	Result   string // "WU_E_... (0x8024....)"
	App      string
	Strings  []string
	Misc     []string
}

// UpdateServer gives what an update server knows of its clients.
func (s *Served) UpdateServer(node string) (UpdateServer, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out UpdateServer
	if err := s.has(node); err != nil {
		return out, err
	}
	server := s.fakes.wsus[node]
	if server == nil {
		return out, fmt.Errorf("%w: %q", ErrNoUpdateServer, node)
	}
	out.Computers = slices.Collect(maps.Values(server.Computers()))
	slices.SortFunc(out.Computers, func(a, b wsus.Computer) int {
		return cmp.Or(cmp.Compare(a.DNSName, b.DNSName), cmp.Compare(a.ClientID, b.ClientID))
	})
	names := newUpdating(s.cfg.Cell.Scenario)
	for _, e := range server.Events() {
		b, x := e.BasicData, e.ExtendedData
		one := UpdateEvent{ClientID: b.TargetID.Sid, ID: b.EventID, Time: b.TimeAtTarget.Time, Result: hresult.HRESULT(b.Win32HResult).Describe(), App: b.AppName,
			Strings: x.ReplacementStrings, Misc: x.MiscData}
		if id := b.UpdateID.UpdateID; id != wusp.NoGUID {
			one.UpdateID, one.Update = string(id), names.name(id)
		}
		out.Events = append(out.Events, one)
	}
	return out, nil
}
