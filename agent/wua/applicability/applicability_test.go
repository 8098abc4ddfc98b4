package applicability_test

import (
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua/applicability"
	"github.com/wualab/wualab/metadata"
)

func TestApplicability(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "applicability")
}

const (
	unknown = applicability.Unknown
	no      = applicability.False
	yes     = applicability.True
)

// lab is the PC that all rules are judged on.
func lab() *machine.Machine {
	p, err := machine.ProfileByID("xp-sp2")
	Expect(err).NotTo(HaveOccurred())
	pc := machine.New(p)
	s := pc.System()
	s.NumberOfProcessors, s.Metrics, s.SuiteMask = 2, map[int]int{86: 1}, 0x300
	s.Products = []machine.InstalledProduct{{ProductCode: "{A}", Version: machine.FileVersion{Major: 11}, Language: 1033}}
	pc.SetSystem(s)
	pc.Files().SetInfo(`C:\Program Files\Acme\acme.exe`, machine.FileInfo{Version: machine.FileVersion{Major: 4, Minor: 5}, Size: 1000, Language: 1033,
		Created: time.Date(2004, 7, 1, 22, 8, 0, 0, time.UTC), Modified: time.Date(2004, 8, 1, 0, 0, 0, 0, time.UTC)})
	r := pc.Registry()
	for name, v := range map[string]machine.Value{"Version": machine.SZ("4.5"), "Folder": machine.SZ(`C:\Program Files\Acme\`), "Flag": machine.DWORD(3), "Expand": machine.ExpandSZ(`%ProgramFiles%\Acme`), "Plain": machine.ExpandSZ("Acme")} {
		Expect(r.Set(`HKLM\SOFTWARE\Acme`, name, v)).To(Succeed())
	}
	Expect(r.Set(`HKLM\SOFTWARE\SQL\A\Setup`, "Cluster", machine.DWORD(1))).To(Succeed())
	Expect(r.Set(`HKLM\SOFTWARE\SQL\B\Setup`, "Cluster", machine.DWORD(0))).To(Succeed())
	return pc
}

func judge(fragment string, pc *machine.Machine) *applicability.Verdict {
	const head = `<UpdateIdentity UpdateID="00000000-0000-0000-0000-000000000001" RevisionNumber="1"/><Properties UpdateType="Software"/>`
	core, err := metadata.ParseCore(head + "<ApplicabilityRules><IsInstalled>" + fragment + "</IsInstalled></ApplicabilityRules>")
	Expect(err).NotTo(HaveOccurred())
	return applicability.Judge(core.IsInstalled, pc)
}

const (
	acme  = ` Key="HKEY_LOCAL_MACHINE" Subkey="SOFTWARE\Acme" `
	exe   = ` Csidl="38" Path="Acme\\acme.exe" `
	byReg = acme + ` Value="Folder" Path="acme.exe" `
	loop  = `<b.RegKeyLoop Key="HKEY_LOCAL_MACHINE" Subkey="SOFTWARE\`
	inner = `"><b.RegDword Key="HKEY_LOOP_TARGET" Subkey="Setup" Value="Cluster" Comparison="EqualTo" Data="1"/></b.RegKeyLoop>`
)

var _ = DescribeTable("rules on Windows XP SP2", func(rule string, want applicability.Truth, why string) {
	v := judge(rule, lab())
	Expect(v.Truth).To(Equal(want), "%v", v)
	Expect(v.String()).To(ContainSubstring(why))
},
	Entry(nil, `<True/>`, yes, ""),
	Entry(nil, `<False/>`, no, ""),
	Entry(nil, `<And><True/><True/></And>`, yes, ""),
	Entry(nil, `<And><True/><False/><b.New/></And>`, no, ""),
	Entry(nil, `<And><True/><b.New/></And>`, unknown, "the rule b.New is not known here"),
	Entry(nil, `<And/>`, unknown, "And holds no rule"),
	Entry(nil, `<Or><b.New/><True/></Or>`, yes, ""),
	Entry(nil, `<Or><False/><b.New/></Or>`, unknown, ""),
	Entry(nil, `<Or><False/><False/></Or>`, no, ""),
	Entry(nil, `<Not><False/></Not>`, yes, ""),
	Entry(nil, `<Not><True/></Not>`, no, ""),
	Entry(nil, `<Not><b.New/></Not>`, unknown, ""),
	Entry(nil, `<Not><True/><True/></Not>`, unknown, "Not holds one rule, not 2"),
	Entry(nil, `<b.FileVersoin/>`, unknown, "the rule b.FileVersoin is not known here; there is b.FileVersion"),
	Entry(nil, `<b.WmiQuery Namespace="root\cimv2" WqlQuery="select"/>`, unknown, "b.WmiQuery is not judged: the PC has no WMI"),
	Entry(nil, `<b.GenericQuery/>`, unknown, "b.GenericQuery is not judged: no public document"),
	Entry(nil, `<b.InstalledOnce/>`, unknown, "b.InstalledOnce is not judged: no public document"),
	Entry(nil, `<b.LicenseValueExists/>`, unknown, "b.LicenseValueExists is not judged: the PC has no licensing service"),
	Entry(nil, `<b.LicenseDword/>`, unknown, "b.LicenseDword is not judged: the PC has no licensing service"),
	Entry(nil, `<b.ClusteredOS/>`, unknown, "b.ClusteredOS is not judged: clusters"),
	Entry(nil, `<b.ClusterResourceOwner/>`, unknown, "b.ClusterResourceOwner is not judged: clusters"),

	Entry(nil, `<b.WindowsVersion MajorVersion="5" MinorVersion="1"/>`, yes, "Windows is 5.1.2600 SP2"),
	Entry(nil, `<b.WindowsVersion MajorVersion="5" MinorVersion="2"/>`, no, ""),
	Entry("hierarchical", `<b.WindowsVersion Comparison="GreaterThanOrEqualTo" MajorVersion="4" MinorVersion="9"/>`, yes, ""),
	Entry(nil, `<b.WindowsVersion Comparison="LessThan" MajorVersion="5" MinorVersion="1" ServicePackMajor="2"/>`, no, "not lower than"),
	Entry(nil, `<b.WindowsVersion Comparison="LessThan" MajorVersion="5" MinorVersion="1" ServicePackMajor="3"/>`, yes, ""),
	Entry("the build by itself", `<b.WindowsVersion Comparison="GreaterThan" MajorVersion="4" BuildNumber="2600"/>`, no, "the build of Windows is 2600"),
	Entry(nil, `<b.WindowsVersion ProductType="1"/>`, yes, "a workstation"),
	Entry(nil, `<b.WindowsVersion ProductType="3"/>`, no, "the product type is 1"),
	Entry(nil, `<b.WindowsVersion SuiteMask="768"/>`, yes, ""),
	Entry("one suite is enough", `<b.WindowsVersion SuiteMask="513"/>`, yes, ""),
	Entry("all are asked for", `<b.WindowsVersion SuiteMask="513" AllSuitesMustBePresent="true"/>`, no, "of the suites 0x201 the PC has 0x200"),
	Entry(nil, `<b.WindowsVersion SuiteMask="1"/>`, no, ""),
	Entry(nil, `<b.WindowsVersion Comparison="Near" MajorVersion="5"/>`, unknown, `the comparison "Near" is not known here`),
	Entry(nil, `<b.WindowsVersion MajorVersion="five"/>`, unknown, `MajorVersion "five" is no number`),
	Entry(nil, `<b.PlatformVersion MajorVersion="5"/>`, yes, ""),
	Entry(nil, `<b.PlatformVersion MajorVersion="6"/>`, no, ""),
	Entry(nil, `<b.Platform PlatformID="2"/>`, yes, ""),
	Entry(nil, `<b.Platform PlatformID="1"/>`, no, ""),
	Entry(nil, `<b.WindowsLanguage Language="EN"/>`, yes, "Windows is localized to en"),
	Entry(nil, `<b.WindowsLanguage Language="de"/>`, no, ""),
	Entry(nil, `<b.PlatformLanguage Language="en"/>`, yes, ""),
	Entry(nil, `<b.PlatformLanguage Language="fr"/>`, no, ""),
	Entry(nil, `<b.MuiInstalled/>`, no, "is not installed"),
	Entry(nil, `<b.MuiLanguageInstalled Language="de"/>`, no, "is not installed"),
	Entry(nil, `<b.SystemMetric Index="86" Comparison="EqualTo" Value="1"/>`, yes, "GetSystemMetrics(86) is 1"),
	Entry(nil, `<b.SystemMetric Index="87" Comparison="GreaterThan" Value="0"/>`, no, "GetSystemMetrics(87) is 0, not higher than 0"),
	Entry(nil, `<b.Processor Architecture="0" Level="6"/>`, yes, "architecture 0, level 6"),
	Entry(nil, `<b.Processor Architecture="9"/>`, no, ""),
	Entry(nil, `<b.NumberOfProcessors Comparison="GreaterThanOrEqualTo" Number="2"/>`, yes, "2 processors"),
	Entry(nil, `<b.NumberOfProcessors Comparison="LessThan" Number="2"/>`, no, ""),

	Entry(nil, `<b.FileExists`+exe+`/>`, yes, `C:\Program Files\Acme\acme.exe is there`),
	Entry(nil, `<b.FileExists`+exe+`Version="4.5.0.0" Size="1000" Created="2004-07-01T22:08:00Z" Modified="2004-08-01" Language="1033"/>`, yes, ""),
	Entry(nil, `<b.FileExists`+exe+`Version="4.6.0.0"/>`, no, "has version 4.5.0.0"),
	Entry(nil, `<b.FileExists`+exe+`Size="999"/>`, no, "has 1000 bytes"),
	Entry(nil, `<b.FileExists`+exe+`Created="2004-07-01"/>`, no, "was created at 2004-07-01T22:08:00Z"),
	Entry(nil, `<b.FileExists`+exe+`Modified="2004-07-01"/>`, no, "was modified at"),
	Entry(nil, `<b.FileExists`+exe+`Language="1031"/>`, no, "has language 1033"),
	Entry(nil, `<b.FileExists Csidl="38" Path="gone.exe"/>`, no, `there is no file C:\Program Files\gone.exe`),
	Entry(nil, `<b.FileExists Csidl="999" Path="gone.exe"/>`, unknown, "the folder of Csidl 999 is not known here"),
	Entry(nil, `<b.FileExists/>`, unknown, "b.FileExists has no Path"),
	Entry(nil, `<b.FileExistsPrependRegSz`+byReg+`/>`, yes, `C:\Program Files\Acme\acme.exe is there`),
	Entry(nil, `<b.FileExistsPrependRegSz`+acme+`Value="None" Path="acme.exe"/>`, no, `there is no value HKEY_LOCAL_MACHINE\SOFTWARE\Acme, None`),
	Entry(nil, `<b.FileVersion Csidl="37" Path="qmgr.dll" Comparison="GreaterThanOrEqualTo" Version="6.6.2600.1569"/>`, yes, "has version 6.6.2600.2180, higher than or equal to 6.6.2600.1569"),
	Entry(nil, `<b.FileVersion Path="C:/WINDOWS/System32/qmgr.dll" Comparison="LessThanOrEqualTo" Version="6.6.2600.1569"/>`, no, "not lower than or equal to"),
	Entry(nil, `<b.FileVersion Csidl="37" Path="none.dll" Comparison="LessThan" Version="1.0.0.0"/>`, no, "there is no file"),
	Entry(nil, `<b.FileVersion Csidl="37" Path="qmgr.dll" Version="6.6"/>`, unknown, "want four numbers"),
	Entry(nil, `<b.FileVersionPrependRegSz`+byReg+`Comparison="EqualTo" Version="4.5.0.0"/>`, yes, ""),
	Entry(nil, `<b.FileVersionPrependRegSz`+byReg+`Comparison="GreaterThan" Version="4.5.0.0"/>`, no, ""),
	Entry(nil, `<b.FileCreated`+exe+`Comparison="LessThan" Created="2004-07-02"/>`, yes, ""),
	Entry(nil, `<b.FileCreated`+exe+`Comparison="GreaterThan" Created="2004-07-02"/>`, no, ""),
	Entry(nil, `<b.FileCreated`+exe+`Created="July"/>`, unknown, `Created "July" is no time`),
	Entry(nil, `<b.FileCreatedPrependRegSz`+byReg+`Comparison="LessThan" Created="2004-07-02"/>`, yes, ""),
	Entry(nil, `<b.FileCreatedPrependRegSz`+byReg+`Created="2004-07-02"/>`, no, ""),
	Entry(nil, `<b.FileModified`+exe+`Modified="2004-08-01"/>`, yes, ""),
	Entry(nil, `<b.FileModified`+exe+`Comparison="LessThan" Modified="2004-08-01"/>`, no, ""),
	Entry(nil, `<b.FileModifiedPrependRegSz`+byReg+`Modified="2004-08-01"/>`, yes, ""),
	Entry(nil, `<b.FileModifiedPrependRegSz`+byReg+`Modified="2004-08-02"/>`, no, ""),
	Entry(nil, `<b.FileSize`+exe+`Comparison="GreaterThan" Size="999"/>`, yes, "has 1000 bytes, higher than 999"),
	Entry(nil, `<b.FileSize`+exe+`Size="999"/>`, no, ""),
	Entry(nil, `<b.FileSizePrependRegSz`+byReg+`Size="1000"/>`, yes, ""),
	Entry(nil, `<b.FileSizePrependRegSz`+byReg+`Size="1"/>`, no, ""),

	Entry(nil, `<b.RegKeyExists`+acme+`/>`, yes, `the key HKEY_LOCAL_MACHINE\SOFTWARE\Acme is there`),
	Entry(nil, `<b.RegKeyExists Key="HKEY_LOCAL_MACHINE" Subkey="SOFTWARE\None"/>`, no, "there is no key"),
	Entry(nil, `<b.RegValueExists`+acme+`Value="Flag"/>`, yes, ""),
	Entry(nil, `<b.RegValueExists`+acme+`Value="Flag" Type="REG_DWORD"/>`, yes, ""),
	Entry(nil, `<b.RegValueExists`+acme+`Value="Flag" Type="REG_SZ"/>`, no, "is REG_DWORD"),
	Entry(nil, `<b.RegValueExists`+acme+`Value="None"/>`, no, "there is no value"),
	Entry(nil, `<b.RegDword`+acme+`Value="Flag" Comparison="GreaterThan" Data="2"/>`, yes, "is 3, higher than 2"),
	Entry(nil, `<b.RegDword`+acme+`Value="Flag" Comparison="EqualTo" Data="2"/>`, no, "is 3, not equal to 2"),
	Entry(nil, `<b.RegDword`+acme+`Value="Version" Comparison="EqualTo" Data="2"/>`, no, "is no REG_DWORD"),
	Entry(nil, `<b.RegDword`+acme+`Value="None" Comparison="EqualTo" Data="2"/>`, no, "there is no value"),
	Entry(nil, `<b.RegSz`+acme+`Value="Version" Comparison="EqualTo" Data="4.5"/>`, yes, ""),
	Entry(nil, `<b.RegSz`+acme+`Value="Folder" Comparison="BeginsWith" Data="c:\program"/>`, yes, "one that begins with"),
	Entry(nil, `<b.RegSz`+acme+`Value="Folder" Comparison="Contains" Data="Files"/>`, yes, "one that contains"),
	Entry(nil, `<b.RegSz`+acme+`Value="Folder" Comparison="EndsWith" Data="Acme\"/>`, yes, "one that ends with"),
	Entry(nil, `<b.RegSz`+acme+`Value="Folder" Comparison="EndsWith" Data="Acme"/>`, no, ""),
	Entry(nil, `<b.RegSz`+acme+`Value="Folder" Comparison="Like" Data="Acme"/>`, unknown, `the comparison "Like" is not known here`),
	Entry(nil, `<b.RegSz`+acme+`Value="Flag" Data="3"/>`, no, "is no text"),
	Entry(nil, `<b.RegExpandSz`+acme+`Value="Plain" Data="Acme"/>`, yes, ""),
	Entry(nil, `<b.RegExpandSz`+acme+`Value="Plain" Data="Other"/>`, no, ""),
	Entry(nil, `<b.RegExpandSz`+acme+`Value="Expand" Data="Acme"/>`, unknown, "are not modelled"),
	Entry(nil, `<b.RegSzToVersion`+acme+`Value="Version" Comparison="GreaterThanOrEqualTo" Data="4.5.0.0"/>`, yes, `the text "4.5" is version 4.5.0.0`),
	Entry(nil, `<b.RegSzToVersion`+acme+`Value="Version" Comparison="GreaterThan" Data="4.10.0.0"/>`, no, ""),
	Entry(nil, `<b.RegSzToVersion`+acme+`Value="Folder" Data="4.10.0.0"/>`, no, "is no version"),
	Entry(nil, `<b.WUv4RegKeyValue`+acme+`Value="Plain" Data="ACME"/>`, yes, `is "Acme", which is "ACME"`),
	Entry(nil, `<b.WUv4RegKeyValue`+acme+`Value="Plain" Data="Acm"/>`, no, `which is not "Acm"`),
	Entry(nil, `<b.WUv4RegKeyValue`+acme+`Value="None" Data="Acme"/>`, no, "there is no value"),
	Entry(nil, `<b.WUv4RegKeyValue`+acme+`Value="Plain"/>`, unknown, "has no Data"),
	Entry(nil, `<b.WUv4RegKeySubstring`+acme+`Value="Folder" Data="files"/>`, yes, `which contains "files"`),
	Entry(nil, `<b.WUv4RegKeySubstring`+acme+`Value="Folder" Data="filet"/>`, no, `which does not contain "filet"`),
	Entry(nil, `<b.WUv4RegKeySubstring`+acme+`Value="Flag" Data="3"/>`, no, "is no text"),

	Entry(nil, loop+`SQL" TrueIf="Any`+inner, yes, "it holds for 1 of the 2 keys"),
	Entry(nil, loop+`SQL" TrueIf="All`+inner, no, ""),
	Entry(nil, loop+`SQL" TrueIf="None`+inner, no, ""),
	Entry(nil, loop+`None" TrueIf="Any`+inner, no, ""),
	Entry(nil, loop+`None" TrueIf="None`+inner, yes, ""),
	Entry(nil, loop+`None" TrueIf="All`+inner, unknown, ""),
	Entry(nil, loop+`SQL" TrueIf="Some`+inner, unknown, `TrueIf "Some" is none of Any, All and None`),
	Entry(nil, `<b.RegKeyExists Key="HKEY_LOOP_TARGET"/>`, unknown, "stands outside RegKeyLoop"),

	Entry(nil, `<m.MsiProductInstalled ProductCode="{a}"/>`, yes, "{a} is installed in version 11.0.0.0"),
	Entry(nil, `<m.MsiProductInstalled ProductCode="{B}"/>`, no, "no product {B} is installed"),
	Entry(nil, `<m.MsiProductInstalled ProductCode="{A}" VersionMin="11.0.0.0" VersionMax="12.0.0.0" Language="1033"/>`, yes, ""),
	Entry(nil, `<m.MsiProductInstalled ProductCode="{A}" VersionMin="11.0.0.0" ExcludeVersionMin="true"/>`, no, "below those asked for"),
	Entry(nil, `<m.MsiProductInstalled ProductCode="{A}" VersionMax="11.0.0.0" ExcludeVersionMax="true"/>`, no, "above those asked for"),
	Entry(nil, `<m.MsiProductInstalled ProductCode="{A}" Language="1031"/>`, no, "in language 1033"),
)

var _ = Describe("a PC of another kind", func() {
	It("has the Multilingual User Interface, and then no language of Windows itself", func() {
		pc := lab()
		s := pc.System()
		s.MUILanguages = []string{"de", "fr"}
		pc.SetSystem(s)
		Expect(judge(`<b.MuiInstalled/>`, pc).Truth).To(Equal(yes))
		Expect(judge(`<b.MuiLanguageInstalled Language="fr"/>`, pc).Truth).To(Equal(yes))
		Expect(judge(`<b.MuiLanguageInstalled Language="es"/>`, pc).Truth).To(Equal(no))
		Expect(judge(`<b.WindowsLanguage Language="en"/>`, pc).Truth).To(Equal(no))
	})
	It("keeps the registry of 32-bit programs apart on 64-bit Windows", func() {
		p, err := machine.ProfileByID("windows-10")
		Expect(err).NotTo(HaveOccurred())
		pc := machine.New(p)
		Expect(pc.Registry().CreateKey(`HKLM\SOFTWARE\Wow6432Node\Acme`)).To(Succeed())
		Expect(judge(`<b.RegKeyExists`+acme+`RegType32="true"/>`, pc).Truth).To(Equal(yes))
		Expect(judge(`<b.RegKeyExists`+acme+`/>`, pc).Truth).To(Equal(no))
	})
	It("is another one after a service pack", func() {
		pc := lab()
		pc.SetServicePack(3)
		Expect(judge(`<b.WindowsVersion ServicePackMajor="3"/>`, pc).Truth).To(Equal(yes))
	})
})

var _ = Describe("an update", func() {
	rule := func(name string) *metadata.Rule { return &metadata.Rule{Name: name} }
	DescribeTable("is needed when it is not installed, not superseded, and installable", func(installed, installable, superseded *metadata.Rule, needed bool, unknowns int) {
		state := applicability.Evaluate(&metadata.Core{IsInstalled: installed, IsInstallable: installable, IsSuperseded: superseded}, lab())
		Expect(state.Needed()).To(Equal(needed))
		Expect(state.Unknowns()).To(HaveLen(unknowns))
	},
		Entry(nil, rule("False"), rule("True"), nil, true, 0),
		Entry("no IsInstallable", rule("False"), nil, nil, true, 0),
		Entry("no rule at all", nil, nil, nil, false, 0),
		Entry("installed", rule("True"), rule("True"), nil, false, 0),
		Entry("not installable", rule("False"), rule("False"), nil, false, 0),
		Entry("superseded", rule("False"), rule("True"), rule("True"), false, 0),
		Entry("not known to be installable", rule("False"), rule("b.New"), nil, false, 1),
		Entry("not known not to be installed", rule("b.New"), rule("True"), nil, false, 1),
		Entry("not known not to be superseded", rule("False"), rule("True"), rule("b.New"), false, 1),
	)
	It("tells what is unknown once", func() {
		v := judge(`<And><b.New/><b.New/><b.Other/></And>`, lab())
		Expect(v.Unknowns()).To(HaveLen(2))
		Expect(strings.Count(v.String(), "\n")).To(Equal(7))
	})
})
