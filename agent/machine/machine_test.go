package machine_test

import (
	"encoding/json"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
)

func profile(id string) machine.Profile {
	GinkgoHelper()
	p, err := machine.ProfileByID(id)
	Expect(err).NotTo(HaveOccurred())
	return p
}

func fileVersion(s string) machine.FileVersion {
	GinkgoHelper()
	v, err := machine.ParseFileVersion(s)
	Expect(err).NotTo(HaveOccurred())
	return v
}

var _ = Describe("Machine", func() {
	var pc *machine.Machine
	BeforeEach(func() { pc = machine.New(profile("xp-sp1-kb842773"), machine.WithHostname("PC1")) })

	It("has in its registry what tells system, name and updates", func() {
		r := pc.Registry()
		for _, want := range []struct {
			key, name string
			value     machine.Value
		}{
			{`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`, "CurrentVersion", machine.SZ("5.1")},
			{`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`, "CurrentBuildNumber", machine.SZ("2600")},
			{`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`, "CSDVersion", machine.SZ("Service Pack 1")},
			{`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Hotfix\KB842773`, "Installed", machine.DWORD(1)},
			{`HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName`, "ComputerName", machine.SZ("PC1")},
		} {
			v, _ := r.Get(want.key, want.name)
			Expect(v).To(Equal(want.value), want.name)
		}
		_, ok := machine.New(profile("xp-rtm")).Registry().Get(`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`, "CSDVersion")
		Expect(ok).To(BeFalse())
	})

	It("is in a domain or in a workgroup", func() {
		name, ok := pc.Workgroup()
		Expect(name).To(Equal("WORKGROUP"))
		Expect(ok).To(BeTrue())
		_, ok = pc.Domain()
		Expect(ok).To(BeFalse())
		joined := machine.New(profile("xp-sp2"), machine.WithDomain("LAB"), machine.WithWorkgroup("W"))
		name, ok = joined.Domain()
		Expect(name).To(Equal("LAB"))
		Expect(ok).To(BeTrue())
		_, ok = joined.Workgroup()
		Expect(ok).To(BeFalse())
		Expect(joined.Hostname()).To(Equal("WUALAB-PC"))
	})

	It("takes BITS and User-Agent from the higher QMgr.dll", func() {
		Expect(pc.BITS()).To(Equal(machine.BITSVersion{Major: 2}))
		pc.Files().Set(`C:\windows/system32\BITS\QMgr.dll`, fileVersion("6.7.2600.5512"))
		Expect(pc.BITS()).To(Equal(machine.BITSVersion{Major: 2, Minor: 5}))
		Expect(pc.UserAgent()).To(Equal("Microsoft BITS/6.7"))
		pc.Files().Set("qmgr.dll", fileVersion("7.0.6000.0"))
		Expect(pc.BITS()).To(Equal(machine.BITSVersion{Major: 3}))
		shipped, _ := pc.Profile().BITS()
		Expect(shipped).To(Equal(machine.BITSVersion{Major: 2}))
	})

	It("says when BITS is missing or unknown", func() {
		pc.Files().Set(`%SystemRoot%\System32\qmgr.dll`, fileVersion("6.1.0.0"))
		_, err := pc.BITS()
		Expect(err).To(MatchError(ContainSubstring("QMgr.dll 6.1.0.0, which is no released BITS")))
		pc.Files().Remove("qmgr.dll")
		_, err = pc.BITS()
		Expect(err).To(MatchError("PC1 has no QMgr.dll: BITS is not installed"))
		Expect(pc.UserAgent()).To(BeEmpty())
	})

	It("finds Windows 2000's files below WINNT", func() {
		v, ok := machine.New(profile("windows-2000-sp4")).Files().Version(`c:\winnt\system32\bits\qmgr.dll`)
		Expect(ok).To(BeTrue())
		Expect(v.Major).To(Equal(uint16(6)))
	})
})

var _ = Describe("Settings", func() {
	var pc *machine.Machine
	BeforeEach(func() {
		pc = machine.New(profile("server-2003"), machine.WithUser(machine.Account{User: "alice"}))
	})

	It("are absent on a new machine, and the profile's default holds", func() {
		_, present, err := pc.LmCompatibilityLevel()
		Expect(err).NotTo(HaveOccurred())
		Expect(present).To(BeFalse())
		_, present, err = pc.UseLMCompat()
		Expect(err).NotTo(HaveOccurred())
		Expect(present).To(BeFalse())
		level, source := pc.EffectiveLmCompatibilityLevel()
		Expect(level).To(Equal(2))
		Expect(source).To(HavePrefix("default of Windows Server 2003 (documented: Windows Server 2003 security setting"))
	})

	DescribeTable("LmCompatibilityLevel",
		func(v machine.Value, level int, source string) {
			Expect(pc.Registry().Set(`HKLM\System\CurrentControlSet\Control\LSA`, "lmcompatibilitylevel", v)).To(Succeed())
			got, from := pc.EffectiveLmCompatibilityLevel()
			Expect(got).To(Equal(level))
			Expect(from).To(ContainSubstring(source))
		},
		Entry("set", machine.DWORD(5), 5, `HKLM\SYSTEM\CurrentControlSet\Control\Lsa\LmCompatibilityLevel`),
		Entry("zero", machine.DWORD(0), 0, `HKLM\SYSTEM\CurrentControlSet\Control\Lsa\LmCompatibilityLevel`),
		Entry("too high", machine.DWORD(6), 5, "is 6, taken as 5 (assumed)"),
		Entry("of the wrong type", machine.SZ("5"), 2, "since HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\LmCompatibilityLevel: value is a REG_SZ"),
	)

	It("UseLMCompat is read under the spelling of KB 842309", func() {
		Expect(pc.Registry().Set(`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\BITS`, "UseLmCompat", machine.DWORD(0))).To(Succeed())
		n, present, err := pc.UseLMCompat()
		Expect(err).NotTo(HaveOccurred())
		Expect(present).To(BeTrue())
		Expect(n).To(BeZero())
		Expect(pc.Registry().Set(machine.BITSKey, machine.UseLMCompatValue, machine.SZ("0"))).To(Succeed())
		_, present, err = pc.UseLMCompat()
		Expect(present).To(BeTrue())
		Expect(err).To(MatchError(ContainSubstring("not a REG_DWORD")))
	})

	It("of Internet Explorer are those of the user's hive", func() {
		Expect(pc.IEProxy("alice")).To(Equal(machine.ProxySettings{}))
		want := machine.ProxySettings{Enable: true, Server: "http=proxy:8080", Override: "*.lab;<local>", AutoConfigURL: "http://wpad/wpad.dat"}
		Expect(pc.SetIEProxy("alice", want)).To(Succeed())
		Expect(pc.IEProxy("ALICE")).To(Equal(want))
		Expect(pc.IEProxy("LocalSystem")).To(Equal(machine.ProxySettings{}))
		Expect(pc.Logon("alice", true)).To(Succeed())
		v, _ := pc.Registry().Get(`HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings`, "ProxyServer")
		Expect(v).To(Equal(machine.SZ("http=proxy:8080")))
		Expect(pc.SetIEProxy("alice", machine.ProxySettings{Server: "p"})).To(Succeed())
		Expect(pc.IEProxy("alice")).To(Equal(machine.ProxySettings{Server: "p"}))
	})

	It("of Internet Explorer for LocalSystem lie in the default hive", func() {
		Expect(pc.Registry().Set(`HKU\.DEFAULT\`+machine.InternetSettingsKey, "ProxyEnable", machine.DWORD(1))).To(Succeed())
		Expect(pc.IEProxy("SYSTEM")).To(Equal(machine.ProxySettings{Enable: true}))
	})

	It("of Internet Explorer with wrong types are errors that name all", func() {
		a, err := pc.User("alice")
		Expect(err).NotTo(HaveOccurred())
		key := `HKU\` + a.SID + `\` + machine.InternetSettingsKey
		Expect(pc.Registry().Set(key, "ProxyEnable", machine.SZ("1"))).To(Succeed())
		Expect(pc.Registry().Set(key, "ProxyServer", machine.DWORD(1))).To(Succeed())
		_, err = pc.IEProxy("alice")
		Expect(err).To(MatchError(SatisfyAll(ContainSubstring("ProxyEnable"), ContainSubstring("ProxyServer"), ContainSubstring(`WUALAB-PC\alice`))))
		_, err = pc.IEProxy("bob")
		Expect(err).To(MatchError(ContainSubstring(`unknown user "bob"`)))
		Expect(pc.SetIEProxy("bob", machine.ProxySettings{})).To(MatchError(ContainSubstring(`unknown user "bob"`)))
	})
})

var _ = Describe("Hosts", func() {
	var pc *machine.Machine
	BeforeEach(func() { pc = machine.New(profile("xp-sp2")) })

	It("resolve a name and port, else the name, else nothing", func() {
		Expect(pc.SetHost("Origin", 80, "127.0.0.1:5000")).To(Succeed())
		Expect(pc.SetHost("origin", 0, "127.0.0.2")).To(Succeed())
		Expect(pc.SetHost("v6", 0, "::1")).To(Succeed())
		addr, ok := pc.Resolve("ORIGIN.", 80)
		Expect(ok).To(BeTrue())
		Expect(addr).To(Equal("127.0.0.1:5000"))
		addr, _ = pc.Resolve("origin", 443)
		Expect(addr).To(Equal("127.0.0.2:443"))
		addr, _ = pc.Resolve("v6", 80)
		Expect(addr).To(Equal("[::1]:80"))
		_, ok = pc.Resolve("elsewhere", 80)
		Expect(ok).To(BeFalse())
		pc.Hosts().Remove("ORIGIN", 80)
		addr, _ = pc.Resolve("origin", 80)
		Expect(addr).To(Equal("127.0.0.2:80"))
	})

	It("refuse what is no name, port or address", func() {
		Expect(pc.SetHost("", 80, "127.0.0.1:1")).To(MatchError(ContainSubstring("want a name and a port")))
		Expect(pc.SetHost("a", 65536, "127.0.0.1:1")).To(MatchError(ContainSubstring("port 65536")))
		Expect(pc.SetHost("a", 80, "nowhere")).To(MatchError(ContainSubstring(`"nowhere" is neither host:port nor an IP address`)))
	})
})

var _ = Describe("Accounts and sessions", func() {
	var pc *machine.Machine
	BeforeEach(func() {
		pc = machine.New(profile("xp-sp2"), machine.WithHostname("PC1"), machine.WithDomain("LAB"),
			machine.WithUser(machine.Account{User: "bob", Password: "b"}),
			machine.WithInteractiveUser(machine.Account{Domain: "LAB", User: "alice", Password: "a", SID: "S-1-5-21-9-1001"}))
	})

	It("are found by name, with or without the domain", func() {
		a, err := pc.User(`lab\ALICE`)
		Expect(err).NotTo(HaveOccurred())
		Expect(a.Password.Reveal()).To(Equal("a"))
		Expect(pc.User("alice")).To(Equal(a))
		bob, err := pc.User(`PC1\bob`)
		Expect(err).NotTo(HaveOccurred())
		Expect(bob.SID).To(MatchRegexp(`^S-1-5-21-\d+-\d+-\d+-\d+$`))
		_, err = pc.User(`LAB\bob`)
		Expect(err).To(MatchError(ContainSubstring(`unknown user "LAB\\bob" on PC1 (known: NT AUTHORITY\SYSTEM`)))
		pc.AddUser(machine.Account{Domain: "LAB", User: "bob"})
		_, err = pc.User("bob")
		Expect(err).To(MatchError(ContainSubstring(`may be PC1\bob or LAB\bob: name the domain`)))
	})

	It("are replaced by one of the same name, and get a SID that can name a key", func() {
		n := len(pc.Users())
		a := pc.AddUser(machine.Account{Domain: "lab", User: "Alice", Password: "new", SID: `a\b`})
		Expect(pc.Users()).To(HaveLen(n))
		Expect(a.SID).To(HavePrefix("S-1-5-21-"))
		got, err := pc.User("alice")
		Expect(err).NotTo(HaveOccurred())
		Expect(got).To(Equal(a))
		other := pc.AddUser(machine.Account{Domain: "LAB", User: "carol"})
		Expect(other.SID).NotTo(Equal(a.SID))
		Expect(machine.New(profile("xp-sp2")).AddUser(machine.Account{Domain: "LAB", User: "carol"}).SID).To(Equal(other.SID))
	})

	It("log on and off, and the console's user owns HKCU", func() {
		Expect(pc.Registry().Set(`HKCU\x`, "", machine.DWORD(1))).To(Succeed())
		Expect(pc.Registry().HasKey(`HKU\S-1-5-21-9-1001\x`)).To(BeTrue())
		Expect(pc.LoggedOn("alice")).To(BeTrue())
		Expect(pc.LoggedOn("bob")).To(BeFalse())
		Expect(pc.Logon("bob", true)).To(Succeed())
		console, _ := pc.InteractiveUser()
		Expect(console.User).To(Equal("bob"))
		Expect(pc.Registry().HasKey(`HKCU\x`)).To(BeFalse())
		Expect(pc.Logoff("bob")).To(Succeed())
		Expect(pc.Registry().HasKey(`HKCU\x`)).To(BeTrue())
		Expect(pc.Logoff("alice")).To(Succeed())
		_, ok := pc.InteractiveUser()
		Expect(ok).To(BeFalse())
		Expect(pc.LoggedOn("alice")).To(BeFalse())
		Expect(pc.Registry().HasKey(`HKCU\x`)).To(BeFalse())
	})

	It("count RunAs as logged on but not as interactive", func() {
		Expect(pc.Logon("bob", false)).To(Succeed())
		Expect(pc.LoggedOn("bob")).To(BeTrue())
		Expect(pc.Interactive("bob")).To(BeFalse())
		Expect(pc.Interactive("alice")).To(BeTrue())
		console, _ := pc.InteractiveUser()
		Expect(console.User).To(Equal("alice"))
	})

	It("refuse what cannot be", func() {
		Expect(pc.Logon("nobody", true)).To(MatchError(ContainSubstring(`log on: unknown user "nobody"`)))
		Expect(pc.Logoff("nobody")).To(MatchError(ContainSubstring(`log off: unknown user "nobody"`)))
		Expect(pc.Logoff("bob")).To(MatchError(`log off: PC1\bob has no session`))
		Expect(pc.Logoff("LocalSystem")).To(MatchError(`log off: NT AUTHORITY\SYSTEM has no session`))
		Expect(pc.LoggedOn("nobody")).To(BeFalse())
	})

	DescribeTable("of services are always logged on, and are the computer or nobody on the network",
		func(name string, kind machine.AccountKind, network string) {
			a, err := pc.User(name)
			Expect(err).NotTo(HaveOccurred())
			Expect(a.Kind).To(Equal(kind))
			Expect(pc.LoggedOn(name)).To(BeTrue())
			Expect(pc.Interactive(name)).To(BeTrue())
			seen, err := pc.ImplicitCredentials(name)
			Expect(err).NotTo(HaveOccurred())
			Expect(seen.String()).To(Equal(network))
		},
		Entry(nil, "LocalSystem", machine.LocalSystem, `LAB\PC1$`),
		Entry(nil, `NT AUTHORITY\SYSTEM`, machine.LocalSystem, `LAB\PC1$`),
		Entry(nil, "NetworkService", machine.NetworkService, `LAB\PC1$`),
		Entry(nil, `nt authority\network service`, machine.NetworkService, `LAB\PC1$`),
		Entry(nil, "LocalService", machine.LocalService, "anonymous"),
		Entry(nil, "local service", machine.LocalService, "anonymous"),
	)

	It("give a user's own credentials, and the computer's password", func() {
		a, err := pc.ImplicitCredentials("alice")
		Expect(err).NotTo(HaveOccurred())
		Expect(a.String()).To(Equal(`LAB\alice`))
		host, err := pc.ImplicitCredentials("LocalSystem")
		Expect(err).NotTo(HaveOccurred())
		Expect(host.Kind).To(Equal(machine.ComputerAccount))
		Expect(host.Password.Reveal()).To(Equal("pc1"))
		other := machine.New(profile("xp-sp2"), machine.WithDomain("LAB"), machine.WithMachinePassword("secret"))
		host, err = other.ImplicitCredentials("LocalSystem")
		Expect(err).NotTo(HaveOccurred())
		Expect(host.Password.Reveal()).To(Equal("secret"))
		alone := machine.New(profile("xp-sp2"))
		host, err = alone.ImplicitCredentials("LocalSystem")
		Expect(err).NotTo(HaveOccurred())
		Expect(host.Kind).To(Equal(machine.Anonymous))
		_, err = pc.ImplicitCredentials("nobody")
		Expect(err).To(MatchError(ContainSubstring("implicit credentials: unknown user")))
	})

	It("on Windows 2000 know only LocalSystem", func() {
		old := machine.New(profile("windows-2000-sp4"))
		Expect(old.Users()).To(HaveLen(1))
		_, err := old.User("NetworkService")
		Expect(err).To(HaveOccurred())
		Expect(old.LoggedOn("SYSTEM")).To(BeTrue())
	})

	It("never print their password", func() {
		a := machine.Account{Domain: "LAB", User: "alice", Password: "hunter2"}
		asJSON, err := json.Marshal(a)
		Expect(err).NotTo(HaveOccurred())
		for _, s := range []string{
			fmt.Sprintf("%v %+v %#v %s", a, a, a, a), fmt.Sprintf("%v %s %q %x %#v", a.Password, a.Password, a.Password, a.Password, a.Password),
			string(asJSON), fmt.Sprintf("%+v", []machine.Account{a}),
		} {
			Expect(s).NotTo(ContainSubstring("hunter2"))
			Expect(s).NotTo(ContainSubstring("68756e74657232"))
		}
		Expect(string(asJSON)).To(ContainSubstring("[redacted]"))
	})

	It("name their kinds", func() {
		var names []string
		for k := machine.OrdinaryUser; k <= machine.Anonymous; k++ {
			names = append(names, k.String())
		}
		Expect(names).To(Equal([]string{"user", "LocalSystem", "LocalService", "NetworkService", "computer account", "anonymous"}))
	})
})
