package scenarios

import (
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/scenarios/plan"
)

// setProducts says what Windows Installer has put on the PC, and in which languages its
// user interface is.
func setProducts(pc *machine.Machine, c *plan.Client) error {
	s := pc.System()
	if len(c.MUILanguages) > 0 {
		s.MUILanguages = c.MUILanguages
	}
	for i := range c.Products {
		p := &c.Products[i]
		version, err := machine.ParseFileVersion(p.Version.Value)
		if err != nil {
			return err
		}
		s.Products = append(s.Products, machine.InstalledProduct{ProductCode: p.Code.Value, UpgradeCode: p.Upgrade.Value, Version: version, Language: p.Language.Or(1033),
			Features: p.Features, Components: p.Components, Patches: p.Patches})
	}
	pc.SetSystem(s)
	return nil
}
