package fakeserver

import (
	"crypto/tls"
	"errors"

	"github.com/wualab/wualab/transcript"
)

var errRefused = errors.New("the handshake was ended as told")

// tlsConfig is the TLS of the server, with the handshakes that behaviours end; nil for
// none.
func (s *Server) tlsConfig() *tls.Config {
	if s.cfg.TLS == nil {
		return nil
	}
	config := s.cfg.TLS.Clone()
	inner := config.GetConfigForClient
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if refuse := s.site.Load().refuseTLS; refuse != nil {
			if s.cfg.Recorder != nil {
				s.cfg.Recorder.Add(transcript.Event{Kind: transcript.KindNote, Node: s.cfg.Name, Text: refuse.Words})
			}
			refuse.End(hello.Conn)
			return nil, errRefused
		}
		if inner != nil {
			return inner(hello)
		}
		return nil, nil
	}
	return config
}
