package winhttp

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/wualab/wualab/agent/pac"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

// Discovery is what automatic proxy configuration asks of the PC, usually the
// *machine.Machine.
type Discovery interface {
	// Wpad gives the URL of a script that the network names, "" for none, and the
	// names that were asked for it.
	Wpad() (url string, asked []string)
	// AddressOf gives the IPv4 address of a name, in lower case.
	AddressOf(host string) (address string, ok bool)
	// OwnAddress gives the PC's own IPv4 address.
	OwnAddress() string
}

// AutoProxy keeps what was found of a network's automatic configuration, for the
// requests of one file: "BITS detects proxy settings for each file in the job"
// (BG_JOB_PROXY_USAGE). The zero value has found nothing yet. Requests that share one
// must come one after the other.
type AutoProxy struct {
	// FirstOnly tries no other proxy when the first that a script names cannot be
	// reached. WinHTTP itself uses only the first and leaves the rest to its caller
	// ("AutoProxy Issues in WinHTTP"); whether BITS goes on to the next is not documented.
	FirstOnly bool

	asked  bool // the sources were
	script *pac.Script
	from   string   // URL of the script
	down   []string // proxies that could not be reached
}

// autoAgent is the User-Agent of the request for a script, as logs of web servers show
// it. Assumed: of all versions of Windows.
const autoAgent = "WinHttp-Autoproxy-Service/5.1"

// automatic reports whether a script is to be looked for.
func (s ProxySettings) automatic() bool {
	return s.Usage == ProxyAutodetect || s.Usage == ProxyPreconfig && (s.Detect || s.ScriptURL != "")
}

// ways gives the proxies for a URL in the order in which they are tried, "" for a direct
// connection.
//
// Assumed: sources are tried in the order of Internet Explorer's dialog (detection, the
// script's URL, the proxy of the dialog), and one that fails is as if it were not set.
func (k *call) ways(u *url.URL) ([]string, error) {
	s := k.req.Proxy
	if s.automatic() {
		if k.auto == nil {
			k.auto = &AutoProxy{}
		}
		if !k.auto.asked {
			k.auto.asked = true
			k.findScript(s)
		}
		if ways := k.runScript(u); ways != nil {
			return k.auto.inOrder(ways), nil
		}
	}
	proxy, err := s.choose(u)
	return []string{proxy}, err
}

// findScript asks the sources until one has a script.
func (k *call) findScript(s ProxySettings) {
	if s.Usage == ProxyAutodetect || s.Detect {
		if place := k.detect(); place != "" && k.fetchScript(place) {
			return
		}
	}
	if s.Usage == ProxyPreconfig && s.ScriptURL != "" {
		k.fetchScript(s.ScriptURL)
	}
}

// detect is WinHttpDetectAutoProxyConfigUrl.
func (k *call) detect() string {
	if k.c.cfg.Discovery == nil {
		k.tell("%s: the network was not asked", hresult.ERROR_WINHTTP_AUTODETECTION_FAILED.Describe())
		return ""
	}
	place, asked := k.c.cfg.Discovery.Wpad()
	switch {
	case place == "" && len(asked) == 0:
		k.tell("%s: no DHCP option 252, and no DNS suffix to ask in", hresult.ERROR_WINHTTP_AUTODETECTION_FAILED.Describe())
	case place == "":
		k.tell("%s: no DHCP option 252, and no %s", hresult.ERROR_WINHTTP_AUTODETECTION_FAILED.Describe(), strings.Join(asked, ", "))
	case len(asked) == 0:
		k.tell("WPAD: DHCP option 252 is %s", place)
	default:
		k.tell("WPAD: asked DNS for %s: %s", strings.Join(asked, ", "), place)
	}
	return place
}

// fetchScript gets a script and reads it. It is asked for directly and without
// credentials. Assumed: the latter; WinHttpGetProxyForUrl sends logon credentials when
// its caller wants it to (fAutoLogonIfChallenged).
func (k *call) fetchScript(place string) bool {
	text, code, err := k.download(place)
	if err == nil {
		if k.auto.script, err = pac.Compile(text); err != nil {
			code = hresult.ERROR_WINHTTP_BAD_AUTO_PROXY_SCRIPT
		}
	}
	if err != nil {
		k.tell("%s: %s: %v", code.Describe(), place, err)
		return false
	}
	k.auto.from = place
	return true
}

func (k *call) download(place string) (text string, code hresult.HRESULT, err error) {
	code = hresult.ERROR_WINHTTP_UNABLE_TO_DOWNLOAD_SCRIPT
	resp, err := k.c.Do(k.ctx, k.hold, &Request{URL: place, UserAgent: autoAgent, Layout: k.layout,
		Header: []Field{{Name: "Accept", Value: "*/*"}}, Proxy: ProxySettings{Usage: ProxyNone}, Session: k.req.Session, Class: k.req.Class})
	if err != nil {
		return "", code, err
	}
	defer func() { _ = resp.Body.Close() }()
	switch resp.Status {
	case http.StatusOK:
	case http.StatusUnauthorized:
		return "", hresult.ERROR_WINHTTP_LOGIN_FAILURE, errors.New("the server of the script asks for credentials")
	default:
		return "", code, fmt.Errorf("the server answered %d", resp.Status)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, pac.MaxScript+1))
	if err == nil && len(body) > pac.MaxScript {
		err = fmt.Errorf("the script has more than %d bytes", pac.MaxScript)
	}
	return string(body), code, err
}

// runScript gives the ways that the script names, nil when there is none or it fails.
func (k *call) runScript(u *url.URL) []string {
	if k.auto.script == nil {
		return nil
	}
	// WINHTTP_AUTOPROXY_OPTIONS: names keep their case unless WINHTTP_AUTOPROXY_HOST_LOWERCASE is set.
	answer, err := k.auto.script.FindProxy(k.scriptEnv(), u.String(), u.Hostname())
	if errors.Is(err, pac.ErrTooLong) {
		_ = k.hold.Sleep(k.ctx, pac.MaxRun)
	}
	var list []pac.Way
	if err == nil {
		list, err = pac.ParseAnswer(answer)
	}
	if err != nil {
		k.tell("%s: %s: %v", hresult.ERROR_WINHTTP_BAD_AUTO_PROXY_SCRIPT.Describe(), k.auto.from, err)
		return nil
	}
	k.tell("%s says of %s: %s", k.auto.from, hostField(u), answer)
	var ways []string
	for _, way := range list {
		ways = append(ways, way.Address)
	}
	return ways
}

func (k *call) scriptEnv() pac.Env {
	env := pac.Env{Now: k.c.cfg.Clock.Now,
		Alert: func(text string) { k.tell("alert of the proxy script: %s", text) }}
	if d := k.c.cfg.Discovery; d != nil {
		env.Address = d.OwnAddress()
		env.Resolve = func(host string) (string, bool) { return d.AddressOf(strings.ToLower(host)) }
	}
	return env
}

// inOrder puts proxies that could not be reached behind the others.
func (a *AutoProxy) inOrder(ways []string) []string {
	if a.FirstOnly {
		return ways[:1]
	}
	slices.SortStableFunc(ways, func(x, y string) int { return rank(a.down, x) - rank(a.down, y) })
	return ways
}

func rank(down []string, way string) int {
	if slices.Contains(down, way) {
		return 1
	}
	return 0
}

// failOver turns the call to the next way when the present one could not be reached.
func (k *call) failOver(err error) bool {
	var failed *Error
	if len(k.others) == 0 || k.proxy == "" || !errors.As(err, &failed) || failed.Op != "connect" || k.ctx.Err() != nil {
		return false
	}
	k.auto.down = append(k.auto.down, k.proxy)
	next := k.others[0]
	k.tell("proxy %s cannot be reached (%s): going on with %s", k.proxy, failed.Code.Describe(), named(next))
	k.proxy, k.others = next, k.others[1:]
	return true
}

func named(way string) string {
	if way == "" {
		return "a direct connection"
	}
	return way
}

// tell puts what happened on the record.
func (k *call) tell(format string, args ...any) {
	if rec := k.c.cfg.Recorder; rec != nil {
		rec.Add(transcript.Event{Kind: transcript.KindNote, Node: k.c.cfg.Node, Subject: "proxy", Text: fmt.Sprintf(format, args...)})
	}
}
