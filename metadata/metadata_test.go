package metadata_test

import (
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

func TestMetadata(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "metadata")
}

func id(n string, revision int) wusp.UpdateIdentity {
	return wusp.UpdateIdentity{UpdateID: wusp.GUID("00000000-0000-0000-0000-0000000000" + n), RevisionNumber: revision}
}

func rule(name string, pairs ...string) *metadata.Rule {
	r := &metadata.Rule{Name: name}
	for i := 0; i < len(pairs); i += 2 {
		r.Attributes = append(r.Attributes, metadata.Attribute{Name: pairs[i], Value: pairs[i+1]})
	}
	return r
}

func group(name string, rules ...*metadata.Rule) *metadata.Rule {
	return &metadata.Rule{Name: name, Rules: rules}
}

var update = &metadata.Update{
	Core: metadata.Core{
		Identity: id("01", 102), Type: metadata.Software, ExplicitlyDeployable: true, AutoSelectOnWebSites: true,
		Prerequisites: []metadata.Clause{{AnyOf: []wusp.UpdateIdentity{id("02", 0)}}, {IsCategory: true, AnyOf: []wusp.UpdateIdentity{id("03", 0), id("04", 0)}}},
		Bundled:       []metadata.Clause{{AnyOf: []wusp.UpdateIdentity{id("05", 7)}}},
		Superseded:    []wusp.GUID{id("06", 0).UpdateID},
		IsInstalled: group("And", rule("b.FileVersion", "Comparison", "GreaterThanOrEqualTo", "Version", "6.6.2600.1569", "Csidl", "37", "Path", `qmgr.dll`),
			group("Not", rule("b.RegKeyExists", "Key", "HKEY_LOCAL_MACHINE", "Subkey", `SOFTWARE\A "B" & <C>`))),
		IsInstallable: group("Or", rule("True"), rule("m.MsiProductInstalled", "ProductCode", "{x}")),
		IsSuperseded:  rule("False"),
	},
	Extended: metadata.Extended{
		Handler: metadata.CommandLineInstallation, MaxDownloadSize: 700000, MinDownloadSize: 600000, MsrcSeverity: "Critical", KBArticleIDs: []string{"842773"}, DefaultPropertiesLang: "en",
		SupportURL:           "http://support.microsoft.com",
		InstallationBehavior: &metadata.Behavior{RebootBehavior: "CanRequestReboot", Impact: "Normal"},
		UninstallBehavior:    &metadata.Behavior{RebootBehavior: "AlwaysRequiresReboot", CanRequestUserInput: true, RequiresNetworkConnectivity: true},
		Files: []metadata.File{{Name: "windowsxp-kb842773.exe", Size: 12345, Modified: wusp.At(time.Date(2004, 7, 1, 22, 8, 0, 0, time.UTC)), Digest: make([]byte, 20), DigestAlgorithm: "SHA1",
			Additional: map[string]wusp.Binary{"SHA256": make([]byte, 32)}, PatchingType: "SelfContained"}},
		HandlerSpecificData: &metadata.Rule{Name: "HandlerSpecificData", Attributes: []metadata.Attribute{{Name: "type", Value: "cmd:CommandLineInstallation"}},
			Rules: []*metadata.Rule{rule("InstallCommand", "Program", "a.exe", "Arguments", "/quiet")}},
	},
	Localized: []metadata.Localized{{Language: "en", Title: "Update for Windows XP (KB842773)", Description: "BITS 2.0 & WinHTTP 5.1"}, {Language: "de", Title: "Aktualisierung"}},
}

var _ = Describe("an update", func() {
	It("is read as it was written", func() {
		got, _, err := metadata.ParseUpdate(update.Document())
		Expect(err).NotTo(HaveOccurred())
		Expect(got).To(Equal(update))
	})
	It("is taken apart into the fragments of MS-WUSP 3.1.1.1, each of which is read again", func() {
		_, fragments, err := metadata.ParseUpdate(update.Document())
		Expect(err).NotTo(HaveOccurred())
		Expect(fragments.Core).To(HavePrefix(`<UpdateIdentity UpdateID="00000000-0000-0000-0000-000000000001" RevisionNumber="102" /><Properties UpdateType="Software" ExplicitlyDeployable="true" AutoSelectOnWebSites="true" /><Relationships><Prerequisites>`))
		Expect(fragments.Core).To(ContainSubstring(`<IsInstalled><And><b.FileVersion Comparison="GreaterThanOrEqualTo"`))
		Expect(fragments.Core).To(ContainSubstring(`<m.MsiProductInstalled ProductCode="{x}" />`))
		Expect(fragments.Core).NotTo(ContainSubstring("xmlns"))
		Expect(fragments.Extended).To(HavePrefix(`<ExtendedProperties DefaultPropertiesLanguage="en" MsrcSeverity="Critical" MaxDownloadSize="700000"`))
		Expect(fragments.Extended).NotTo(ContainSubstring("UpdateType"))

		core, err := metadata.ParseCore(fragments.Core)
		Expect(err).NotTo(HaveOccurred())
		Expect(core).To(Equal(&update.Core))
		extended, ok, err := metadata.ParseExtended(fragments.Extended)
		Expect(err).NotTo(HaveOccurred())
		Expect(ok).To(BeTrue())
		Expect(extended).To(Equal(&update.Extended))
		localized, ok, err := metadata.ParseLocalized(fragments.Localized["de"])
		Expect(err).NotTo(HaveOccurred())
		Expect(ok).To(BeTrue())
		Expect(localized).To(Equal(&update.Localized[1]))

		_, ok, err = metadata.ParseExtended(fragments.Localized["de"])
		Expect(ok).To(BeFalse())
		Expect(err).NotTo(HaveOccurred())
		_, ok, err = metadata.ParseLocalized(fragments.Extended)
		Expect(ok).To(BeFalse())
		Expect(err).NotTo(HaveOccurred())
	})
	It("keeps a EULA by its language", func() {
		document := strings.Replace(string(update.Document()), "</LocalizedPropertiesCollection>", `<EulaFile Language="FR" FileName="eula.rtf" Size="1" Digest="AA==" /></LocalizedPropertiesCollection>`, 1)
		_, fragments, err := metadata.ParseUpdate([]byte(document))
		Expect(err).NotTo(HaveOccurred())
		Expect(fragments.Eula).To(Equal(map[string]string{"fr": `<EulaFile Language="FR" FileName="eula.rtf" Size="1" Digest="AA==" />`}))
		eula, ok, err := metadata.ParseEula(fragments.Eula["fr"])
		Expect(ok).To(BeTrue())
		Expect(err).NotTo(HaveOccurred())
		Expect(eula.Language).To(Equal("FR"))
	})
	It("takes bundles with and without AtLeastOne", func() {
		for _, inner := range []string{`<UpdateIdentity UpdateID="00000000-0000-0000-0000-000000000005" RevisionNumber="7"/>`, `<AtLeastOne><UpdateIdentity UpdateID="{00000000-0000-0000-0000-000000000005}" RevisionNumber="7"/></AtLeastOne>`} {
			core, err := metadata.ParseCore(identityAndProperties + `<Relationships><BundledUpdates>` + inner + `</BundledUpdates></Relationships>`)
			Expect(err).NotTo(HaveOccurred())
			Expect(core.Bundled).To(Equal(update.Bundled))
		}
	})
})

const identityAndProperties = `<UpdateIdentity UpdateID="00000000-0000-0000-0000-000000000001" RevisionNumber="1"/><Properties UpdateType="Software"/>`

var _ = DescribeTable("a broken core fragment is refused, with the place", func(fragment, want string) {
	_, err := metadata.ParseCore(fragment)
	Expect(err).To(MatchError(want))
},
	Entry("nothing", "", "1:1: an update has the elements UpdateIdentity and Properties"),
	Entry("no GUID", "<UpdateIdentity UpdateID='1' RevisionNumber='1'/>\n<Properties UpdateType='Software'/>", `1:50: UpdateID: "1" is not a GUID; write 00000000-0000-0000-0000-000000000000`),
	Entry("no revision", `<UpdateIdentity UpdateID="00000000-0000-0000-0000-000000000001"/><Properties UpdateType="Software"/>`, `1:66: RevisionNumber: "" is not a number from 0 on`),
	Entry("no type", "<UpdateIdentity UpdateID='00000000-0000-0000-0000-000000000001' RevisionNumber='1'/>\n<Properties/>", `2:14: UpdateType "" is none of Software, Driver, Category and Detectoid`),
	Entry("no boolean", "<UpdateIdentity UpdateID='00000000-0000-0000-0000-000000000001' RevisionNumber='1'/>\n<Properties UpdateType='Driver' ExplicitlyDeployable='yes'/>", `2:61: ExplicitlyDeployable: "yes" is neither true nor false`),
	Entry("two rules", identityAndProperties+"\n<ApplicabilityRules><IsInstalled><True/><False/></IsInstalled></ApplicabilityRules>", "2:49: IsInstalled holds one rule; put several into And or Or"),
	Entry("bad XML", identityAndProperties+"<", "1:121: unexpected EOF"),
)

var _ = DescribeTable("a broken document is refused", func(change, with, want string) {
	document := strings.Replace(string(update.Document()), change, with, 1)
	_, _, err := metadata.ParseUpdate([]byte(document))
	Expect(err).To(MatchError(ContainSubstring(want)))
},
	Entry("another element", `<Update xmlns="http://schemas.microsoft.com/msus/2002/12/Update"`, `<Upgrade xmlns="x"`, "closed by"),
	Entry("no digest", `Digest="AAAAAAAAAAAAAAAAAAAAAAAAAAA="`, "", "a file has FileName, Size and Digest"),
	Entry("a digest that is none", `Digest="AAAAAAAAAAAAAAAAAAAAAAAAAAA="`, `Digest="!"`, `"!" is not a digest in base64`),
	Entry("a size below 0", `Size="12345"`, `Size="-1"`, `Size: "-1" is not a number from 0 on`),
	Entry("no language", "<Language>en</Language>", "", "LocalizedProperties has a Language"),
	Entry("a bad time", `Modified="2004-07-01T22:08:00Z"`, `Modified="July"`, `Modified: "July" is not a date and time`),
)

func FuzzParseCore(f *testing.F) {
	_, fragments, err := metadata.ParseUpdate(update.Document())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(fragments.Core)
	f.Add(identityAndProperties)
	f.Add(identityAndProperties + `<ApplicabilityRules><IsInstalled><Or><b.Processor Architecture="0"/></Or></IsInstalled><Metadata><d.WindowsDriverMetaData HardwareID="pci"/></Metadata></ApplicabilityRules>`)
	f.Fuzz(func(t *testing.T, fragment string) {
		core, err := metadata.ParseCore(fragment)
		if err != nil {
			return
		}
		// What was read can be written as a document and read again.
		u := &metadata.Update{Core: *core}
		if _, _, err := metadata.ParseUpdate(u.Document()); err != nil && !strings.Contains(err.Error(), "nested") {
			t.Fatalf("%v\nin %s", err, u.Document())
		}
	})
}

func FuzzParseUpdate(f *testing.F) {
	f.Add(update.Document())
	f.Fuzz(func(t *testing.T, document []byte) {
		_, fragments, err := metadata.ParseUpdate(document)
		if err != nil {
			return
		}
		if _, err := metadata.ParseCore(fragments.Core); err != nil {
			t.Fatalf("%v\nin %s", err, fragments.Core)
		}
		if _, _, err := metadata.ParseExtended(fragments.Extended); err != nil {
			t.Fatalf("%v\nin %s", err, fragments.Extended)
		}
	})
}
