package wua_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

var _ = DescribeTable("where a PC stands to an update", func(change func(map[int]*wua.Candidate), id int, standing wua.Standing, why string) {
	p, err := machine.ProfileByID("xp-sp2")
	Expect(err).NotTo(HaveOccurred())
	var list []wua.Candidate
	byID := map[int]*wua.Candidate{}
	for _, u := range catalogue() {
		list = append(list, wua.Candidate{Core: &u.Metadata.Core, Deployment: wusp.Deployment{Action: wusp.ActionInstall}})
	}
	for i := range list {
		byID[i+1] = &list[i]
	}
	if change != nil {
		change(byID)
	}
	for _, u := range wua.Judge(machine.New(p), list) {
		if u.Identity.UpdateID == guid(id) {
			s, w := u.Standing()
			Expect(s).To(Equal(standing))
			Expect(w).To(ContainSubstring(why))
			Expect(u.Offered()).To(Equal(s == wua.Applies || s == wua.Superseded))
			return
		}
	}
	Fail("it is not there")
},
	Entry("it applies", nil, patch, wua.Applies, "can be installed"),
	Entry("it is taken to be installed", func(c map[int]*wua.Candidate) { c[patch].Installed = true }, patch, wua.Present, "it is installed"),
	Entry("it is installed", nil, windowsXP, wua.Present, "it is installed"),
	Entry("its prerequisite is missing", func(c map[int]*wua.Candidate) { c[windowsXP].Core.IsInstalled = rule("False") }, patch, wua.NotNeeded, "a prerequisite"),
	Entry("its prerequisite is taken to be there", func(c map[int]*wua.Candidate) {
		c[windowsXP].Core.IsInstalled = rule("False")
		c[windowsXP].Installed = true
	}, patch, wua.Applies, ""),
	Entry("another replaces it", nil, old, wua.Superseded, "replaces it"),
	Entry("what replaces it does not apply", func(c map[int]*wua.Candidate) { c[patch].Core.IsInstallable = rule("False") }, old, wua.Applies, ""),
	Entry("it cannot be installed", nil, other, wua.NotNeeded, "cannot be installed"),
	Entry("it says itself that it is superseded", func(c map[int]*wua.Candidate) { c[patch].Core.IsSuperseded = rule("True") }, patch, wua.NotNeeded, "superseded"),
	Entry("a rule is not known", func(c map[int]*wua.Candidate) { c[patch].Core.IsInstalled = rule("b.FileVersoin") }, patch, wua.Undecided, "there is b.FileVersion"),
	Entry("a bundle has a part that applies", nil, pack, wua.Applies, ""),
	Entry("a bundle has none", func(c map[int]*wua.Candidate) { c[part].Core.IsInstallable = rule("False") }, pack, wua.NotNeeded, "none of the updates in it"),
	Entry("a bundle is taken to be installed", func(c map[int]*wua.Candidate) { c[pack].Installed = true }, pack, wua.Present, ""),
)

var _ = It("a title may be missing", func() {
	p, err := machine.ProfileByID("xp-sp2")
	Expect(err).NotTo(HaveOccurred())
	list := wua.Judge(machine.New(p), []wua.Candidate{{Core: &metadata.Core{Identity: identity(9)}}, {Core: &metadata.Core{Identity: identity(10)}, Title: "Ten"}})
	Expect(list[0].Title()).To(Equal(string(guid(9))))
	Expect(list[1].Title()).To(Equal("Ten"))
})
