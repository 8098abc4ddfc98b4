package winhttp

import (
	"errors"
	"io"
	"net/http"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/hresult"
)

// converse sends a message until its answer is no challenge, or one that stays
// unanswered. The reply's connection is taken.
func (k *call) converse(m *message) (*reply, error) {
	var cn *conn
	fresh := false
	for {
		if cn == nil {
			made, refused, err := m.connect(fresh)
			if err != nil || refused != nil {
				return refused, err
			}
			cn = made
		}
		r, err := k.send(m, cn)
		if err != nil {
			if err := k.again(m, cn, err); err != nil {
				return nil, err
			}
			cn, fresh = nil, true
			continue
		}
		challenged, err := settle(m.logins, r)
		if err != nil {
			r.cn.drop(err)
			return nil, k.fail("log in", r.cn, err, hresult.ERROR_WINHTTP_LOGIN_FAILURE)
		}
		if challenged == nil || !k.answer(challenged, m, r) {
			return r, nil
		}
		if cn, err = k.stay(m, r); err != nil {
			return nil, err
		}
		fresh = cn == nil
	}
}

// send does one exchange with the credentials that are due.
func (k *call) send(m *message, cn *conn) (*reply, error) {
	k.renew(m, cn)
	request := m.bytes(m.logins)
	serverLogin := false
	for _, l := range m.logins {
		l.sent = l.pending != ""
		serverLogin = serverLogin || l.sent && l.key.target == httpauth.Server
	}
	resp, op, err := cn.exchange(k, m.method, request, k.exposure(m))
	if err != nil {
		cn.drop(err)
		return nil, k.fail(op, cn, err, hresult.ERROR_WINHTTP_CONNECTION_ERROR)
	}
	return &reply{cn: cn, resp: resp, serverLogin: serverLogin,
		passport: k.req.Auth != nil && m.method != http.MethodConnect && passportRedirect(resp),
		stays:    staysOpen(resp, m.method, k.fromProxy(m.method))}, nil
}

// again prepares to send a message once more whose connection ended before any
// answer: with new logins for those that were lost, else only when the
// connection had served before, so that it may have been closed as idle.
func (k *call) again(m *message, cn *conn, failure error) error {
	var lost *lostError
	if !errors.As(failure, &lost) {
		return failure
	}
	k.repeated = true
	restarted, err := k.restartLost(m, cn)
	if err != nil || restarted {
		return err
	}
	if cn.exchanges == 0 {
		return failure
	}
	cn.tap.Note("the connection had been closed: sent again on a new one")
	return nil
}

// restartLost begins the logins anew that need the connection which is gone.
func (k *call) restartLost(m *message, cn *conn) (restarted bool, err error) {
	for _, l := range m.logins {
		if !l.begun() {
			continue
		}
		if err := k.restart(l, m, cn); err != nil {
			return false, err
		}
		restarted = true
	}
	return restarted, nil
}

// stay skips the body of a challenge or a redirect and gives the connection for
// the next request, or nil when a new one is needed.
func (k *call) stay(m *message, r *reply) (*conn, error) {
	reusable, err := k.drain(r)
	if err != nil {
		r.cn.drop(err)
		return nil, k.fail("receive", r.cn, err, bodyCode(err))
	}
	if reusable {
		return r.cn, nil
	}
	r.cn.drop(nil)
	_, err = k.restartLost(m, r.cn)
	return nil, err
}

// drain skips the rest of an answer and reports whether its connection can be
// used again. A rest larger than DrainBytes on a connection that stays is an
// error, as is a time-out.
func (k *call) drain(r *reply) (reusable bool, err error) {
	limit := k.c.cfg.Limits.DrainBytes
	err = k.guard(r.cn, span{"winhttp receive", k.c.cfg.Limits.ReceiveTimeout}, func() error {
		if _, err := io.CopyN(io.Discard, r.resp.Body, limit+1); err != nil {
			return err
		}
		return errDrainOverflow
	})
	switch {
	case errors.Is(err, io.EOF):
		return r.stays && r.cn.br.Buffered() == 0, nil
	case !r.stays && errors.Is(err, errDrainOverflow), isEnd(err):
		return false, nil
	}
	return false, err
}
