package fakeserver

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"slices"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/handshake"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/fakeserver/quirks"
	"github.com/wualab/wualab/fakeserver/recorded"
	"github.com/wualab/wualab/transcript"
)

// File says what stands at a path: content generated from Size and Seed, Body, or a
// file From disk beneath Config.Dir.
type File = content.File

// Config describes an origin. The zero value is a server without files on a free
// port of loopback.
type Config struct {
	Name     string       // in the transcript; "" is "origin"
	Addr     string       // "" is "127.0.0.1:0"
	Listener net.Listener // where to listen instead of at Addr, such as a fakehttp.Door's; Close closes it
	TLS      *tls.Config  // nil serves plain HTTP
	// ClientCertificates says what is made of certificates of clients; TLS.ClientAuth
	// must ask for them.
	ClientCertificates ClientCertificates
	Files              map[string]File      // by path, exactly as requested
	Auth               *Auth                // nil lets everybody in
	Behaviours         []Use                // of the whole server, around those of routes
	State              map[string]string    // named values that behaviours share, at the start
	Routes             []Route              // the longest path that matches counts
	Clock              clock.Clock          // nil is clock.Wall
	Recorder           *transcript.Recorder // nil records nothing
	Seed               int64                // of everything that is left to chance, such as NTLM challenges
	Dir                string               // directory that File.From is beneath; "" allows none
	Limits             fakehttp.Limits      // on what clients may cost; none by default
	Fault              func(error)          // is told of a script that failed; nil: only the transcript is
	Recorded           []recorded.Answer    // of a real server, given again in place of files
}

// Use names a behaviour with its parameters, as a scenario file does. Of a list the
// first is the outermost: it sees the request first and the answer last.
type Use = behaviour.Use

// Route is a part of the server with rules of its own. What it leaves nil it takes
// from the server.
type Route struct {
	// Path is a prefix when it ends in "/" or "*", else it must match exactly.
	Path       string
	AnyCase    bool            // the case of Path does not matter, as on IIS
	Files      map[string]File // looked up before the server's, by the whole path
	Auth       *Auth           // without Schemes it lets everybody in
	Behaviours []Use           // inside the server's own
	Handler    http.Handler    // answers in place of files
	Methods    []string        // that Handler answers; nil: all. The others are of files
}

// Auth is what the server demands of clients: 401 (RFC 9110 11.6). An Auth without
// Schemes demands nothing.
type Auth struct {
	Schemes  []httpauth.Scheme // offered, in this order
	Accounts *ntlm.Accounts
	Level    ntlm.Level // LmCompatibilityLevel of the side that verifies

	Realm           string // of Basic
	NetBIOSDomain   string
	NetBIOSComputer string // "": the server's name in capitals
	DNSDomain       string
	DNSComputer     string
	OS              ntlm.OS // zero: Windows Server 2003, the home of IIS 6.0

	DomainController *ntlm.DomainController // judges the accounts of a domain; nil: Accounts are all
	NTLMBlocked      bool                   // "Restrict NTLM: Incoming NTLM traffic" denies all accounts
	Protection       ntlm.Protection        // Extended Protection, of NTLM alone
	ChannelBindings  [16]byte               // that it compares with: ntlm.EndpointBindings of the certificate
	PerRequest       bool                   // each request logs in, as AuthPersistence 64 of IIS
	PersistentAuth   httpauth.Persistence   // what Persistent-Auth says
	BasicUTF8        bool                   // Basic challenges say charset="UTF-8" (RFC 7617 2.1)
	Digest           httpauth.DigestConfig
	Negotiate        httpauth.NegotiateConfig
	Passport         httpauth.PassportConfig
}

// Authenticate is the name of the pseudo-behaviour that says where in the list the
// server demands credentials. Without it in a list that is outermost, so that of the
// behaviours only those of package handshake see a request that was refused.
const Authenticate = "authenticate"

// Behaviours returns all behaviours that a Use may name.
func Behaviours() behaviour.Table {
	return table(pass)
}

func table(authenticate behaviour.Middleware) behaviour.Table {
	return append(behaviour.Table{authenticateDefinition(authenticate)},
		behaviour.Conditional(slices.Concat(quirks.Table(), handshake.Table(httpauth.Server)))...)
}

func pass(next http.Handler) http.Handler { return next }

func authenticateDefinition(m behaviour.Middleware) behaviour.Definition {
	return behaviour.Definition{
		Name: Authenticate,
		Help: "Demands credentials at this place of the list. Behaviours before it also act on 401 answers; " +
			"without it in the list only those that are about the login do.",
		Source:  "RFC 9110 11.6",
		Example: "{authenticate: {}}",
		Place:   true,
		New:     func(behaviour.Args) (behaviour.Middleware, error) { return m, nil },
	}
}

// Content returns the body of a generated file, for a judge to compare with. It is
// computed as it is read, at any place, and safe for concurrent use.
func Content(size, seed int64) io.ReaderAt { return content.Generated(size, seed) }
