package plan

// HTTPOptions are a job's options of BITS 2.5 and later.
type HTTPOptions struct {
	Pos         Pos         `yaml:"-"`
	Headers     []string    `yaml:"headers" help:"SetCustomHeaders (BITS 2.5): header fields that each request gets, as Name: value."`
	Redirects   Opt[string] `yaml:"redirects" enum:"silent|report|disallow" help:"SetSecurityFlags (BITS 3.0): BG_HTTP_REDIRECT_POLICY_ALLOW_SILENT, ALLOW_REPORT, which takes over the new URL, or DISALLOW."`
	HTTPSToHTTP Opt[bool]   `yaml:"https-to-http" help:"SetSecurityFlags (BITS 3.0): BG_HTTP_REDIRECT_POLICY_ALLOW_HTTPS_TO_HTTP."`
	Dynamic     Opt[bool]   `yaml:"dynamic" help:"SetProperty (BITS 5.0): BITS_JOB_PROPERTY_DYNAMIC_CONTENT, for a foreground job."`
	MaxSize     Opt[int64]  `yaml:"max-size" format:"size" help:"SetProperty (BITS 5.0): BITS_JOB_PROPERTY_MAX_DOWNLOAD_SIZE."`
	Method      Opt[string] `yaml:"method" help:"SetHttpMethod (Windows 10): a method other than GET."`
}
