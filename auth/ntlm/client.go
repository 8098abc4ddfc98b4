package ntlm

import (
	"errors"
	"io"
	"time"
)

// ClientConfig says who logs in and how.
type ClientConfig struct {
	Level                  Level  // LmCompatibilityLevel
	Domain, User, Password string // ignored with Anonymous
	Workstation            string
	Anonymous              bool
	OS                     OS
	TargetName             string           // SPN, such as "HTTP/proxy"; sent by Vista and later with NTLMv2
	ChannelBindings        [16]byte         // hash for MsvAvChannelBindings; zero is none
	ExtraFlags             Flags            // asked for beside the usual ones, such as NegotiateSign; HTTP needs none
	Rand                   io.Reader        // client challenge and session key
	Now                    func() time.Time // time in the NTLMv2 response
}

// Client is one login of one user. It is not safe for concurrent use.
type Client struct {
	cfg ClientConfig
}

var errSkeleton = errors.New("ntlm: not implemented")

// NewClient checks the configuration.
func NewClient(cfg ClientConfig) (*Client, error) { return nil, errSkeleton }

// Negotiate gives the Type 1 message.
func (c *Client) Negotiate() []byte { return nil }

// Authenticate answers the server's Type 2 message with Type 3.
func (c *Client) Authenticate(challenge []byte) ([]byte, error) { return nil, errSkeleton }

// SessionKey gives the ExportedSessionKey.
func (c *Client) SessionKey() []byte { return nil }
