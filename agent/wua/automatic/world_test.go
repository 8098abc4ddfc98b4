package automatic_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/agent/wua/automatic"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/transcript"
	"github.com/wualab/wualab/wusp"
)

func TestAutomatic(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "automatic")
}

func guid(n int) wusp.GUID { return wusp.GUID(fmt.Sprintf("00000000-0000-0000-0000-%012d", n)) }

// patchOf is an update that is installed when its key is there.
func patchOf(n int, change func(*metadata.Update)) wsus.Update {
	rule := &metadata.Rule{Name: "b.RegKeyExists", Attributes: []metadata.Attribute{{Name: "Key", Value: "HKEY_LOCAL_MACHINE"}, {Name: "Subkey", Value: fmt.Sprintf(`SOFTWARE\Patch%d`, n)}}}
	u := &metadata.Update{Core: metadata.Core{Identity: wusp.UpdateIdentity{UpdateID: guid(n), RevisionNumber: 1}, Type: metadata.Software, ExplicitlyDeployable: true, IsInstalled: rule},
		Localized: []metadata.Localized{{Language: "en", Title: fmt.Sprint("Update ", n)}}}
	u.Files = []metadata.File{{Name: "patch.exe"}}
	if change != nil {
		change(u)
	}
	return wsus.Update{RevisionID: 100 + n, Metadata: u, Content: map[string]wsus.File{"patch.exe": {File: fakeserver.File{Size: 5000, Seed: int64(n)}}}}
}

// world is a PC with Automatic Updates and an update server, on one virtual clock. It
// begins on Friday, 2004-10-01, 08:00.
type world struct {
	*automatic.Service
	Agent  *wua.Agent
	PC     *machine.Machine
	WSUS   *wsus.Server
	Origin *fakeserver.Server
	Clock  *clock.Virtual
	hold   clock.Hold
	begin  time.Time
	config automatic.Config
	exit   map[wusp.GUID]int
}

type setup struct {
	profile   string
	approvals []wsus.Approval
	updates   []wsus.Update
	origin    fakeserver.Config
	seed      uint64
	tuning    automatic.Tuning
	restart   func(context.Context, clock.Hold) error
}

// install approves an update for installation.
func install(n int) wsus.Approval {
	return wsus.Approval{UpdateID: guid(n), Action: wusp.ActionInstall}
}

func start(change func(*setup)) *world {
	w := &world{begin: time.Date(2004, 10, 1, 8, 0, 0, 0, time.UTC), exit: map[wusp.GUID]int{}}
	w.Clock = clock.NewVirtual(w.begin)
	s := setup{profile: "xp-sp2", approvals: []wsus.Approval{install(1)}, updates: []wsus.Update{patchOf(1, nil), patchOf(2, nil)}}
	if change != nil {
		change(&s)
	}
	record := transcript.New(transcript.Options{Now: w.Clock.Now})
	var err error
	w.WSUS, err = wsus.New(wsus.Config{Clock: w.Clock, Updates: s.updates, Approvals: s.approvals})
	Expect(err).NotTo(HaveOccurred())
	s.origin.Clock, s.origin.Recorder, s.origin.Name = w.Clock, record, "wsus"
	s.origin.Routes, s.origin.Files = w.WSUS.Routes(), w.WSUS.Files()
	s.origin.Files["/selfupdate/wuident.cab"] = fakeserver.File{Size: 100}
	w.Origin, err = fakeserver.New(s.origin)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(w.Origin.Close)
	p, err := machine.ProfileByID(s.profile)
	Expect(err).NotTo(HaveOccurred())
	w.PC = machine.New(p)
	Expect(w.PC.SetHost("wsus", 80, w.Origin.Addr())).To(Succeed())
	w.policyText("WUServer", "http://wsus")
	w.policyText("WUStatusServer", "http://wsus")
	w.policy("UseWUServer", 1)
	client := winhttp.New(winhttp.Config{Clock: w.Clock, Recorder: record, Resolver: w.PC})
	DeferCleanup(client.Close)
	manager, err := bits.New(bits.Config{Machine: w.PC, Clock: w.Clock, HTTP: client, Recorder: record, Dir: GinkgoT().TempDir()})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(manager.Close)
	w.Agent, err = wua.New(wua.Config{Machine: w.PC, Clock: w.Clock, HTTP: client, BITS: manager, Installer: w.installer, Seed: s.seed})
	Expect(err).NotTo(HaveOccurred())
	w.config = automatic.Config{Agent: func() (*wua.Agent, error) { return w.Agent, nil }, Machine: w.PC, Clock: w.Clock, Seed: s.seed, Tuning: s.tuning, Restart: s.restart}
	w.Service = automatic.New(w.config)
	w.hold = w.Clock.Hold("spec")
	DeferCleanup(w.hold.Release)
	DeferCleanup(w.Stop)
	return w
}

// installer installs by making the key that the update is known by; one that asks for a
// restart makes it then.
func (w *world) installer(id wusp.UpdateIdentity, remove bool) (wua.Effect, bool) {
	n := 0
	_, _ = fmt.Sscanf(string(id.UpdateID[24:]), "%d", &n)
	key := fmt.Sprintf(`HKLM\SOFTWARE\Patch%d`, n)
	do := func(pc *machine.Machine) error { return pc.Registry().CreateKey(key) }
	if remove {
		do = func(pc *machine.Machine) error { return pc.Registry().DeleteKey(key) }
	}
	e := wua.Effect{ExitCode: w.exit[id.UpdateID], Takes: time.Minute, Now: do}
	if e.ExitCode == 3010 {
		e.Now, e.AtReboot = nil, do
	}
	return e, true
}

func (w *world) installed(n int) bool {
	return w.PC.Registry().HasKey(fmt.Sprintf(`HKLM\SOFTWARE\Patch%d`, n))
}

func (w *world) policy(name string, n uint32) {
	Expect(w.PC.Registry().Set(automatic.PolicyKeyAU, name, machine.DWORD(n))).To(Succeed())
}

func (w *world) root(name string, n uint32) {
	Expect(w.PC.Registry().Set(automatic.PolicyKey, name, machine.DWORD(n))).To(Succeed())
}

func (w *world) policyText(name, text string) {
	Expect(w.PC.Registry().Set(automatic.PolicyKey, name, machine.SZ(text))).To(Succeed())
}

// run starts the service and waits for the first detection and what follows from it.
func (w *world) run() automatic.Status {
	ExpectWithOffset(1, w.Start()).To(Succeed())
	return w.pass(11 * time.Minute)
}

// pass lets time pass, and the service do all that is due.
func (w *world) pass(d time.Duration) automatic.Status {
	ExpectWithOffset(1, w.hold.Sleep(GinkgoT().Context(), d)).To(Succeed())
	ExpectWithOffset(1, w.Settle(GinkgoT().Context(), w.hold)).To(Succeed())
	return w.Status()
}

// settle has the service do what it was asked for.
func (w *world) settle(err error) automatic.Status {
	ExpectWithOffset(1, err).NotTo(HaveOccurred())
	return w.pass(0)
}

// until lets time pass to a moment of the world.
func (w *world) until(at string) automatic.Status {
	t, err := time.Parse("2006-01-02 15:04:05", at)
	Expect(err).NotTo(HaveOccurred())
	return w.pass(t.Sub(w.Clock.Now()))
}

func (w *world) logon(name string, admin bool) string {
	a := w.PC.AddUser(machine.Account{User: name, Administrator: admin})
	Expect(w.PC.Logon(a.String(), true)).To(Succeed())
	return a.String()
}

// value gives a text that the service wrote.
func (w *world) value(key, name string) string {
	text, _, err := w.PC.Registry().String(automatic.LocalKey+key, name)
	Expect(err).NotTo(HaveOccurred())
	return text
}

func (w *world) number(key, name string) uint32 {
	n, _, err := w.PC.Registry().DWORD(automatic.LocalKey+key, name)
	Expect(err).NotTo(HaveOccurred())
	return n
}

// events gives the IDs of all that was reported, and of what waits to be.
func (w *world) events() (ids []int) {
	for _, e := range append(w.WSUS.Events(), w.Agent.Pending()...) {
		ids = append(ids, e.BasicData.EventID)
	}
	return ids
}

func (w *world) event(id int) wusp.ReportingEvent {
	for _, e := range append(w.WSUS.Events(), w.Agent.Pending()...) {
		if e.BasicData.EventID == id {
			return e
		}
	}
	Fail(fmt.Sprintf("there is no event %d among %v", id, w.events()))
	return wusp.ReportingEvent{}
}

// detections counts what the log has.
func (w *world) detections() int {
	return strings.Count(w.Agent.Log().String(), "AU: Search for updates\n") / 2
}

func (w *world) log() string { return w.Agent.Log().String() }

func (w *world) context() context.Context { return GinkgoT().Context() }
