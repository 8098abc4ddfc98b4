package wsus

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/wualab/wualab/wusp"
)

// call is the web method of a message.
func (s *Server) call(r *http.Request, message any) (any, error) {
	switch m := message.(type) {
	case *wusp.GetConfig:
		return s.getConfig(m)
	case *wusp.GetAuthorizationCookie:
		return s.getAuthorizationCookie(m)
	case *wusp.GetCookie:
		return s.getCookie(m)
	case *wusp.RegisterComputer:
		return s.registerComputer(m)
	case *wusp.StartCategoryScan:
		return s.startCategoryScan(m)
	case *wusp.SyncUpdates:
		return s.syncUpdates(m)
	case *wusp.SyncPrinterCatalog:
		return s.syncPrinterCatalog(m)
	case *wusp.RefreshCache:
		return s.refreshCache(m)
	case *wusp.GetExtendedUpdateInfo:
		return s.getExtendedUpdateInfo(r, m)
	case *wusp.GetExtendedUpdateInfo2:
		return s.getExtendedUpdateInfo2(r, m)
	case *wusp.GetFileLocations:
		return s.getFileLocations(r, m)
	default:
		return s.reportEventBatch(message.(*wusp.ReportEventBatch))
	}
}

// getConfig: MS-WUSP 3.1.5.2.
func (s *Server) getConfig(m *wusp.GetConfig) (any, error) {
	if _, err := parseVersion(m.ProtocolVersion); err != nil {
		return nil, fail(wusp.InvalidParameters, "protocolVersion")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	config := &wusp.Config{
		LastChange: wusp.At(s.changed), IsRegistrationRequired: !s.cfg.NoRegistration, AllowedEventIDs: s.cfg.AllowedEventIDs,
		AuthInfo: []wusp.AuthPlugInInfo{{PlugInID: plugIn, ServiceURL: strings.TrimPrefix(wusp.SimpleAuthService.Path, "/")}},
	}
	if !s.cfg.OmitProperties {
		config.Properties = s.properties()
	}
	return wusp.GetConfigResponse{Result: config}, nil
}

// plugIn is the only authorization plug-in, MS-WUSP 2.2.2.2.1.
const plugIn = "SimpleTargeting"

// properties: all but the first are of servers of version 3.0 and later.
func (s *Server) properties() []wusp.ConfigurationProperty {
	list := []wusp.ConfigurationProperty{{Name: "MaxExtendedUpdatesPerRequest", Value: itoa(s.cfg.MaxExtendedUpdates)}}
	if !s.version.atLeast(3, 0) {
		return list
	}
	return append(list, wusp.ConfigurationProperty{Name: "PackageServerShare", Value: s.cfg.PackageServerShare},
		wusp.ConfigurationProperty{Name: "ProtocolVersion", Value: s.cfg.ProtocolVersion},
		wusp.ConfigurationProperty{Name: "IsInventoryRequired", Value: "0"},
		wusp.ConfigurationProperty{Name: "ClientReportingLevel", Value: "2"})
}

// clientID is the form of a ClientIdString, MS-WUSP 1.1.
var clientID = regexp.MustCompile(`^[a-z0-9-]{1,255}$`)

// getAuthorizationCookie: MS-WUSP 3.1.5.3. Real servers answer a missing name with
// InternalServerError (product notes 50 and 51).
func (s *Server) getAuthorizationCookie(m *wusp.GetAuthorizationCookie) (any, error) {
	switch {
	case m.ClientID == "" || m.DNSName == "":
		return nil, fail(wusp.InternalServerError, "")
	case !clientID.MatchString(strings.ToLower(m.ClientID)):
		return nil, fail(wusp.InvalidParameters, "clientId")
	}
	a := authorization{Client: m.ClientID, DNSName: m.DNSName, Groups: s.groupsOf(m.DNSName, m.TargetGroupName)}
	s.mu.Lock()
	defer s.mu.Unlock()
	computer := s.computer(a.Client)
	computer.DNSName, computer.Groups = a.DNSName, a.Groups
	return wusp.GetAuthorizationCookieResponse{Result: &wusp.AuthorizationCookie{PlugInID: plugIn, CookieData: s.sealer.seal(a)}}, nil
}

// groupsOf gives the groups of a computer that claims some, "A;B". Those that the
// server does not have count as none, and none counts where the administrator has put the
// computer into one.
func (s *Server) groupsOf(dnsName, claimed string) []string {
	groups := []string{AllComputers}
	for _, known := range s.cfg.Groups {
		if slices.ContainsFunc(s.cfg.Members[known], func(name string) bool { return sameComputer(name, dnsName) }) {
			groups = append(groups, known)
		}
	}
	if len(groups) > 1 {
		return groups
	}
	for _, name := range strings.Split(claimed, ";") {
		for _, known := range s.cfg.Groups {
			if strings.EqualFold(strings.TrimSpace(name), known) && !slices.Contains(groups, known) {
				groups = append(groups, known)
			}
		}
	}
	if len(groups) == 1 {
		groups = append(groups, UnassignedComputers)
	}
	return groups
}

// sameComputer compares a name, with or without its domain, with a full one.
func sameComputer(name, full string) bool {
	host, _, _ := strings.Cut(full, ".")
	return strings.EqualFold(name, full) || strings.EqualFold(name, host)
}

// computer finds or makes a client; s.mu is held.
func (s *Server) computer(id string) *Computer {
	c := s.computers[id]
	if c == nil {
		c = &Computer{ClientID: id}
		s.computers[id] = c
	}
	return c
}

// getCookie: MS-WUSP 3.1.5.4.
func (s *Server) getCookie(m *wusp.GetCookie) (any, error) {
	var a authorization
	if len(m.AuthCookies) != 1 || m.AuthCookies[0].PlugInID != plugIn || s.sealer.open(m.AuthCookies[0].CookieData, &a) != nil || a.Client == "" {
		return nil, fail(wusp.InvalidAuthorizationCookie, "authCookies")
	}
	if _, err := parseVersion(m.ProtocolVersion); err != nil {
		return nil, fail(wusp.InvalidParameters, "protocolVersion")
	}
	next := state{authorization: a, Version: m.ProtocolVersion}
	if m.OldCookie != nil && len(m.OldCookie.EncryptedData) > 0 {
		old, err := s.check(m.OldCookie)
		if err != nil && faultOf(err).ErrorCode != wusp.CookieExpired {
			return nil, err
		}
		next.LastSync = old.LastSync
	}
	s.mu.Lock()
	changed, life := s.changed, s.life
	s.mu.Unlock()
	if !m.LastChange.Equal(changed) {
		return nil, fail(wusp.ConfigChanged, "")
	}
	next.LastChange, next.Server = changed, life
	return wusp.GetCookieResponse{Result: s.newCookie(next)}, nil
}

// registerComputer: MS-WUSP 3.1.5.5.
func (s *Server) registerComputer(m *wusp.RegisterComputer) (any, error) {
	st, err := s.check(m.Cookie)
	switch {
	case err != nil:
		return nil, err
	case s.cfg.NoRegistration:
		return nil, fail(wusp.RegistrationNotRequired, "")
	case m.ComputerInfo == nil:
		return nil, fail(wusp.InvalidParameters, "computerInfo")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	computer := s.computer(st.Client)
	computer.Registered, computer.Info, computer.Groups, computer.DNSName = true, *m.ComputerInfo, st.Groups, st.DNSName
	return wusp.RegisterComputerResponse{}, nil
}

// reportEventBatch: MS-WUSP 3.1.5.11.
func (s *Server) reportEventBatch(m *wusp.ReportEventBatch) (any, error) {
	if _, err := s.check(m.Cookie); err != nil {
		return nil, err
	}
	if m.ClientTime.IsZero() {
		return nil, fail(wusp.InvalidParameters, "clientTime")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, m.EventBatch...)
	return wusp.ReportEventBatchResponse{Result: true}, nil
}
