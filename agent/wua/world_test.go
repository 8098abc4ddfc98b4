package wua_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/transcript"
	"github.com/wualab/wualab/wusp"
)

func TestWUA(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "wua")
}

const (
	windowsXP = 2 + iota // a product, known by the version of Windows
	patch                // needs windowsXP; replaces old
	old
	other // of another product
	pack  // bundles part
	part
	family = 1
)

func guid(n int) wusp.GUID { return wusp.GUID(fmt.Sprintf("00000000-0000-0000-0000-%012d", n)) }

func identity(n int) wusp.UpdateIdentity {
	return wusp.UpdateIdentity{UpdateID: guid(n), RevisionNumber: 1}
}

func clauses(ids ...int) (list []metadata.Clause) {
	for _, id := range ids {
		list = append(list, metadata.Clause{AnyOf: []wusp.UpdateIdentity{identity(id)}})
	}
	return list
}

func rule(name string, pairs ...string) *metadata.Rule {
	r := &metadata.Rule{Name: name}
	for i := 0; i < len(pairs); i += 2 {
		r.Attributes = append(r.Attributes, metadata.Attribute{Name: pairs[i], Value: pairs[i+1]})
	}
	return r
}

func update(id int, kind metadata.Type, installed *metadata.Rule, change func(*metadata.Update)) wsus.Update {
	u := &metadata.Update{Core: metadata.Core{Identity: identity(id), Type: kind, ExplicitlyDeployable: kind == metadata.Software, IsInstalled: installed},
		Localized: []metadata.Localized{{Language: "en", Title: fmt.Sprint("Update ", id)}}}
	if change != nil {
		change(u)
	}
	return wsus.Update{RevisionID: 100 + id, Metadata: u}
}

func catalogue() []wsus.Update {
	qmgr := rule("b.FileVersion", "Csidl", "37", "Path", "qmgr.dll", "Comparison", "GreaterThanOrEqualTo", "Version", "6.7.0.0")
	first := update(patch, metadata.Software, qmgr, func(u *metadata.Update) {
		u.Prerequisites, u.Superseded = clauses(windowsXP), []wusp.GUID{guid(old)}
		u.Files = []metadata.File{{Name: "patch.exe"}}
	})
	first.Content = map[string]wsus.File{"patch.exe": {File: fakeserver.File{Size: 70000, Seed: 3}}}
	return []wsus.Update{
		update(family, metadata.Category, rule("True"), nil),
		update(windowsXP, metadata.Category, rule("b.WindowsVersion", "MajorVersion", "5", "MinorVersion", "1"), func(u *metadata.Update) { u.Prerequisites = clauses(family) }),
		first,
		update(old, metadata.Software, rule("False"), func(u *metadata.Update) { u.Prerequisites = clauses(windowsXP) }),
		update(other, metadata.Software, rule("False"), func(u *metadata.Update) { u.IsInstallable = rule("b.WindowsVersion", "MajorVersion", "6") }),
		update(pack, metadata.Software, nil, func(u *metadata.Update) {
			u.Prerequisites, u.Bundled = clauses(windowsXP), clauses(part)
		}),
		update(part, metadata.Software, rule("b.RegKeyExists", "Key", "HKEY_LOCAL_MACHINE", "Subkey", `SOFTWARE\Part`), func(u *metadata.Update) { u.ExplicitlyDeployable = false }),
	}
}

// world is a PC and an update server, on one virtual clock.
type world struct {
	*wua.Agent
	PC     *machine.Machine
	WSUS   *wsus.Server
	Origin *fakeserver.Server
	Clock  *clock.Virtual
	Record *transcript.Recorder
	mark   int
	dir    string
}

type setup struct {
	server  wsus.Config
	origin  fakeserver.Config
	agent   wua.Config
	profile string
	bits    bool
}

func start(change func(*setup)) *world {
	w := &world{Clock: clock.NewVirtual(time.Date(2004, 10, 1, 8, 0, 0, 0, time.UTC))}
	s := setup{profile: "xp-sp2", server: wsus.Config{Clock: w.Clock, Updates: catalogue(), Approvals: []wsus.Approval{
		{UpdateID: guid(patch), Action: wusp.ActionInstall}, {UpdateID: guid(old), Action: wusp.ActionInstall},
		{UpdateID: guid(other), Action: wusp.ActionInstall}, {UpdateID: guid(pack), Action: wusp.ActionInstall}}}}
	w.Record = transcript.New(transcript.Options{Now: w.Clock.Now})
	if change != nil {
		change(&s)
	}
	var err error
	w.WSUS, err = wsus.New(s.server)
	Expect(err).NotTo(HaveOccurred())
	s.origin.Clock, s.origin.Recorder, s.origin.Name = w.Clock, w.Record, "wsus"
	s.origin.Routes = append(s.origin.Routes, w.WSUS.Routes()...)
	s.origin.Files = w.WSUS.Files()
	w.Origin, err = fakeserver.New(s.origin)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(w.Origin.Close)

	p, err := machine.ProfileByID(s.profile)
	Expect(err).NotTo(HaveOccurred())
	w.PC = machine.New(p)
	Expect(w.PC.SetHost("wsus", 80, w.Origin.Addr())).To(Succeed())
	w.policy("http://wsus/")
	s.agent.Machine, s.agent.Clock = w.PC, w.Clock
	client := winhttp.New(winhttp.Config{Clock: w.Clock, Recorder: w.Record, Resolver: w.PC})
	DeferCleanup(client.Close)
	s.agent.HTTP = client
	if s.bits {
		w.dir = GinkgoT().TempDir()
		s.agent.BITS = w.manager(client)
	}
	w.Agent, err = wua.New(s.agent)
	Expect(err).NotTo(HaveOccurred())
	return w
}

const policyKey = `HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`

func (w *world) policy(url string) {
	r := w.PC.Registry()
	Expect(r.Set(policyKey, "WUServer", machine.SZ(url))).To(Succeed())
	Expect(r.Set(policyKey, "WUStatusServer", machine.SZ(url))).To(Succeed())
	Expect(r.Set(policyKey+`\AU`, "UseWUServer", machine.DWORD(1))).To(Succeed())
}

func (w *world) detect() (*wua.Scan, error) {
	h := w.Clock.Hold("scan")
	defer h.Release()
	return w.Detect(context.Background(), h)
}

func (w *world) scan() *wua.Scan {
	scan, err := w.detect()
	ExpectWithOffset(1, err).NotTo(HaveOccurred())
	return scan
}

func (w *world) sendEvents() error {
	h := w.Clock.Hold("report")
	defer h.Release()
	return w.Report(context.Background(), h)
}

// actions gives the operations that were called since the last time.
func (w *world) actions() (list []string) {
	for _, x := range w.Record.Exchanges(w.mark) {
		if x.Node != "wsus" {
			continue
		}
		for _, value := range x.Request.Values("SOAPAction") {
			list = append(list, strings.TrimSuffix(value[strings.LastIndexByte(value, '/')+1:], `"`))
		}
	}
	w.mark = w.Record.Mark()
	return list
}

func codeOf(err error) hresult.HRESULT {
	code, _ := hresult.Of(err)
	return code
}

func offered(s *wua.Scan) (ids []wusp.GUID) {
	for _, u := range s.Offered() {
		ids = append(ids, u.Identity.UpdateID)
	}
	return ids
}
