package plan

// HTTPOptions are a job's options of BITS 2.5 and later.
type HTTPOptions struct {
	Pos         Pos             `yaml:"-"`
	Headers     []string        `yaml:"headers" help:"SetCustomHeaders (BITS 2.5): header fields that each request gets, as Name: value."`
	Redirects   Opt[string]     `yaml:"redirects" enum:"silent|report|disallow" help:"SetSecurityFlags (BITS 3.0): BG_HTTP_REDIRECT_POLICY_ALLOW_SILENT, ALLOW_REPORT, which takes over the new URL, or DISALLOW."`
	HTTPSToHTTP Opt[bool]       `yaml:"https-to-http" help:"SetSecurityFlags (BITS 3.0): BG_HTTP_REDIRECT_POLICY_ALLOW_HTTPS_TO_HTTP."`
	Ignore      []string        `yaml:"ignore" one:"true" enum:"cn-invalid|date-invalid|unknown-ca|wrong-usage" help:"SetSecurityFlags (BITS 2.5): flaws of a server's certificate that are overlooked, BG_SSL_IGNORE_CERT_CN_INVALID, _CERT_DATE_INVALID, _UNKNOWN_CA, _CERT_WRONG_USAGE."`
	CRLCheck    Opt[bool]       `yaml:"crl-check" help:"SetSecurityFlags (BITS 2.5): BG_SSL_ENABLE_CRL_CHECK, whether the certificate was revoked."`
	Certificate *JobCertificate `yaml:"certificate" help:"SetClientCertificateByID or SetClientCertificateByName (BITS 2.5): what the job shows to servers that ask."`
	Dynamic     Opt[bool]       `yaml:"dynamic" help:"SetProperty (BITS 5.0): BITS_JOB_PROPERTY_DYNAMIC_CONTENT, for a foreground job."`
	MaxSize     Opt[int64]      `yaml:"max-size" format:"size" help:"SetProperty (BITS 5.0): BITS_JOB_PROPERTY_MAX_DOWNLOAD_SIZE."`
	Method      Opt[string]     `yaml:"method" help:"SetHttpMethod (Windows 10): a method other than GET."`
}
