package scenarios

import (
	"strings"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/scenarios/plan"
)

var redirectPolicies = map[string]bits.SecurityFlags{
	"silent": bits.RedirectAllowSilent, "report": bits.RedirectAllowReport, "disallow": bits.RedirectDisallow,
}

var overlooked = map[string]bits.SecurityFlags{
	"cn-invalid": bits.IgnoreCertCNInvalid, "date-invalid": bits.IgnoreCertDateInvalid, "unknown-ca": bits.IgnoreUnknownCA, "wrong-usage": bits.IgnoreCertWrongUsage,
}

func securityFlags(o *plan.HTTPOptions) bits.SecurityFlags {
	flags := redirectPolicies[o.Redirects.Value]
	if o.HTTPSToHTTP.Value {
		flags |= bits.RedirectHTTPSToHTTP
	}
	for _, name := range o.Ignore {
		flags |= overlooked[name]
	}
	if o.CRLCheck.Value {
		flags |= bits.EnableCRLCheck
	}
	return flags
}

// httpOptions makes the calls of a job's options, those that are written alone.
func (w *world) httpOptions(job *bits.Job, o *plan.HTTPOptions) error {
	if o == nil {
		return nil
	}
	if len(o.Headers) > 0 {
		if err := job.SetCustomHeaders(strings.Join(o.Headers, "\r\n") + "\r\n"); err != nil {
			return err
		}
	}
	if o.Redirects.Set || o.HTTPSToHTTP.Set || len(o.Ignore) > 0 || o.CRLCheck.Set {
		if err := job.SetSecurityFlags(securityFlags(o)); err != nil {
			return err
		}
	}
	if err := w.chooseCertificate(job, o.Certificate); err != nil {
		return err
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
