package plan

import (
	"time"

	"github.com/wualab/wualab/agent/machine"
)

// Driver describes a driver: of an update, or one that a device has.
type Driver struct {
	Pos          Pos         `yaml:"-"`
	HardwareID   Opt[string] `yaml:"hardware-id" required:"true" format:"line" help:"ID of the device that it is for, such as PCI\\VEN_8086&DEV_100E."`
	Date         Opt[string] `yaml:"date" required:"true" format:"day" help:"DriverVerDate, as 2004-07-01."`
	Version      Opt[string] `yaml:"version" required:"true" format:"file version" help:"DriverVerVersion: four numbers."`
	Class        Opt[string] `yaml:"class" help:"Class, such as Net."`
	Manufacturer Opt[string] `yaml:"manufacturer" help:"Manufacturer."`
	Provider     Opt[string] `yaml:"provider" help:"Provider."`
	Model        Opt[string] `yaml:"model" help:"Model."`
}

// Device is a device of the PC, as the agent tells of it in SyncUpdates.
type Device struct {
	Pos           Pos      `yaml:"-"`
	HardwareIDs   []string `yaml:"hardware-ids" one:"true" required:"true" help:"HardwareIDs, the most exact first."`
	CompatibleIDs []string `yaml:"compatible-ids" one:"true" help:"CompatibleIDs."`
	Driver        *Driver  `yaml:"driver" help:"Its driver; absent: it has none."`
}

// checkDriver sees that a driver's date is a day and its version one.
func (c *checker) checkDriver(d *Driver) {
	if _, err := time.Parse("2006-01-02", d.Date.Value); err != nil {
		c.fail(d.Date.Pos, "driver: there is no day "+quote(d.Date.Value), "write it as 2004-07-01")
	}
	if _, err := machine.ParseFileVersion(d.Version.Value); err != nil {
		c.fail(d.Version.Pos, "driver: "+err.Error(), "write four numbers up to 65535")
	}
}

// checkDrivers sees to the drivers of an update.
func (c *checker) checkDrivers(u *WSUSUpdate) {
	if len(u.Driver) > 0 && u.Type.Value != "Driver" {
		c.fail(u.Driver[0].Pos, "update "+u.Name+": driver: its type is "+u.Type.Value, "add type: Driver")
	}
	for i := range u.Driver {
		c.checkDriver(&u.Driver[i])
	}
}
