package negotiate

import (
	"errors"
	"fmt"
)

// Finish takes the token of the response that let the client in; nil when it had
// none, which is an error only where the configuration wants one. It is to be called
// once, after the last Next. A wrong mechListMIC or AP-REP is an error: then it was
// not the server that was meant, or somebody changed the negotiation.
func (c *Client) Finish(token []byte) error {
	if c.step != stepDone && c.step != stepKerberos {
		return errors.New("negotiate: the server lets the client in before it has logged in")
	}
	c.step = stepDone
	if len(token) == 0 {
		return c.finishWithout()
	}
	t, err := ParseToken(token)
	if err != nil {
		return err
	}
	if err := c.refused(t); err != nil {
		return err
	}
	return c.finishWith(t)
}

func (c *Client) finishWithout() error {
	if c.exchange != nil {
		return c.exchange.Finish(nil)
	}
	return c.checkMIC(nil)
}

func (c *Client) finishWith(t Token) error {
	switch {
	case c.exchange != nil && t.Kind == KindRawKerberos:
		return c.exchange.Finish(t.Raw)
	case t.Resp == nil:
		return fmt.Errorf("negotiate: the server ends %s with %s", c.mech, t.Kind)
	case t.Resp.NegState != nil && *t.Resp.NegState != AcceptCompleted:
		return fmt.Errorf("negotiate: the server lets the client in with %s", *t.Resp.NegState)
	case c.exchange != nil:
		return c.exchange.Finish(t.Resp.ResponseToken)
	}
	return c.checkMIC(t.Resp)
}

func (c *Client) checkMIC(resp *NegTokenResp) error {
	if !c.wrapped || c.cfg.OmitMechListMIC {
		return nil
	}
	if resp == nil || len(resp.MechListMIC) == 0 {
		if c.cfg.RequireMechListMIC {
			return errors.New("negotiate: the server sent no mechListMIC")
		}
		return nil
	}
	key, flags := c.cfg.NTLM.SessionKey()
	if !sameMIC(resp, mechListMIC(key, flags, false, c.list)) {
		return errors.New("negotiate: the server's mechListMIC is wrong")
	}
	return nil
}
