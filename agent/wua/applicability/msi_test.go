package applicability_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua/applicability"
	"github.com/wualab/wualab/metadata"
)

const (
	office  = "{90110409-6000-11D3-8CFE-0150048383C9}"
	visio   = "{90510409-6000-11D3-8CFE-0150048383C9}"
	gone    = "{00000000-0000-0000-0000-000000000001}"
	part    = "{CC29E96F-7BC2-11D1-A921-00A0C91E2AA2}"
	patchA  = "{7FF3F06A-EB31-4490-98F1-BDD5803E2C36}"
	patchB  = "{7FF3F06A-EB31-4490-98F1-BDD5803E2C37}"
	upgrade = "{6F1A2B3C-4D5E-4F60-8A71-92B3C4D5E703}"
)

// withProducts is a PC with Office, which has a patch, and Visio, which has none.
func withProducts(change func(s *machine.System)) *machine.Machine {
	pc := lab()
	s := pc.System()
	s.Products = []machine.InstalledProduct{
		{ProductCode: office, UpgradeCode: upgrade, Version: machine.FileVersion{Major: 11, Build: 5614}, Language: 1033, Features: []string{"WORDFiles", "EXCELFiles"}, Components: []string{part}, Patches: []string{patchA}},
		{ProductCode: visio, Version: machine.FileVersion{Major: 11, Build: 3216}, Language: 1031, Features: []string{"VISIOFiles"}},
	}
	if change != nil {
		change(&s)
	}
	pc.SetSystem(s)
	return pc
}

var _ = DescribeTable("rules on products", func(rule string, want applicability.Truth, why string) {
	v := judge(rule, withProducts(nil))
	Expect(v.Truth).To(Equal(want), "%v", v)
	Expect(v.String()).To(ContainSubstring(why))
},
	Entry(nil, features("", "WORDFiles")+products(office), yes, office+" has the feature WORDFiles"),
	Entry(nil, features("", "WORDFiles", "PPTFiles")+products(office), yes, ""),
	Entry("all features", features(`AllFeaturesRequired="true"`, "WORDFiles", "PPTFiles")+products(office), no, office+" has the feature WORDFiles"),
	Entry(nil, features(`AllFeaturesRequired="true"`, "WORDFiles", "EXCELFiles")+products(office), yes, office+" has the features WORDFiles, EXCELFiles"),
	Entry("not in two products", features(`AllFeaturesRequired="true"`, "WORDFiles", "VISIOFiles")+products(office, visio), no, visio+" has the feature VISIOFiles"),
	Entry("one of the products", features("", "VISIOFiles")+products(office, visio), yes, office+" has no such feature; "+visio+" has the feature VISIOFiles"),
	Entry("all products", features(`AllProductsRequired="true"`, "VISIOFiles")+products(office, visio), no, ""),
	Entry(nil, features(`AllProductsRequired="true"`, "VISIOFiles", "WORDFiles")+products(office, visio), yes, ""),
	Entry("a product that is missing", features(`AllProductsRequired="true"`, "WORDFiles")+products(office, gone), no, "no product "+gone+" is installed"),
	Entry(nil, features("", "WORDFiles")+products(gone), no, "no product "+gone+" is installed"),
	Entry(nil, features("")+products(office), unknown, "has no Feature"),
	Entry(nil, features("", "WORDFiles")+products(), unknown, "has no Product"),
	Entry(nil, features(`AllFeaturesRequired="perhaps"`, "WORDFiles")+products(office), unknown, `AllFeaturesRequired "perhaps" is neither true nor false`),

	Entry(nil, components("", "cc29e96f-7bc2-11d1-a921-00a0c91e2aa2"), yes, "has the component cc29e96f"),
	Entry(nil, components("", gone), no, office+" has no such component"),
	Entry(nil, components("", gone, part), yes, ""),
	Entry(nil, components(`AllComponentsRequired="true"`, gone, part), no, ""),
	Entry(nil, components(""), unknown, "has no Component"),

	Entry(nil, `<m.MsiPatchInstalledForProduct PatchCode="`+patchA+`" ProductCode="`+office+`"/>`, yes, office+" has the patch "+patchA),
	Entry(nil, `<m.MsiPatchInstalledForProduct PatchCode="`+patchB+`" ProductCode="`+office+`"/>`, no, office+" has not the patch "+patchB),
	Entry(nil, `<m.MsiPatchInstalledForProduct PatchCode="`+patchA+`" ProductCode="`+gone+`"/>`, no, "no product "+gone+" is installed"),
	Entry("of a version", `<m.MsiPatchInstalledForProduct PatchCode="`+patchA+`" ProductCode="`+office+`" VersionMax="11.0"/>`, no, "above those asked for"),
	Entry("of a language", `<m.MsiPatchInstalledForProduct PatchCode="`+patchA+`" ProductCode="`+office+`" Language="1031"/>`, no, "in language 1033"),
	Entry(nil, `<m.MsiPatchInstalledForProduct ProductCode="`+office+`"/>`, unknown, "has no PatchCode"),
	Entry("a version of three parts", `<m.MsiProductInstalled ProductCode="`+office+`" VersionMin="11.0.5614"/>`, yes, ""),
	Entry("no version", `<m.MsiProductInstalled ProductCode="`+office+`" VersionMin="new"/>`, unknown, "VersionMin"),
	Entry("no metadata", `<m.MsiPatchInstalled/>`, unknown, "the update has no MsiPatchMetadata"),
	Entry("no metadata", `<m.MsiPatchInstallable/>`, unknown, "the update has no MsiPatchMetadata"),
	Entry("no metadata", `<m.MsiPatchSuperseded/>`, unknown, "the update has no MsiPatchMetadata"),
	Entry("no metadata", `<m.MsiApplicationInstalled/>`, unknown, "the update has no MsiApplicationMetadata"),
	Entry("no metadata", `<m.MsiApplicationInstallable/>`, unknown, "the update has no MsiApplicationMetadata"),
	Entry("no metadata", `<m.MsiApplicationSuperseded/>`, unknown, "the update has no MsiApplicationMetadata"),
)

func features(attributes string, names ...string) string {
	s := "<m.MsiFeatureInstalledForProduct " + attributes + ">"
	for _, name := range names {
		s += "<m.Feature>" + name + "</m.Feature>"
	}
	return s
}

func products(codes ...string) (s string) {
	for _, code := range codes {
		s += "<m.Product>" + code + "</m.Product>"
	}
	return s + "</m.MsiFeatureInstalledForProduct>"
}

func components(attributes string, codes ...string) string {
	s := "<m.MsiComponentInstalledForProduct " + attributes + ">"
	for _, code := range codes {
		s += "<m.Component>" + code + "</m.Component>"
	}
	return s + "<m.Product>" + office + "</m.Product></m.MsiComponentInstalledForProduct>"
}

// described judges an update with the rules of its kind and what it tells under Metadata.
func described(kind, told string, pc *machine.Machine) applicability.State {
	core, err := metadata.ParseCore(`<UpdateIdentity UpdateID="00000000-0000-0000-0000-000000000001" RevisionNumber="1"/><Properties UpdateType="Software"/>` +
		"<ApplicabilityRules><IsInstalled><m." + kind + "Installed/></IsInstalled><IsInstallable><m." + kind + "Installable/></IsInstallable>" +
		"<IsSuperseded><m." + kind + "Superseded/></IsSuperseded><Metadata>" + told + "</Metadata></ApplicabilityRules>")
	Expect(err).NotTo(HaveOccurred())
	return applicability.Evaluate(core, pc)
}

func expectState(s applicability.State, installed, installable, superseded applicability.Truth, why string) {
	GinkgoHelper()
	told := s.IsInstalled.String() + s.IsInstallable.String() + s.IsSuperseded.String()
	Expect([]applicability.Truth{s.Installed, s.Installable, s.Superseded}).To(Equal([]applicability.Truth{installed, installable, superseded}), "%s", told)
	Expect(told).To(ContainSubstring(why))
}

var _ = DescribeTable("an application of Windows Installer", func(code string, change func(*machine.System), installed, installable, superseded applicability.Truth, why string) {
	expectState(described("MsiApplication", "<m.MsiApplicationMetadata>"+code+"</m.MsiApplicationMetadata>", withProducts(change)), installed, installable, superseded, why)
},
	Entry("is there", "<m.ProductCode>"+office+"</m.ProductCode>", only(office), yes, yes, no, office+" is installed in version 11.0.5614.0"),
	Entry("is not there", "<m.ProductCode>"+gone+"</m.ProductCode>", only(""), no, yes, no, "no product "+gone+" is installed"),
	Entry("is beside another", "<m.ProductCode>"+gone+"</m.ProductCode>", only(visio), no, yes, unknown, "no public document tells whether "+visio+" supersedes "+gone),
	Entry("has no code", "", only(""), unknown, unknown, unknown, "MsiApplicationMetadata has no ProductCode"),
)

// only leaves one product on the PC; "" none.
func only(code string) func(*machine.System) {
	return func(s *machine.System) {
		var kept []machine.InstalledProduct
		for _, p := range s.Products {
			if p.ProductCode == code {
				kept = append(kept, p)
			}
		}
		s.Products = kept
	}
}

func target(code, rest string) string {
	return `<TargetProduct MinMsiVersion="200"><TargetProductCode Validate="true">` + code + `</TargetProductCode>` + rest + `</TargetProduct>`
}

func version(kind, filter, text string) string {
	return `<TargetVersion Validate="true" ComparisonType="` + kind + `" ComparisonFilter="` + filter + `">` + text + `</TargetVersion>`
}

var _ = DescribeTable("a patch of Windows Installer", func(code, targets string, change func(*machine.System), installed, installable, superseded applicability.Truth, why string) {
	told := `<m.MsiPatchMetadata><MsiPatch PatchGUID="` + code + `" xmlns="http://www.microsoft.com/msi/patch_applicability.xsd">` + targets + `</MsiPatch></m.MsiPatchMetadata>`
	expectState(described("MsiPatch", told, withProducts(change)), installed, installable, superseded, why)
},
	Entry("is there, and still fits", patchA, target(office, ""), nil, yes, yes, no, "1 of 1 products that it is for have the patch"),
	Entry("fits", patchB, target(visio, version("Equal", "MajorMinorUpdate", "11.0.3216")), nil, no, yes, no, "is for "+visio+" in version 11.0.3216.0"),
	Entry("is for another version", patchB, target(visio, version("Equal", "MajorMinorUpdate", "11.0.3215")), nil, no, no, no, "which the patch is not for"),
	Entry("is for that major version", patchB, target(visio, version("Equal", "Major", "11.9.1")), nil, no, yes, no, ""),
	Entry("is for another minor version", patchB, target(visio, version("Equal", "MajorMinor", "11.9.1")), nil, no, no, no, ""),
	Entry("is for earlier ones", patchB, target(visio, version("LessThan", "MajorMinorUpdate", "11.0.3217")), nil, no, yes, no, ""),
	Entry("is for still earlier ones", patchB, target(visio, version("LessThan", "MajorMinorUpdate", "11.0.3216")), nil, no, no, no, ""),
	Entry("is for that or earlier ones", patchB, target(visio, version("LessThanOrEqual", "MajorMinorUpdate", "11.0.3216")), nil, no, yes, no, ""),
	Entry("is for later ones", patchB, target(visio, version("GreaterThan", "MajorMinorUpdate", "11.0.3216")), nil, no, no, no, ""),
	Entry("is for that or later ones", patchB, target(visio, version("GreaterThanOrEqual", "MajorMinorUpdate", "11.0.3216")), nil, no, yes, no, ""),
	Entry("compares oddly", patchB, target(visio, version("Near", "Major", "11.0.0")), nil, no, unknown, no, `ComparisonType "Near"`),
	Entry("is for no version", patchB, target(visio, version("Equal", "Major", "new")), nil, no, unknown, no, "TargetVersion"),
	Entry("does not check the version", patchB, target(visio, `<TargetVersion Validate="false">1.0.0</TargetVersion>`), nil, no, yes, no, ""),
	Entry("is for another language", patchB, target(visio, `<TargetLanguage Validate="true">1033</TargetLanguage>`), nil, no, no, no, "in language 1031"),
	Entry("does not check the language", patchB, target(visio, `<TargetLanguage Validate="false">1033</TargetLanguage>`), nil, no, yes, no, ""),
	Entry("is for that upgrade code", patchA, target(office, `<UpgradeCode Validate="true">`+upgrade+`</UpgradeCode>`), nil, yes, yes, no, ""),
	Entry("is for another upgrade code", patchA, target(office, `<UpgradeCode Validate="true">`+gone+`</UpgradeCode>`), nil, yes, no, no, "has the upgrade code"),
	Entry("asks for an upgrade code that is not given", patchB, target(visio, `<UpgradeCode Validate="true">`+upgrade+`</UpgradeCode>`), nil, no, unknown, no, "the upgrade code of "+visio+" is not given"),
	Entry("is for a product that is not there", patchB, target(gone, ""), nil, no, no, no, "no product "+gone+" is installed"),
	Entry("is for one of two", patchB, target(gone, "")+target(visio, ""), nil, no, yes, no, ""),
	Entry("is in one of two", patchA, target(office, "")+target(visio, ""), nil, unknown, yes, no, "1 of 2 products have the patch"),
	Entry("is beside another", patchB, target(office, ""), nil, no, yes, unknown, "whether the patch "+patchA+" of "+office+" supersedes "+patchB+" is not modelled"),
	Entry("names no product", patchB, "", nil, no, no, no, "the patch names no product"),
	Entry("does not check the product", patchB, `<TargetProduct><TargetProductCode Validate="false">`+visio+`</TargetProductCode></TargetProduct>`, nil, no, unknown, no, "is not told by its product code"),
	Entry("has no code", "", target(visio, ""), nil, unknown, unknown, unknown, "has no MsiPatch with PatchGUID"),
)
