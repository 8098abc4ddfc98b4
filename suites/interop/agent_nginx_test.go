//go:build interop && linux

package interop_test

import (
	"regexp"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/suites/interop/peer"
)

// logLine finds method and status in a line of nginx's log.
var logLine = regexp.MustCompile(`"(\w+) /update.cab HTTP/1\.1" (\d+)`)

// requests lists what nginx was asked and what it answered.
func requests(nginx *peer.Nginx) []string {
	var all []string
	for _, m := range logLine.FindAllStringSubmatch(nginx.AccessLog(), -1) {
		all = append(all, m[1]+" "+m[2])
	}
	return all
}

var _ = Describe("BITS with nginx", func() {
	DescribeTable("downloads 300 kB in ranges", func(ctx SpecContext, profile string, tuning bits.Tuning, asked ...string) {
		want := content(fileSize)
		nginx, err := peer.StartNginx(map[string][]byte{"update.cab": want})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(nginx.Stop)
		client := pc(profile, agent.WithTuning(tuning))
		haveArrived(download(ctx, client, "http://"+nginx.Addr()+"/update.cab", nil), want)
		Eventually(func() []string { return requests(nginx) }).Should(Equal(asked), "nginx logs a request when it is over")
		Expect(nginx.AccessLog()).To(ContainSubstring(`"` + client.Machine.UserAgent() + `"`))
	},
		Entry("BITS 1.0, which asks for the size first", "xp-rtm", bits.Tuning{}, "HEAD 200", "GET 206", "GET 206", "GET 206"),
		Entry("BITS 1.2, which does too", "xp-sp1", bits.Tuning{}, "HEAD 200", "GET 206", "GET 206", "GET 206"),
		Entry("BITS 1.5, which is assumed to", "windows-2000-sp4", bits.Tuning{}, "HEAD 200", "GET 206", "GET 206", "GET 206"),
		Entry("BITS 2.0", "xp-sp2", bits.Tuning{}, "GET 206", "GET 206", "GET 206"),
		Entry("BITS 2.0 whose last block reaches past the end", "xp-sp2", bits.Tuning{Placement: bits.LastBlock}, "GET 206", "GET 206", "GET 206"),
		Entry("BITS 2.0 whose first block is all that a number can say", "xp-sp2", bits.Tuning{Placement: bits.FirstRequest}, "GET 206"),
		Entry("BITS 7.8", "windows-10", bits.Tuning{}, "GET 206", "GET 206", "GET 206"),
	)
})
