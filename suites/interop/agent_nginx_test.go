//go:build interop && linux

package interop_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/suites/interop/peer"
)

var _ = Describe("BITS 2.0 with nginx", func() {
	It("downloads a file in ranges", func(ctx SpecContext) {
		want := content(fileSize)
		nginx, err := peer.StartNginx(map[string][]byte{"update.cab": want})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(nginx.Stop)
		haveArrived(download(ctx, pc(0, ""), "http://"+nginx.Addr()+"/update.cab", nil), want)
		log := nginx.AccessLog()
		Expect(log).To(ContainSubstring(`"HEAD /update.cab HTTP/1.1" 200`))
		Expect(log).To(ContainSubstring(`"GET /update.cab HTTP/1.1" 206`))
		Expect(log).NotTo(ContainSubstring(`"GET /update.cab HTTP/1.1" 200`))
		Expect(log).To(ContainSubstring("Microsoft BITS/6.6"))
	})
})
