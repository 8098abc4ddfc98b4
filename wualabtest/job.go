package wualabtest

import (
	"fmt"

	"github.com/onsi/gomega/types"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/hresult"
)

// BeTransferred succeeds for a *bits.Job whose files have all come: it is
// TRANSFERRED, or ACKNOWLEDGED after Complete. What failed otherwise is told with
// the job's error.
func BeTransferred() types.GomegaMatcher {
	return matcher[*bits.Job]{
		holds: func(job *bits.Job) bool {
			state := job.State()
			return state == bits.Transferred || state == bits.Acknowledged
		},
		want: "to be TRANSFERRED", tell: jobStory,
	}
}

// HaveFailedWith succeeds for a *bits.Job that is in ERROR or TRANSIENT_ERROR with
// this code, such as hresult.BG_E_HTTP_ERROR_407.
func HaveFailedWith(code hresult.HRESULT) types.GomegaMatcher {
	return matcher[*bits.Job]{
		holds: func(job *bits.Job) bool {
			failure, err := job.GetError()
			return err == nil && failure.Code == code
		},
		want: "to have failed with " + code.Describe(), tell: jobStory,
	}
}

func jobStory(job *bits.Job) string {
	story := fmt.Sprintf("job %q, which is %v", job.Name(), job.State())
	if failure, err := job.GetError(); err == nil {
		story += ": " + failure.Error()
	}
	return story
}
