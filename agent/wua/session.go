package wua

import (
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/agent/wua/criteria"
	"github.com/wualab/wualab/wusp"
)

// Session is IUpdateSession of the Windows Update Agent API: what a program works with.
// Make it with [Agent.CreateSession]. Its fields count for what is made from it
// afterwards; it is for one goroutine.
//
//	session := updates.CreateSession()
//	session.ClientApplicationID = "my program"
//	found, err := session.CreateUpdateSearcher().Search(ctx, hold, "IsInstalled=0")
//	downloader := session.CreateUpdateDownloader()
//	downloader.Updates = found.Updates
//	result, err := downloader.Download(ctx, hold)
type Session struct {
	ClientApplicationID string                 // in the log, in events and in the history; "" is Automatic Updates
	WebProxy            *winhttp.ProxySettings // nil: that of the agent

	agent *Agent
}

// CreateSession begins a session.
func (a *Agent) CreateSession() *Session { return &Session{agent: a} }

// CreateUpdateSearcher gives a searcher that is online and asks the managed server.
func (s *Session) CreateUpdateSearcher() *Searcher {
	return &Searcher{agent: s.agent, by: s.errand()}
}

// CreateUpdateDownloader gives a downloader without updates.
func (s *Session) CreateUpdateDownloader() *Downloader {
	return &Downloader{Priority: PriorityNormal, agent: s.agent, by: s.errand()}
}

// CreateUpdateInstaller gives an installer without updates.
func (s *Session) CreateUpdateInstaller() *UpdateInstaller {
	return &UpdateInstaller{agent: s.agent, by: s.errand()}
}

func (s *Session) errand() errand { return errand{app: s.ClientApplicationID, proxy: s.WebProxy} }

// errand is for whom the agent works, and how.
type errand struct {
	app        string
	proxy      *winhttp.ProxySettings
	categories [][]wusp.GUID // that a scan is limited to; nil: it is not
	priority   bits.Priority // of downloads, in place of their deployments'; 0 is not one of the three
}

// go on for somebody; a.mu is held. The result is to be called when it is done.
func (a *Agent) workFor(e errand) (done func()) {
	before := a.errand
	a.errand = e
	return func() { a.errand = before }
}

// caller is the CallerId in the log and the AppName of events.
func (a *Agent) caller() string {
	if a.errand.app != "" {
		return a.errand.app
	}
	return automaticUpdates
}

const automaticUpdates = "AutomaticUpdates"

// proxy is what requests go through.
func (a *Agent) proxy() winhttp.ProxySettings {
	if a.errand.proxy != nil {
		return *a.errand.proxy
	}
	return a.cfg.Proxy()
}

// EscapeString makes a text fit for a string of search criteria.
func (s *Searcher) EscapeString(text string) string { return criteria.Escape(text) }
