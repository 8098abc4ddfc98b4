package scenarios

import (
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/scenarios/plan"
)

// driverMetadata is what an update tells of its drivers, for the server and the agent to
// choose by.
func driverMetadata(list []plan.Driver) (out []*metadata.Rule) {
	for i := range list {
		d := &list[i]
		rule := &metadata.Rule{Name: "d.WindowsDriverMetaData"}
		for _, a := range []metadata.Attribute{{Name: "HardwareID", Value: d.HardwareID.Value}, {Name: "DriverVerDate", Value: d.Date.Value}, {Name: "DriverVerVersion", Value: d.Version.Value},
			{Name: "Class", Value: d.Class.Value}, {Name: "Manufacturer", Value: d.Manufacturer.Value}, {Name: "Provider", Value: d.Provider.Value}, {Name: "Model", Value: d.Model.Value}} {
			if a.Value != "" {
				rule.Attributes = append(rule.Attributes, a)
			}
		}
		out = append(out, rule)
	}
	return out
}

// setDevices puts devices into the PC.
func setDevices(pc *machine.Machine, list []plan.Device) error {
	if len(list) == 0 {
		return nil
	}
	s := pc.System()
	s.Devices = nil
	for _, d := range list {
		device := machine.Device{HardwareIDs: d.HardwareIDs, CompatibleIDs: d.CompatibleIDs}
		if v := d.Driver; v != nil {
			version, err := machine.ParseFileVersion(v.Version.Value)
			if err != nil {
				return err
			}
			device.Driver = &machine.InstalledDriver{MatchingID: v.HardwareID.Value, Date: v.Date.Value, Version: version,
				Class: v.Class.Value, Manufacturer: v.Manufacturer.Value, Provider: v.Provider.Value, Model: v.Model.Value}
		}
		s.Devices = append(s.Devices, device)
	}
	pc.SetSystem(s)
	return nil
}
