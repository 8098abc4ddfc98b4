package wualabtest_test

import (
	"context"
	"fmt"
	"log"

	"github.com/onsi/gomega"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
	"github.com/wualab/wualab/wualabtest"
)

// In a test g is gomega.NewWithT(t), or Ginkgo's Expect.
func Example() {
	g := gomega.NewGomega(func(message string, _ ...int) { fmt.Println(message) })
	origin, err := fakeserver.New(fakeserver.Config{Behaviours: []fakeserver.Use{{Name: "status", Params: map[string]any{"status": 403}}}})
	if err != nil {
		log.Fatal(err)
	}
	defer origin.Close()
	record := transcript.New(transcript.Options{})
	pc, err := agent.New("xp-sp2", agent.WithRecorder(record), agent.WithHost("origin", 80, origin.Addr()))
	if err != nil {
		log.Fatal(err)
	}
	defer pc.Close()

	job, err := pc.Download(context.Background(), "j1", "http://origin/update.cab")
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(job).To(wualabtest.HaveFailedWith(hresult.BG_E_HTTP_ERROR_403))
	g.Expect(record).NotTo(wualabtest.HaveSentCredentials(credrule.Server))
	g.Expect(job).To(wualabtest.BeTransferred()) // tells why it is not
	// Output:
	// Expected job "j1", which is ERROR: BG_E_HTTP_ERROR_403 (0x80190193): the server answered 403 Forbidden (http://origin/update.cab) to be TRANSFERRED
}
