package wsus

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/wusp"
)

// Server is the update server. Make it with [New]. It is safe for concurrent use.
type Server struct {
	cfg       Config
	catalogue *catalogue
	version   version
	sealer    *sealer
	began     time.Time

	selfUpdate map[string]fakeserver.File // by the path below its directory

	mu        sync.Mutex
	life      int       // counts the times that the server changed its identity
	changed   time.Time // of the configuration
	approvals []Approval
	computers map[string]*Computer
	events    []wusp.ReportingEvent
	calls     map[string]int
	faults    []Fault
	rand      *rand.Rand
}

// Computer is a client that the server knows.
type Computer struct {
	ClientID   string
	DNSName    string
	Groups     []string
	Registered bool
	Info       wusp.ComputerInfo // of RegisterComputer
	Synced     int               // calls of SyncUpdates
}

// New checks the configuration and makes the server.
func New(cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	s := &Server{cfg: cfg, sealer: newSealer(cfg.Name, cfg.Seed), computers: map[string]*Computer{}, calls: map[string]int{},
		faults: slices.Clone(cfg.Faults), rand: rand.New(rand.NewPCG(uint64(cfg.Seed), 0x57535553))}
	s.began = s.now()
	s.changed = s.began.Truncate(changeUnit)
	for group := range cfg.Members {
		if !slices.Contains(cfg.Groups, group) {
			return nil, fmt.Errorf("%s: Members: there is no group %q", cfg.Name, group)
		}
	}
	var err error
	if s.version, err = parseVersion(cfg.ProtocolVersion); err != nil {
		return nil, fmt.Errorf("%s: ProtocolVersion: %w", cfg.Name, err)
	}
	if s.catalogue, err = newCatalogue(cfg.Updates, cfg.Root); err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Name, err)
	}
	if s.selfUpdate, err = cfg.SelfUpdate.files(); err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Name, err)
	}
	if err := s.Approve(cfg.Approvals...); err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Name, err)
	}
	return s, nil
}

// now is the time to 100 ns, as messages keep it.
func (s *Server) now() time.Time { return wusp.At(s.cfg.Clock.Now()).Time }

// Approve makes updates available; an approval for the same update and group is
// replaced. Without an error nothing was left out.
func (s *Server) Approve(list ...Approval) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := slices.Clone(s.approvals)
	for _, a := range list {
		if a.Group == "" {
			a.Group = AllComputers
		}
		if a.Changed.IsZero() {
			a.Changed = s.now()
		}
		revision := s.catalogue.byGUID[a.UpdateID]
		if revision == nil {
			return fmt.Errorf("approval of %s: it is not in the catalogue", a.UpdateID)
		}
		if revision.termsDeclined && (a.Action == wusp.ActionInstall || a.Action == wusp.ActionOptionalInstall) {
			return fmt.Errorf("approval of %s: its license terms have to be accepted first", a.UpdateID)
		}
		if !slices.Contains(wusp.Actions(), a.Action) {
			return fmt.Errorf("approval of %s: the action %q is none of %v", a.UpdateID, a.Action, wusp.Actions())
		}
		if !s.hasGroup(a.Group) {
			return fmt.Errorf("approval of %s: there is no group %q", a.UpdateID, a.Group)
		}
		next = slices.DeleteFunc(next, func(b Approval) bool { return a.UpdateID == b.UpdateID && a.Group == b.Group })
		next = append(next, a)
	}
	s.approvals = next
	return nil
}

// Withdraw takes the approval of an update for a group back; "" is AllComputers. False:
// there is none.
func (s *Server) Withdraw(update wusp.GUID, group string) bool {
	if group == "" {
		group = AllComputers
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.approvals)
	s.approvals = slices.DeleteFunc(slices.Clone(s.approvals), func(a Approval) bool { return a.UpdateID == update && a.Group == group })
	return len(s.approvals) < before
}

func (s *Server) hasGroup(name string) bool {
	return name == AllComputers || name == UnassignedComputers || slices.Contains(s.cfg.Groups, name)
}

// changeUnit is how fine LastChange is. Captures of a real server have hundredths of a
// second, which clients of every language can give back as they were.
const changeUnit = 10 * time.Millisecond

// ChangeConfig makes the configuration a new one, so that clients have to ask again:
// ConfigChanged.
func (s *Server) ChangeConfig() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed = s.changed.Add(changeUnit)
	if now := s.now().Truncate(changeUnit); now.After(s.changed) {
		s.changed = now
	}
}

// Rebuild makes the server one that has forgotten its clients, as after its database was
// restored: ServerChanged.
func (s *Server) Rebuild() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.life++
	s.computers = map[string]*Computer{}
}

// SetFaults replaces the faults that are to come; the counts of calls begin anew.
func (s *Server) SetFaults(faults []Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.calls = slices.Clone(faults), map[string]int{}
}

// Events gives the events that clients have reported, in the order of their coming.
func (s *Server) Events() []wusp.ReportingEvent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}

// Computers gives the clients that the server knows, by their IDs.
func (s *Server) Computers() map[string]Computer {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]Computer{}
	for id, c := range s.computers {
		out[id] = *c
	}
	return out
}

// Files gives the files of the updates, by the paths that they are to be served at.
func (s *Server) Files() map[string]fakeserver.File { return maps.Clone(s.catalogue.files) }

// ContentPath gives where the file of that SHA-1 digest is served.
func (s *Server) ContentPath(digest []byte) (string, bool) {
	path, ok := s.catalogue.paths[string(digest)]
	return path, ok
}

// Routes gives the web services and the self-update directory as routes of a fakeserver.
// Their paths are matched without regard to case, as IIS does.
func (s *Server) Routes() []fakeserver.Route {
	var routes []fakeserver.Route
	for _, service := range []wusp.Service{wusp.SimpleAuthService, wusp.ClientService, wusp.ReportingService} {
		routes = append(routes, fakeserver.Route{Path: service.Path, AnyCase: true, Handler: s})
	}
	return append(routes, s.selfUpdateRoute())
}

// ServeHTTP answers a call of a web method; which one tells the SOAPAction alone.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "the web services take POST", http.StatusMethodNotAllowed)
		return
	}
	if media := strings.ToLower(r.Header.Get("Content-Type")); !strings.HasPrefix(media, "text/xml") {
		http.Error(w, "the web services take text/xml", http.StatusUnsupportedMediaType)
		return
	}
	operation, ok := wusp.OperationOfAction(r.Header.Get("SOAPAction"))
	if !ok {
		s.refuse(w, r, "", &wusp.Fault{Code: wusp.FaultClient, String: "Server did not recognize the value of HTTP Header SOAPAction: " + r.Header.Get("SOAPAction") + "."})
		return
	}
	body, err := s.read(w, r)
	if err != nil {
		return
	}
	if fault, ok := s.faultOf(operation.Name); ok {
		if fault.Body != nil {
			s.write(w, r, http.StatusOK, fault.Body)
			return
		}
		s.refuse(w, r, operation.Name, &wusp.Fault{Code: orClient(fault.Code), ErrorCode: fault.ErrorCode, Message: fault.Message, String: fault.Message})
		return
	}
	message, err := wusp.ReadRequest(body, s.cfg.Limits)
	if err != nil {
		s.refuse(w, r, operation.Name, &wusp.Fault{Code: codeOf(err), String: "Server was unable to read request. ---> " + err.Error()})
		return
	}
	answer, err := s.call(r, message)
	if err != nil {
		s.refuse(w, r, operation.Name, faultOf(err))
		return
	}
	note(r, "%s: %s", s.cfg.Name, operation.Name)
	s.write(w, r, http.StatusOK, wusp.WriteResponse(answer))
}

func (s *Server) read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	most := int64(s.cfg.Limits.Size)
	if most == 0 {
		most = 16 << 20
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		http.Error(w, "the request is too large", http.StatusRequestEntityTooLarge)
	}
	return body, err
}

func note(r *http.Request, format string, args ...any) {
	if c := fakehttp.ConnOf(r); c != nil {
		c.Note(format, args...)
	}
}
