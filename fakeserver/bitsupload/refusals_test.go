package bitsupload_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
)

// provoked says how each row of the table comes about; what a spec of its own tells
// better gives nil.
func provoked() map[bitsupload.Reason]func() answer {
	created := func(lines ...string) func(cfg bitsupload.Config) answer {
		return func(cfg bitsupload.Config) answer {
			return serve(cfg).dial().raw(bitsupload.Verb, "", append(lines, "Content-Length: 0")...)
		}
	}
	protocol := "BITS-Supported-Protocols: " + bitsupload.Protocol15
	create := created("BITS-Packet-Type: Create-Session", protocol)
	taken := bitsupload.Config{Files: map[string][]byte{"report.xml": []byte("old")}}
	type properties = bitsupload.Properties
	return map[bitsupload.Reason]func() answer{
		bitsupload.SessionNotFound: func() answer {
			c := serve(bitsupload.Config{}).dial()
			c.id = "{00000000-0000-0000-0000-000000000000}"
			return c.fragment(0, 1, "x")
		},
		bitsupload.Exists: func() answer { return create(taken) },
		bitsupload.NoAccess: func() answer {
			c := serve(bitsupload.Config{}).dial()
			c.path = "/upload/BITS-Sessions/x"
			return c.create()
		},
		bitsupload.Disabled:       func() answer { return create(bitsupload.Config{Properties: properties{Disabled: true}}) },
		bitsupload.ExecuteEnabled: func() answer { return create(bitsupload.Config{Properties: properties{Scripts: true}}) },
		bitsupload.OutOfStep: func() answer {
			return serve(bitsupload.Config{}).dial().begin().fragment(5, 10, "56789")
		},
		bitsupload.Malformed: func() answer {
			c := serve(bitsupload.Config{}).dial().begin()
			return c.raw(bitsupload.Verb, "x", "BITS-Packet-Type: Fragment", "BITS-Session-Id: "+c.id, "Content-Range: x", "Content-Length: 1")
		},
		bitsupload.HeaderTooLong: func() answer {
			return created("BITS-Packet-Type: Ping", "BITS-Session-Id: "+strings.Repeat("x", 4097))(bitsupload.Config{})
		},
		bitsupload.UnknownPacket: func() answer { return created("BITS-Packet-Type: Ack")(bitsupload.Config{}) },
		bitsupload.NoLength: func() answer {
			return serve(bitsupload.Config{}).dial().raw(bitsupload.Verb, "", "BITS-Packet-Type: Create-Session", protocol)
		},
		bitsupload.NoProtocol: func() answer {
			return created("BITS-Packet-Type: Create-Session", "BITS-Supported-Protocols: {7df0354d-249b-430f-820d-3d2a9bef4932}")(bitsupload.Config{})
		},
		bitsupload.TotalChanged: func() answer {
			c := serve(bitsupload.Config{}).dial().begin()
			Expect(c.fragment(0, 10, "01234")).To(accept(5))
			return c.fragment(5, 11, "56789")
		},
		bitsupload.IsDirectory: func() answer { return create(bitsupload.Config{Folders: []string{"report.xml"}}) },
		bitsupload.ReplyURLTooLong: func() answer {
			return replied(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set(bitsupload.HeaderStaticResponseURL, "http://x/"+strings.Repeat("y", bitsupload.MaxURL))
			})
		},
		bitsupload.TooLarge: func() answer {
			return serve(bitsupload.Config{Properties: properties{MaximumUploadSize: 9}}).dial().begin().fragment(0, 10, "01234")
		},
		bitsupload.DiskFull: func() answer {
			return serve(bitsupload.Config{FreeSpace: 4}).dial().begin().fragment(0, 10, "01234")
		},
		bitsupload.FragmentTooLarge: func() answer {
			return serve(bitsupload.Config{MaximumFragment: 4}).dial().begin().fragment(0, 10, "01234")
		},
		bitsupload.NoFolder: func() answer {
			c := serve(bitsupload.Config{Dir: GinkgoT().TempDir()}).dial()
			c.path = "/upload/no/report.xml"
			return c.create()
		},
		bitsupload.DataVanished: func() answer {
			w := serve(bitsupload.Config{})
			c := w.dial().begin()
			Expect(c.fragment(0, 1, "x")).To(accept(1))
			Expect(w.Remove("report.xml")).To(Succeed())
			return c.end()
		},
		bitsupload.Internal: func() answer {
			dir := GinkgoT().TempDir()
			w := serve(bitsupload.Config{Dir: dir})
			c := w.dial().begin()
			Expect(os.RemoveAll(filepath.Join(dir, "BITS-Sessions"))).To(Succeed())
			return c.fragment(0, 1, "x")
		},
		bitsupload.ApplicationFailed: func() answer {
			return replied(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
		},
		bitsupload.ApplicationSilent: nil,
		bitsupload.ApplicationMissing: func() answer {
			w := serve(bitsupload.Config{Properties: properties{NotificationType: bitsupload.NotifyByValue, NotificationURL: "http://127.0.0.1:1/"}})
			return w.dial().begin().fragment(0, 1, "x")
		},
	}
}

// replied is the answer to the last fragment when the application answers with h.
func replied(h http.HandlerFunc) answer {
	w := newWorld()
	url := w.application(h)
	w.serve(bitsupload.Config{Properties: bitsupload.Properties{NotificationType: bitsupload.NotifyByValue, NotificationURL: url}})
	return w.dial().begin().fragment(0, 1, "x")
}

var _ = Describe("the table of refusals", func() {
	for _, row := range bitsupload.Refusals() {
		provoke, known := provoked()[row.Reason]
		if known && provoke == nil {
			continue
		}
		It(fmt.Sprintf("answers %s with %d and %s", row.Reason, row.Status, row.Code), func() {
			Expect(provoke).NotTo(BeNil(), "how does it come about?")
			Expect(provoke()).To(refuse(row.Status, row.Code, row.Context))
		})
	}

	It("says of each row where it comes from, or that it is assumed", func() {
		for _, row := range bitsupload.Refusals() {
			Expect(row.When).NotTo(BeEmpty())
			Expect(row.Source != "" || row.Assumed).To(BeTrue(), "%s", row.Reason)
		}
	})

	DescribeTable("spells the error's field as the profile says", func(profile bitsupload.Profile, names ...string) {
		w := serve(bitsupload.Config{Profile: profile})
		c := w.dial()
		c.id = "{0}"
		a := c.end()
		Expect(a).To(refuse(http.StatusInternalServerError, hresult.BG_E_SESSION_NOT_FOUND, hresult.BG_ERROR_CONTEXT_REMOTE_FILE))
		for _, name := range []string{"BITS-Error", "BITS-Error-Code"} {
			has := strings.Contains(c.seen.String(), "\r\n"+name+": 0x8020001F\r\n")
			Expect(has).To(Equal(strings.Contains(strings.Join(names, " ")+" ", name+" ")), name)
		}
		Expect(c.seen.String()).To(ContainSubstring("\r\nBITS-Error-Context: 0x5\r\n"))
	},
		Entry("MC-BUP", bitsupload.Profile{}, "BITS-Error"),
		Entry("the BITS documentation", bitsupload.ProfileWin32(), "BITS-Error-Code"),
		Entry("both", bitsupload.Profile{ErrorHeader: bitsupload.ErrorHeaderBoth}, "BITS-Error", "BITS-Error-Code"),
	)

	DescribeTable("changes statuses and codes as the profile says", func(p bitsupload.Profile, reason bitsupload.Reason, status int, code hresult.HRESULT) {
		cfg := bitsupload.Config{Profile: p, Files: map[string][]byte{"report.xml": nil}}
		cfg.Properties.Disabled = reason == bitsupload.Disabled
		cfg.FreeSpace = 4
		cfg.Properties.AllowOverwrites = reason == bitsupload.DiskFull
		c := serve(cfg).dial()
		a := c.create()
		switch reason {
		case bitsupload.NoLength:
			a = c.raw(bitsupload.Verb, "", "BITS-Packet-Type: Ping")
		case bitsupload.NoProtocol:
			a = c.packet(bitsupload.Packet{Type: bitsupload.CreateSession}, "")
		case bitsupload.DiskFull:
			a = c.fragment(0, 10, "01234")
		}
		Expect(a).To(refuse(status, code, hresult.BG_ERROR_CONTEXT_REMOTE_FILE))
	},
		Entry("IIS 7", bitsupload.ProfileIIS7(), bitsupload.Disabled, 404, hresult.E_ACCESSDENIED),
		Entry("the specification", bitsupload.ProfileSpecification(), bitsupload.NoLength, 411, hresult.E_INVALIDARG),
		Entry("the BITS documentation", bitsupload.ProfileWin32(), bitsupload.Exists, 409, hresult.E_ACCESSDENIED),
		Entry("another code for the protocol", bitsupload.Profile{MismatchCode: hresult.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH},
			bitsupload.NoProtocol, 400, hresult.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH),
		Entry("the real code of a full disk", bitsupload.Profile{DiskFullCode: hresult.ERROR_DISK_FULL}, bitsupload.DiskFull, 500, hresult.ERROR_DISK_FULL),
	)

	It("can keep the error's fields away", func() {
		w := serve(bitsupload.Config{Profile: bitsupload.Profile{ErrorHeader: bitsupload.ErrorHeaderNone}})
		c := w.dial()
		c.id = "{0}"
		a := c.end()
		Expect(a.Status).To(Equal(http.StatusInternalServerError))
		Expect(a.Header).NotTo(Or(HaveKey("Bits-Error"), HaveKey("Bits-Error-Context")))
	})

	It("lets a client go on on the same connection", func() {
		w := serve(bitsupload.Config{MaximumFragment: 400_000})
		c := w.dial().begin()
		data := generated(500_000, 3)
		Expect(c.fragment(0, 500_000, data).Status).To(Equal(http.StatusRequestEntityTooLarge))
		Expect(c.fragment(0, 500_000, data[:400_000])).To(accept(400_000))
		Expect(c.fragment(400_000, 500_000, data[400_000:])).To(accept(500_000))
		Expect(w.file("report.xml") == data).To(BeTrue())
	})

	DescribeTable("takes no destination that leads out, or that Windows reads otherwise", func(path string, status int) {
		c := serve(bitsupload.Config{}).dial()
		c.path = path
		Expect(c.create().Status).To(Equal(status))
	},
		Entry(nil, "/upload/../etc/passwd", 403),
		Entry(nil, "/upload/a/%2e%2e/%2e%2e/b", 403),
		Entry(nil, "/upload/..%5cb", 403),
		Entry(nil, "/upload/b:stream", 403),
		Entry(nil, "/upload/b%00", 403),
		Entry(nil, "/upload//b", 403),
		Entry(nil, "/other/b", 403),
		Entry(nil, "/upload/bits-sessions/b", 403),
		Entry(nil, "/upload/", 400),
		Entry(nil, "/upload/a/", 400),
	)
})
