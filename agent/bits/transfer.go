package bits

import (
	"context"
	"errors"
	"time"

	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// transfer is one activation of a job: it downloads the files that are not
// complete, one after another, or sends the one of an upload.
func (j *Job) transfer(ctx context.Context, h clock.Hold) error {
	j.m.mu.Lock()
	if j.state != Queued || ctx.Err() != nil {
		j.m.mu.Unlock()
		return context.Canceled
	}
	j.enter(Connecting)
	files := append([]*File(nil), j.files...)
	j.m.mu.Unlock()
	for _, f := range files {
		if f.complete {
			continue
		}
		transfer := func() error { return j.fetch(ctx, h, f, len(files)) }
		if j.kind != Download {
			transfer = func() error { return j.send(ctx, h, f) }
		}
		if err := transfer(); err != nil {
			return err
		}
	}
	return nil
}

// errChanged says that the file at the server is another one than before.
var errChanged = errors.New("the file has changed at the server")

// fetch downloads one file, from the beginning again each time it changes at
// the server (BITS documentation: File Transfer Consistency).
func (j *Job) fetch(ctx context.Context, h clock.Hold, f *File, files int) error {
	for restarts := 0; ; restarts++ {
		d, err := j.newDownload(ctx, h, f, files)
		if err != nil {
			return err
		}
		err = d.run()
		if !errors.Is(err, errChanged) {
			return err
		}
		if restarts >= j.m.cfg.Tuning.Restarts {
			return f.failure(hresult.BG_E_INVALID_SERVER_RESPONSE, hresult.BG_ERROR_CONTEXT_REMOTE_FILE, nil,
				"the file changed %d times while it was downloaded (that this ends the attempt is assumed)", restarts+1)
		}
		f.restart()
	}
}

// newDownload collects what holds for the download of one file.
func (j *Job) newDownload(ctx context.Context, h clock.Hold, f *File, files int) (*download, error) {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	cfg := j.m.cfg
	d := &download{
		ctx: ctx, hold: h, job: j, file: f, features: j.m.features(), tuning: cfg.Tuning,
		several: files > 1, proxy: j.set.proxy, options: j.opts,
		auto: &winhttp.AutoProxy{FirstOnly: cfg.Tuning.FirstProxyOnly},
	}
	d.placement = d.tuning.Placement
	if d.placement == ByVersion {
		d.placement = d.features.placement
	}
	if qmgr, ok := cfg.Machine.Files().QMgr(); ok {
		d.layout = winhttp.LayoutFor(qmgr)
	}
	if d.proxy.Usage == winhttp.ProxyPreconfig && !smb.IsName(f.remote.get()) {
		ie, err := cfg.Machine.IEProxy(j.owner)
		if err != nil {
			return nil, &JobError{Code: hresult.BG_E_INVALID_PROXY_INFO, Context: hresult.BG_ERROR_CONTEXT_GENERAL_TRANSPORT,
				URL: f.remote.get(), Local: f.local, Err: err}
		}
		d.proxy = winhttp.PreconfigOf(ie)
	}
	return d, nil
}

// arrived counts bytes on disk. They are progress, which ends the count of the
// no-progress timeout, when the file has not been as far before. Assumed: to come
// again to where the file was already is none; a job that begins anew after each cut
// would go on for ever.
func (j *Job) arrived(f *File, n int64) {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	f.done += n
	if f.done > f.best {
		f.best = f.done
		j.transientSince = time.Time{}
	}
	j.touch()
	if j.state == Connecting {
		j.err = nil
		j.enter(Transferring)
	}
}

// asJobError gives every failure of a transfer a code and a context.
func asJobError(err error) *JobError {
	var e *JobError
	if errors.As(err, &e) {
		return e
	}
	return &JobError{Code: hresult.E_FAIL, Context: hresult.BG_ERROR_CONTEXT_UNKNOWN, Err: err}
}

// transportError turns what winhttp reports into the job's error. Assumed:
// the context is GENERAL_TRANSPORT, as no remote file answered; and where the bandwidth
// policy is the cause the queue manager's, as a capture of another code by which a
// policy holds a job back has it.
func (f *File) transportError(err error) *JobError {
	e := f.failure(hresult.E_FAIL, hresult.BG_ERROR_CONTEXT_GENERAL_TRANSPORT, nil, "%w", err)
	if code, ok := hresult.Of(err); ok {
		e.Code = code
	}
	if ofPolicy(err) {
		e.Context = hresult.BG_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER
	}
	var below *winhttp.Error
	if errors.As(err, &below) {
		e.Exchange = below.Exchange
	}
	return e
}
