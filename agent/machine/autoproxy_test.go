package machine_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
)

var _ = Describe("automatic proxy configuration", func() {
	var pc *machine.Machine
	BeforeEach(func() {
		p, err := machine.ProfileByID("xp-sp2")
		Expect(err).NotTo(HaveOccurred())
		pc = machine.New(p, machine.WithUser(machine.Account{Domain: "LAB", User: "alice"}))
	})

	It("keeps detection as a flag of the binary value, and reads it back", func() {
		s := machine.ProxySettings{Server: "corp:8080", AutoConfigURL: "http://x/p.pac", AutoDetect: true}
		Expect(pc.SetIEProxy(`LAB\alice`, s)).To(Succeed())
		Expect(pc.IEProxy(`LAB\alice`)).To(Equal(s))
		alice, err := pc.User(`LAB\alice`)
		Expect(err).NotTo(HaveOccurred())
		key := `HKU\` + alice.SID + `\` + machine.ConnectionsKey
		v, ok := pc.Registry().Get(key, "DefaultConnectionSettings")
		Expect(ok).To(BeTrue())
		Expect(v.Bytes()[8]).To(Equal(byte(1 | 4 | 8)))

		for _, other := range []machine.Value{machine.Binary([]byte{1, 2}), machine.SZ("text of some length"), machine.Binary(make([]byte, 12))} {
			Expect(pc.Registry().Set(key, "DefaultConnectionSettings", other)).To(Succeed())
			got, err := pc.IEProxy(`LAB\alice`)
			Expect(err).NotTo(HaveOccurred())
			Expect(got.AutoDetect).To(BeFalse())
		}
	})

	It("looks for wpad in the suffix and its parents, down to two parts", func() {
		pc.SetNetwork(machine.Network{Suffix: "berlin.eu.lab.example."})
		url, asked := pc.Wpad()
		Expect(url).To(BeEmpty())
		Expect(asked).To(Equal([]string{"wpad.berlin.eu.lab.example", "wpad.eu.lab.example", "wpad.lab.example"}))
		Expect(pc.SetHost("wpad.eu.lab.example", 80, "127.0.0.1:1")).To(Succeed())
		Expect(pc.SetHost("wpad.lab.example", 80, "127.0.0.1:1")).To(Succeed())
		url, asked = pc.Wpad()
		Expect(url).To(Equal("http://wpad.eu.lab.example/wpad.dat"))
		Expect(asked).To(HaveLen(2))
	})

	It("takes the URL of DHCP without asking DNS", func() {
		pc.SetNetwork(machine.Network{Suffix: "lab.example", DHCPProxy: "http://x/p.pac"})
		url, asked := pc.Wpad()
		Expect(url).To(Equal("http://x/p.pac"))
		Expect(asked).To(BeEmpty())
	})

	It("knows addresses of names as they are in its world", func() {
		Expect(pc.SetHost("origin", 80, "127.0.0.1:41234")).To(Succeed())
		pc.SetAddress("Files.lab.", "10.1.9.9")
		for host, want := range map[string]string{"origin": "127.0.0.1", "files.LAB": "10.1.9.9", "192.0.2.1": "192.0.2.1"} {
			got, ok := pc.AddressOf(host)
			Expect(ok).To(BeTrue(), host)
			Expect(got).To(Equal(want))
		}
		for _, host := range []string{"nobody", "::1"} {
			_, ok := pc.AddressOf(host)
			Expect(ok).To(BeFalse(), host)
		}
		Expect(pc.OwnAddress()).To(Equal("127.0.0.1"))
		pc.SetNetwork(machine.Network{Address: "10.1.2.3"})
		Expect(pc.OwnAddress()).To(Equal("10.1.2.3"))
	})
})
