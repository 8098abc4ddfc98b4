package legacy_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/updateexe"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/agent/wua/legacy"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/sus"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/metadata/known"
	"github.com/wualab/wualab/transcript"
	"github.com/wualab/wualab/wusp"
	"github.com/wualab/wualab/wuv4"
)

func TestLegacy(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "legacy")
}

const (
	kb     = "com_microsoft.842773"
	old    = "com_microsoft.q300000"
	policy = `HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`
)

// office is a PC with Windows XP SP1 and a server of SUS 1.0, on one virtual clock.
type office struct {
	*legacy.Client
	cfg    wua.Config
	pc     *machine.Machine
	sus    *sus.Server
	clock  *clock.Virtual
	record *transcript.Recorder
}

type setup struct {
	server  sus.Config
	origin  fakeserver.Config
	profile string
	effect  wua.Effect
	files   map[string]fakeserver.File // in place of the server's
	missing string                     // a path of the server's files
}

func updates() []sus.Update {
	update, err := known.Find("KB842773")
	Expect(err).NotTo(HaveOccurred())
	q := &metadata.Update{Core: metadata.Core{Identity: wusp.UpdateIdentity{UpdateID: "00000000-0000-0000-0000-000000300000", RevisionNumber: 1}, Type: metadata.Software,
		IsInstalled: &metadata.Rule{Name: "b.WUv4RegKeyValue", Attributes: []metadata.Attribute{{Name: "Key", Value: "HKEY_LOCAL_MACHINE"},
			{Name: "Subkey", Value: `SOFTWARE\Microsoft\Updates\Q300000`}, {Name: "Value", Value: "Type"}, {Name: "Data", Value: "Hotfix"}}}},
		Extended: metadata.Extended{Files: []metadata.File{{Name: "q300000.exe"}}}}
	return []sus.Update{
		{Update: wsus.Update{Metadata: update.Metadata(), Content: map[string]wsus.File{update.Package.FileName: {File: fakeserver.File{Size: 700_000, Seed: 842773}}}}, Systems: []string{"5.1"}, Locales: []string{"en"}},
		{ID: old, Update: wsus.Update{Metadata: q, Content: map[string]wsus.File{"q300000.exe": {File: fakeserver.File{Size: 20_000, Seed: 1}}}}},
	}
}

func start(change func(*setup)) *office {
	GinkgoHelper()
	o := &office{clock: clock.NewVirtual(time.Date(2004, 8, 26, 8, 14, 0, 0, time.UTC))}
	s := setup{profile: "xp-sp1", server: sus.Config{Updates: updates(), Approved: []string{kb, old}, Clock: o.clock}}
	if change != nil {
		change(&s)
	}
	o.record = transcript.New(transcript.Options{Now: o.clock.Now})
	var err error
	o.sus, err = sus.New(s.server)
	Expect(err).NotTo(HaveOccurred())
	files := o.sus.Files()
	maps.Copy(files, s.files)
	delete(files, s.missing)
	if s.origin.Routes == nil {
		s.origin.Routes = o.sus.Routes()
	} else {
		s.origin.Routes = append(s.origin.Routes, o.sus.Routes()[1:]...)
	}
	s.origin.Name, s.origin.Clock, s.origin.Recorder, s.origin.Files = "sus", o.clock, o.record, files
	origin, err := fakeserver.New(s.origin)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(origin.Close)
	p, err := machine.ProfileByID(s.profile)
	Expect(err).NotTo(HaveOccurred())
	o.pc = machine.New(p)
	Expect(o.pc.SetHost("sus", 80, origin.Addr())).To(Succeed())
	r := o.pc.Registry()
	Expect(r.Set(policy, "WUServer", machine.SZ("http://sus"))).To(Succeed())
	Expect(r.Set(policy, "WUStatusServer", machine.SZ("http://sus"))).To(Succeed())
	Expect(r.Set(policy+`\AU`, "UseWUServer", machine.DWORD(1))).To(Succeed())
	client := winhttp.New(winhttp.Config{Clock: o.clock, Recorder: o.record, Resolver: o.pc})
	DeferCleanup(client.Close)
	manager, err := bits.New(bits.Config{Machine: o.pc, Clock: o.clock, HTTP: client, Recorder: o.record, Dir: GinkgoT().TempDir()})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(manager.Close)
	o.cfg = wua.Config{Machine: o.pc, Clock: o.clock, HTTP: client, BITS: manager, Seed: 1, Installer: o.installer(s.effect)}
	o.Client, err = legacy.New(o.cfg)
	Expect(err).NotTo(HaveOccurred())
	return o
}

// installer runs the package of update 842773, and is effect for others.
func (o *office) installer(effect wua.Effect) wua.Installer {
	update, err := known.Find("KB842773")
	Expect(err).NotTo(HaveOccurred())
	return func(id wusp.UpdateIdentity, _ bool) (wua.Effect, bool) {
		if id != update.Identity {
			return effect, true
		}
		run := updateexe.Install(o.pc, update.Package, update.Package.Arguments)
		return wua.Effect{ExitCode: run.ExitCode, Now: func(*machine.Machine) error { return run.Apply() }}, true
	}
}

func (o *office) cycle(option uint32) (legacy.Done, error) {
	Expect(o.pc.Registry().Set(policy+`\AU`, "AUOptions", machine.DWORD(option))).To(Succeed())
	h := o.clock.Hold("cycle")
	defer h.Release()
	return o.Cycle(context.Background(), h)
}

// asked gives the requests that the server got since mark, without the time in them.
func (o *office) asked(mark int) (list []string) {
	for _, x := range o.record.Exchanges(mark) {
		if x.Node == "sus" {
			path, _, _ := strings.Cut(x.Request.URL, "?")
			list = append(list, x.Request.Method+" "+path)
		}
	}
	return list
}

// pings gives the status pings as ACTIVITY STATUS CODE ITEM.
func (o *office) pings() (list []string) {
	for _, p := range o.sus.Pings() {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s %08X %s", string(p.Activity), p.Status, p.Code, p.Item)))
	}
	return list
}

var _ = Describe("a client of SUS 1.0", func() {
	It("goes from iuident.cab to an installed update, and tells of each step", func() {
		o := start(nil)
		mark := o.record.Mark()
		done, err := o.cycle(4)
		Expect(err).NotTo(HaveOccurred())
		Expect(done.Installed).To(Equal([]string{kb, old}))
		asked := o.asked(mark)
		Expect(asked[:6]).To(Equal([]string{"HEAD /iuident.cab", "GET /iuident.cab", "GET /wutrack.bin", "POST " + wuv4.CataloguePath, "GET /wutrack.bin", "HEAD " + content(done, 0)}))
		Expect(o.pings()).To(Equal([]string{"n s 00000000", "d s 00000000", "w s 00000000 " + kb, "i s 00000000 " + kb, "w s 00000000 " + old, "i s 00000000 " + old}))
		first := o.record.Exchanges(mark)[0].Request
		Expect(first.URL).To(HaveSuffix("/iuident.cab?0408260814"))
		Expect(first.Get("User-Agent")).To(Equal("Industry Update Control"))
		p := o.sus.Pings()[0]
		Expect(p.Client).To(MatchRegexp("^[0-9a-f]{32}$"))
		Expect(p.Platform).To(Equal("5.1.a28.2.100.1.0"))
		Expect(p.Language).To(Equal("en-US"))
		Expect(strings.Join(o.Log(), "\n")).To(ContainSubstring("Installation of " + kb + ": Succeeded"))
	})
	It("detects by rules: what is there is not fetched", func() {
		o := start(nil)
		Expect(o.pc.Registry().Set(`HKLM\SOFTWARE\Microsoft\Updates\Q300000`, "Type", machine.SZ("HOTFIX"))).To(Succeed())
		Expect(o.pc.Registry().CreateKey(`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Hotfix\KB842773`)).To(Succeed())
		done, err := o.cycle(4)
		Expect(err).NotTo(HaveOccurred())
		Expect(done.Items).To(HaveLen(2))
		Expect(done.Downloaded).To(BeEmpty())
	})
	DescribeTable("does as AUOptions says", func(option uint32, downloaded, installed int) {
		o := start(nil)
		done, err := o.cycle(option)
		Expect(err).NotTo(HaveOccurred())
		Expect(done.Items).To(HaveLen(2))
		Expect(done.Downloaded).To(HaveLen(downloaded))
		Expect(done.Installed).To(HaveLen(installed))
	},
		Entry("2, notify before download", uint32(2), 0, 0),
		Entry("3, notify before installation", uint32(3), 2, 0),
		Entry("4, install", uint32(4), 2, 2),
	)
	It("gets iuident.cab again only when it changed, and what is approved each time", func() {
		o := start(func(s *setup) { s.server.Approved = nil })
		done, err := o.cycle(4)
		Expect(err).NotTo(HaveOccurred())
		Expect(done.Items).To(BeEmpty())
		Expect(o.sus.Approve(strings.ToUpper(old))).To(Succeed())
		mark := o.record.Mark()
		done, err = o.cycle(4)
		Expect(err).NotTo(HaveOccurred())
		Expect(done.Installed).To(Equal([]string{old}))
		Expect(o.asked(mark)[:2]).To(Equal([]string{"HEAD /iuident.cab", "GET /wutrack.bin"}))
		o.sus.Withdraw(old)
		done, err = o.cycle(4)
		Expect(err).NotTo(HaveOccurred())
		Expect(done.Items).To(BeEmpty())
	})
	It("brings itself up to date first", func() {
		o := start(func(s *setup) { s.server.ClientVersion = "5.8.0.2469" })
		mark := o.record.Mark()
		_, err := o.cycle(2)
		Expect(err).NotTo(HaveOccurred())
		Expect(o.asked(mark)[2]).To(Equal("GET /SelfUpdate/iuctl.cab"))
		Expect(o.pings()[0]).To(Equal("s s 00000000"))
		Expect(o.Version().String()).To(Equal("5.8.0.2469"))
		mark = o.record.Mark()
		_, err = o.cycle(2)
		Expect(err).NotTo(HaveOccurred())
		Expect(o.asked(mark)).NotTo(ContainElement("GET /SelfUpdate/iuctl.cab"))
	})
	DescribeTable("is listed what is for its Windows and locale", func(profile, language string, want int) {
		o := start(func(s *setup) { s.profile = profile })
		system := o.pc.System()
		system.Language = language
		o.pc.SetSystem(system)
		done, err := o.cycle(2)
		Expect(err).NotTo(HaveOccurred())
		Expect(done.Items).To(HaveLen(want))
	},
		Entry(nil, "xp-sp1", "en", 2),
		Entry(nil, "xp-sp1", "de", 1),
		Entry(nil, "windows-2000-sp4", "en", 1),
	)
	It("leaves installing for later where the PC has to be restarted", func() {
		o := start(func(s *setup) { s.server.Approved = []string{old, kb} })
		o.pc.AttachService(machine.BITSService, machine.ServiceControl{Running: func() bool { return true }})
		done, err := o.cycle(4)
		Expect(err).NotTo(HaveOccurred())
		Expect(done.Downloaded).To(Equal([]string{kb, old}))
		Expect(done.Installed).To(Equal([]string{kb}))
		Expect(o.pings()).To(ContainElement("i r 00000000 " + kb))
		Expect(o.RebootRequired()).To(BeTrue())
		Expect(o.pc.Boot()).To(Succeed())
		Expect(o.Restarted()).To(Succeed())
		done, err = o.cycle(4)
		Expect(err).NotTo(HaveOccurred())
		Expect(done.Installed).To(Equal([]string{old}))
	})
	It("tells of what failed", func() {
		o := start(func(s *setup) {
			s.effect = wua.Effect{ExitCode: 5}
			list := updates()
			list[0].Content = map[string]wsus.File{"WindowsXP-KB842773-x86-ENU.exe": {File: fakeserver.File{Size: 700_000, Seed: 842773}, Missing: true}}
			s.server.Updates = list
		})
		mark := o.record.Mark()
		done, err := o.cycle(4)
		code, _ := hresult.Of(err)
		Expect(code).To(Equal(hresult.BG_E_HTTP_ERROR_404))
		Expect(done.Downloaded).To(Equal([]string{old}))
		Expect(done.Installed).To(BeEmpty())
		Expect(o.asked(mark)).NotTo(ContainElement(HavePrefix("POST /ClientWebService")), "who would know another place")
		Expect(o.pings()[2:]).To(Equal([]string{"w f 80190194 " + kb, "w s 00000000 " + old, "i f 8024200B " + old}))
	})
	DescribeTable("ends where the server is none of SUS", func(change func(*setup), code hresult.HRESULT, pings int) {
		o := start(change)
		_, err := o.cycle(4)
		got, _ := hresult.Of(err)
		Expect(got).To(Equal(code), "%v", err)
		Expect(o.sus.Pings()).To(HaveLen(pings))
		Expect(o.Log()).NotTo(BeEmpty())
	},
		Entry("no iuident.cab", func(s *setup) { s.server.NoIdent = true }, hresult.FromHTTPStatusWU(404), 0),
		Entry("iuident.cab is something else", func(s *setup) {
			s.files = map[string]fakeserver.File{"/iuident.cab": {Body: []byte("<html>not found</html>")}}
		}, hresult.WU_E_PT_SOAPCLIENT_PARSE, 0),
		Entry("the version in it is none", func(s *setup) { s.server.ClientVersion = "five" }, hresult.WU_E_PT_SOAPCLIENT_PARSE, 0),
		Entry("there is no newer client", func(s *setup) {
			s.server.ClientVersion = "6.0.0.0"
			s.missing = "/SelfUpdate/iuctl.cab"
		}, hresult.FromHTTPStatusWU(404), 1),
		Entry("the list of updates is a page of a proxy", func(s *setup) {
			s.origin.Routes = []fakeserver.Route{{Path: wuv4.CataloguePath, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html/>")) })}}
		}, hresult.WU_E_PT_SOAPCLIENT_PARSE, 2),
	)
	It("a search of the Windows Update Agent API against such a server has a code of its own", func() {
		o := start(nil)
		agent, err := wua.New(o.cfg)
		Expect(err).NotTo(HaveOccurred())
		search := func() hresult.HRESULT {
			h := o.clock.Hold("search")
			defer h.Release()
			_, err := agent.CreateUpdateSearcher().Search(context.Background(), h, "IsInstalled=0")
			code, _ := hresult.Of(err)
			return code
		}
		Expect(search()).To(Equal(hresult.WU_E_LEGACYSERVER))
		none := start(func(s *setup) { s.server.NoIdent = true })
		agent, err = wua.New(none.cfg)
		Expect(err).NotTo(HaveOccurred())
		o = none
		Expect(search()).To(Equal(hresult.FromHTTPStatusWU(404)))
	})
	It("needs a server that policy names", func() {
		o := start(nil)
		Expect(o.pc.Registry().DeleteValue(policy, "WUServer")).To(Succeed())
		_, err := o.cycle(4)
		code, _ := hresult.Of(err)
		Expect(code).To(Equal(hresult.WU_E_PT_SUS_SERVER_NOT_SET))
	})
})

func content(done legacy.Done, i int) string {
	u := done.Items[i].Update
	return strings.TrimPrefix(u.URLs[string(u.Extended.Files[0].Digest)], "http://sus")
}

var _ = DescribeTable("a server that can't be", func(cfg sus.Config, says string) {
	_, err := sus.New(cfg)
	Expect(err).To(MatchError(ContainSubstring(says)))
},
	Entry(nil, sus.Config{Approved: []string{"x"}}, `approval of "x": it is not in the catalogue`),
	Entry(nil, sus.Config{Updates: []sus.Update{{}}}, "update 1 of the catalogue: it has either"),
	Entry(nil, sus.Config{Updates: []sus.Update{{Update: wsus.Update{Metadata: &metadata.Update{Core: metadata.Core{Identity: wusp.UpdateIdentity{UpdateID: "00000000-0000-0000-0000-000000000001", RevisionNumber: 1}, Type: metadata.Software}}}}}}, "it has no ID"),
)
