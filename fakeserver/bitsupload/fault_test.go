package bitsupload_test

import (
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
)

var _ = Describe("faults", func() {
	const server = hresult.BG_ERROR_CONTEXT_REMOTE_FILE
	with := func(f ...bitsupload.Fault) *world { return serve(bitsupload.Config{Faults: f}) }

	It("loses the session at the third fragment", func() {
		w := with(bitsupload.Fault{Kind: bitsupload.LoseSession, Nth: 3})
		c := w.dial().begin()
		Expect(c.fragment(0, 6, "01")).To(accept(2))
		Expect(c.fragment(2, 6, "23")).To(accept(4))
		Expect(c.fragment(4, 6, "45")).To(refuse(500, hresult.BG_E_SESSION_NOT_FOUND, server))
		Expect(w.names()).To(BeEmpty())
		c.upload("012345", 2)
		Expect(w.file("report.xml")).To(Equal("012345"))
	})

	It("answers a status, with or without a code", func() {
		w := with(bitsupload.Fault{Kind: bitsupload.AnswerStatus, Status: 503},
			bitsupload.Fault{Kind: bitsupload.AnswerStatus, Packet: bitsupload.CloseSession, Status: 500, Code: hresult.E_FAIL, Times: 2})
		c := w.dial().begin()
		a := c.fragment(0, 2, "01")
		Expect(a).To(refuse(503, 0, hresult.BG_ERROR_CONTEXT_NONE))
		Expect(c.seen.String()).NotTo(ContainSubstring("BITS-Error"))
		Expect(c.fragment(0, 2, "01")).To(accept(2))
		Expect(c.end()).To(refuse(500, hresult.E_FAIL, server))
		Expect(c.end()).To(refuse(500, hresult.E_FAIL, server))
		Expect(c.end()).To(accept(-1))
	})

	It("asks for a wrong byte", func() {
		w := with(bitsupload.Fault{Kind: bitsupload.WrongOffset, Nth: 2, Offset: 1 << 40})
		c := w.dial().begin()
		Expect(c.fragment(0, 4, "01")).To(accept(2))
		a := c.fragment(2, 4, "23")
		Expect(a).To(refuse(416, 0, server))
		Expect(a.Received).To(Equal(int64(1 << 40)))
		Expect(c.fragment(2, 4, "23")).To(accept(4))
	})

	It("says that it has what it has not, with 200", func() {
		w := with(bitsupload.Fault{Kind: bitsupload.WrongOffset, Status: 200, Offset: 3})
		c := w.dial().begin()
		Expect(c.fragment(0, 6, "01")).To(accept(3))
		Expect(w.Sessions()[0].Received).To(BeZero())
	})

	It("tells of the application in place of the server", func() {
		w := with(bitsupload.Fault{Kind: bitsupload.AnswerStatus, Status: 500, Code: hresult.E_FAIL, Context: hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION})
		Expect(w.dial().begin().fragment(0, 2, "01")).To(refuse(500, hresult.E_FAIL, hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION))
	})

	DescribeTable("spoils an Ack", func(kind bitsupload.FaultKind, packet bitsupload.PacketType, field, want string) {
		c := with(bitsupload.Fault{Kind: kind, Packet: packet}).dial()
		first := c.create()
		second := c.fragment(0, 2, "01")
		for typ, a := range map[bitsupload.PacketType]answer{bitsupload.CreateSession: first, bitsupload.Fragment: second} {
			if typ == packet {
				Expect(a.Header.Get(field)).To(Equal(want))
			} else {
				Expect(a.Err).NotTo(HaveOccurred())
			}
		}
	},
		Entry(nil, bitsupload.NoSessionID, bitsupload.CreateSession, bitsupload.HeaderSessionID, ""),
		Entry(nil, bitsupload.OtherSessionID, bitsupload.Fragment, bitsupload.HeaderSessionID, "{00000000-0000-0000-0000-000000000001}"),
		Entry(nil, bitsupload.NoOffset, bitsupload.Fragment, bitsupload.HeaderReceived, ""),
		Entry(nil, bitsupload.OtherProtocol, bitsupload.CreateSession, bitsupload.HeaderProtocol, "{00000000-0000-0000-0000-000000000001}"),
		Entry(nil, bitsupload.NoAck, bitsupload.CreateSession, bitsupload.HeaderPacketType, ""),
	)

	It("answers late, on the clock", func() {
		w := with(bitsupload.Fault{Kind: bitsupload.SlowAck, Delay: 4 * time.Minute})
		c := w.dial().begin()
		Expect(c.fragment(0, 4, "01")).To(accept(2))
		Expect(w.clk.Now()).To(Equal(start.Add(4 * time.Minute)))
		Expect(c.fragment(2, 4, "23")).To(accept(4))
		Expect(w.clk.Now()).To(Equal(start.Add(4 * time.Minute)))
	})

	It("drops the connection, also before another packet is dealt with", func() {
		w := with(bitsupload.Fault{Kind: bitsupload.DropConnection, Packet: bitsupload.CloseSession, Times: -1})
		c := w.dial().begin()
		Expect(c.end().Err).To(HaveOccurred())
		Expect(w.Sessions()).To(HaveLen(1))
		again := w.dial()
		again.id = c.id
		Expect(again.end().Err).To(HaveOccurred())
	})

	It("counts anew when they are replaced", func() {
		w := with()
		c := w.dial().begin()
		Expect(c.fragment(0, 4, "01")).To(accept(2))
		Expect(w.SetFaults([]bitsupload.Fault{{Kind: bitsupload.AnswerStatus, Nth: 1, Status: 502}})).To(Succeed())
		Expect(c.fragment(2, 4, "23").Status).To(Equal(http.StatusBadGateway))
		Expect(w.SetFaults(nil)).To(Succeed())
		Expect(c.fragment(2, 4, "23")).To(accept(4))
	})

	DescribeTable("are checked", func(f bitsupload.Fault, complaint string) {
		_, err := bitsupload.New(bitsupload.Config{Faults: []bitsupload.Fault{{Kind: bitsupload.LoseAck}, f}})
		Expect(err).To(MatchError(ContainSubstring("fault 2 of 2: " + complaint)))
		Expect(with().SetFaults([]bitsupload.Fault{f})).To(MatchError(ContainSubstring(complaint)))
	},
		Entry(nil, bitsupload.Fault{Kind: "smoke"}, `kind "smoke" is not known`),
		Entry(nil, bitsupload.Fault{Kind: bitsupload.LoseAck, Packet: "Pong"}, `lose-ack: packet "Pong" is not known`),
		Entry(nil, bitsupload.Fault{Kind: bitsupload.AnswerStatus}, "status: status 0"),
		Entry(nil, bitsupload.Fault{Kind: bitsupload.ApplicationError, Status: 200}, "application-error: status 200"),
		Entry(nil, bitsupload.Fault{Kind: bitsupload.WrongOffset, Status: 201}, "wrong-offset: status 201 is neither 200 nor 416"),
		Entry(nil, bitsupload.Fault{Kind: bitsupload.AnswerStatus, Status: 500, Context: hresult.BG_ERROR_CONTEXT_LOCAL_FILE}, "status: an Ack can't tell of"),
		Entry(nil, bitsupload.Fault{Kind: bitsupload.SlowAck, Delay: -1}, "slow-ack: a negative number"),
	)
})
