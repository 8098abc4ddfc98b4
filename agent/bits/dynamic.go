package bits

import (
	"errors"
	"io"
	"net/http"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/hresult"
)

// plain reports whether the file is fetched in one piece by a request that asks
// nothing of the server: the job's content is dynamic, or the method is another
// one than GET. Assumed: dynamic content of a job that is not in the foreground
// is asked for as any other, since BITS could not throttle it.
func (d *download) plain() bool {
	return d.options.Method != "" || d.options.Properties.Dynamic && d.job.Settings().Priority == Foreground
}

// method gives what the file is asked for with.
func (d *download) method() string {
	if d.options.Method != "" {
		return d.options.Method
	}
	return http.MethodGet
}

// runPlain fetches the file from its beginning to the end of the answer.
func (d *download) runPlain() error {
	d.file.restart()
	out, err := d.file.openTemp()
	if err != nil {
		return d.file.diskError(err)
	}
	defer func() { _ = out.Close() }()
	resp, err := d.do(d.method(), "")
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.Status != http.StatusOK {
		return d.statusError(resp)
	}
	if resp.ContentLength >= 0 {
		if err := d.learn(resp, resp.ContentLength); err != nil {
			return err
		}
	}
	if err := d.receiveAll(out, resp); err != nil {
		return err
	}
	if err := d.learn(resp, d.file.done); err != nil {
		return err
	}
	return d.finish()
}

// receiveAll copies the body to its end, or to the maximum that the job has.
func (d *download) receiveAll(out DiskFile, resp *winhttp.Response) error {
	buf := make([]byte, 32<<10)
	for {
		n, err := resp.Body.Read(buf)
		if limit := d.options.Properties.MaxSize; limit > 0 && uint64(d.file.done)+uint64(n) > limit {
			return d.refuse(resp, hresult.BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED, "the answer has more than %d bytes", limit)
		}
		written, werr := out.Write(buf[:n])
		d.job.arrived(d.file, int64(written))
		switch {
		case werr != nil:
			return d.file.diskError(werr)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return d.receiveError(resp, err)
		}
	}
}
