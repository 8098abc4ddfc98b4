//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/transcript"
)

// domain is what all PCs are members of.
const domain = "LAB"

// connectionsEach is how many connections a PC may have at the proxy at a time: its
// agent's, those of BITS, and what is being closed.
const connectionsEach = 4

// servers are the update server and the proxy in front of it.
type servers struct {
	wsus   *wsus.Server
	origin *fakeserver.Server
	proxy  *fakeproxy.Server

	mu       sync.Mutex
	verified map[string]int // exchanges by account that the proxy let through
	refused  map[string]int // logins by why they were refused
}

func startServers(o options) (s *servers, err error) {
	s = &servers{verified: map[string]int{}, refused: map[string]int{}}
	if s.wsus, err = wsus.New(catalogue(o)); err != nil {
		return nil, err
	}
	if s.origin, err = fakeserver.New(fakeserver.Config{Name: "wsus", Routes: s.wsus.Routes(), Files: s.wsus.Files()}); err != nil {
		return nil, err
	}
	record := transcript.New(transcript.Options{Now: time.Now, BodyLengths: true, Most: 1000, Ended: s.count})
	s.proxy, err = fakeproxy.New(fakeproxy.Config{Name: "corp", Recorder: record, MaxConns: connectionsEach * o.agents, Auth: &fakeproxy.Auth{
		Schemes: []httpauth.Scheme{httpauth.NTLM}, Accounts: accounts(o.agents), NetBIOSDomain: domain,
	}, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, s.origin.Addr())
	}})
	if err != nil {
		return nil, errors.Join(err, s.origin.Close())
	}
	return s, nil
}

// accounts are those of the PCs, as a domain controller has them.
func accounts(n int) *ntlm.Accounts {
	db := ntlm.NewAccounts()
	for i := range n {
		db.Put(ntlm.Account{Domain: domain, User: hostname(i) + "$", Password: password(i)})
	}
	return db
}

func hostname(i int) string { return fmt.Sprintf("PC-%05d", i) }
func password(i int) string { return fmt.Sprintf("machine-%d", i) }

// count keeps who was let through.
func (s *servers) count(x *transcript.Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.Verified != "" {
		s.verified[strings.ToUpper(x.Verified)]++
	}
	if x.Refused != "" {
		s.refused[x.Refused]++
	}
}

func (s *servers) close() error { return errors.Join(s.proxy.Close(), s.origin.Close()) }
