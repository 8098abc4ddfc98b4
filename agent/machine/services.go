package machine

import (
	"fmt"
	"strings"
)

// ServicesKey holds a key for each service.
const ServicesKey = `HKLM\SYSTEM\CurrentControlSet\Services`

// BITSService is the name of the Background Intelligent Transfer Service.
const BITSService = "BITS"

// ServiceStart is the start type of a service: the value Start of its key, with the
// numbers of Windows (QUERY_SERVICE_CONFIG, dwStartType).
type ServiceStart uint32

// The start types of services that are no drivers.
const (
	ServiceAutomatic ServiceStart = 2 // SERVICE_AUTO_START
	ServiceManual    ServiceStart = 3 // SERVICE_DEMAND_START
	ServiceDisabled  ServiceStart = 4 // SERVICE_DISABLED
)

// String gives "automatic", "manual", "disabled", or the number.
func (s ServiceStart) String() string {
	switch s {
	case ServiceAutomatic:
		return "automatic"
	case ServiceManual:
		return "manual"
	case ServiceDisabled:
		return "disabled"
	}
	return fmt.Sprintf("start type %d", uint32(s))
}

// ServiceControl is how a service of the machine is reached by others, such as
// installers. What attaches it keeps the machine's rules: Start fails where the start
// type is [ServiceDisabled].
type ServiceControl struct {
	Running func() bool
	Start   func() error
}

// AttachService says who is behind a service; the last one counts.
func (m *Machine) AttachService(name string, c ServiceControl) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.services == nil {
		m.services = map[string]ServiceControl{}
	}
	m.services[strings.ToUpper(name)] = c
}

func (m *Machine) service(name string) (ServiceControl, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.services[strings.ToUpper(name)]
	return c, ok
}

// ServiceRuns reports whether a service runs; one that nobody attached does not.
func (m *Machine) ServiceRuns(name string) bool {
	c, ok := m.service(name)
	return ok && c.Running()
}

// StartService starts a service. One that nobody attached cannot be started.
func (m *Machine) StartService(name string) error {
	c, ok := m.service(name)
	if !ok {
		return fmt.Errorf("start the service %s: %s has no such service", name, m.hostname)
	}
	return c.Start()
}

// ReachService starts a service that does not run, as a call of its COM class does; one
// that nobody attached is taken to be there.
func (m *Machine) ReachService(name string) error {
	c, ok := m.service(name)
	if !ok || c.Running() {
		return nil
	}
	return c.Start()
}

// ServiceStart gives the start type of a service. Without a usable value it is
// manual, which is that of BITS on Windows XP.
func (m *Machine) ServiceStart(name string) ServiceStart {
	n, present, err := m.registry.DWORD(ServicesKey+`\`+name, "Start")
	if err != nil || !present {
		return ServiceManual
	}
	return ServiceStart(n)
}

// SetServiceStart changes the start type of a service. It holds from the next start
// on; a service that runs goes on.
func (m *Machine) SetServiceStart(name string, start ServiceStart) error {
	return m.registry.Set(ServicesKey+`\`+name, "Start", DWORD(uint32(start)))
}
