package sms_test

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/sms"
	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/smsdp"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smswire"
)

var _ = Describe("the client by itself", func() {
	It("asks for policy every hour, and works on what is due", func() {
		w := start(func(s *setup) { s.site.Advertisements[0].Active = epoch.Add(90 * time.Minute) })
		w.Start()
		w.Start()
		Expect(w.Running()).To(BeTrue())
		w.sleep(time.Minute)
		Expect(w.advertisement(offered).State).To(Equal(sms.Available))
		w.sleep(88 * time.Minute)
		Expect(w.advertisement(offered).State).To(Equal(sms.Available))
		w.sleep(61 * time.Second)
		Expect(w.advertisement(offered).State).To(Equal(sms.Succeeded), "at 90 minutes, between two polls")
		w.sleep(10 * time.Hour)
		for _, c := range w.Site.Clients() {
			Expect(c.Requests).To(Equal(12))
		}
		w.Stop()
		w.Stop()
		Expect(w.Running()).To(BeFalse())
		mark := w.Record.Mark()
		w.sleep(24 * time.Hour)
		Expect(w.Record.Exchanges(mark)).To(BeEmpty())
	})
	It("goes on asking for policy while a download is stuck", func() {
		w := points(point("dp1", func(p *smsdp.Point) { p.ISAPI = smsdp.RTM }))
		w.Start()
		w.sleep(5*time.Hour + time.Minute)
		Expect(w.advertisement(offered).State).To(Equal(sms.Downloading))
		for _, c := range w.Site.Clients() {
			Expect(c.Requests).To(Equal(6))
		}
		w.Stop()
		Expect(w.advertisement(offered).State).To(Equal(sms.Downloading), "it begins here again")
		Expect(w.BITS.Jobs()).To(HaveLen(1), "the service of BITS has it still")
	})
	It("goes on with its job when it starts again", func() {
		w := points(point("dp1", func(p *smsdp.Point) { p.ISAPI = smsdp.RTM }))
		w.Start()
		w.sleep(2 * time.Hour)
		w.Stop()
		job := w.BITS.Jobs()[0]
		Expect(w.Site.SetPoint(point("dp1", nil))).To(Succeed())
		Expect(w.Points["dp1"].SetRoutes(w.Site.PointRoutes("dp1"))).To(Succeed())
		again := w.again()
		again.Start()
		defer again.Stop()
		w.sleep(30 * time.Minute)
		a, _ := again.Advertisement(offered)
		Expect(a.State).To(Equal(sms.Succeeded))
		Expect(job.State().String()).To(Equal("ACKNOWLEDGED"))
	})
	It("knows what it knew when it starts again", func() {
		w := start(nil)
		w.cycle()
		again := w.again()
		Expect(again.State()).To(Equal(w.Client.State()))
		mark := w.Record.Mark()
		Expect(w.do(again.Poll)).To(Succeed())
		Expect(w.do(again.Evaluate)).To(Succeed())
		for _, x := range w.Record.Exchanges(mark) {
			Expect(x.Request.URL).NotTo(ContainSubstring(".sms_pol"))
			Expect(x.Node).NotTo(Equal("dp1"))
		}
	})
	It("keeps status messages until they can be sent", func() {
		w := start(func(s *setup) {
			s.site.Faults = []smsdp.Fault{{On: smswire.StatusManager, Nth: 1, Status: 500}, {On: smswire.StatusManager, Nth: 2, Status: 500}, {On: smswire.StatusManager, Nth: 3, Status: 500}}
		})
		Expect(w.poll()).To(Succeed())
		Expect(w.reported()).To(BeEmpty())
		Expect(w.Client.State().Messages).To(HaveLen(1))
		Expect(w.evaluate()).To(Succeed())
		Expect(w.poll()).To(Succeed())
		Expect(w.reported()).To(Equal([]int{10002, 10005, 10008}))
		Expect(w.Client.State().Messages).To(BeEmpty())
		m := w.Site.Messages()[2]
		Expect(m.MachineName).To(Equal(w.PC.Hostname()))
		Expect([]any{m.SiteCode, m.Package, m.Advertisement, m.Severity}).To(Equal([]any{"LAB", tool, offered, smswire.Informational}))
		Expect(sms.StatusMessages()).To(HaveKeyWithValue(10075, false))
		Expect(sms.StatusMessages()).To(HaveKeyWithValue(10035, true))
	})
	It("works on a policy that has changed anew, and forgets one that was taken away", func() {
		w := start(nil)
		w.cycle()
		Expect(w.Site.Advertise(smsdp.Advertisement{ID: offered, Package: tool, Program: "install", Mandatory: true})).To(Succeed())
		w.cycle()
		Expect(w.reported()).To(Equal([]int{10002, 10005, 10008, 10002, 10005, 10008}))
		Expect(w.Site.Withdraw(offered)).To(BeTrue())
		Expect(w.poll()).To(Succeed())
		Expect(w.Advertisements()).To(BeEmpty())
	})
	It("writes its logs in the form of the client", func() {
		w := start(nil)
		w.cycle()
		Expect(w.Logs().File("CAS.log")).To(HavePrefix(`<![LOG[Requesting content LAB00001.1 under context System]LOG]!><time="09:00:00.000+000" date="08-06-2004" component="CAS" context="" type="1" thread="1520" file="">` + "\n"))
		for _, name := range sms.Components() {
			if name != "FileBITS" {
				Expect(w.Logs().File(name+".log")).NotTo(BeEmpty(), name)
			}
		}
		Expect(w.Logs().File("other.log")).To(BeEmpty())
	})
})

var _ = Describe("what servers answer", func() {
	failed := func(change func(*setup)) (*world, hresult.HRESULT) {
		w := start(change)
		err := w.poll()
		Expect(err).To(HaveOccurred())
		Expect(w.Advertisements()).To(BeEmpty())
		Expect(w.Client.State().Cookie).To(BeEmpty(), "all is asked for again")
		Expect(w.Logs().File("PolicyAgent.log")).To(ContainSubstring("could not be retrieved"))
		code, _ := hresult.Of(err)
		return w, code
	}
	fault := func(on string, f smsdp.Fault) func(*setup) {
		f.On = on
		return func(s *setup) { s.site.Faults = []smsdp.Fault{f} }
	}
	DescribeTable("is an error with a code where it cannot be used", func(on string, f smsdp.Fault, want hresult.HRESULT) {
		_, code := failed(fault(on, f))
		Expect(code).To(Equal(want))
	},
		Entry("no list", smswire.MPListQuery, smsdp.Fault{Status: 404}, hresult.FromHTTPStatus(404)),
		Entry("another document", smswire.MPListQuery, smsdp.Fault{Body: []byte("<a/>")}, hresult.ERROR_INVALID_DATA),
		Entry("no XML", smswire.MPListQuery, smsdp.Fault{Body: []byte("x")}, hresult.ERROR_INVALID_DATA),
		Entry("entities", smswire.MPListQuery, smsdp.Fault{Body: []byte(`<!DOCTYPE a [<!ENTITY b "c">]><MPList/>`)}, hresult.ERROR_INVALID_DATA),
		Entry("deep", smswire.MPListQuery, smsdp.Fault{Body: []byte(strings.Repeat("<MPList>", 1000))}, hresult.ERROR_INVALID_DATA),
		Entry("an overloaded manager", smswire.PolicyManager, smsdp.Fault{Status: 503}, hresult.FromHTTPStatus(503)),
		Entry("no message", smswire.PolicyManager, smsdp.Fault{Body: []byte("x")}, hresult.ERROR_INVALID_DATA),
		Entry("no body", smswire.PolicyBodyPath, smsdp.Fault{Status: 404}, hresult.BG_E_HTTP_ERROR_404),
	)
	It("is bounded", func() {
		_, code := failed(func(s *setup) {
			s.client.Tuning.Limits = boundedxml.Limits{Size: 100}
			s.site.Faults = []smsdp.Fault{{On: smswire.MPListQuery, Body: make([]byte, 101)}}
		})
		Expect(code).To(Equal(hresult.ERROR_INVALID_DATA))
	})
	It("must be for the message that was sent", func() {
		kind, body := smswire.Write(smswire.Message{CorrelationID: "{other}", Body: smswire.ReplyAssignments{ReplyType: smswire.Full}.Write()})
		w, code := failed(func(s *setup) {
			s.mp.Behaviours = []fakeserver.Use{{Name: "set-header", Params: map[string]any{"name": "Content-Type", "value": kind, "when": map[string]any{"path": smswire.RequestPath}}}}
			s.site.Faults = []smsdp.Fault{{On: smswire.PolicyManager, Body: body}}
		})
		Expect(code).To(Equal(hresult.ERROR_INVALID_DATA))
		Expect(w.Logs().File("PolicyAgent.log")).To(ContainSubstring(`it is for message "{other}", not for`))
	})
	It("may be nothing at all: the server is not there", func() {
		w := start(nil)
		Expect(w.MP.Close()).To(Succeed())
		Expect(w.poll()).NotTo(Succeed())
	})
})

// run runs an advertisement as a user does.
func (w *world) run(id string) error {
	return w.do(func(ctx context.Context, h clock.Hold) error { return w.Run(ctx, h, id) })
}

// again is the client after a restart of its service.
func (w *world) again() *sms.Client {
	GinkgoHelper()
	text, err := json.Marshal(w.Client.State())
	Expect(err).NotTo(HaveOccurred())
	c := w.config
	c.State = &sms.State{}
	Expect(json.Unmarshal(text, c.State)).To(Succeed())
	again, err := sms.New(c)
	Expect(err).NotTo(HaveOccurred())
	return again
}
