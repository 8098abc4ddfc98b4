package bits

import (
	"errors"
	"slices"
	"time"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/hresult"
)

// network is what the service knows of the PC's network.
type network struct {
	unwatch func()      // of the plug
	cancel  func() bool // stops the timer of its coming back; nil while there is none
}

func (n *network) stop() {
	if n.cancel != nil {
		n.cancel()
		n.cancel = nil
	}
}

// eventCodes are the errors after which no time is set for another try: the job
// goes on when what it lacks is there again.
//
// Source: BITS documentation, BG_JOB_STATE and SetMinimumRetryDelay: a network
// disconnect, a disk that is locked, MaxInternetBandwidth of 0.
var eventCodes = []hresult.HRESULT{hresult.BG_E_NETWORK_DISCONNECTED, hresult.BG_E_DESTINATION_LOCKED, hresult.BG_E_BLOCKED_BY_POLICY}

// waitsForEvent reports whether the error ends by itself, at a time nobody
// knows.
func (e *JobError) waitsForEvent() bool { return slices.Contains(eventCodes, e.Code) }

// ends says when what the job lacks will be there again, zero when that is not
// known or the whole PC lacks it: the policy's window ends (BITS documentation,
// "Group Policies").
func (e *JobError) ends() time.Time {
	var blocked *link.BlockedError
	if errors.As(e.Err, &blocked) {
		return blocked.Until
	}
	return time.Time{}
}

// down says that the network is not there, and until when, if that is known; nil
// when it is. m.mu is held, here and below, and the clock.
func (m *Manager) down() *link.OfflineError {
	var down *link.OfflineError
	_ = errors.As(m.cfg.Link.Stopped(link.Down, link.Foreground, m.cfg.Clock.Now()), &down)
	return down
}

// plugged is told that the cable was put in or pulled.
func (m *Manager) plugged() {
	hold := m.cfg.Clock.Hold("network of " + m.cfg.Node)
	defer hold.Release()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	m.network.stop()
	if down := m.down(); down != nil {
		m.disconnect(down)
		return
	}
	m.awaitNetwork(m.cfg.Clock.Now())
}

// disconnect puts all jobs that run or wait for their turn into TRANSIENT_ERROR
// with BG_E_NETWORK_DISCONNECTED (BITS documentation, "Users and Network
// Connections"). Assumed: the error's context is GENERAL_TRANSPORT.
func (m *Manager) disconnect(down *link.OfflineError) {
	for _, j := range m.jobs {
		if j.state != Queued && !j.state.running() {
			continue
		}
		if j.active() {
			j.breakOff()
		}
		j.fail(&JobError{Code: hresult.BG_E_NETWORK_DISCONNECTED, Context: hresult.BG_ERROR_CONTEXT_GENERAL_TRANSPORT, Err: down})
	}
	if !down.Until.IsZero() && m.network.cancel == nil {
		m.awaitNetwork(down.Until)
	}
}

// awaitNetwork sets the timer for what is done a short delay after the network
// has come back.
func (m *Manager) awaitNetwork(back time.Time) {
	wait := back.Sub(m.cfg.Clock.Now()) + m.cfg.Tuning.Reconnect
	m.network.cancel = m.cfg.Clock.AfterFunc(wait, "network is back", m.reconnected)
}

// reconnected queues all jobs in TRANSIENT_ERROR, whatever their error (BITS
// documentation, "Users and Network Connections").
func (m *Manager) reconnected() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.network.cancel = nil
	if m.closed {
		return
	}
	for _, j := range m.jobs {
		if j.state == TransientError {
			j.stopTimers()
			j.enter(Queued)
		}
	}
	m.schedule()
}
