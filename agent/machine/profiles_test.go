package machine_test

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
)

var _ = Describe("Profiles", func() {
	// The columns a person would check against the documents.
	DescribeTable("tell what follows from the system",
		func(id, os, bits, agent string, level int, useLM uint32, ntlmVersion, services bool) {
			p, err := machine.ProfileByID(id)
			Expect(err).NotTo(HaveOccurred())
			Expect(p.ID).To(Equal(id))
			Expect(p.OS.String()).To(Equal(os))
			v, ok := p.BITS()
			Expect(ok).To(BeTrue())
			Expect(v.String()).To(Equal(bits))
			Expect(p.UserAgent().Value).To(Equal("Microsoft BITS/" + agent))
			Expect(p.LmCompatibilityLevel.Value).To(Equal(level))
			Expect(p.UseLMCompat.Value).To(Equal(useLM))
			Expect(p.NTLMVersion.Value).To(Equal(ntlmVersion))
			Expect(p.LocalService.Value).To(Equal(services))
		},
		Entry(nil, "windows-2000-sp4", "5.0.2195 SP4", "1.5", "6.5", 0, uint32(1), false, false),
		Entry(nil, "xp-rtm", "5.1.2600", "1.0", "6.0", 0, uint32(0), false, true),
		Entry(nil, "xp-sp1", "5.1.2600 SP1", "1.2", "6.2", 0, uint32(0), false, true),
		Entry(nil, "xp-sp1-kb842773", "5.1.2600 SP1", "2.0", "6.6", 0, uint32(1), false, true),
		Entry(nil, "xp-sp2", "5.1.2600 SP2", "2.0", "6.6", 0, uint32(1), true, true),
		Entry(nil, "xp-sp3", "5.1.2600 SP3", "2.5", "6.7", 0, uint32(1), true, true),
		Entry(nil, "server-2003", "5.2.3790", "1.5", "6.5", 2, uint32(1), true, true),
		Entry(nil, "server-2003-sp1", "5.2.3790 SP1", "2.0", "6.6", 2, uint32(1), true, true),
		Entry(nil, "vista", "6.0.6000", "3.0", "7.0", 3, uint32(2), true, true),
		Entry(nil, "windows-7", "6.1.7600", "4.0", "7.5", 3, uint32(2), true, true),
		Entry(nil, "windows-10", "10.0.19045", "10.1", "7.8", 3, uint32(2), true, true),
	)

	It("all name their sources, and hold to the default of their BITS version", func() {
		Expect(machine.Profiles()).To(HaveLen(11))
		for _, p := range machine.Profiles() {
			Expect(p.Title).NotTo(BeEmpty(), p.ID)
			Expect(p.LmCompatibilityLevel.Source).NotTo(BeEmpty(), p.ID)
			Expect(p.UseLMCompat.Source).NotTo(BeEmpty(), p.ID)
			Expect(p.NTLMVersion.Source).NotTo(BeEmpty(), p.ID)
			Expect(p.LocalService.Source).NotTo(BeEmpty(), p.ID)
			for _, f := range p.Files {
				Expect(f.Version.Source).NotTo(BeEmpty(), p.ID+" "+f.Path)
			}
			bits, _ := p.BITS()
			Expect(p.UseLMCompat.Value).To(Equal(machine.DefaultUseLMCompat(bits).Value), p.ID)
		}
	})

	It("give update 842773 the file versions of KB 842309, as documented", func() {
		p, err := machine.ProfileByID("xp-sp1-kb842773")
		Expect(err).NotTo(HaveOccurred())
		got := map[string]string{}
		for _, f := range p.Files {
			Expect(f.Version.Documented()).To(BeTrue(), f.Path)
			got[strings.TrimPrefix(f.Path, `%windir%\System32\`)] = f.Version.Value.String()
		}
		Expect(got).To(Equal(map[string]string{
			"bitsprx2.dll": "6.6.2600.1569", "bitsprx3.dll": "6.6.2600.1569", "qmgr.dll": "6.6.2600.1569",
			"qmgrprxy.dll": "6.6.2600.1569", "winhttp.dll": "5.1.2600.1557", "xpob2res.dll": "5.1.2600.1570",
		}))
	})

	It("mark as assumed what no document settles", func() {
		p, err := machine.ProfileByID("xp-sp1-kb842773")
		Expect(err).NotTo(HaveOccurred())
		Expect(p.UseLMCompat.Basis).To(Equal(machine.BasisAssumed))
		p, err = machine.ProfileByID("xp-sp2")
		Expect(err).NotTo(HaveOccurred())
		Expect(p.UseLMCompat.Documented()).To(BeTrue())
		qmgr, ok := p.File(`%WINDIR%\system32\QMGR.DLL`)
		Expect(ok).To(BeTrue())
		Expect(qmgr.Documented()).To(BeFalse())
		_, ok = p.File(`%windir%\System32\absent.dll`)
		Expect(ok).To(BeFalse())
	})

	It("are found by alias and without regard to case", func() {
		p, err := machine.ProfileByID("Server-2003-R2")
		Expect(err).NotTo(HaveOccurred())
		Expect(p.ID).To(Equal("server-2003-sp1"))
	})

	DescribeTable("answer an unknown id with the nearest and all known ones",
		func(id, hint string) {
			_, err := machine.ProfileByID(id)
			Expect(err).To(MatchError(HavePrefix(fmt.Sprintf("unknown profile %q%s (known: windows-2000-sp4, xp-rtm, ", id, hint))))
			Expect(err).To(MatchError(ContainSubstring("server-2003-r2")))
		},
		Entry(nil, "xp-sp4", `, did you mean "xp-sp1"?`),
		Entry(nil, "windows7", `, did you mean "windows-7"?`),
		Entry(nil, "Windows-2000", `, did you mean "windows-2000-sp4"?`),
		Entry(nil, "os2-warp", ""),
		Entry(nil, "", ""),
	)

	It("are values: changing one changes no other", func() {
		p := machine.Profiles()[0]
		p.Files[0].Version.Value.Major = 99
		Expect(machine.Profiles()[0].Files[0].Version.Value.Major).To(Equal(uint16(6)))
	})

	It("without QMgr.dll have no BITS and no User-Agent", func() {
		_, ok := machine.Profile{}.BITS()
		Expect(ok).To(BeFalse())
		Expect(machine.Profile{}.UserAgent().Value).To(BeEmpty())
	})
})

var _ = Describe("Fact", func() {
	It("shows its basis, the weakest by default", func() {
		Expect(machine.Fact[int]{Value: 1, Source: "x"}.String()).To(Equal("1 (assumed: x)"))
		Expect(machine.Documented(2, "KB 1").String()).To(Equal("2 (documented: KB 1)"))
		Expect(machine.Observed(3, "capture").String()).To(Equal("3 (observed: capture)"))
	})
})

var _ = Describe("BITS versions", func() {
	DescribeTable("follow from QMgr.dll",
		func(file, bits string, useLM uint32, basis machine.Basis) {
			qmgr, err := machine.ParseFileVersion(file)
			Expect(err).NotTo(HaveOccurred())
			v, ok := machine.BITSVersionOf(qmgr)
			Expect(ok).To(BeTrue())
			Expect(v.String()).To(Equal(bits))
			Expect(machine.ParseBITSVersion(bits)).To(Equal(v))
			Expect(machine.DefaultUseLMCompat(v).Value).To(Equal(useLM))
			Expect(machine.UserAgentOf(qmgr).Basis).To(Equal(basis))
			Expect(machine.UserAgentOf(qmgr).Value).To(Equal("Microsoft BITS/" + file[:3]))
		},
		Entry(nil, "6.0.2600.0", "1.0", uint32(0), machine.BasisAssumed),
		Entry(nil, "6.2.2600.1106", "1.2", uint32(0), machine.BasisAssumed),
		Entry(nil, "6.5.3790.0", "1.5", uint32(1), machine.BasisAssumed),
		Entry(nil, "6.6.2600.1569", "2.0", uint32(1), machine.BasisObserved),
		Entry(nil, "6.7.2600.5512", "2.5", uint32(1), machine.BasisDocumented),
		Entry(nil, "7.0.6000.16386", "3.0", uint32(2), machine.BasisAssumed),
		Entry(nil, "7.5.7600.16385", "4.0", uint32(2), machine.BasisAssumed),
		Entry(nil, "7.7.9600.1", "5.0", uint32(2), machine.BasisObserved),
		Entry(nil, "7.8.19041.1", "10.1", uint32(2), machine.BasisObserved),
	)

	It("do not follow from another file version", func() {
		_, ok := machine.BITSVersionOf(machine.FileVersion{Major: 6, Minor: 1})
		Expect(ok).To(BeFalse())
		Expect(machine.UserAgentOf(machine.FileVersion{Major: 6, Minor: 1}).Basis).To(Equal(machine.BasisAssumed))
		Expect(machine.DefaultUseLMCompat(machine.BITSVersion{}).Value).To(BeZero())
		Expect(machine.DefaultUseLMCompat(machine.BITSVersion{Major: 11}).Value).To(Equal(uint32(2)))
	})

	It("compare by number and refuse what was never released", func() {
		v, w := machine.BITSVersion{Major: 2, Minor: 5}, machine.BITSVersion{Major: 10, Minor: 1}
		Expect([]int{v.Compare(w), w.Compare(v), v.Compare(v), v.Compare(machine.BITSVersion{Major: 2})}).To(Equal([]int{-1, 1, 0, 1}))
		for _, s := range []string{"", "2", "2.1", "two", "2.0.0"} {
			_, err := machine.ParseBITSVersion(s)
			Expect(err).To(MatchError(ContainSubstring("want one of 1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 10.1")), s)
		}
	})
})

var _ = Describe("File versions", func() {
	It("compare number by number", func() {
		order := []string{"5.9.9.9", "6.2.9999.0", "6.6.2600.1569", "6.6.2600.2180", "6.6.3790.0", "6.10.0.0"}
		for i, a := range order {
			for j, b := range order {
				v, err := machine.ParseFileVersion(a)
				Expect(err).NotTo(HaveOccurred())
				Expect(v.String()).To(Equal(a))
				w, err := machine.ParseFileVersion(b)
				Expect(err).NotTo(HaveOccurred())
				Expect(v.Compare(w) > 0).To(Equal(i > j), a+" "+b)
				Expect(v.Compare(w) < 0).To(Equal(i < j), a+" "+b)
			}
		}
	})

	DescribeTable("that are not four numbers are errors",
		func(s, want string) {
			_, err := machine.ParseFileVersion(s)
			Expect(err).To(MatchError(ContainSubstring(want)))
		},
		Entry(nil, "6.6.2600", "want four numbers"),
		Entry(nil, "6.6.2600.1.2", "want four numbers"),
		Entry(nil, "6.6.2600.x", `"x" is not a number`),
		Entry(nil, "6.6.2600.65536", `"65536" is not a number from 0 to 65535`),
		Entry(nil, "6.-6.2600.0", `"-6" is not a number`),
	)
})
