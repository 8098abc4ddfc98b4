package wua_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/wua"
)

var _ = Describe("the occasion of an installation", func() {
	DescribeTable("is told by its event and by what reported it", func(occasion wua.Occasion, exit, event, source int) {
		w := withBITS(effect(wua.Effect{ExitCode: exit}))
		u := w.found(patch)
		Expect(w.download(u)).To(Succeed())
		h := w.Clock.Hold("install")
		defer h.Release()
		_, err := w.InstallOn(context.Background(), h, u, occasion)
		Expect(err).NotTo(HaveOccurred())
		data := w.lastEvent().BasicData
		Expect(data.EventID).To(Equal(event))
		Expect(data.SourceID).To(Equal(source))
		Expect(data.AppName).To(Equal("AutomaticUpdates"))
	},
		Entry("a user's", wua.ByUser, 0, 183, 101),
		Entry("a user's, restart", wua.ByUser, 3010, 184, 101),
		Entry("a user's, failed", wua.ByUser, 5, 182, 101),
		Entry("scheduled", wua.Scheduled, 0, 190, 102),
		Entry("scheduled, restart", wua.Scheduled, 3010, 191, 102),
		Entry("scheduled, failed", wua.Scheduled, 5, 195, 102),
		Entry("at shutdown", wua.AtShutdown, 0, 197, 102),
		Entry("at shutdown, restart", wua.AtShutdown, 3010, 199, 102),
		Entry("at shutdown, failed", wua.AtShutdown, 5, 198, 102),
	)
	It("does not change what a restart is reported as", func() {
		w := withBITS(effect(wua.Effect{ExitCode: 3010}))
		u := w.found(patch)
		Expect(w.download(u)).To(Succeed())
		_, err := w.install(u)
		Expect(err).NotTo(HaveOccurred())
		Expect(w.Restarted()).To(Succeed())
		Expect(w.lastEvent().BasicData.EventID).To(Equal(wua.EventRebootCompleted))
		Expect(w.lastEvent().BasicData.SourceID).To(Equal(102), "MS-WUSP section 4")
	})
})
