package plan

import (
	"strings"

	"github.com/wualab/wualab/agent/machine"
)

// Product is one that Windows Installer has put on the PC: what rules of updates ask for.
type Product struct {
	Pos        Pos         `yaml:"-"`
	Code       Opt[string] `yaml:"product-code" required:"true" format:"installer code" help:"ProductCode."`
	Upgrade    Opt[string] `yaml:"upgrade-code" format:"installer code" help:"UpgradeCode; absent: rules that ask for it cannot be judged."`
	Version    Opt[string] `yaml:"version" required:"true" format:"file version" help:"ProductVersion, with four numbers."`
	Language   Opt[int]    `yaml:"language" min:"0" help:"ProductLanguage; absent: 1033."`
	Features   []string    `yaml:"features" one:"true" help:"Features that are installed."`
	Components []string    `yaml:"components" one:"true" format:"installer code" help:"Codes of components that are installed."`
	Patches    []string    `yaml:"patches" one:"true" format:"installer code" help:"Codes of patches that it has."`
}

// checkProducts sees that versions are some and no product is there twice.
func (c *checker) checkProducts(list []Product) {
	seen := map[string]bool{}
	for i := range list {
		p := &list[i]
		if _, err := machine.ParseFileVersion(p.Version.Value); err != nil {
			c.fail(p.Version.Pos, "product: "+err.Error(), "write four numbers up to 65535")
		}
		if code := strings.ToLower(p.Code.Value); seen[code] {
			c.fail(p.Code.Pos, "product "+p.Code.Value+" is there twice", "write what is installed of it once")
		} else {
			seen[code] = true
		}
	}
}
