package scenarios

import (
	"strings"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/scenarios/plan"
)

var redirectPolicies = map[string]bits.SecurityFlags{
	"silent": bits.RedirectAllowSilent, "report": bits.RedirectAllowReport, "disallow": bits.RedirectDisallow,
}

// httpOptions makes the calls of a job's options, those that are written alone.
func httpOptions(job *bits.Job, o *plan.HTTPOptions) error {
	if o == nil {
		return nil
	}
	if len(o.Headers) > 0 {
		if err := job.SetCustomHeaders(strings.Join(o.Headers, "\r\n") + "\r\n"); err != nil {
			return err
		}
	}
	if o.Redirects.Set || o.HTTPSToHTTP.Set {
		flags := redirectPolicies[o.Redirects.Value]
		if o.HTTPSToHTTP.Value {
			flags |= bits.RedirectHTTPSToHTTP
		}
		if err := job.SetSecurityFlags(flags); err != nil {
			return err
		}
	}
	if o.Dynamic.Set {
		if err := job.SetProperty(bits.PropertyDynamicContent, bits.PropertyValue{Enable: o.Dynamic.Value}); err != nil {
			return err
		}
	}
	if o.MaxSize.Set {
		if err := job.SetProperty(bits.PropertyMaxDownloadSize, bits.PropertyValue{Uint64: uint64(o.MaxSize.Value)}); err != nil {
			return err
		}
	}
	if o.Method.Set {
		return job.SetHTTPMethod(o.Method.Value)
	}
	return nil
}
