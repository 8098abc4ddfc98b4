package fakehttp_test

import (
	"io"
	"net"
	"net/http"
	"sync"
	"syscall"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"github.com/wualab/wualab/fakehttp"
)

var _ = Describe("a door", func() {
	var door *fakehttp.Door
	BeforeEach(func() {
		var err error
		door, err = fakehttp.OpenDoor("127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(door.Close)
	})
	fake := func(text string) *fakehttp.Server {
		s, err := fakehttp.Start(fakehttp.Config{Listener: door.Listener(), Handler: http.HandlerFunc(
			func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(s.Close)
		return s
	}

	It("lets a fake take the place of another, and no client is refused", func() {
		first := fake("first")
		Expect(first.Addr()).To(Equal(door.Addr().String()))
		Expect(text(dial(first, plain).get("/"))).To(Equal("first"))
		Expect(first.Close()).To(Succeed())
		var clients sync.WaitGroup
		for range 5 { // who come while nobody is there, and wait
			conn := dial(first, plain)
			clients.Go(func() {
				defer GinkgoRecover()
				Expect(text(conn.get("/"))).To(Equal("second"))
			})
		}
		fake("second")
		clients.Wait()
	})

	It("refuses while it is shut, and opens at the same port", func() {
		s := fake("x")
		Expect(door.Shut()).To(Succeed())
		Expect(door.Shut()).To(Succeed())
		Expect(door.IsShut()).To(BeTrue())
		_, err := net.Dial("tcp", s.Addr())
		Expect(err).To(MatchError(syscall.ECONNREFUSED))
		Expect(door.Open()).To(Succeed())
		Expect(door.Open()).To(Succeed())
		Expect(text(dial(s, plain).get("/"))).To(Equal("x"))
	})

	It("says when its port was taken", func() {
		Expect(door.Shut()).To(Succeed())
		other, err := net.Listen("tcp", door.Addr().String())
		Expect(err).NotTo(HaveOccurred())
		defer other.Close()
		Expect(door.Open()).To(MatchError(syscall.EADDRINUSE))
		Expect(other.Close()).To(Succeed())
		Expect(door.Open()).To(Succeed())
	})

	It("ends with all that waits at it", func() {
		before := gleak.Goroutines()
		own, err := fakehttp.OpenDoor("127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		waiting, err := net.Dial("tcp", own.Addr().String())
		Expect(err).NotTo(HaveOccurred())
		defer waiting.Close()
		listener := own.Listener()
		Expect(listener.Close()).To(Succeed())
		_, err = listener.Accept()
		Expect(err).To(MatchError(net.ErrClosed))
		Expect(own.Close()).To(Succeed())
		Expect(own.Close()).To(Succeed())
		Expect(own.Open()).To(MatchError(net.ErrClosed))
		Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(before))
	})
})
