package wua

import (
	"bytes"
	"context"
	"crypto/sha1"
	"fmt"
	"io"
	"slices"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// largestTerms bounds a file with license terms.
const largestTerms = 4 << 20

// accepted says whether nobody has to be asked for the license terms of an update.
func (a *Agent) accepted(core *metadata.Core) bool {
	return core.EulaID == "" || !a.cfg.Tuning.AskForEulas || slices.Contains(a.state.Eulas, core.EulaID)
}

// checkEula: what has license terms is neither downloaded nor installed before they are
// accepted, nor what bundles it.
func (u *Update) checkEula() error {
	for _, one := range append([]*Update{u}, u.Bundled...) {
		if !one.EulaAccepted {
			return &Error{Code: hresult.WU_E_EULAS_DECLINED, What: "the license terms of " + one.Title() + " are not accepted"}
		}
	}
	return nil
}

// AcceptEula is IUpdate.AcceptEula: the license terms of an update, and of what it bundles,
// are fetched, checked against their digest (MS-WUSP product note 44) and accepted, as are
// those of all updates with the same EulaID. It gives the texts. The code of terms that
// can't be had is WU_E_EULA_UNAVAILABLE. Without Tuning.AskForEulas there is nothing to
// accept. h is the caller's hold on the clock.
func (a *Agent) AcceptEula(ctx context.Context, h clock.Hold, u *Update) (texts []string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := &round{Agent: a, ctx: ctx, hold: h}
	if r.server, err = r.Server(); err != nil {
		return nil, err
	}
	for _, one := range append([]*Update{u}, u.Bundled...) {
		if one.EulaAccepted {
			continue
		}
		text, err := r.terms(one)
		if err != nil {
			return nil, &Error{Code: hresult.WU_E_EULA_UNAVAILABLE, What: "the license terms of " + one.Title(), Err: err}
		}
		texts = append(texts, text)
		a.state.Eulas = append(a.state.Eulas, one.Core.EulaID)
		one.EulaAccepted = true
	}
	return texts, nil
}

// terms fetches the license terms from where GetFileLocations says that they are.
func (r *round) terms(u *Update) (string, error) {
	if u.Eula == nil {
		return "", fmt.Errorf("the server has sent none")
	}
	places, err := r.locate([]wusp.Binary{u.Eula.Digest})
	if err != nil {
		return "", err
	}
	url, ok := places[string(u.Eula.Digest)]
	if !ok {
		return "", fmt.Errorf("the server told no place of %s", u.Eula.Name)
	}
	answer, err := r.cfg.HTTP.Do(r.ctx, r.hold, &winhttp.Request{Method: "GET", URL: url, UserAgent: r.cfg.Release.UserAgent,
		Proxy: r.proxy(), AutoProxy: &r.auto, Auth: r.cfg.Auth, Session: "LocalSystem"})
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, largestTerms))
	sum := sha1.Sum(text)
	switch {
	case err != nil:
		return "", err
	case answer.Status != 200:
		return "", fmt.Errorf("%s: status %d", u.Eula.Name, answer.Status)
	case !bytes.Equal(sum[:], u.Eula.Digest):
		return "", fmt.Errorf("%s: %d bytes with another SHA1 digest than the metadata's", u.Eula.Name, len(text))
	}
	return string(text), nil
}
