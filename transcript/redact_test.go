package transcript_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/transcript"
)

// exchange is one request and response with these heads, which end in an empty line.
func exchange(request, reply string) *transcript.Exchange {
	return record(transcript.Client, request, reply, nil, nil).Exchanges(0)[0]
}

// ntlmToken is a message of a type, with a secret in it, in base64.
func ntlmToken(prefix string, kind byte) string {
	return base64.StdEncoding.EncodeToString([]byte(prefix + "NTLMSSP\x00" + string([]byte{kind, 0, 0, 0}) + "sesame"))
}

var _ = Describe("Redact", func() {
	DescribeTable("hides in a request",
		func(line, want string) {
			x := transcript.Redact(exchange("GET / HTTP/1.1\r\nHost: a\r\n"+line+"\r\nX: y\r\n\r\n", ""))
			Expect(string(x.Request.Head)).To(Equal("GET / HTTP/1.1\r\nHost: a\r\n" + want + "\r\nX: y\r\n\r\n"))
			name, value, _ := strings.Cut(want, ":")
			Expect(x.Request.Fields[1]).To(Equal(transcript.Field{Name: name, Value: strings.TrimSpace(value)}))
		},
		Entry("Basic", "Authorization: Basic c2VzYW1l", "Authorization: Basic (redacted)"),
		Entry("a scheme in lower case, a name too", "proxy-authorization:basic c2VzYW1l", "proxy-authorization: basic (redacted)"),
		Entry("a blank before the colon", "Authorization : Basic c2VzYW1l", "Authorization : Basic (redacted)"),
		Entry("a folded line", "Authorization: Basic\r\n\tc2VzYW1l\r\n c2VzYW1l", "Authorization: Basic (redacted)"),
		Entry("Type 3", "Proxy-Authorization: NTLM "+ntlmToken("", 3), "Proxy-Authorization: NTLM (type 3, redacted)"),
		Entry("Type 3 under Negotiate", "Authorization: Negotiate "+ntlmToken("", 3), "Authorization: Negotiate (type 3, redacted)"),
		Entry("Type 3 inside SPNEGO", "Authorization: Negotiate "+ntlmToken("\xa1\x82", 3), "Authorization: Negotiate (type 3, redacted)"),
		Entry("Type 1 inside SPNEGO, beside which a ticket may stand", "Authorization: Negotiate "+ntlmToken("\x60\x82", 1), "Authorization: Negotiate (type 1, redacted)"),
		Entry("Kerberos", "Authorization: Negotiate c2VzYW1l", "Authorization: Negotiate (redacted)"),
		Entry("a broken token", "Authorization: NTLM c2VzYW1l=", "Authorization: NTLM (redacted)"),
		Entry("two sets of credentials", "Authorization: NTLM "+ntlmToken("", 1)+", Basic c2VzYW1l", "Authorization: NTLM (redacted)"),
		Entry("but not Type 1", "Authorization:  NTLM "+ntlmToken("", 1), "Authorization: NTLM "+ntlmToken("", 1)),
		Entry("but not a scheme alone", "Authorization: NTLM", "Authorization: NTLM"),
		Entry("the response of Digest", `Authorization: Digest username="a", Response = "se\"same", uri="/"`, `Authorization: Digest username="a", Response = "(redacted)", uri="/"`),
		Entry("an unquoted response of Digest", `Authorization: Digest response=sesame,nc=1`, `Authorization: Digest response="(redacted)",nc=1`),
		Entry("a response of Digest without end", `Authorization: Digest response="sesame and more`, `Authorization: Digest response="(redacted)"`),
		Entry("Digest without response", `Authorization: Digest c2VzYW1l`, `Authorization: Digest (redacted)`),
		Entry("Passport sign-ins", "Authorization: Passport1.4 sign-in=a%40b,pwd=sesame,OrgVerb=GET", "Authorization: Passport1.4 (redacted)"),
		Entry("Passport tickets", "Authorization: Passport1.4 from-PP='t=sesame&p='", "Authorization: Passport1.4 (redacted)"),
		Entry("Bearer", "Authorization: Bearer sesame", "Authorization: Bearer (redacted)"),
		Entry("what is no scheme", "Authorization: sesame", "Authorization: (redacted)"),
		Entry("cookies", "Cookie: a=sesame; b=c=d;e", "Cookie: a=(redacted); b=(redacted);(redacted)"),
		Entry("a key in a field of its own", "x-api-key: sesame", "x-api-key: (redacted)"),
		Entry("a signed URL", "Referer: https://h/a?sv=2019&sig=sesame%3d&x=1", "Referer: https://h/a?sv=2019&sig=(redacted)&x=1"),
		Entry("tokens in a URL, whatever their case", "Referer: /a?Access_Token=sesame&monkey=1", "Referer: /a?Access_Token=(redacted)&monkey=1"),
		Entry("user information in another field", "Referer: http://u:sesame@h/a@b?c@d", "Referer: http://(redacted)@h/a@b?c@d"),
		Entry("an @ in user information", "X-URL: http://u:ses@me@h", "X-URL: http://(redacted)@h"),
		Entry("user information in a line that is no field", "http//no colon", "http//no colon"),
		Entry("but not a URL without it", "Referer: http://h/a@b", "Referer: http://h/a@b"),
	)

	DescribeTable("hides in a start line",
		func(line, want string) {
			x := transcript.Redact(exchange(line+"\r\n\r\n", ""))
			Expect(x.Request.Line).To(Equal(want))
			Expect(string(x.Request.Head)).To(Equal(want + "\r\n\r\n"))
			Expect(x.Request.URL).NotTo(ContainSubstring("sesame"))
		},
		Entry("user information", "GET http://u:sesame@h/ HTTP/1.1", "GET http://(redacted)@h/ HTTP/1.1"),
		Entry("user information with a blank", "GET http://u:sesame x@h/ HTTP/1.1", "GET http://(redacted)@h/ HTTP/1.1"),
		Entry("user information of CONNECT", "CONNECT u:sesame@h:443 HTTP/1.1", "CONNECT (redacted)@h:443 HTTP/1.1"),
		Entry("but not a path", "GET /a@b HTTP/1.1", "GET /a@b HTTP/1.1"),
	)

	It("shows nothing of a start line that falls apart", func() {
		x := transcript.Redact(exchange("CONNECT sesame HTTP/1.1@h\r\n\r\n", ""))
		Expect(fmt.Sprintf("%+v %s", *x.Request, x.Request.Head)).NotTo(ContainSubstring("sesame"))
	})

	DescribeTable("hides in a response",
		func(line, want string) {
			x := transcript.Redact(exchange(get, "HTTP/1.1 100 Go\r\n"+line+"\r\n\r\nHTTP/1.1 200 OK\r\n"+line+"\r\nContent-Length: 0\r\n\r\n"))
			Expect(string(x.Interim[0].Head)).To(Equal("HTTP/1.1 100 Go\r\n" + want + "\r\n\r\n"))
			Expect(string(x.Response.Head)).To(Equal("HTTP/1.1 200 OK\r\n" + want + "\r\nContent-Length: 0\r\n\r\n"))
		},
		Entry("a cookie, not its attributes", "Set-Cookie: a=sesame; Path=/; expires=Wed, 09 Jun 2021 10:18:14 GMT;HttpOnly",
			"Set-Cookie: a=(redacted); Path=/; expires=Wed, 09 Jun 2021 10:18:14 GMT;HttpOnly"),
		Entry("a cookie behind a comma", "Set-Cookie: a=b; Path=/, c=sesame", "Set-Cookie: a=(redacted); Path=(redacted)"),
		Entry("a cookie named like an attribute", "Set-Cookie: Path=sesame; Path=/", "Set-Cookie: Path=(redacted); Path=/"),
		Entry("a quoted cookie with a semicolon", `Set-Cookie: a="x;sesame"`, `Set-Cookie: a=(redacted);(redacted)`),
		Entry("rspauth", `Authentication-Info: rspauth="sesame", nextnonce="n"`, `Authentication-Info: rspauth="(redacted)", nextnonce="n"`),
		Entry("the ticket of a Passport login server", "Authentication-Info: Passport1.4 da-status=success,tname=A,from-PP='t=sesame,x&p=y',ru=http://h/",
			"Authentication-Info: Passport1.4 da-status=success,tname=A,from-PP=(redacted),ru=http://h/"),
		Entry("a Passport ticket without quotes", "Proxy-Authentication-Info: Passport1.4 From-PP = sesame, ru=x", "Proxy-Authentication-Info: Passport1.4 From-PP = (redacted), ru=x"),
		Entry("a Passport ticket whose quote has no end", "Authentication-Info: Passport1.4 from-PP='sesame, ru=x", "Authentication-Info: Passport1.4 from-PP=(redacted)"),
		Entry("user information in Location", "Location: http://u:sesame@h/", "Location: http://(redacted)@h/"),
		Entry("but not a challenge", "WWW-Authenticate: NTLM "+ntlmToken("", 2), "WWW-Authenticate: NTLM "+ntlmToken("", 2)),
	)

	It("leaves the original as it is and all else in the copy", func() {
		x := exchange("POST http://u:sesame@h/ HTTP/1.1\r\nCookie: a=b\r\nContent-Length: 2\r\n\r\nhi", "HTTP/1.1 200 OK\r\nSet-Cookie: c=d\r\nContent-Length: 1\r\n\r\nx")
		x.Notes, x.Verified, x.Tokens = []string{"sent to http://u:sesame@h/"}, `LAB\alice`, []transcript.Token{{Type: "basic"}}
		x.Err = "http://u:sesame@h/ was refused"
		before := fmt.Sprintf("%+v %+v %+v", *x, *x.Request, *x.Response)
		c := transcript.Redact(x)
		Expect(fmt.Sprintf("%+v %+v %+v", *x, *x.Request, *x.Response)).To(Equal(before))
		Expect(c.Notes).To(Equal([]string{"sent to http://(redacted)@h/"}))
		Expect(c.Err).To(Equal("http://(redacted)@h/ was refused"))
		Expect(c.Verified).To(Equal(`LAB\alice`))
		Expect(c.Tokens).To(Equal(x.Tokens))
		Expect(c.Request.Body).To(Equal(x.Request.Body))
		Expect([]int{c.Seq, c.N, c.Status()}).To(Equal([]int{1, 1, 200}))
	})

	It("copes with an exchange without response", func() {
		Expect(transcript.Redact(exchange(get, "")).Response).To(BeNil())
	})
})

// FuzzRedact puts a secret between any two texts in each place where secrets stand.
func FuzzRedact(f *testing.F) {
	f.Add("Basic ", "")
	f.Add("NTLM TlRMTVNTUAABAAAA", "=")
	f.Add("a=", "; Path=/")
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "c2VzYW1lc2VzYW1l"
		text := strings.NewReplacer("\r", "", "\n", "").Replace(before + "\x00" + after)
		text = strings.ReplaceAll(text, "\x00", secret)
		request := "GET http://" + strings.NewReplacer("/", "", "?", "", "#", "").Replace(text) + "@h/ HTTP/1.1\r\n"
		for _, field := range []string{"Authorization: Basic ", "Proxy-Authorization: Bearer ", "Cookie: a=", "X: http://u:" + secret + "@"} {
			request += field + text + "\r\n"
		}
		for _, x := range record(transcript.Server, request+"\r\n", "", nil, nil).Exchanges(0) {
			head := string(transcript.Redact(x).Request.Head)
			for _, line := range strings.Split(head, "\r\n") {
				if strings.Contains(line, secret) && !strings.HasPrefix(line, "X: ") && !isCookieName(line, secret) {
					t.Errorf("%q still has the secret", line)
				}
			}
			if strings.Contains(head, "http://u:"+secret+"@") {
				t.Errorf("user information is left in %q", head)
			}
		}
	})
}

// isCookieName reports whether the secret stands left of an equals sign, where it is a
// cookie's name.
func isCookieName(line, secret string) bool {
	value, ok := strings.CutPrefix(line, "Cookie: ")
	for _, pair := range strings.Split(value, ";") {
		_, content, _ := strings.Cut(pair, "=")
		ok = ok && !strings.Contains(content, secret)
	}
	return ok
}
