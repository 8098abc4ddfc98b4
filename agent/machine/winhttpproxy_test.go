package machine_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
)

var _ = Describe("the proxy of WinHTTP", func() {
	const key = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\Connections`
	newMachine := func() *machine.Machine {
		p, err := machine.ProfileByID("xp-sp2")
		Expect(err).NotTo(HaveOccurred())
		return machine.New(p)
	}
	read := func(m *machine.Machine) []string {
		server, bypass := m.WinHTTPProxy()
		return []string{server, bypass}
	}
	It("is what proxycfg sets, and none until then", func() {
		m := newMachine()
		Expect(read(m)).To(Equal([]string{"", ""}))
		Expect(m.SetWinHTTPProxy("corp:8080", "<local>;*.lab")).To(Succeed())
		Expect(read(m)).To(Equal([]string{"corp:8080", "<local>;*.lab"}))
		Expect(m.SetWinHTTPProxy("", "")).To(Succeed())
		Expect(read(m)).To(Equal([]string{"", ""}))
	})
	DescribeTable("is none where the value is of another form", func(v machine.Value) {
		m := newMachine()
		Expect(m.Registry().Set(key, "WinHttpSettings", v)).To(Succeed())
		Expect(read(m)).To(Equal([]string{"", ""}))
	},
		Entry("a text", machine.SZ("corp:8080")),
		Entry("too short", machine.Binary([]byte{24, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0})),
		Entry("no texts", machine.Binary([]byte{24, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0})),
		Entry("a text longer than the value", machine.Binary([]byte{24, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 255, 255, 255, 255, 'c'})),
	)
})
