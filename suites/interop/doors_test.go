//go:build interop && linux

package interop_test

import (
	"crypto/x509"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/suites/interop/peer"
)

// door is a real program that wants to know who comes before it hands out, or
// lets through to, update.cab.
type door struct {
	name   string
	target credrule.Target
	scheme credrule.Scheme
	option string // curl's, for the scheme
	domain string // of the accounts that it knows; none for Basic and Digest
	user   string // as it logs alice
	learns string // by a login, as the record's Exposure has it
	open   func(file []byte) *opening
}

// opening is a door whose programs run.
type opening struct {
	url   string // of update.cab
	proxy string // host:port; none when the door is the server itself
	users func() []string
	kdc   *peer.KDC // none but for Kerberos

	tunnelled string // URL of update.cab that a proxy is asked a tunnel for
	roots     *x509.CertPool
}

// believes says that it verifies nothing.
func (d door) believes() bool { return d.user == "" }

// refusal is the status that keeps a client out.
func (d door) refusal() int {
	if d.target == credrule.Proxy {
		return 407
	}
	return 401
}

// curl has curl come as an account.
func (d door) curl(ctx SpecContext, o *opening, a peer.Account) peer.CurlResult {
	GinkgoHelper()
	logon := a.User + ":" + a.Password
	if d.domain != "" {
		logon = d.domain + `\` + logon
	}
	var env []string
	if d.scheme == credrule.Negotiate { // the name and password come from the environment
		logon, env = ":", d.env(ctx, o, a)
	}
	args := []string{d.option, "-u", logon, o.url}
	if d.target == credrule.Proxy {
		args = []string{d.option, "-U", logon, "-x", "http://" + o.proxy, o.url}
	}
	r, err := peer.CurlAs(ctx, env, args...)
	Expect(err).NotTo(HaveOccurred())
	return r
}

// env lets GSS-API find what an account logs in with.
func (d door) env(ctx SpecContext, o *opening, a peer.Account) []string {
	GinkgoHelper()
	if o.kdc == nil {
		file, err := peer.NTLMUserFile(GinkgoT().TempDir(), a)
		Expect(err).NotTo(HaveOccurred())
		return []string{"NTLM_USER_FILE=" + file, "KRB5CCNAME=FILE:/nonexistent"}
	}
	env, err := o.kdc.Login(ctx, a)
	if a == alice {
		Expect(err).NotTo(HaveOccurred())
	} else {
		Expect(err).To(HaveOccurred(), "the KDC does not know this password")
	}
	return env
}

// doors lists those that no samba stands behind; see network for those.
func doors() []door {
	return []door{
		{name: "squid with ntlm_fake_auth", target: credrule.Proxy, scheme: credrule.NTLM, option: "--proxy-ntlm", domain: lab,
			learns: "NTLMv2", open: behindSquid(peer.ByFakeNTLM(1))},
		{name: "squid with basic_ncsa_auth", target: credrule.Proxy, scheme: credrule.Basic, option: "--proxy-basic", user: "alice",
			learns: "clear password", open: behindSquid(peer.ByBasic(alice))},
		{name: "squid with digest_file_auth", target: credrule.Proxy, scheme: credrule.Digest, option: "--proxy-digest", user: "alice",
			learns: "Digest", open: behindSquid(peer.ByDigest(alice))},
		{name: "squid with negotiate_kerberos_auth", target: credrule.Proxy, scheme: credrule.Negotiate, option: "--proxy-negotiate",
			domain: peer.Realm, user: "alice@" + peer.Realm, learns: "ticket", open: behindKerberosSquid},
		{name: "apache with mod_auth_gssapi and gss-ntlmssp", target: credrule.Server, scheme: credrule.Negotiate,
			option: "--negotiate", domain: peer.NTLMDomain, user: peer.NTLMDomain + `\\alice`, learns: "NTLMv2", open: atApache(peer.ByGSSNTLM(alice, 5))},
		{name: "apache with mod_auth_gssapi and Kerberos", target: credrule.Server, scheme: credrule.Negotiate,
			option: "--negotiate", domain: peer.Realm, user: "alice@" + peer.Realm, learns: "ticket", open: atKerberosApache},
		{name: "apache with mod_auth_digest", target: credrule.Server, scheme: credrule.Digest, option: "--digest", user: "alice",
			learns: "Digest", open: atApache(peer.ByApacheDigest(alice))},
	}
}

func behindSquid(auth peer.SquidAuth) func([]byte) *opening {
	return func(file []byte) *opening {
		GinkgoHelper()
		nginx, err := peer.StartNginx(map[string][]byte{"update.cab": file})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(nginx.Stop)
		squid, err := peer.StartSquid(auth)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(squid.Stop)
		return &opening{
			url: "http://" + nginx.Addr() + "/update.cab", proxy: squid.Addr(),
			tunnelled: "https://" + nginx.TLSAddr() + "/update.cab", roots: nginx.Roots(),
			users: func() []string { return squid.Users("/update.cab") },
		}
	}
}

func atApache(auth peer.ApacheAuth) func([]byte) *opening {
	return func(file []byte) *opening {
		GinkgoHelper()
		apache, err := peer.StartApache(auth, map[string][]byte{"update.cab": file})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(apache.Stop)
		return &opening{url: "http://" + apache.Addr() + "/update.cab", users: apache.Users}
	}
}

func startKDC() *peer.KDC {
	GinkgoHelper()
	k, err := peer.StartKDC(alice)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(k.Stop)
	return k
}

func behindKerberosSquid(file []byte) *opening {
	GinkgoHelper()
	k := startKDC()
	o := behindSquid(peer.ByKerberos(k))(file)
	o.kdc = k
	return o
}

func atKerberosApache(file []byte) *opening {
	GinkgoHelper()
	k := startKDC()
	o := atApache(peer.ByGSSKerberos(k))(file)
	o.kdc = k
	return o
}
