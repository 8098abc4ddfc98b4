package updateexe_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/updateexe"
	"github.com/wualab/wualab/agent/wua/applicability"
	"github.com/wualab/wualab/metadata/known"
)

const quiet = "/quiet /norestart"

func kb() known.Update {
	u, err := known.Find("842773")
	Expect(err).NotTo(HaveOccurred())
	return u
}

func pc(profile string) *machine.Machine {
	p, err := machine.ProfileByID(profile)
	Expect(err).NotTo(HaveOccurred())
	return machine.New(p)
}

// running is a service that runs.
func running(m *machine.Machine) {
	m.AttachService("bits", machine.ServiceControl{Running: func() bool { return true }, Start: func() error { Fail("started again"); return nil }})
}

func install(m *machine.Machine, line string) updateexe.Setup {
	GinkgoHelper()
	s := updateexe.Install(m, kb().Package, line)
	Expect(s.Apply()).To(Succeed())
	return s
}

func remove(m *machine.Machine, line string) updateexe.Setup {
	GinkgoHelper()
	s := updateexe.Remove(m, kb().Package, line)
	Expect(s.Apply()).To(Succeed())
	return s
}

func bitsOf(m *machine.Machine) string {
	v, err := m.BITS()
	Expect(err).NotTo(HaveOccurred())
	return v.String()
}

func verified(m *machine.Machine) bool {
	return updateexe.Verified(updateexe.Verify(m, kb().Package))
}

func installed(m *machine.Machine) applicability.State {
	return applicability.Evaluate(&kb().Metadata().Core, m)
}

var _ = Describe("installing update 842773", func() {
	for _, profile := range []string{"xp-rtm", "xp-sp1"} {
		It("brings "+profile+" to BITS 2.0 with the files of the article", func() {
			m := pc(profile)
			Expect(installed(m).Needed()).To(BeTrue())
			Expect(verified(m)).To(BeFalse())
			Expect(install(m, quiet)).To(HaveField("ExitCode", updateexe.ExitDone), "nobody uses the files")
			Expect(bitsOf(m)).To(Equal("2.0"))
			Expect(updateexe.Verify(m, kb().Package)).To(HaveLen(7))
			Expect(verified(m)).To(BeTrue())
			Expect(installed(m).Installed).To(Equal(applicability.True))
			Expect(m.Registry().HasKey(`HKLM\SOFTWARE\Microsoft\Updates\Windows XP\SP2\KB842773`)).To(BeTrue())
		})
	}
	It("leaves the PC as the profile of a PC with the update is", func() {
		m, ready := pc("xp-sp1"), pc("xp-sp1-kb842773")
		install(m, quiet)
		Expect(updateexe.Verify(m, kb().Package)).To(Equal(updateexe.Verify(ready, kb().Package)))
	})
	It("replaces files that BITS uses when the PC starts again", func() {
		m := pc("xp-sp1")
		running(m)
		Expect(install(m, quiet)).To(HaveField("ExitCode", updateexe.ExitRestartRequired))
		Expect(bitsOf(m)).To(Equal("1.2"))
		Expect(verified(m)).To(BeFalse())
		Expect(m.PendingAtBoot()).To(BeTrue())
		Expect(remove(m, quiet).Says).To(ContainSubstring("restarted"))
		Expect(m.Boot()).To(Succeed())
		Expect(bitsOf(m)).To(Equal("2.0"))
		Expect(verified(m)).To(BeTrue())
		Expect(m.PendingAtBoot()).To(BeFalse())
	})
	It("keeps a later file that is there", func() {
		m := pc("xp-sp1")
		m.Files().Set("winhttp.dll", machine.FileVersion{Major: 5, Minor: 1, Build: 2600, Private: 2000})
		install(m, quiet)
		v, _ := m.Files().Version("winhttp.dll")
		Expect(v.Private).To(BeEquivalentTo(2000))
		Expect(verified(m)).To(BeTrue(), "or a later version")
	})
	DescribeTable("stops where it does not fit", func(profile string, change func(*machine.Machine), says string) {
		m := pc(profile)
		if change != nil {
			change(m)
		}
		before := bitsOf(m)
		s := install(m, quiet)
		Expect(s.OK()).To(BeFalse())
		Expect(s.ExitCode).To(Equal(updateexe.ExitStopped))
		Expect(s.Says).To(ContainSubstring(says))
		Expect(bitsOf(m)).To(Equal(before))
		Expect(m.Registry().HasKey(`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Hotfix\KB842773`)).To(BeFalse())
	},
		Entry("another Windows", "windows-2000-sp4", nil, "is for Windows XP"),
		Entry("Windows Server 2003", "server-2003", nil, "is for Windows XP"),
		Entry("the service pack that has it", "xp-sp2", nil, "the update came with service pack 2"),
		Entry("another language", "xp-sp1", func(m *machine.Machine) {
			s := m.System()
			s.Language = "de"
			m.SetSystem(s)
		}, "in the language en"),
	)
	It("turns BITS on if it was off", func() {
		m := pc("xp-sp1")
		on := false
		m.AttachService("BITS", machine.ServiceControl{Running: func() bool { return on }, Start: func() error { on = true; return nil }})
		Expect(m.SetServiceStart("BITS", machine.ServiceDisabled)).To(Succeed())
		Expect(install(m, quiet)).To(HaveField("ExitCode", updateexe.ExitDone))
		Expect(on).To(BeTrue())
		Expect(m.ServiceStart("BITS")).To(Equal(machine.ServiceManual))
	})
})

var _ = Describe("removing update 842773", func() {
	It("puts back what was there, and takes away what was not", func() {
		m := pc("xp-sp1")
		install(m, quiet)
		install(m, quiet) // keeps the first files
		Expect(remove(m, quiet)).To(HaveField("ExitCode", updateexe.ExitDone))
		Expect(bitsOf(m)).To(Equal("1.2"))
		_, there := m.Files().Info("xpob2res.dll")
		Expect(there).To(BeFalse())
		Expect(installed(m).Needed()).To(BeTrue())
		Expect(remove(m, quiet).Says).To(ContainSubstring("not installed"))
	})
	It("does so when the PC starts again where BITS uses the files", func() {
		m := pc("xp-sp1")
		install(m, quiet)
		running(m)
		s := updateexe.Install(m, kb().Package, "/uninstall /quiet /norestart")
		Expect(s.ExitCode).To(Equal(updateexe.ExitRestartRequired))
		Expect(s.Apply()).To(Succeed())
		Expect(bitsOf(m)).To(Equal("2.0"))
		Expect(m.Boot()).To(Succeed())
		Expect(bitsOf(m)).To(Equal("1.2"))
		_, there := m.Files().Info("bitsprx3.dll")
		Expect(there).To(BeFalse())
	})
	It("can't be done without what /nobackup did not keep", func() {
		m := pc("xp-sp1")
		install(m, quiet+" /n")
		Expect(remove(m, quiet).Says).To(ContainSubstring("$NtUninstallKB842773$"))
		Expect(bitsOf(m)).To(Equal("2.0"))
	})
})

var _ = DescribeTable("the switches of Update.exe", func(line string, inUse bool, code int, says string) {
	m := pc("xp-sp1")
	if inUse {
		running(m)
	}
	s := updateexe.Install(m, kb().Package, line)
	Expect(s.ExitCode).To(Equal(code))
	Expect(s.Says).To(ContainSubstring(says))
},
	Entry(nil, "", true, 3010, "installs"),
	Entry(nil, "/quiet", true, 1641, "installs"),
	Entry(nil, "/q /z", true, 3010, "installs"),
	Entry(nil, "-u -z", false, 0, "installs"),
	Entry(nil, "/passive /promptrestart", true, 3010, "installs"),
	Entry(nil, "/passive /warnrestart:30", true, 1641, "installs"),
	Entry(nil, "/quiet /forcerestart", false, 1641, "installs"),
	Entry(nil, "/?", true, 0, "nothing on this PC"),
	Entry(nil, `/extract:C:\x`, true, 0, "nothing on this PC"),
	Entry(nil, "/quite", true, 1, "did you mean /quiet?"),
	Entry(nil, "quiet", true, 1, "no switch"),
	Entry(nil, "/quiet:yes", true, 1, "takes no value"),
	Entry(nil, "/log", true, 1, "wants a path"),
	Entry(nil, "/warnrestart:soon", true, 1, "want seconds"),
	Entry(nil, "/quiet /passive", true, 1, "do not go together"),
	Entry(nil, "/norestart /forcerestart", true, 1, "do not go together"),
)

var _ = It("a verification tells what is wrong", func() {
	m := pc("xp-sp1-kb842773")
	Expect(verified(m)).To(BeTrue())
	info, _ := m.Files().Info("qmgr.dll")
	info.Size++
	m.Files().SetInfo("qmgr.dll", info)
	m.Files().Set("winhttp.dll", machine.FileVersion{Major: 5, Minor: 1, Build: 2600, Private: 1})
	m.Files().Remove("bitsprx2.dll")
	Expect(m.Registry().DeleteKey(`HKLM\Software\Microsoft\Windows NT\CurrentVersion\Hotfix\KB842773`)).To(Succeed())
	var wrong []string
	for _, l := range updateexe.Verify(m, kb().Package) {
		if !l.OK {
			wrong = append(wrong, l.String())
		}
	}
	Expect(strings.Join(wrong, "\n")).To(Equal(`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Hotfix\KB842773: absent, not there
bitsprx2.dll: absent, not version 6.6.2600.1569, 7680 bytes, 01-Jul-2004 22:08 UTC, or later
qmgr.dll: version 6.6.2600.1569, 361985 bytes, 01-Jul-2004 22:08 UTC, not version 6.6.2600.1569, 361984 bytes, 01-Jul-2004 22:08 UTC, or later
winhttp.dll: version 5.1.2600.1, 331776 bytes, 01-Jul-2004 22:08 UTC, not version 5.1.2600.1557, 331776 bytes, 01-Jul-2004 22:08 UTC, or later`))
})

var _ = It("a PC downloads as BITS 2.0 once it has been restarted", func() {
	agents := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agents <- r.UserAgent()
		w.Header().Set("Content-Length", "0")
	}))
	DeferCleanup(server.Close)
	p, err := agent.New("xp-sp1", agent.WithStore(filepath.Join(GinkgoT().TempDir(), "queue")), agent.WithHost("origin", 80, server.Listener.Addr().String()))
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(p.Close)
	get := func(name string) string {
		job, err := p.Download(context.Background(), name, "http://origin/"+name)
		Expect(err).NotTo(HaveOccurred())
		Expect(job.State()).To(Equal(bits.Transferred))
		for len(agents) > 1 {
			<-agents
		}
		return <-agents
	}
	Expect(get("a")).To(Equal("Microsoft BITS/6.2"))
	Expect(install(p.Machine, quiet)).To(HaveField("ExitCode", updateexe.ExitRestartRequired))
	Expect(p.BITS.Version().String()).To(Equal("1.2"))
	Expect(get("b")).To(Equal("Microsoft BITS/6.2"))
	Expect(p.Reboot()).To(Succeed())
	Expect(p.BITS.Version().String()).To(Equal("2.0"))
	Expect(p.Machine.Logon(p.Owner(), true)).To(Succeed())
	Expect(get("c")).To(Equal("Microsoft BITS/6.6"))
	Expect(p.StopService()).To(Succeed())
	Expect(p.Machine.SetServiceStart("BITS", machine.ServiceDisabled)).To(Succeed())
	Expect(p.StartService()).To(MatchError(ContainSubstring("disabled")))
	Expect(p.Reboot()).To(Succeed())
	Expect(p.Running()).To(BeFalse())
	Expect(install(p.Machine, quiet)).To(HaveField("ExitCode", updateexe.ExitDone))
	Expect(p.Running()).To(BeTrue())
})

func FuzzParseArguments(f *testing.F) {
	for _, line := range []string{"", "/quiet /norestart", "/q:", "-log:C:\\x", "/warnrestart:99999999", "/ /: -"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		a, err := updateexe.ParseArguments(line)
		for name := range a {
			if _, again := updateexe.ParseArguments("/" + name); again != nil && name != "log" && name != "integrate" {
				t.Errorf("%q gave the switch %q: %v", line, name, err)
			}
		}
	})
}
