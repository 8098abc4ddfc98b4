package ntlm

import (
	"errors"
	"fmt"
	"io"
	"time"
)

// clientFlags are asked for by every Windows client of HTTP (MS-NLMP 3.1.5.1.1).
// Assumed: OEM and the key strengths, as browsers on XP and later are seen to send.
const clientFlags = NegotiateUnicode | NegotiateOEM | RequestTarget | NegotiateNTLM |
	NegotiateAlwaysSign | Negotiate128 | Negotiate56

// ClientConfig says who logs in and how. Rand, Now and OS must be set.
type ClientConfig struct {
	Level                  Level  // LmCompatibilityLevel
	Domain, User, Password string // ignored with Anonymous
	Workstation            string
	Anonymous              bool // log in as nobody
	OS                     OS
	TargetName             string           // SPN, such as "HTTP/proxy"; sent by Vista and later with NTLMv2
	ChannelBindings        [16]byte         // hash for MsvAvChannelBindings; zero is none
	MinSec                 MinSec           // NtlmMinClientSec
	ExtraFlags             Flags            // asked for beside the usual ones, such as NegotiateSign; HTTP needs none
	Rand                   io.Reader        // client challenge, then session key
	Now                    func() time.Time // time in the NTLMv2 response
}

// Client is the client's side of one login (MS-NLMP 3.1). Its messages may be made
// again for another attempt. It is not safe for concurrent use.
type Client struct {
	cfg       ClientConfig
	offered   Flags
	negotiate []byte
	flags     Flags // of the last AUTHENTICATE_MESSAGE
	exported  Key
}

// NewClient checks the configuration: a level that is not 0 to 5, a missing OS, Rand
// or Now are errors.
func NewClient(cfg ClientConfig) (*Client, error) {
	switch {
	case cfg.Level.check() != nil:
		return nil, cfg.Level.check()
	case cfg.OS.Name == "":
		return nil, errors.New("ntlm: client has no operating system")
	case cfg.Rand == nil || cfg.Now == nil:
		return nil, errors.New("ntlm: client needs a random source and a clock")
	}
	if cfg.Anonymous {
		cfg.Domain, cfg.User, cfg.Password = "", "", ""
	}
	c := &Client{cfg: cfg}
	c.offered = c.offer()
	c.negotiate = c.firstMessage().Marshal()
	return c, nil
}

// offer collects the flags of message 1.
func (c *Client) offer() Flags {
	f := clientFlags | c.cfg.ExtraFlags | c.cfg.MinSec.flags()
	if levelRules[c.cfg.Level].offersESS {
		f |= NegotiateExtendedSessionSecurity
	}
	if c.cfg.OS.SendVersion {
		f |= NegotiateVersion
	}
	if c.cfg.Anonymous {
		f |= NegotiateAnonymous
	}
	return f
}

func (c *Client) firstMessage() *NegotiateMessage {
	m := &NegotiateMessage{Flags: c.offered, Version: c.cfg.OS.Version}
	if !c.cfg.OS.SuppliesNames {
		return m
	}
	if _, ok := encodeOEM(c.cfg.Domain); ok && c.cfg.Domain != "" {
		m.Domain, m.Flags = c.cfg.Domain, m.Flags|NegotiateOEMDomainSupplied
	}
	if _, ok := encodeOEM(c.cfg.Workstation); ok && c.cfg.Workstation != "" {
		m.Workstation, m.Flags = c.cfg.Workstation, m.Flags|NegotiateOEMWorkstationSupplied
	}
	return m
}

// Negotiate gives the Type 1 message. It is the same at every call.
func (c *Client) Negotiate() []byte { return append([]byte(nil), c.negotiate...) }

// Authenticate answers the server's Type 2 message with Type 3, with the responses
// that the level and the operating system ask for, and a MIC where they do (MS-NLMP
// 3.1.5.1.2). A challenge that can't be read, or that names no character set, is a
// *FormatError; one that does not meet MinSec gives an error that wraps ErrMinSec.
func (c *Client) Authenticate(challenge []byte) ([]byte, error) {
	type2, err := challengeToAnswer(challenge)
	if err != nil {
		return nil, fmt.Errorf("reading the server's challenge: %w", err)
	}
	if c.flags, err = c.agree(type2.Flags); err != nil {
		return nil, err
	}
	if err := c.cfg.MinSec.check(c.flags); err != nil {
		return nil, err
	}
	ans, err := c.answer(type2)
	if err != nil {
		return nil, fmt.Errorf("answering the server's challenge: %w", err)
	}
	m := &AuthenticateMessage{
		LmResponse: ans.lm, NtResponse: ans.nt,
		Domain: c.cfg.Domain, User: c.cfg.User, Workstation: c.cfg.Workstation,
		Flags: c.flags, HasFlags: true, HasMIC: ans.mic,
	}
	if m.Flags.Has(NegotiateVersion) {
		m.Version = c.cfg.OS.Version
	}
	if err := c.exportKey(m, ans.exchange); err != nil {
		return nil, err
	}
	if m.HasMIC {
		m.MIC = MIC(c.exported, c.negotiate, challenge, m.Marshal())
	}
	return m.Marshal(), nil
}

// agree joins the server's flags with the offer (MS-NLMP 3.1.5.1.2).
func (c *Client) agree(server Flags) (Flags, error) {
	f := c.offered & server
	switch {
	case f.Has(NegotiateUnicode):
		f &^= NegotiateOEM
	case !f.Has(NegotiateOEM):
		return 0, &FormatError{challengeName, "NegotiateFlags", challengeFlags, "has neither UNICODE nor OEM"}
	}
	if f.Has(NegotiateExtendedSessionSecurity) {
		f &^= NegotiateLMKey
	}
	return f | server&NegotiateTargetInfo | c.offered&(RequestTarget|NegotiateAnonymous), nil
}

// exportKey settles the session key and its encrypted form.
func (c *Client) exportKey(m *AuthenticateMessage, exchange Key) error {
	c.exported = exchange
	if !exchangesKey(c.flags) {
		return nil
	}
	if _, err := io.ReadFull(c.cfg.Rand, c.exported[:]); err != nil {
		return fmt.Errorf("ntlm: reading a random session key: %w", err)
	}
	encrypted := EncryptSessionKey(exchange, c.exported)
	m.EncryptedRandomSessionKey = encrypted[:]
	return nil
}

// SessionKey gives the ExportedSessionKey and the flags that NewSealer wants, after
// Authenticate. The key is a secret.
func (c *Client) SessionKey() (Key, Flags) { return c.exported, c.flags }
