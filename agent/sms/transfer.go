package sms

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/hresult"
)

// owner of the client's jobs: its service runs as LocalSystem.
const owner = "LocalSystem"

// jobName is what BITS shows, after public logs of the successor.
const jobName = "CCMDTS Job"

// newJob makes a suspended job. Assumed: the client sets no credentials (SMS 2003 is older
// than the rule of BITS 2.0 that asks for them), so that BITS decides by itself whether
// those of the service answer a challenge.
func (r *round) newJob(priority bits.Priority) (*bits.Job, error) {
	job, err := r.bits().CreateJob(jobName, bits.Download, owner)
	if err != nil {
		return nil, &Error{Code: codeOf(err), What: "CreateJob", Err: err}
	}
	if err := r.setUp(job, priority); err != nil {
		return nil, r.giveUp(job, err)
	}
	return job, nil
}

func (r *round) setUp(job *bits.Job, priority bits.Priority) error {
	if err := job.SetPriority(priority); err != nil {
		return &Error{Code: codeOf(err), What: "SetPriority", Err: err}
	}
	if err := job.SetNoProgressTimeout(r.cfg.Tuning.PointTimeout); err != nil {
		return &Error{Code: codeOf(err), What: "SetNoProgressTimeout", Err: err}
	}
	return nil
}

// transfer resumes a job, waits for its end and completes it.
func (r *round) transfer(job *bits.Job) error {
	if err := job.Resume(); err != nil {
		return &Error{Code: codeOf(err), What: "Resume", Err: err}
	}
	state, err := job.Wait(r.ctx, r.hold, bits.Transferred, bits.Error)
	switch {
	case err != nil:
		return &Error{Code: codeOf(err), What: "BITS job " + job.ID(), Err: err}
	case state == bits.Error:
		failed, err := job.GetError()
		if err != nil {
			return &Error{Code: codeOf(err), What: "GetError", Err: err}
		}
		return &Error{Code: failed.Code, What: "BITS job " + job.ID(), Err: failed}
	}
	if _, err := job.Complete(); err != nil {
		return &Error{Code: codeOf(err), What: "Complete", Err: err}
	}
	return nil
}

// giveUp cancels a job, unless the service is what ended.
func (r *round) giveUp(job *bits.Job, err error) error {
	if r.ctx.Err() == nil {
		_, _ = job.Cancel() // the failure that led here counts
	}
	return err
}

// byBITS downloads the package from a distribution point into its folder, by one job with
// all files. A job that was at another distribution point goes on with this one where
// BITS can give it another prefix (from 2.0 on), so that what has come is not asked for
// again ("About BITS-Enabled Distribution Points").
func (r *round) byBITS(a Advertisement, p point, folder string) ([]remoteFile, error) {
	files, err := r.list(p)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, &Error{Code: hresult.ERROR_FILE_NOT_FOUND, What: p.url + ": the listing names no file"}
	}
	job, err := r.jobFor(a, p, folder, files)
	if err != nil {
		return nil, err
	}
	r.update(a.AdvertisementID, func(a *Advertisement) { a.Job, a.From, a.Point = job.ID(), p.url, p.server })
	r.logs.write(dataTransfer, "Starting BITS download of %d files from '%s', job %s", len(files), p.url, job.ID())
	if err := r.transfer(job); err != nil {
		r.logs.fail(dataTransfer, "BITS job %s from '%s' failed: %v", job.ID(), p.url, err)
		return nil, err
	}
	r.update(a.AdvertisementID, func(a *Advertisement) { a.Job, a.From = "", "" })
	r.logs.write(dataTransfer, "DTS job for '%s' successfully completed download", p.url)
	return files, nil
}

// jobFor gives the job of before, if there is one that can go on from here, else a new
// one.
func (r *round) jobFor(a Advertisement, p point, folder string, files []remoteFile) (*bits.Job, error) {
	if job, err := r.bits().GetJob(a.Job); err == nil {
		if r.goOn(job, a, p, folder, files) {
			return job, nil
		}
		_, _ = job.Cancel()
	}
	job, err := r.newJob(r.cfg.Tuning.Priority)
	if err != nil {
		return nil, err
	}
	var pairs [][2]string
	for _, f := range files {
		pairs = append(pairs, [2]string{f.url, folder + `\` + f.path})
	}
	if err := job.AddFileSet(pairs...); err != nil {
		return nil, r.giveUp(job, &Error{Code: codeOf(err), What: "AddFileSet", Err: err})
	}
	return job, nil
}

// goOn leads a job to another distribution point, or leaves it where it is.
func (r *round) goOn(job *bits.Job, a Advertisement, p point, folder string, files []remoteFile) bool {
	same := slices.EqualFunc(job.Files(), files, func(f *bits.File, want remoteFile) bool {
		return strings.EqualFold(f.LocalName(), folder+`\`+want.path)
	})
	if !same {
		return false
	}
	if a.From == p.url {
		return true
	}
	changed, err := job.ReplaceRemotePrefix(a.From+"/", p.url+"/")
	if err != nil || !changed {
		r.logs.write(dataTransfer, "Job %s cannot be led from '%s' to '%s': %v", job.ID(), a.From, p.url, err)
		return false
	}
	r.logs.write(dataTransfer, "Job %s goes on from '%s' with %d bytes", job.ID(), p.url, job.Progress().BytesTransferred)
	return true
}

// hours gives a time for a log.
func hours(d time.Duration) string { return fmt.Sprintf("%.1f hours", d.Hours()) }
