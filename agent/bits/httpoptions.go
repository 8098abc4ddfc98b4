package bits

import (
	"net/http"
	"net/textproto"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/hresult"
)

// SecurityFlags are the flags of SetSecurityFlags.
type SecurityFlags uint32

// The flags. The redirect policies came with BITS 3.0. Revocation is checked when a
// connection is made; that a file which was partly transferred when the check was
// turned on begins anew is not modelled.
//
// Source: BITS documentation, IBackgroundCopyJobHttpOptions::SetSecurityFlags.
const (
	EnableCRLCheck        SecurityFlags = 0x1
	IgnoreCertCNInvalid   SecurityFlags = 0x2
	IgnoreCertDateInvalid SecurityFlags = 0x4
	IgnoreUnknownCA       SecurityFlags = 0x8
	IgnoreCertWrongUsage  SecurityFlags = 0x10
	RedirectAllowSilent   SecurityFlags = 0x0
	RedirectAllowReport   SecurityFlags = 0x100
	RedirectDisallow      SecurityFlags = 0x200
	RedirectMask          SecurityFlags = 0x700
	RedirectHTTPSToHTTP   SecurityFlags = 0x800
)

// ClientCertificate says which certificate of the owner's a job shows, by its
// SHA-1 hash or its subject.
//
// Source: BITS documentation, IBackgroundCopyJobHttpOptions.
type ClientCertificate struct {
	Location int    // BG_CERT_STORE_LOCATION, 0 to 7
	Store    string // CA, MY, ROOT, SPC or one of the program's
	ID       string // 20 bytes
	Subject  string
}

// options are what a job keeps for the interfaces of 2.5 and later.
type options struct {
	Headers     string             `json:",omitempty"` // of SetCustomHeaders
	Security    SecurityFlags      `json:",omitempty"`
	Certificate *ClientCertificate `json:",omitempty"`
	Method      string             `json:",omitempty"` // of SetHttpMethod; empty is the default
	PeerCaching PeerCachingFlags   `json:",omitempty"`
	Properties  properties         `json:",omitzero"`
	Resumed     bool               `json:",omitempty"` // Resume was called
}

const maxCustomHeaders = 16384 // with the null at the end

// SetCustomHeaders sets header fields that each request of the job gets, one a
// line that ends with CR LF; an empty text removes them. They are gone when the
// job gets another owner. Assumed: they come after the fields of BITS; a line
// that is no header field gives E_INVALIDARG.
//
// Source: BITS documentation, SetCustomHeaders.
func (j *Job) SetCustomHeaders(headers string) error {
	return j.do(callSetCustomHeaders, func() error {
		if len([]rune(headers)) >= maxCustomHeaders {
			return called(hresult.BG_E_STRING_TOO_LONG, "SetCustomHeaders: %d characters, at most %d are allowed", len([]rune(headers)), maxCustomHeaders-1)
		}
		if _, bad := customFields(headers); bad != "" {
			return called(hresult.E_INVALIDARG, "SetCustomHeaders: %q is no header field that ends with CR LF", bad)
		}
		j.opts.Headers = headers
		return nil
	})
}

// customFields takes the text of SetCustomHeaders apart, up to what is bad.
func customFields(headers string) (fields []winhttp.Field, bad string) {
	for headers != "" {
		line, rest, ended := strings.Cut(headers, "\r\n")
		name, value, ok := strings.Cut(line, ":")
		value = textproto.TrimString(value)
		if !ended || !ok || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			return fields, line
		}
		fields = append(fields, winhttp.Field{Name: name, Value: value})
		headers = rest
	}
	return fields, ""
}

// SetSecurityFlags sets how redirects are taken and which faults of a
// certificate are overlooked. E_NOTIMPL for a flag that the version does not
// have.
func (j *Job) SetSecurityFlags(f SecurityFlags) error {
	return j.do(callSetSecurityFlags, func() error {
		known := EnableCRLCheck | IgnoreCertCNInvalid | IgnoreCertDateInvalid | IgnoreUnknownCA | IgnoreCertWrongUsage
		if j.m.version().Compare(version30) >= 0 {
			known |= RedirectAllowReport | RedirectDisallow | RedirectHTTPSToHTTP
		}
		if f&^known != 0 || f&RedirectMask == RedirectAllowReport|RedirectDisallow {
			return called(hresult.E_NOTIMPL, "SetSecurityFlags: BITS %v does not know %#x", j.m.version(), uint32(f))
		}
		j.opts.Security = f
		return nil
	})
}

// SetClientCertificateByID chooses a client certificate by its SHA-1 hash.
// ERROR_FILE_NOT_FOUND for a store that is not there, CRYPT_E_NOT_FOUND for a
// certificate that the store does not have.
func (j *Job) SetClientCertificateByID(location int, store string, hash [20]byte) error {
	return j.setCertificate(callSetCertByID, &ClientCertificate{Location: location, Store: store, ID: string(hash[:])})
}

// SetClientCertificateByName chooses a client certificate by its subject, as
// machine.CertificateByName finds it.
func (j *Job) SetClientCertificateByName(location int, store, subject string) error {
	return j.setCertificate(callSetCertByName, &ClientCertificate{Location: location, Store: store, Subject: subject})
}

// Limits of SetClientCertificateByName (BITS documentation).
const (
	maxCertStore   = 256
	maxCertSubject = 256
)

func (j *Job) setCertificate(c Call, cert *ClientCertificate) error {
	return j.do(c, func() error {
		switch {
		case !machine.CertificateLocation(cert.Location).Known():
			return called(hresult.E_NOTIMPL, "%s: store location %d", c.Name, cert.Location)
		case cert.Store == "" || cert.ID == "" && cert.Subject == "":
			return called(hresult.E_INVALIDARG, "%s: a store and a certificate are needed", c.Name)
		case len([]rune(cert.Store)) > maxCertStore || len([]rune(cert.Subject)) > maxCertSubject:
			return called(hresult.BG_E_STRING_TOO_LONG, "%s: more than %d characters", c.Name, maxCertSubject)
		}
		if _, err := cert.find(j.m.cfg.Machine, j.owner); err != nil {
			return called(certificateCode(err), "%s: store %s: %w", c.Name, cert.Store, err)
		}
		j.opts.Certificate = cert
		return nil
	})
}

// RemoveClientCertificate takes the certificate back; S_FALSE in the real
// interface when there was none.
func (j *Job) RemoveClientCertificate() (removed bool, err error) {
	err = j.do(callRemoveCert, func() error {
		removed = j.opts.Certificate != nil
		j.opts.Certificate = nil
		return nil
	})
	return removed, err
}

// SetHTTPMethod replaces GET, or BITS_POST, by another method. The job becomes a
// foreground job for good, every error of it is fatal, and each attempt begins
// at the beginning; the answer need not have a length. The default method
// changes nothing.
//
// Source: BITS documentation, IBackgroundCopyJobHttpOptions2::SetHttpMethod.
// Assumed: E_INVALIDARG for what is no method;
// BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD for what can't go together.
func (j *Job) SetHTTPMethod(method string) error {
	return j.do(callSetHTTPMethod, func() error {
		switch {
		case !httpguts.ValidHeaderFieldName(method):
			return called(hresult.E_INVALIDARG, "SetHttpMethod: %q", method)
		case method == j.defaultMethod():
			return nil
		case j.opts.Properties.Dynamic || j.opts.Properties.OnDemand || j.kind != Download:
			return called(hresult.BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD, "SetHttpMethod: the job is dynamic, on demand, or an upload")
		}
		j.opts.Method, j.set.priority = method, Foreground
		return nil
	})
}

func (j *Job) defaultMethod() string {
	if j.kind == Download {
		return http.MethodGet
	}
	return "BITS_POST"
}

// HTTPOptions is what the Get methods of IBackgroundCopyJobHttpOptions and
// IBackgroundCopyJobHttpOptions2 return.
type HTTPOptions struct {
	CustomHeaders     string
	SecurityFlags     SecurityFlags
	ClientCertificate *ClientCertificate // nil for none
	HTTPMethod        string
}

// HTTPOptions returns the job's options for HTTP.
func (j *Job) HTTPOptions() HTTPOptions {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	o := HTTPOptions{CustomHeaders: j.opts.Headers, SecurityFlags: j.opts.Security, ClientCertificate: j.opts.Certificate, HTTPMethod: j.opts.Method}
	if o.HTTPMethod == "" {
		o.HTTPMethod = j.defaultMethod()
	}
	return o
}

// redirects gives the policy of the job's requests.
func (f SecurityFlags) redirects() winhttp.RedirectPolicy {
	switch {
	case f&RedirectMask == RedirectDisallow:
		return winhttp.RedirectNever
	case f&RedirectHTTPSToHTTP != 0:
		return winhttp.RedirectAlways
	}
	return winhttp.RedirectDisallowHTTPSToHTTP
}

// winhttp gives how the certificates of servers are judged.
func (f SecurityFlags) winhttp() winhttp.Security {
	return winhttp.Security{IgnoreCN: f&IgnoreCertCNInvalid != 0, IgnoreDate: f&IgnoreCertDateInvalid != 0, IgnoreUnknownCA: f&IgnoreUnknownCA != 0,
		IgnoreUsage: f&IgnoreCertWrongUsage != 0, CheckRevocation: f&EnableCRLCheck != 0}
}

// followed keeps where a redirect led, when the policy is to report it, or where
// one would have led that is not allowed (BITS documentation: SetSecurityFlags).
func (d *download) followed(resp *winhttp.Response) {
	policy := d.options.Security & RedirectMask
	target := ""
	switch {
	case policy == RedirectAllowReport && resp.Redirected > 0:
		target = resp.URL
	case policy == RedirectDisallow && resp.Status >= 300 && resp.Status < 400:
		base, err := url.Parse(d.file.remote.get())
		if err != nil {
			return
		}
		next, err := base.Parse(resp.Header.Get("Location"))
		if err != nil || resp.Header.Get("Location") == "" {
			return
		}
		target = next.String()
	}
	if u, err := url.Parse(target); err == nil && (u.Scheme == "http" || u.Scheme == "https") && len(target) <= maxURL {
		d.file.remote.set(target)
	}
}
