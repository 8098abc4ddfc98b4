package bits

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// download is the transfer of one file: the states SIZE and DOWNLOAD of
// MC-BUP 3.6.
type download struct {
	ctx       context.Context
	hold      clock.Hold
	job       *Job
	file      *File
	features  features
	tuning    Tuning
	placement Placement
	layout    winhttp.HeaderLayout
	proxy     winhttp.ProxySettings
	auto      *winhttp.AutoProxy
	options   options
	several   bool                // the job has more than one file
	single    bool                // SINGLE_RANGE_ONLY: the server is no good at several ranges at once
	logins    *winhttp.KeptLogins // of the packets of an upload; nil for a download
}

func (d *download) run() error {
	if smb.IsName(d.file.remote.get()) {
		return d.runSMB()
	}
	if d.plain() {
		return d.runPlain()
	}
	if d.needsSize() {
		if err := d.askSize(); err != nil {
			return err
		}
	}
	if d.file.length() == 0 {
		return d.finish()
	}
	out, err := d.file.openTemp()
	if err != nil {
		return d.file.diskError(err)
	}
	defer func() { _ = out.Close() }()
	defer d.checkpoint(out, 0)
	block, idle := d.tuning.FirstBlock, stalls{done: d.file.done}
	for d.file.size == sizeUnknown || d.file.done < d.file.length() {
		if err := d.getNext(out, d.blockLength(block)); err != nil {
			return err
		}
		if idle.tooMany(d.file.done) {
			return d.file.failure(hresult.BG_E_INVALID_SERVER_RESPONSE, hresult.BG_ERROR_CONTEXT_REMOTE_FILE, nil,
				"%d answers in a row brought nothing of the file (that this ends the attempt is assumed)", maxStalls)
		}
		d.checkpoint(out, checkpointBytes)
		block = min(2*block, d.tuning.MaxBlock)
	}
	return d.finish()
}

// getNext asks for the next part of the file that is missing.
func (d *download) getNext(out DiskFile, block int64) error {
	f := d.file
	foreground := d.job.Settings().Priority == Foreground // it may have changed
	if f.ranges == nil {
		return d.get(out, nextSpan(f.done, f.size, block, foreground, d.placement))
	}
	if foreground {
		block = f.length()
	}
	sections := fragment(f.sections, f.done, block, d.single)
	if len(sections) > 1 {
		return d.getSeveral(out, sections)
	}
	one := sections[0]
	return d.get(out, span{from: one.from, to: one.to, whole: one == section{0, f.size}})
}

// checkpointBytes is how much may have to be transferred again after a crash.
// Assumed: no document says how often the service makes progress durable.
const checkpointBytes = 4 << 20

// checkpoint makes progress durable when it is least bytes or more.
func (d *download) checkpoint(out DiskFile, least int64) {
	j := d.job
	if j.m.store == nil || d.options.Properties.Performance || d.file.done-d.file.synced < max(least, 1) || out.Sync() != nil {
		return
	}
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	d.file.synced = d.file.done
	if least > 0 {
		d.file.synced -= d.file.done % checkpointBytes // wherever the pieces end
	}
	if !j.state.Final() {
		j.saveLazily()
	}
}

// needsSize reports whether a HEAD comes first. MC-BUP 3.6, notes 15, 29 and
// 30: always on XP and XP SP1; later when the job has more than one URL or the
// ranges are not the whole file, and on going on with a file whose time stamp
// is not known.
func (d *download) needsSize() bool {
	if d.file.size != sizeUnknown && (d.file.stamp != "" || d.file.done == 0) {
		return false
	}
	return d.features.headFirst || d.several || d.file.ranges != nil || d.file.done > 0
}

// askSize is the state SIZE: the size and the time stamp come from HEAD.
func (d *download) askSize() error {
	resp, err := d.do(http.MethodHead, "")
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	d.job.m.mu.Lock()
	d.file.http10 = resp.HTTP10
	d.job.m.mu.Unlock()
	if resp.Status != http.StatusOK {
		return d.statusError(resp)
	}
	if resp.ContentLength < 0 {
		return d.refuse(resp, hresult.BG_E_MISSING_FILE_SIZE, "the answer to HEAD has no Content-Length")
	}
	return d.learn(resp, resp.ContentLength)
}

// learn takes the size and time stamp of an answer. MC-BUP 3.6.5: another time
// stamp means that the file changed, another size alone is an error. Assumed: an
// answer without a stamp has not another one; a version that does not promise to
// transfer a file of that size refuses it, as one whose size it was not told.
func (d *download) learn(resp *winhttp.Response, size int64) error {
	d.job.m.mu.Lock()
	defer d.job.m.mu.Unlock()
	f := d.file
	stamp := resp.Header.Get("Last-Modified")
	if f.stamp != "" && stamp != "" && f.stamp != stamp {
		return errChanged
	}
	if limit := d.features.maxFile; limit > 0 && size > limit {
		return d.refuse(resp, hresult.BG_E_MISSING_FILE_SIZE, "the file has %d bytes, more than this version of BITS can transfer (%d)", size, limit)
	}
	if f.size != sizeUnknown && f.size != size {
		return d.refuse(resp, hresult.BG_E_INVALID_SERVER_RESPONSE, "the file has %d bytes now and had %d, with the same Last-Modified", size, f.size)
	}
	if f.size == sizeUnknown && f.ranges != nil {
		sections, err := resolve(f.ranges, size)
		if err != nil {
			return d.refuse(resp, hresult.BG_E_INVALID_RANGE, "%w", err)
		}
		f.sections = sections
	}
	f.size = size
	if stamp != "" {
		f.stamp = stamp
	}
	if t, err := http.ParseTime(stamp); err == nil {
		f.modified = t
	}
	return nil
}

// conditional reports whether requests say which state of the file they are for.
// Without that, 412 is an error like any other.
func (d *download) conditional() bool { return d.features.conditional && d.file.stamp != "" }

// do sends a request with the fields of the modelled client, Range among them
// unless it is empty.
func (d *download) do(method, ranges string) (*winhttp.Response, error) {
	fields := []winhttp.Field{{Name: "Accept", Value: "*/*"}, {Name: "Accept-Encoding", Value: "identity"}}
	if d.conditional() {
		fields = append(fields, winhttp.Field{Name: "If-Unmodified-Since", Value: d.file.stamp})
	}
	if ranges != "" {
		fields = append(fields, winhttp.Field{Name: "Range", Value: ranges})
	}
	return d.request(method, d.file.remote.get(), fields, nil)
}

// request sends a request as the PC's BITS does.
func (d *download) request(method, url string, fields []winhttp.Field, body []byte) (*winhttp.Response, error) {
	m := d.job.m
	m.mu.Lock()
	class := d.job.class()
	m.mu.Unlock()
	custom, _ := customFields(d.options.Headers)
	fields = append(fields, custom...)
	resp, err := m.cfg.HTTP.Do(d.ctx, d.hold, &winhttp.Request{
		Method: method, URL: url, Header: fields, Body: body,
		UserAgent: m.userAgent(), Layout: d.layout, Proxy: d.proxy, AutoProxy: d.auto,
		Auth: &authenticator{file: d.file}, Logins: d.logins, Session: d.job.Owner(), SessionProxies: d.tuning.SessionProxies,
		HTTP10: d.features.followsHTTP10 && d.file.http10, Redirects: d.options.Security.redirects(), Class: class,
		Security: d.options.Security.winhttp(), Certificate: d.certificate(),
	})
	if err != nil {
		return nil, d.file.transportError(err)
	}
	d.followed(resp)
	return resp, nil
}

// get asks for one span and writes what comes to disk.
func (d *download) get(out DiskFile, ask span) error {
	resp, err := d.do(http.MethodGet, ask.header())
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	part, err := d.accept(resp, ask)
	if err != nil {
		return err
	}
	if err := d.learn(resp, part.total); err != nil {
		return err
	}
	if ask.whole && part.length > maxRequest {
		return nil // now that the size is known, ranges are asked for
	}
	return d.receive(out, resp, resp.Body, part.length)
}

// getSeveral asks for several sections in one request. Unless the answer has
// them all, in order, the client goes over to one range at a time (MC-BUP
// 3.6.5); bytes of the parts that were right stay.
func (d *download) getSeveral(out DiskFile, sections []section) error {
	resp, err := d.do(http.MethodGet, rangeHeader(sections))
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.Status != http.StatusOK && resp.Status != http.StatusPartialContent {
		_, err := d.accept(resp, span{from: sections[0].from, to: sections[0].to})
		return err
	}
	parts, err := newPartReader(resp.Header.Get("Content-Type"), resp.Body)
	if err != nil || resp.Status == http.StatusOK {
		d.single = true
		return nil
	}
	if err := d.learn(resp, d.file.size); err != nil {
		return err
	}
	for _, want := range sections {
		got, err := parts.next()
		if err != nil || got != (contentRange{want.from, want.to - 1, d.file.size}) {
			return d.goSingle(resp, err)
		}
		if done, err := d.receivePart(out, resp, parts, want); err != nil || !done {
			return err
		}
	}
	return nil
}

// receivePart writes one part to disk. One that has another length than it says is not
// right, and none of it stays; done is false then.
func (d *download) receivePart(out DiskFile, resp *winhttp.Response, parts *partReader, want section) (done bool, err error) {
	before := d.file.done
	err = winhttp.CopyN(out, parts, want.to-want.from, d.wrote(out))
	if err == nil {
		err = parts.end()
	}
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, errMultipart), errors.Is(err, io.EOF):
		d.single = true
		return false, d.takeBack(out, before)
	}
	return false, d.copyError(resp, err)
}

// takeBack makes done what is there of the file.
func (d *download) takeBack(out DiskFile, done int64) error {
	_, err := out.Seek(done, io.SeekStart)
	if err == nil {
		err = out.Truncate(done)
	}
	if err != nil {
		return d.file.diskError(err)
	}
	d.job.m.mu.Lock()
	defer d.job.m.mu.Unlock()
	d.file.done, d.file.synced = done, min(d.file.synced, done)
	return nil
}

// goSingle gives several ranges up, unless it is the connection that failed.
func (d *download) goSingle(resp *winhttp.Response, err error) error {
	if err == nil || errors.Is(err, errMultipart) || errors.Is(err, io.EOF) {
		d.single = true
		return nil
	}
	return d.receiveError(resp, err)
}

// receive copies length bytes of the body to the end of what is on disk.
func (d *download) receive(out DiskFile, resp *winhttp.Response, body io.Reader, length int64) error {
	if err := winhttp.CopyN(out, body, length, d.wrote(out)); err != nil {
		return d.copyError(resp, err)
	}
	return nil
}

// wrote counts what is on disk.
func (d *download) wrote(out DiskFile) func(n int64) {
	return func(n int64) {
		d.job.arrived(d.file, n)
		d.checkpoint(out, checkpointBytes)
	}
}

// copyError tells the disk's errors from those of the body.
func (d *download) copyError(resp *winhttp.Response, err error) error {
	var disk *winhttp.WriteError
	if errors.As(err, &disk) {
		return d.file.diskError(disk.Err)
	}
	return d.receiveError(resp, err)
}

// receiveError is a body that broke off.
func (d *download) receiveError(resp *winhttp.Response, err error) error {
	if d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	e := d.file.transportError(err)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		e.Code = hresult.ERROR_WINHTTP_CONNECTION_ERROR
	}
	if e.Exchange == nil {
		e.Exchange = resp.Exchange
	}
	return e
}

// finish marks the file as complete. Its time becomes that of the server's
// file (BITS documentation: BG_FILE_INFO).
func (d *download) finish() error {
	f := d.file
	if f.temp == "" || d.job.m.store != nil { // an empty file has none yet
		out, err := f.openTemp()
		if err == nil {
			err = errors.Join(d.sync(out), out.Close())
		}
		if err != nil {
			return f.diskError(err)
		}
	}
	if !f.modified.IsZero() {
		if err := d.job.m.disk.SetTime(f.temp, f.modified); err != nil {
			return f.diskError(err)
		}
	}
	d.job.m.mu.Lock()
	defer d.job.m.mu.Unlock()
	f.complete, f.synced = true, f.done
	d.job.tellFile(f)
	return nil
}

// sync waits for the disk when there is a store whose records must not be
// ahead of it.
func (d *download) sync(out DiskFile) error {
	if d.job.m.store == nil {
		return nil
	}
	return out.Sync()
}
