package machine_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
)

var _ = Describe("layered service providers", func() {
	pc := func() *machine.Machine {
		p, err := machine.ProfileByID("xp-sp1")
		Expect(err).NotTo(HaveOccurred())
		return machine.New(p)
	}

	It("are in the Winsock catalog as packed items", func() {
		m := pc()
		Expect(m.AddLayeredProvider(machine.LayeredProvider{Name: "Example Firewall", HindersStop: true})).To(Succeed())
		v, ok := m.Registry().Get(machine.WinsockCatalogKey+`\000000000001`, "PackedCatalogItem")
		Expect(ok).To(BeTrue())
		Expect(v.Bytes()).To(HaveLen(888), "MAX_PATH and WSAPROTOCOL_INFOW")
		Expect(string(v.Bytes())).To(HavePrefix(`%SystemRoot%\system32\examplefirewall.dll`))
		list := m.LayeredProviders()
		Expect(list).To(HaveLen(1))
		Expect(list[0].Hinders("stop")).To(BeTrue())
		Expect(list[0].Hinders("start")).To(BeFalse())
	})

	It("are gone when their entry is", func() {
		m := pc()
		Expect(m.AddLayeredProvider(machine.LayeredProvider{Name: "one"})).To(Succeed())
		Expect(m.AddLayeredProvider(machine.LayeredProvider{Name: "two"})).To(Succeed())
		Expect(m.Registry().DeleteKey(machine.WinsockCatalogKey + `\000000000001`)).To(Succeed())
		Expect(m.LayeredProviders()).To(Equal([]machine.LayeredProvider{{Name: "two"}}))
	})

	It("need a name that fits", func() {
		Expect(pc().AddLayeredProvider(machine.LayeredProvider{})).To(MatchError(ContainSubstring("want a name")))
		Expect(pc().AddLayeredProvider(machine.LayeredProvider{Name: strings.Repeat("x", 201)})).NotTo(Succeed())
	})
})
