package sms_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/sms"
	"github.com/wualab/wualab/fakeserver"
)

var _ = Describe("an advertisement", func() {
	It("is received, located, downloaded, run and reported", func() {
		w := start(nil)
		a := w.cycle()
		Expect(w.Logs().Lines()).NotTo(BeEmpty())
		Expect(a.State).To(Equal(sms.Succeeded), "%v", w.Logs().Lines())
		Expect(a.Point).To(Equal("dp1"))
		want := make([]byte, 150_000)
		_, _ = fakeserver.Content(150_000, 7).ReadAt(want, 0)
		Expect(w.cached("setup.exe")).To(Equal(want))
		Expect(w.cached("data/read me.txt")).To(HaveLen(700))
		Expect(w.cached("data/deep/empty.dat")).To(BeEmpty())
		Expect(w.reported()).To(Equal([]int{10002, 10005, 10008}))
		Expect(w.requests("mp")).To(Equal([]string{
			"GET /SMS_MP/.sms_aut?MPLIST 200",
			"CCM_POST /ccm_system/request 200", // policy assignments
			"GET /SMS_MP/.sms_pol?LAB20000-LAB00001.1.00 bytes=0-65535 206",
			"CCM_POST /ccm_system/request 200", // 10002
			"CCM_POST /ccm_system/request 200", // locations
			"CCM_POST /ccm_system/request 200", // 10005
			"CCM_POST /ccm_system/request 200", // 10008
		}))
		Expect(w.requests("dp1")).To(Equal([]string{
			"PROPFIND /SMS_DP_SMSPKGC$/LAB00001 207",
			"HEAD /SMS_DP_SMSPKGC$/LAB00001/data/deep/empty.dat 200",
			"HEAD /SMS_DP_SMSPKGC$/LAB00001/data/read%20me.txt 200",
			"GET /SMS_DP_SMSPKGC$/LAB00001/data/read%20me.txt 200",
			"HEAD /SMS_DP_SMSPKGC$/LAB00001/setup.exe 200",
			"GET /SMS_DP_SMSPKGC$/LAB00001/setup.exe bytes=0-65535 206",
			"GET /SMS_DP_SMSPKGC$/LAB00001/setup.exe bytes=65536-196607 206",
		}))
		Expect(w.BITS.Jobs()).To(BeEmpty())
	})
})
