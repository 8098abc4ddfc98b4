package sms_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/agent/sms"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	fakesmb "github.com/wualab/wualab/fakeserver/smb"
	"github.com/wualab/wualab/fakeserver/smsdp"
	"github.com/wualab/wualab/transcript"
)

func TestSMS(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "sms")
}

var epoch = time.Date(2004, 8, 6, 9, 0, 0, 0, time.UTC)

// Names of the world.
const (
	tool     = "LAB00001"
	offered  = "LAB20000"
	toolCode = "setup.exe /s"
)

// world is a PC and a site with distribution points, on one virtual clock.
type world struct {
	*sms.Client
	PC     *machine.Machine
	Site   *smsdp.Site
	BITS   *bits.Manager
	MP     *fakeserver.Server
	Points map[string]*fakeserver.Server
	Clock  *clock.Virtual
	Record *transcript.Recorder
	dir    string
	config sms.Config
	hold   clock.Hold // so that no time passes between calls
}

type setup struct {
	profile string
	site    smsdp.Config
	client  sms.Config
	mp      fakeserver.Config
	point   func(name string, c *fakeserver.Config)
	share   func(name string, c *fakesmb.Config)
	tuning  bits.Tuning
}

func packages() []smsdp.Package {
	return []smsdp.Package{{ID: tool, Name: "Tool", Files: map[string]fakeserver.File{
		"setup.exe": {Size: 150_000, Seed: 7}, "data/read me.txt": {Size: 700, Seed: 8}, "data/deep/empty.dat": {},
	}, Programs: []smsdp.Program{{Name: "install", CommandLine: toolCode}}}}
}

func start(change func(*setup)) *world {
	GinkgoHelper()
	w := &world{Clock: clock.NewVirtual(epoch), Points: map[string]*fakeserver.Server{}}
	w.hold = w.Clock.Hold("spec")
	w.Record = transcript.New(transcript.Options{Now: w.Clock.Now})
	s := setup{profile: "xp-sp2", site: smsdp.Config{Clock: w.Clock, Packages: packages(),
		Advertisements: []smsdp.Advertisement{{ID: offered, Package: tool, Program: "install", Mandatory: true}},
		Points:         []smsdp.Point{{Server: "dp1", BITS: true}}}}
	if change != nil {
		change(&s)
	}
	var err error
	w.Site, err = smsdp.New(s.site)
	Expect(err).NotTo(HaveOccurred())
	p, err := machine.ProfileByID(s.profile)
	Expect(err).NotTo(HaveOccurred())
	w.PC = machine.New(p, machine.WithDomain("LAB"))
	s.mp.Name, s.mp.Routes = "mp", append(s.mp.Routes, w.Site.Routes()...)
	w.MP = w.serve(s.mp)
	for _, point := range w.Site.Points() {
		c := fakeserver.Config{Name: point.Server, Routes: w.Site.PointRoutes(point.Server)}
		if s.point != nil {
			s.point(point.Server, &c)
		}
		w.Points[point.Server] = w.serve(c)
		w.share(point.Server, s.share)
	}
	w.connect(s)
	DeferCleanup(w.hold.Release)
	return w
}

func (w *world) serve(c fakeserver.Config) *fakeserver.Server {
	GinkgoHelper()
	c.Clock, c.Recorder = w.Clock, w.Record
	server, err := fakeserver.New(c)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(server.Close)
	Expect(w.PC.SetHost(c.Name, 80, server.Addr())).To(Succeed())
	return server
}

func (w *world) share(point string, change func(string, *fakesmb.Config)) {
	GinkgoHelper()
	name, files := w.Site.Share(point)
	c := fakesmb.Config{Name: point, Clock: w.Clock, Recorder: w.Record, Shares: map[string]fakesmb.Share{name: {Files: files}}}
	if change != nil {
		change(point, &c)
	}
	server, err := fakesmb.New(c)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(server.Close)
	Expect(w.PC.SetHost(point, smb.Port, server.Addr())).To(Succeed())
}

// connect makes the PC's half.
func (w *world) connect(s setup) {
	GinkgoHelper()
	w.dir = GinkgoT().TempDir()
	client := winhttp.New(winhttp.Config{Clock: w.Clock, Recorder: w.Record, Resolver: w.PC})
	DeferCleanup(client.Close)
	dial := winhttp.DialResolved(w.PC)
	redirector := smb.New(smb.Config{Machine: w.PC, Clock: w.Clock, Recorder: w.Record, Dial: func(ctx context.Context, host string, port int) (net.Conn, error) { return dial(ctx, host, port) }})
	var err error
	w.BITS, err = bits.New(bits.Config{Machine: w.PC, HTTP: client, SMB: redirector, Clock: w.Clock, Dir: w.dir, Recorder: w.Record, Tuning: s.tuning})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(w.BITS.Close)
	disk, err := bits.OpenDisk(w.dir)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(disk.Close)
	c := s.client
	c.Machine, c.HTTP, c.BITS, c.SMB, c.Disk, c.Clock, c.ManagementPoint = w.PC, client, w.BITS, redirector, disk, w.Clock, "http://mp"
	w.config = c
	w.Client, err = sms.New(c)
	Expect(err).NotTo(HaveOccurred())
}

// do runs f with the spec's hold on the clock, and bounds it.
func (w *world) do(f func(ctx context.Context, h clock.Hold) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return f(ctx, w.hold)
}

func (w *world) poll() error     { return w.do(w.Poll) }
func (w *world) evaluate() error { return w.do(w.Evaluate) }

// cycle is a poll and what follows from it.
func (w *world) cycle() sms.Advertisement {
	GinkgoHelper()
	Expect(w.poll()).To(Succeed())
	Expect(w.evaluate()).To(Succeed())
	return w.advertisement(offered)
}

func (w *world) sleep(d time.Duration) {
	GinkgoHelper()
	Expect(w.do(func(ctx context.Context, h clock.Hold) error { return h.Sleep(ctx, d) })).To(Succeed())
}

func (w *world) advertisement(id string) sms.Advertisement {
	GinkgoHelper()
	a, ok := w.Advertisement(id)
	Expect(ok).To(BeTrue(), "no advertisement %s", id)
	return a
}

// reported gives the numbers of the status messages at the site.
func (w *world) reported() (ids []int) {
	for _, m := range w.Site.Messages() {
		ids = append(ids, m.MessageID)
	}
	return ids
}

// requests gives method, path and query of what a server was asked, with the range and
// the status.
func (w *world) requests(node string) (list []string) {
	for _, x := range w.Record.Exchanges(0) {
		if x.Node != node || x.Role == transcript.Client {
			continue
		}
		line := fmt.Sprintf("%s %s", x.Request.Method, x.Request.URL)
		if r := x.Request.Values("Range"); len(r) > 0 {
			line += " " + r[0]
		}
		list = append(list, fmt.Sprintf("%s %d", line, x.Status()))
	}
	return list
}

// cached reads a file of the cache.
func (w *world) cached(name string) []byte {
	GinkgoHelper()
	b, err := os.ReadFile(w.dir + "/c/" + strings.ReplaceAll(w.PC.Profile().Windir[3:], `\`, "/") + "/system32/CCM/Cache/" + tool + ".1.System/" + name)
	Expect(err).NotTo(HaveOccurred())
	return b
}

func point(name string, change func(*smsdp.Point)) smsdp.Point {
	p := smsdp.Point{Server: name, BITS: true}
	if change != nil {
		change(&p)
	}
	return p
}
